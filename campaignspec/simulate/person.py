"""The history of made-up customers: what their timelines say, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np

from campaignspec.clock import NEVER, Instant, parse_instant
from campaignspec.connector import MessageClass
from campaignspec.history import LONG_AGO, Addresses, Column, History, Stream, ValueKind
from campaignspec.money import MICROS, parse_money
from campaignspec.project import Project
from campaignspec.project.event_properties import properties_of_events
from campaignspec.spec.case import Calls, Happens, Occurrence, OptsIn, OptsOut, Person, TestCase
from campaignspec.spec.channel import Scalar
from campaignspec.spec.sources import ColumnKind, CustomersSource

CUSTOMER = "the customer"
"""The id of a customer whose case gives none."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_ALWAYS = LONG_AGO // 2
"""When consents that a case takes for granted were given."""


@lru_cache(maxsize=2**16)
def instant_of(moment: str, zone: str) -> Instant:
    """Read a moment on the clock of a zone; a life is asked for its moments again and again."""
    return parse_instant(moment, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One made-up customer and all that happens to them.

    Attributes:
        person: Who they are.
        timeline: What happens, in any order.
    """

    person: Person
    timeline: tuple[Occurrence, ...]

    @property
    def id(self) -> str:
        """The id that stands for the customer in history and facts."""
        return CUSTOMER if self.person.id is None else self.person.id

    def zone(self, project: Project) -> str:
        """Return the zone on whose clock everything happens."""
        return self.person.timezone or project.settings.timezone


def person_of(project: Project, case: TestCase) -> Person:
    """Return a case's customer; what a persona is like holds where the case says nothing else."""
    said = case.customer if isinstance(case.customer, Person) else Person(like=case.customer)
    if said.like is None:
        return said
    persona = project.personas[said.like]
    return replace(
        said,
        timezone=said.timezone or persona.timezone,
        attributes={**persona.attributes, **said.attributes},
        consent={**persona.consent, **said.consent},
    )


def life_of(project: Project, case: TestCase) -> Life:
    """Return the life that a case tells of; a persona has lived before."""
    person = person_of(project, case)
    before = project.personas[person.like].events if person.like else ()
    return Life(person=person, timeline=(*before, *case.timeline))


def history_of_lives(project: Project, lives: Sequence[Life], addresses: Sequence[str]) -> History:
    """Make the history of made-up customers.

    Args:
        project: Whose attributes and events there are.
        lives: The customers, in ascending order of their ids, each id once.
        addresses: The kinds of address that everybody has.
    """
    zones = [life.zone(project) for life in lives]
    known = tuple(dict.fromkeys(zones))
    address = Addresses.of(["customer@test.example"] * len(lives))
    return History(
        customers=tuple(life.id for life in lives),
        attributes=_attributes(project, lives),
        addresses=dict.fromkeys(addresses, address),
        zones=known,
        zone_of=np.array([known.index(zone) for zone in zones], np.int32),
        streams=_streams(project, lives, zones),
        messages={},
        consents=_consents(project, lives, zones),
        fingerprint="case",
        first=NEVER,
        last=LONG_AGO,
    )


def _attributes(project: Project, lives: Sequence[Life]) -> Mapping[str, Column]:
    kinds = {
        name: kind
        for source in project.settings.sources
        if isinstance(source, CustomersSource)
        for name, kind in source.attributes.items()
    }
    return {
        str(name): _column(kind, [life.person.attributes.get(name) for life in lives])
        for name, kind in kinds.items()
    }


def _streams(project: Project, lives: Sequence[Life], zones: Sequence[str]) -> Mapping[str, Stream]:
    kinds = dict(properties_of_events(project.settings.sources))
    by_event: dict[str, list[tuple[int, Instant, Happens | Calls]]] = {}
    for row, (life, zone) in enumerate(zip(lives, zones, strict=True)):
        for each in life.timeline:
            if isinstance(each, Happens | Calls):
                at = instant_of(each.at, zone)
                name = each.event if isinstance(each, Happens) else each.call
                by_event.setdefault(name, []).append((row, at, each))
                if isinstance(each, Calls):  # what a call brings is declared nowhere: it is text
                    texts = dict.fromkeys(map(str, each.properties), ColumnKind.TEXT)
                    kinds[name] = {**kinds.get(name, {}), **texts}
    return {
        event: Stream.build(
            np.array([row for row, _, _ in happens], np.int64),
            np.array([at for _, at, _ in happens], np.int64),
            len(lives),
            {
                name: _column(kind, [o.properties.get(name) for _, _, o in happens])  # type: ignore[call-overload] # names are texts
                for name, kind in kinds.get(event, {}).items()
            },
        )
        for event, happens in sorted(by_event.items())
    }


def _consents(
    project: Project, lives: Sequence[Life], zones: Sequence[str]
) -> Mapping[tuple[str, str], Stream]:
    said = {channel: _said(lives, zones, channel) for channel in project.channels}
    return {
        (channel, purpose.value): stream
        for channel, stream in said.items()
        for purpose in MessageClass
    }


def _said(lives: Sequence[Life], zones: Sequence[str], channel: str) -> Stream:
    """Return what everybody says of a channel: a yes or no of old, and changes of mind."""
    rows: list[int] = []
    at: list[Instant] = []
    granted: list[bool] = []
    for row, (life, zone) in enumerate(zip(lives, zones, strict=True)):
        agreed = {str(name): said for name, said in life.person.consent.items()}
        changes = _changes_of_mind(life, zone, channel)
        for instant, said in [(_ALWAYS, agreed.get(channel, True)), *changes]:
            rows.append(row)
            at.append(instant)
            granted.append(said)
    return Stream.build(
        np.array(rows, np.int64),
        np.array(at, np.int64),
        len(lives),
        # Where a source tells what is confirmed, a yes in a test means one that is.
        dict.fromkeys(("granted", "confirmed"), Column.of(ValueKind.BOOLEAN, granted)),
    )


def _changes_of_mind(life: Life, zone: str, channel: str) -> Iterator[tuple[Instant, bool]]:
    for each in life.timeline:
        if isinstance(each, OptsOut) and each.unsubscribed == channel:
            yield instant_of(each.at, zone), False
        if isinstance(each, OptsIn) and each.agreed == channel:
            yield instant_of(each.at, zone), True


def _column(kind: ColumnKind, values: Sequence[Scalar | None]) -> Column:
    return Column.of(ValueKind(kind.value), [_value(kind, value) for value in values])


def _value(kind: ColumnKind, value: Scalar | None) -> str | float | bool | None:
    if value is None or value == "":
        return None
    match kind:
        case ColumnKind.TEXT:
            return str(value)
        case ColumnKind.NUMBER:
            return float(value)
        case ColumnKind.MONEY:
            return _micros(value)
        case ColumnKind.DATE:
            return date.fromisoformat(str(value)).toordinal() - _EPOCH_DAY
        case ColumnKind.BOOLEAN:
            return bool(value)


def _micros(value: Scalar) -> int:
    """Read ``40 USD`` or a plain number of the project's currency."""
    if isinstance(value, str):
        return parse_money(value).micros
    return round(float(value) * MICROS)
