"""Jumps, repeats, shared journeys and stages: each leads somewhere, and to an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.inline import (
    MOST_ROUNDS,
    MOST_STEPS,
    circles,
    inlined,
    runs_in,
    size_of,
    without_circles,
    writable,
    written_out,
)
from campaignspec.project.journey_names import target_names
from campaignspec.project.scope import Scope
from campaignspec.project.walk import all_steps, step_name
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Experiment, Preference, RepeatSteps, Step
from campaignspec.spec.shape import verb_of
from campaignspec.spec.steering import Goto, Run, Winner

_ELSE = "else"
_HALF = 0.5


def targets(scope: Scope) -> Iterator[Diagnostic]:
    """Check that jumps name a step."""
    for part in scope.files.campaigns:
        names = target_names(part, scope.shared)
        for piece in part.pieces.values_of(Goto, "goto"):
            yield from scope.find(names, piece)


def runs(scope: Scope) -> Iterator[Diagnostic]:
    """Check that shared journeys exist, and that none runs itself."""
    for piece in scope.values(Run, "run"):
        yield from scope.find(scope.names.journeys, piece)
    file = scope.files.journeys
    whole = file.value if file else None
    journeys = {str(name): steps for name, steps in whole.journeys.items()} if whole else {}
    for name, way in circles(journeys).items():
        loops = (step for step in all_steps(journeys[name]) if isinstance(step, Run))
        step = next(step for step in loops if step.run == way[1])
        yield Diagnostic(
            code="JRN407",
            message=f"`{name}` runs itself: {' → '.join(way)}",
            span=scope.span(step.loc / "run"),
            help="take one of the runs out; to take steps again, use `repeat`",
        )


def rounds(scope: Scope) -> Iterator[Diagnostic]:
    """Check how often steps are repeated."""
    for step in scope.sections(RepeatSteps):
        if not 1 <= step.repeat <= MOST_ROUNDS:
            yield Diagnostic(
                code="JRN406",
                message=f"steps cannot be repeated {step.repeat} times",
                span=scope.span(step.loc / "repeat"),
                help=f"write a number from 1 to {MOST_ROUNDS}",
            )


def sizes(scope: Scope) -> Iterator[Diagnostic]:
    """Find journeys of more steps than can be, once rounds and shared journeys are written out."""
    file = scope.files.journeys
    whole = file.value if file else None
    ending = without_circles(whole.journeys) if whole else {}
    places = [(c.journey, c.loc / "journey") for c in scope.campaigns]
    if whole:
        places += [(steps, whole.loc / "journeys" / name) for name, steps in ending.items()]
    large = ending.keys() - (writable(whole.journeys) if whole else {}).keys()
    for steps, loc in places:
        size = size_of(steps, ending)
        # What only runs something too large is mended with it.
        if size > MOST_STEPS and not runs_in(steps) & large:
            yield Diagnostic(
                code="JRN406",
                message=f"here are {size:,} steps, once rounds and shared journeys are written out",
                span=scope.key_span(loc),
                help=f"a journey has {MOST_STEPS:,} at most: repeat less often, or let people "
                "enter again: `again: 30d`",
            )


def names_written_out(scope: Scope) -> Iterator[Diagnostic]:
    """Find names that rounds and shared journeys give to steps, and that are taken."""
    for campaign in scope.campaigns:
        plain = Counter(filter(None, map(step_name, all_steps(campaign.journey))))
        made: dict[str, list[Step]] = {}
        for step in written_out(inlined(campaign.journey, scope.shared)):
            name = step_name(step)
            if name:
                made.setdefault(name, []).append(step)
        for name, steps in sorted(made.items()):
            if len(steps) > max(plain[name], 1):
                yield _made_twice(scope, campaign, name, steps)


def _made_twice(scope: Scope, campaign: Campaign, name: str, steps: list[Step]) -> Diagnostic:
    """Say that several steps get one name, at the last that is written in the campaign's file."""
    here = [step.loc / verb_of(type(step)) for step in steps if step.loc.file == campaign.loc.file]
    first, *_ = places = [*dict.fromkeys(here)] or [campaign.loc / "journey"]
    return Diagnostic(
        code="REF302",
        message=f"{len(steps)} steps would be called `{name}`, once rounds and shared journeys "
        "are written out",
        span=scope.key_span(places[-1]),
        help="give a step, or a `run`, another `name:`",
        related=((scope.key_span(first), "one of them"),) if len(places) > 1 else (),
    )


def values_of_preferences(scope: Scope) -> Iterator[Diagnostic]:
    """Find ways of a preference that cannot be told from its `else`."""
    for step in scope.sections(Preference):
        if _ELSE in step.ways:
            yield Diagnostic(
                code="REF302",
                message="a way of a preference is called `else`, which means everybody else",
                span=scope.key_span(step.loc / "ways" / _ELSE),
                help="ask for this value in a branch, and give the way another `name:`",
            )


def winners(scope: Scope) -> Iterator[Diagnostic]:
    """Find winners of campaigns without a goal, and confidences that promise nothing."""
    for campaign in scope.campaigns:
        steps = all_steps(inlined(campaign.journey, scope.shared))
        for step in (each for each in steps if isinstance(each, Experiment) and each.winner):
            if campaign.goal is None:
                yield Diagnostic(
                    code="JRN472",
                    message=f"`{step.experiment}` is decided by a goal, and "
                    f"`{campaign.campaign}` has none",
                    span=scope.key_span(step.loc / "winner"),
                    help="say what counts as success: `goal: {event: order.placed, within: 14d}`",
                )
    for winner in scope.sections(Winner):
        if not _HALF <= winner.confidence.fraction < 1:
            yield Diagnostic(
                code="JRN472",
                message=f"nothing can be decided with a confidence of {winner.confidence}",
                span=scope.span(winner.loc / "confidence"),
                help="write 90%, 95% or 99%",
            )


def stages(scope: Scope) -> Iterator[Diagnostic]:
    """Find stages of campaigns that have no goal, and so no time in which they count."""
    for campaign in scope.campaigns:
        if campaign.stages and campaign.goal is None:
            yield Diagnostic(
                code="JRN471",
                message=f"`{campaign.campaign}` has stages, and no goal that they lead to",
                span=scope.key_span(campaign.loc / "stages"),
                help="say what counts as success: `goal: {event: order.placed, within: 14d}`",
            )
