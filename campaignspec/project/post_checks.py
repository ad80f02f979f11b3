"""The content plan: every post has a time, and platforms that publish it."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import Names
from campaignspec.project.scope import Scope
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.publishing import Post


def times_of_posts(scope: Scope) -> Iterator[Diagnostic]:
    """Check that each post says when, in one way, and that its phase exists."""
    for campaign in scope.campaigns:
        phases = _phases(campaign)
        for post in campaign.publish:
            if (post.at is None) == (post.phase is None):
                yield Diagnostic(
                    code="SPC206",
                    message=f"the post `{post.post}` says "
                    f"{'twice' if post.at else 'nowhere'} when it is published",
                    span=scope.key_span(post.loc / "post"),
                    help="give it either `at:` with an instant, or `phase:`",
                )
            if post.phase is not None:
                place = scope.span(post.loc / "phase")
                yield from scope.names.find(phases, post.phase, place)


def platforms_of_posts(scope: Scope) -> Iterator[Diagnostic]:
    """Check the channels that posts are published on."""
    for piece in scope.values(Post, "on"):
        yield from scope.names.find(scope.names.channels, piece.value, scope.span_of(piece))


def _phases(campaign: Campaign) -> Names:
    return Names(
        noun="phase",
        plural="phases",
        known=tuple(campaign.calendar.phases) if campaign.calendar else (),
        complete=True,
        home="write it under `calendar: {phases: …}`",
    )
