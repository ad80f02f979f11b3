"""How people enter: names that exist, and keys that have a meaning together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.clock.schedule import counts_from_a_day, is_rule_for_days
from campaignspec.diagnostics import Diagnostic, Span, nearest
from campaignspec.project.names import FactKind, listed
from campaignspec.project.scope import Scope
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import (
    Backlog,
    Enter,
    Leap,
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
)
from campaignspec.spec.reading import Place

_SEGMENTS: Final[tuple[Place, ...]] = (
    (OnLeft, "left"),
    (OnSchedule, "who"),
    (OnOnce, "who"),
    (OnPhase, "who"),
)
_KEYS: Final = (FactKind.TEXT, FactKind.NUMBER)


def segments_of_entries(scope: Scope) -> Iterator[Diagnostic]:
    """Check the segments that are left, and those that are let in by the clock."""
    for section, key in _SEGMENTS:
        for piece in scope.values(section, key):
            yield from scope.find(scope.names.segments, piece)


def keys_of_enrolments(scope: Scope) -> Iterator[Diagnostic]:
    """Check the property by which enrolments of one customer are told apart."""
    for enter in scope.sections(Enter):
        if enter.key_ is None:
            continue
        span = scope.span(enter.loc / "key")
        match enter.on:
            case OnEvent() as on:
                yield from _property(scope, on.event, enter.key_, span)
            case OnCall():
                pass
            case _:
                yield _idle(
                    "key",
                    "only an event or a call brings one",
                    scope.key_span(enter.loc / "key"),
                    "remove it, or let people enter by an event: `on: {event: order.placed}`",
                )


def keys_with_a_meaning(scope: Scope) -> Iterator[Diagnostic]:
    """Find keys of an entry that change nothing, because of how people enter."""
    for enter in scope.sections(Enter):
        if enter.at_once is not None:
            yield from _at_once(scope, enter, enter.at_once)
        if enter.backlog is Backlog.EVERYBODY and not isinstance(enter.on, OnSegment):
            yield _idle(
                "backlog",
                "nobody matches this entry beforehand",
                scope.key_span(enter.loc / "backlog"),
                "remove it, or let people enter by a segment",
            )
    for date in scope.sections(OnDate):
        if date.leap is Leap.MAR_01 and date.every is None:
            yield _idle(
                "leap",
                "the date comes once, as it is",
                scope.key_span(date.loc / "leap"),
                "add `every: year`, or remove it",
            )


def schedules(scope: Scope) -> Iterator[Diagnostic]:
    """Check what stands beside a schedule: a time and a first day, where they are needed."""
    for on in scope.sections(OnSchedule):
        if is_rule_for_days(on.schedule):
            yield from _first_day(scope, on)
            continue
        for key, written in (("at", on.at), ("from", on.from_)):
            if written is not None:
                yield _idle(
                    key,
                    "cron says itself when it is",
                    scope.key_span(on.loc / key),
                    "remove it, or write the days as a rule: `RRULE:FREQ=WEEKLY;BYDAY=MO`",
                )


def phases_of_entries(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a phase by which people enter is in the campaign's calendar."""
    for part in scope.files.campaigns:
        if part.value is None or not isinstance(part.value.enter.on, OnPhase):
            continue
        yield from _phase(scope, part.value, part.value.enter.on)


def _property(scope: Scope, event: str, name: str, span: Span) -> Iterator[Diagnostic]:
    yield from scope.names.find(scope.names.properties_of(event), name, span)
    kind = scope.names.properties.get(event, {}).get(name)
    if kind not in {None, *_KEYS}:
        known = scope.names.properties[event]
        others = [each for each, held in known.items() if held in _KEYS]
        yield Diagnostic(
            code="REF305",
            message=f"`{name}` of `{event}` is {kind}; enrolments cannot be told apart by it",
            span=span,
            help=f"use one that is text or a number: {listed(others)}"
            if others
            else "name a property that is text or a number, such as an order's id",
        )


def _at_once(scope: Scope, enter: Enter, number: int) -> Iterator[Diagnostic]:
    if enter.key_ is None:
        yield _idle(
            "at_once",
            "without `key` nobody is enrolled twice at the same time",
            scope.key_span(enter.loc / "at_once"),
            "remove it, or add `key:` with the property that tells enrolments apart",
        )
    elif number < 1:
        yield Diagnostic(
            code="SPC204",
            message=f"with `at_once: {number}` nobody would ever enter",
            span=scope.span(enter.loc / "at_once"),
            help="write 1 or more, or leave it out for any number",
        )


def _first_day(scope: Scope, on: OnSchedule) -> Iterator[Diagnostic]:
    if on.from_ is None and counts_from_a_day(on.schedule):
        yield Diagnostic(
            code="JRN501",
            message=f"which days `{on.schedule}` names depends on the first",
            span=scope.span(on.loc / "schedule"),
            help="add `from:` with the day it counts from, or name the days: "
            "BYDAY=MO, BYMONTHDAY=1",
        )


def _phase(scope: Scope, campaign: Campaign, on: OnPhase) -> Iterator[Diagnostic]:
    known = () if campaign.calendar is None else tuple(campaign.calendar.phases)
    if on.phase in known:
        return
    close = nearest(on.phase, known)
    yield Diagnostic(
        code="REF301",
        message=f"no phase is called `{on.phase}`",
        span=scope.span(on.loc / "phase"),
        help=f"did you mean `{close}`?"
        if close
        else f"phases: {listed(known)}"
        if known
        else "define it under `calendar:` with `anchors` and `phases`",
    )


def _idle(key: str, because: str, span: Span, advice: str) -> Diagnostic:
    return Diagnostic(
        code="JRN500",
        message=f"`{key}` has no meaning here: {because}",
        span=span,
        help=advice,
    )
