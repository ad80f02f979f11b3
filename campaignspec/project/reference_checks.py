"""Names outside of rules: each refers to something that exists and is of the right sort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.journey_names import step_names
from campaignspec.project.names import FactKind, Names, listed
from campaignspec.project.scope import Scope
from campaignspec.project.trait_kinds import SUMMABLE
from campaignspec.spec.acting import (
    AddTo,
    RemoveFrom,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.case import Happens, OptsOut, Person
from campaignspec.spec.destination import Destination
from campaignspec.spec.entering import OnDate, OnEvent, OnSegment
from campaignspec.spec.habits import (
    NewOrReturning,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
)
from campaignspec.spec.journey import Goal, Send
from campaignspec.spec.kpi_definition import (
    CountCosts,
    CountCustomers,
    CountEntries,
    CountEvents,
    CountFacts,
    RoleEvent,
)
from campaignspec.spec.policy import (
    Cap,
    Policies,
    QuietHours,
    Regulated,
    SpendLimit,
    SuppressEvent,
    SuppressList,
    SuppressSegment,
)
from campaignspec.spec.project import Environment, ResponseModel
from campaignspec.spec.reading import Piece, Place
from campaignspec.spec.steering import Stage
from campaignspec.spec.traits import Count, DaysSince, First, Latest, MedianGap
from campaignspec.spec.waiting import OnClicked, OnOpened, WaitDate

_EVENTS: Final[tuple[Place, ...]] = (
    (RoleEvent, "event"),
    (RoleEvent, "also"),
    (CountCustomers, "customers"),
    (CountCustomers, "among"),
    (CountEvents, "events"),
    (OnEvent, "event"),
    (Goal, "event"),
    (SuppressEvent, "event"),
    (Stage, "event"),
    (Happens, "event"),
    (Count, "count"),
    (Latest, "latest"),
    (First, "first"),
    (DaysSince, "days_since"),
    (MedianGap, "median_gap"),
    (Streak, "streak"),
    (ShareOf, "share"),
    (NewOrReturning, "new_or_returning"),
    (PreferredChannel, "preferred_channel"),
    (PreferredHour, "preferred_hour"),
)
_CHANNELS: Final[tuple[Place, ...]] = (
    *((CountFacts, "channel"), (CountCosts, "channel")),
    *((step, "via") for step in (Send, Survey, Task, Webhook, WriteBack, Show)),
    (Destination, "via"),
    *((section, "channel") for section in (Cap, SpendLimit)),
    *((section, "channels") for section in (QuietHours, Regulated)),
    *((section, "channels") for section in (SuppressSegment, SuppressList, SuppressEvent)),
    (OptsOut, "unsubscribed"),
)
_CHANNEL_ENTRIES: Final[tuple[Place, ...]] = (
    (ResponseModel, "channels"),
    (Environment, "channels"),
    (Person, "consent"),
)
_CAMPAIGNS: Final[tuple[Place, ...]] = (
    (Environment, "campaigns"),
    (Cap, "campaign"),
    (Policies, "exclusive"),
)
_ANSWERS: Final[tuple[Place, ...]] = ((OnOpened, "opened"), (OnClicked, "clicked"))


def events(scope: Scope) -> Iterator[Diagnostic]:
    """Check the events that are counted, waited for and entered by."""
    for section, key in _EVENTS:
        yield from _find(scope, scope.names.events, scope.values(section, key))


def segments(scope: Scope) -> Iterator[Diagnostic]:
    """Check the segments by which customers enter, leave or go on."""
    places = (
        (OnSegment, "segment"),
        (SuppressSegment, "segment"),
        (Destination, "mirror"),
        (CountEntries, "segment"),
    )
    for section, key in places:
        yield from _find(scope, scope.names.segments, scope.values(section, key))


def channels(scope: Scope) -> Iterator[Diagnostic]:
    """Check the channels that anything is sent through, limited in or assumed of."""
    for section, key in _CHANNELS:
        yield from _find(scope, scope.names.channels, scope.values(section, key))
    for section, key in _CHANNEL_ENTRIES:
        yield from _find(scope, scope.names.channels, scope.entry_names(section, key))


def destinations(scope: Scope) -> Iterator[Diagnostic]:
    """Check the audiences into which customers are put."""
    for section, key in ((AddTo, "add_to"), (RemoveFrom, "remove_from")):
        yield from _find(scope, scope.names.destinations, scope.values(section, key))


def answers(scope: Scope) -> Iterator[Diagnostic]:
    """Check the messages whose answers are waited for."""
    for part in scope.files.campaigns:
        names = step_names(part, scope.shared, scope.mixes)
        for section, key in _ANSWERS:
            yield from _find(scope, names, part.pieces.values_of(section, key))


def environments(scope: Scope) -> Iterator[Diagnostic]:
    """Check the campaigns and the response models of environments, and campaigns in policies."""
    names = scope.names
    for section, key in _CAMPAIGNS:
        yield from _find(scope, names.campaigns, scope.values(section, key))
    yield from _find(scope, names.responses, scope.values(Environment, "responses"))


def dates(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a date by which customers enter, or for which they wait, is one."""
    for on in (*scope.values(OnDate, "date"), *scope.values(WaitDate, "date")):
        yield from _find(scope, scope.names.attributes, (on,))
        yield from _date(scope, on.value, scope.span_of(on))


def goal_values(scope: Scope) -> Iterator[Diagnostic]:
    """Check what a goal is worth."""
    for value in scope.values(Goal, "value"):
        event = scope.beside(value.loc, "event")
        if event is not None:
            yield from _worth(scope, event, value)


def sends_without_channel(scope: Scope) -> Iterator[Diagnostic]:
    """Check that there is a channel at all; which one it is, is for `project.doing` to say."""
    known = scope.names.channels
    if known.complete and not known.known:
        for step in scope.sections(Send):
            if step.via is None:
                yield _no_channel(step.send, scope.key_span(step.loc / "send"))


def _find(scope: Scope, names: Names, pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
    for piece in pieces:
        yield from scope.find(names, piece)


def _date(scope: Scope, name: str, span: Span) -> Iterator[Diagnostic]:
    names = scope.names
    kind = names.facts.get(name) if name in names.attributes else None
    if kind not in {None, FactKind.DATE}:
        others = [n for n in names.attributes.known if names.facts.get(n) is FactKind.DATE]
        yield Diagnostic(
            code="REF305",
            message=f"the attribute `{name}` is {kind}, not a date",
            span=span,
            help=f"attributes that are dates: {listed(others)}"
            if others
            else f"declare it in campaignspec.yaml as `{name}: date`, if it is one",
        )


def _worth(scope: Scope, event: str, value: Piece) -> Iterator[Diagnostic]:
    yield from _find(scope, scope.names.properties_of(event), (value,))
    kind = scope.names.properties.get(event, {}).get(value.value)
    if kind is not None and kind not in SUMMABLE:
        yield Diagnostic(
            code="REF305",
            message=f"`{value.value}` of `{event}` is {kind}; a goal cannot be worth that",
            span=scope.span_of(value),
            help="name a property that is a number or an amount of money",
        )


def _no_channel(message: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="SPC202",
        message=f"`{message}` cannot be sent: the project has no channel",
        span=span,
        help="define one under `channels:` in channels.yaml",
    )
