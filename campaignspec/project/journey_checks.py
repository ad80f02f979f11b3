"""The journeys: every step has its name and its place."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.definition_checks import repeated
from campaignspec.project.scope import Part, Scope
from campaignspec.project.walk import send_name, sends_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Branch, Case, Experiment, Send, Wait
from campaignspec.spec.kinds import Share
from campaignspec.spec.waiting import WaitFor

_RESERVED = frozenset({"entry", "holdout", "end"})
_ELSE = "else"
_TOLERANCE = 1e-9


def step_names_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps of one campaign with the same name, or with one that means something else."""
    for part in scope.files.campaigns:
        named = sorted(_named(scope, part), key=lambda each: each[1])
        yield from repeated("step", named, "give one of them a `name:` of its own")
        for name, span in named:
            if name in _RESERVED:
                yield Diagnostic(
                    code="REF302",
                    message=f"every journey has a place called `{name}`",
                    span=span,
                    help="give the step another `name:`",
                )


def way_names_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find ways of one branch with the same name."""
    for step in scope.sections(Branch):
        named = (_way(scope, way) for way in step.branch if isinstance(way, Case))
        nowhere = scope.key_span(step.loc / "branch")
        yield from repeated("way", ((_ELSE, nowhere), *named), "give one of them another `name:`")


def shares(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the arms of an experiment share out everybody."""
    for step in scope.sections(Experiment):
        total = sum(arm.share.fraction for arm in step.arms.values())
        if abs(total - 1) > _TOLERANCE:
            yield Diagnostic(
                code="JRN402",
                message=f"the arms of `{step.experiment}` share out "
                f"{Share(round(total, 9))}, not 100%",
                span=scope.key_span(step.loc / "arms"),
                help="change their shares, or add an arm without steps for the rest",
            )


def something_is_sent(scope: Scope) -> Iterator[Diagnostic]:
    """Find journeys in which nobody hears anything."""
    for campaign in scope.campaigns:
        if not any(sends_of(campaign)):
            yield Diagnostic(
                code="JRN403",
                message=f"nothing is sent in the journey of `{campaign.campaign}`",
                span=scope.key_span(campaign.loc / "journey"),
                help="add a step with `send:`",
            )


def outcomes_of_waits(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps for the outcomes of a wait that has none."""
    for step in scope.sections(Wait):
        if not isinstance(step.wait, WaitFor):
            for key, steps in (("then", step.then), ("otherwise", step.otherwise)):
                if steps:
                    yield Diagnostic(
                        code="SPC206",
                        message=f"`{key}` has no meaning here, "
                        "because this wait waits for nothing to happen",
                        span=scope.key_span(step.loc / key),
                        help="move its steps behind the wait, "
                        "or wait for something: `wait: {for: …, at_most: 5d}`",
                    )


def _named(scope: Scope, part: Part[Campaign]) -> Iterator[tuple[str, Span]]:
    """Yield the names that steps are given, with their places.

    A send step with a mistake in it is passed over: its name may be what is misspelt.
    """
    for step in part.pieces.sections(Send):
        yield send_name(step), scope.span(step.loc / ("name" if step.name else "send"))
    for section, key in ((Experiment, "experiment"), (Wait, "name"), (Branch, "name")):
        for piece in part.pieces.values_of(section, key):
            yield piece.value, scope.span_of(piece)


def _way(scope: Scope, way: Case) -> tuple[str, Span]:
    key = "name" if way.name else "if"
    return way.name or way.if_.text, scope.span(way.loc / key)
