"""What may be written in an ``audiences.yaml``: traits and segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.clock import Duration
from campaignspec.spec.kinds import Name, Threshold
from campaignspec.spec.rule import Rule
from campaignspec.spec.sequence import Step
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location
from campaignspec.spec.traits import Trait


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How large a segment is when nothing is wrong with the data."""

    size: Threshold | None = key(
        'How many customers match: `">= 100"`.', Change.METADATA, default=None
    )
    share: Threshold | None = key(
        'How many of all customers match: `"<= 20%"`.', Change.METADATA, default=None
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Customers for whom all that is written here is true.

    It has a rule, a sequence or a list, or several of them; `exclude` takes customers out.
    """

    where: Rule | None = key("What is true of everybody in it.", Change.ROUTING, default=None)
    sequence: tuple[Step, ...] = key(
        "What happened after what: names of events, or steps with conditions.",
        Change.ROUTING,
        default=(),
    )
    within: Duration | None = key(
        "The sequence's first event is later than `now` minus this; ever, if not given.",
        Change.ROUTING,
        default=None,
    )
    listed: str | None = key(
        "A file of customers, from this file's folder: a column `customer`, or only one column.",
        Change.ROUTING,
        default=None,
    )
    matrix: Mapping[Name, Mapping[Name, Rule]] = key(
        "Rules by dimension and name: each combination is a segment, its names joined by dots.",
        Change.ROUTING,
        default=EMPTY,
    )
    exclude: tuple[Name, ...] = key(
        "Segments whose customers are not in it.", Change.ROUTING, default=()
    )
    expect: Expectation | None = key(
        "Its size when nothing is wrong.", Change.METADATA, default=None
    )
    title: str | None = key("One line for people.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """Facts computed once for everybody, and rules over them."""

    traits: Mapping[Name, Trait] = key(
        "Facts about a customer at an instant, by name.", Change.ROUTING, default=EMPTY
    )
    segments: Mapping[Name, Segment] = key("Segments by name.", Change.ROUTING, default=EMPTY)
    exclusive: tuple[tuple[Name, ...], ...] = key(
        "Groups of segments of which nobody matches two at once.", Change.METADATA, default=()
    )
    loc: Loc = location()
