"""What may be written in an ``audiences.yaml``: traits and segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location

_WITHIN = "Only events after `now` minus this, up to and including `now`."
_WHERE = "Only events whose properties fit this rule."


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many events there were."""

    count: Name = key("The event's name.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a property adds up to; 0 without events."""

    sum: Property = key("Event and property: `order.placed.amount`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """What a property is on average; missing without events."""

    average: Property = key("Event and property: `order.placed.amount`.", Change.ROUTING)
    within: Duration | None = key(_WITHIN, Change.ROUTING, default=None)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """When it last happened; missing if never."""

    latest: Name = key("The event's name.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """When it first happened; missing if never."""

    first: Name = key("The event's name.", Change.ROUTING)
    where: Rule | None = key(_WHERE, Change.ROUTING, default=None)
    loc: Loc = location()


Trait: TypeAlias = Count | Sum | Average | Latest | First


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A rule that customers match or do not."""

    where: Rule = key("What is true of everybody in it.", Change.ROUTING)
    title: str | None = key("One line for people.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """Facts computed once for everybody, and rules over them."""

    traits: Mapping[Name, Trait] = key(
        "Facts about a customer at an instant, by name.", Change.ROUTING, default=EMPTY
    )
    segments: Mapping[Name, Segment] = key("Segments by name.", Change.ROUTING, default=EMPTY)
    loc: Loc = location()
