"""Waits and calendars: what is waited for exists, and can come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from campaignspec.clock import DAY, parse_instant
from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.journey_names import asking_names, campaign_name
from campaignspec.project.names import FactKind, Names, listed
from campaignspec.project.scope import Part, Scope
from campaignspec.spec.calendar import Calendar, Phase
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.journey import Preference, Wait
from campaignspec.spec.kinds import LocalTime
from campaignspec.spec.reading import Piece, Place
from campaignspec.spec.steering import Pause
from campaignspec.spec.waiting import (
    OnAnswered,
    WaitBestHour,
    WaitBy,
    WaitDate,
    WaitDays,
    WaitFor,
    WaitPhase,
    WaitSpread,
)

_FACTS: Final[tuple[tuple[Place, FactKind], ...]] = (
    ((WaitBy, "by"), FactKind.NUMBER),
    ((WaitBestHour, "best_hour"), FactKind.NUMBER),
    ((Preference, "preference"), FactKind.TEXT),
)
_LONGEST_SPREAD: Final = 366 * DAY
_MOST_DAYS: Final = 3_660


def facts_of_steps(scope: Scope) -> Iterator[Diagnostic]:
    """Check the facts that steps go by: they exist, and are of the right kind."""
    names = scope.names
    known = Names(
        noun="trait or attribute",
        plural="traits and attributes",
        known=(*names.traits.known, *names.attributes.known),
        complete=names.traits.complete and names.attributes.complete,
        kinds=names.facts,
    )
    for (section, key), wanted in _FACTS:
        for piece in scope.values(section, key):
            yield from names.find(known, piece.value, scope.span_of(piece))
            kind = names.facts.get(piece.value) if piece.value in known else None
            if kind not in {None, wanted}:
                yield _of_another_kind(piece, kind, wanted, names.facts, scope.span_of(piece))
            elif names.keys_wanted.get(piece.value):
                yield Diagnostic(
                    code="REF305",
                    message=f"`{piece.value}` is told apart by a property, and `{key}` asks for "
                    "one value",
                    span=scope.span_of(piece),
                    help="name a trait without `by:`, or a segment with a branch",
                )


def phases(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the phases waited for are in their campaign's calendar."""
    for part in scope.files.campaigns:
        names = phase_names(part)
        for piece in part.pieces.values_of(WaitPhase, "phase"):
            yield from scope.find(names, piece)
    if scope.files.journeys:
        for piece in scope.files.journeys.pieces.values_of(WaitPhase, "phase"):
            yield Diagnostic(
                code="REF305",
                message="a shared journey has no calendar, so it cannot wait for a phase",
                span=scope.span_of(piece),
                help="wait in the campaign, before or behind `run`",
            )


def phase_names(part: Part[Campaign]) -> Names:
    """Return the names of the phases of a campaign's calendar."""
    found = part.pieces.names_of(Calendar, "phases")
    return Names(
        noun=f"phase of `{campaign_name(part)}`",
        plural="phases",
        known=tuple(piece.value for piece in found),
        complete=part.value is not None,
        home="name its days under `calendar:`, `phases:`",
    )


def questions(scope: Scope) -> Iterator[Diagnostic]:
    """Check the steps whose answers are waited for, and what waits keep of an event."""
    for part in scope.files.campaigns:
        names = asking_names(part, scope.shared)
        for piece in part.pieces.values_of(OnAnswered, "answered"):
            yield from scope.find(names, piece)
    for step in scope.sections(Wait):
        if isinstance(step.wait, WaitFor) and step.wait.keep:
            yield from _kept(scope, step, step.wait)


