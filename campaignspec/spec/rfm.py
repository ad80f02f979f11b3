"""Recency, frequency and money: three scores of a customer, and the name of what they make.

The scores are those of Hughes (Strategic Database Marketing, 1994): each customer with an event
is ranked by the latest event, by their number and by what a property of them adds up to, and
the ranks are cut into equal parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


class Facet(StrEnum):
    """The facts that an RFM trait is: `rfm.r`, `rfm.f`, `rfm.m` and `rfm.cell`."""

    RECENCY = "r"
    FREQUENCY = "f"
    MONEY = "m"
    CELL = "cell"


SCORES = (Facet.RECENCY, Facet.FREQUENCY, Facet.MONEY)
"""The facets that are numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOffs:
    """Where one score ends and the next begins, the same for everybody at any instant.

    A score is 1 and one more for every limit that is reached.
    """

    r: tuple[Duration, ...] = key(
        "Ages, ascending: the latest event is later than `now` minus this.", Change.ROUTING
    )
    f: tuple[int, ...] = key("Numbers of events, ascending: at least so many.", Change.ROUTING)
    m: tuple[Money | float, ...] = key(
        "Sums, ascending: at least so much; amounts of money where the property is one.",
        Change.ROUTING,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rfm:
    """Scores of recency, frequency and money: `x.r`, `x.f`, `x.m`, and the name `x.cell`.

    The best score is the number of bins, the least is 1. All are missing without an event in
    the window. Bins are drawn anew at each midnight of the project's time zone, and hold until
    the next: customers with an event are put in order of the value, those with equal values by
    their ids, and cut into equal parts, of which the first have one more if it does not come
    out even (SQL's NTILE). With cut-offs instead, each score is exact at any instant.
    """

    rfm: Property = key("Event and property: `order.placed.amount`.", Change.ROUTING)
    within: Duration | None = key(
        "Only events after the instant minus this, up to and including it.",
        Change.ROUTING,
        default=None,
    )
    where: Rule | None = key(
        "Only events whose properties fit this rule.", Change.ROUTING, default=None
    )
    bins: int = key("How many scores there are, 2 to 10.", Change.ROUTING, default=5)
    cut_offs: CutOffs | None = key(
        "Limits of the scores, in place of bins.", Change.ROUTING, default=None
    )
    cells: Mapping[Name, Rule] = key(
        "Rules over `r`, `f` and `m`: `x.cell` is the name of the first that holds.",
        Change.ROUTING,
        default=EMPTY,
    )
    loc: Loc = location()
    facet: Facet | None = None


def facets_of(name: str) -> tuple[str, ...]:
    """Return the names of the facts that an RFM trait is."""
    return tuple(f"{name}.{facet}" for facet in Facet)
