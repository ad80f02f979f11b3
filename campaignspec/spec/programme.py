"""What may be written in a ``programme.yaml``: campaigns that are judged together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


class Part(StrEnum):
    """What a campaign does in its programme."""

    BRINGS = "brings"
    """It wins customers: advertisements, first orders."""
    KEEPS = "keeps"
    """It keeps those who were won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The orders that all departments are judged by: one list for everybody."""

    event: Name = key("The event's name.", Change.MEASURE)
    where: Rule | None = key(
        "Which events count: a rule over the event's properties.", Change.MEASURE, default=None
    )
    value: Name = key("The property that an order is worth.", Change.MEASURE)
    within: Duration = key(
        "How long before an order a touch may have had a part in it.", Change.MEASURE
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Halo:
    """How orders of what the programme is about are told from others that it brings as well."""

    own: Rule = key("What is true of an order of its own.", Change.MEASURE)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Campaigns of one or several departments, judged together."""

    title: str | None = key("One line for people.", Change.METADATA, default=None)
    owner: Name | None = key("Who answers for the whole.", Change.METADATA, default=None)
    campaigns: Mapping[Name, Part] = key(
        "The campaigns, and what each does: `brings` or `keeps`.", Change.MEASURE
    )
    order: Order = key("What all of them are judged by.", Change.MEASURE)
    margin: Share = key("The share of an order's value that is earned.", Change.MEASURE)
    cac: Money | None = key(
        "What advertisements cost for each customer won.", Change.MEASURE, default=None
    )
    halo: Halo | None = key(
        "Which orders are the programme's own; all, if not given.", Change.MEASURE, default=None
    )
    budget: Money | None = key("What it may cost in all.", Change.MEASURE, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmes:
    """The programmes of a project."""

    programmes: Mapping[Name, Programme] = key("By name.", Change.MEASURE, default=EMPTY)
    loc: Loc = location()