def bounds(scope: Scope) -> Iterator[Diagnostic]:
    """Find waits whose numbers leave no room, or too much."""
    for by in scope.sections(WaitBy):
        if by.at_least > by.at_most:
            yield _out_of_bounds(
                f"`at_least` is {by.at_least}, more than `at_most`, which is {by.at_most}",
                scope.span(by.loc / "at_least"),
                "make it the shorter one",
            )
    for spread in scope.sections(WaitSpread):
        if not 0 < spread.spread.micros <= _LONGEST_SPREAD:
            yield _out_of_bounds(
                f"people cannot be spread over {spread.spread}",
                scope.span(spread.loc / "spread"),
                "write a time from 1s to 366d",
            )
    for wait in scope.sections(WaitDays):
        if not 0 <= wait.days <= _MOST_DAYS:
            yield _out_of_bounds(
                f"nobody can wait {wait.days} days",
                scope.span(wait.loc / "days"),
                f"write a number from 0 to {_MOST_DAYS}",
            )
    for best in scope.sections(WaitBestHour):
        if not _within(best):
            yield _out_of_bounds(
                f"{best.otherwise} does not lie from {best.from_} to {best.to}",
                scope.span(best.loc / "otherwise"),
                "choose a time within the hours",
            )


def calendars(scope: Scope) -> Iterator[Diagnostic]:
    """Find phases and pauses that end before they begin, and calendars without a day."""
    for calendar in scope.sections(Calendar):
        if not calendar.anchors:
            yield _backwards(
                "the calendar has no day to count from",
                scope.key_span(calendar.loc / "anchors"),
                "name the days: anchors: [2017-11-11]",
            )
    for phase in scope.sections(Phase):
        if phase.from_ > phase.to:
            yield _backwards(
                f"the phase ends on {phase.to}, before it begins on {phase.from_}",
                scope.span(phase.loc / "to"),
                "put the earlier day into `from`",
            )
    for pause in scope.sections(Pause):
        if parse_instant(pause.from_) >= parse_instant(pause.to):
            yield _backwards(
                f"the pause ends at {pause.to}, not after it begins at {pause.from_}",
                scope.span(pause.loc / "to"),
                "put the earlier time into `from`; a day ends when the next begins",
            )


def waits_with_two_ways(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps for the outcomes of a wait that has only one."""
    for step in scope.sections(Wait):
        if not isinstance(step.wait, WaitFor | WaitDate | WaitPhase):
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


def _kept(scope: Scope, step: Wait, wait: WaitFor) -> Iterator[Diagnostic]:
    if not isinstance(wait.for_, OnEvent):
        yield Diagnostic(
            code="JRN409",
            message="only of an event something can be kept",
            span=scope.key_span(wait.loc / "keep"),
            help="wait for one event: `for: {event: survey.answered}`",
        )
        return
    if step.name is None:
        yield Diagnostic(
            code="JRN409",
            message="what this wait keeps cannot be asked for, because it has no name",
            span=scope.key_span(wait.loc / "keep"),
            help="add `name: ask` to the step; then ask answer('ask', 'property')",
        )
    names = scope.names.properties_of(wait.for_.event)
    for place, name in enumerate(wait.keep):
        yield from scope.names.find(names, name, scope.span(wait.loc / "keep" / place))


def _within(best: WaitBestHour) -> bool:
    first, last, time = best.from_, best.to, best.otherwise
    if last == LocalTime(0):
        return time >= first
    return first <= time < last if first < last else time >= first or time < last


def _of_another_kind(
    piece: Piece,
    kind: FactKind | None,
    wanted: FactKind,
    facts: Mapping[str, FactKind | None],
    span: Span,
) -> Diagnostic:
    others = [name for name, held in facts.items() if held is wanted]
    return Diagnostic(
        code="REF305",
        message=f"`{piece.value}` is {kind}, not {wanted}",
        span=span,
        help=f"known as {wanted}: {listed(others)}" if others else f"name one that is {wanted}",
    )


def _out_of_bounds(message: str, span: Span, advice: str) -> Diagnostic:
    return Diagnostic(code="JRN408", message=message, span=span, help=advice)


def _backwards(message: str, span: Span, advice: str) -> Diagnostic:
    return Diagnostic(code="JRN470", message=message, span=span, help=advice)
