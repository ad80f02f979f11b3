"""A history in plain values, readable by a person, and the same history in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from campaignspec.clock import NEVER
from campaignspec.history import LONG_AGO, Addresses, Column, History, Stream, ValueKind
from campaignspec.history.blocked import EMAIL, blocked_name
from campaignspec.history.history import Roll

PROPERTIES: Mapping[str, Mapping[str, ValueKind]] = {
    "buy": {"amount": ValueKind.MONEY, "items": ValueKind.NUMBER, "sku": ValueKind.TEXT},
    "visit": {"seconds": ValueKind.NUMBER, "page": ValueKind.TEXT},
    "return": {"amount": ValueKind.MONEY},
    "message.sent": {"channel": ValueKind.TEXT},
    "message.opened": {"channel": ValueKind.TEXT},
    "ghost": {"amount": ValueKind.MONEY},
    "ping": {},
    "pong": {},
}
"""By event, its properties; nobody ever does `ghost`, and only journeys emit the last two."""

LISTED = "vips.csv"
"""A file that lists customers."""

VIPS = frozenset({"c0", "c2", "nobody"})
"""The ids in that file."""

ADDRESS = "email"
"""The sort of address that every channel of the stories needs."""

BLOCKED_FILE = "blocked.csv"
"""A file of e-mail addresses that are to be left alone."""

BLOCKED = frozenset({"c1", "c4"})
"""Whose addresses stand in that file."""

ATTRIBUTES: Mapping[str, ValueKind] = {
    "city": ValueKind.TEXT,
    "age": ValueKind.NUMBER,
    "day": ValueKind.DATE,
    "vip": ValueKind.BOOLEAN,
}


@dataclass(frozen=True)
class Event:
    """Something that happened; money is in micro-units."""

    at: int
    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Decision:
    """A consent given or refused; or asked for, and not yet answered."""

    at: int
    channel: str
    purpose: str
    granted: bool | None
    confirmed: bool = False


@dataclass(frozen=True)
class PastMessage:
    """A message that some other system sent."""

    at: int
    channel: str
    message_class: str
    campaign: str | None = None


@dataclass(frozen=True)
class Customer:
    """One person; dates are day numbers since 1970, events are in order of arrival."""

    id: str
    zone: str
    addresses: frozenset[str]
    attributes: Mapping[str, Any]
    events: Sequence[Event] = ()
    decisions: Sequence[Decision] = ()
    messages: Sequence[PastMessage] = ()
    zone_known: bool = True


Story = tuple[Customer, ...]
"""Customers in ascending order of their ids."""


def until(story: Story, instant: int) -> Story:
    """Return what could be told at an instant."""
    return tuple(
        replace(
            person,
            events=[event for event in person.events if event.at <= instant],
            decisions=[decision for decision in person.decisions if decision.at <= instant],
            messages=[message for message in person.messages if message.at <= instant],
        )
        for person in story
    )


def history_of(story: Story) -> History:
    """Lay a story out in columns."""
    zones = tuple(sorted({person.zone for person in story}))
    happened = [event.at for person in story for event in person.events]
    return History(
        customers=tuple(person.id for person in story),
        attributes={
            name: Column.of(kind, [person.attributes.get(name) for person in story])
            for name, kind in ATTRIBUTES.items()
        },
        addresses={
            kind: Addresses.of([kind if kind in p.addresses else None for p in story])
            for kind in ("email", "phone", "customer")
        },
        zones=zones,
        zone_of=np.array([zones.index(person.zone) for person in story], np.int32),
        zone_known=np.array([person.zone_known for person in story], np.bool_),
        streams=_streams(story, lambda person: person.events, lambda e: e.name, _event_columns),
        messages=_streams(
            story,
            lambda person: person.messages,
            lambda message: message.channel,
            lambda _, found: {
                "class": Column.of(ValueKind.TEXT, [m.message_class for m in found]),
                "campaign": Column.of(ValueKind.TEXT, [m.campaign for m in found]),
            },
        ),
        consents=_streams(
            story,
            lambda person: person.decisions,
            lambda decision: (decision.channel, decision.purpose),
            lambda _, found: {
                "granted": Column.of(ValueKind.BOOLEAN, [d.granted for d in found]),
                "confirmed": Column.of(ValueKind.BOOLEAN, [d.confirmed for d in found]),
            },
        ),
        fingerprint="story",
        first=min(happened, default=NEVER),
        last=max(happened, default=LONG_AGO),
        lists={
            LISTED: _roll(story, VIPS),
            blocked_name(BLOCKED_FILE, EMAIL): _roll(story, BLOCKED),
        },
    )


def _roll(story: Story, ids: frozenset[str]) -> Roll:
    return Roll(rows=np.array([n for n, p in enumerate(story) if p.id in ids], np.int64))


def _streams(
    story: Story,
    told: Callable[[Customer], Iterable[Any]],
    key_of: Callable[[Any], Any],
    columns: Callable[[Any, Sequence[Any]], Mapping[str, Column]],
) -> dict[Any, Stream]:
    found: dict[Any, list[tuple[int, Any]]] = {}
    for row, person in enumerate(story):
        for item in told(person):
            found.setdefault(key_of(item), []).append((row, item))
    return {
        key: Stream.build(
            np.array([row for row, _ in items], np.int64),
            np.array([item.at for _, item in items], np.int64),
            len(story),
            columns(key, [item for _, item in items]),
        )
        for key, items in found.items()
    }


def _event_columns(name: str, events: Sequence[Event]) -> Mapping[str, Column]:
    return {
        prop: Column.of(kind, [event.properties.get(prop) for event in events])
        for prop, kind in PROPERTIES[name].items()
    }
