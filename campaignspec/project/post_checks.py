"""The content plan: every post has a time, and platforms that publish it."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.definition_checks import repeated
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


def names_of_posts(scope: Scope) -> Iterator[Diagnostic]:
    """Find posts of one name on one platform: the second would be taken for the first."""
    for campaign in scope.campaigns:
        for channel in dict.fromkeys(name for post in campaign.publish for name in post.on):
            named = [
                (
                    str(post.name or post.post),
                    scope.span(post.loc / ("name" if post.name else "post")),
                )
                for post in campaign.publish
                if channel in post.on
            ]
            yield from repeated(
                f"post on `{channel}`", named, "give one of them a `name:` of its own"
            )


def platforms_of_posts(scope: Scope) -> Iterator[Diagnostic]:
    """Check the channels that posts are published on."""
    for piece in scope.values(Post, "on"):
        yield from scope.find(scope.names.channels, piece)


def _phases(campaign: Campaign) -> Names:
    return Names(
        noun="phase",
        plural="phases",
        known=tuple(campaign.calendar.phases) if campaign.calendar else (),
        complete=True,
        home="write it under `calendar: {phases: …}`",
    )
