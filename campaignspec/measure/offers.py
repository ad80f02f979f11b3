"""What became of the offers that a campaign gave, what they cost, and what is still owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import GrantNode, JourneyGraph
from campaignspec.measure.cohort import Cohort, Tally, tally

_Numbers = npt.NDArray[np.int64]
_ENDS = (Kind.REDEEMED, Kind.REVOKED, Kind.OFFER_EXPIRED)
_MOST_GRANTS = 2**24
"""More grants of one offer than one customer can get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferUse:
    """One offer in one campaign; grants are those of the campaign's enrolments.

    A grant is in exactly one of `redeemed`, `revoked`, `expired` and `open`, whichever campaign
    or event ended it.

    Attributes:
        offer: Its name.
        granted: How often it was given.
        refused: How often it was not given, by reason.
        redeemed: How many grants were made use of.
        revoked: How many were taken back.
        expired: How many were not used in time.
        open: How many are held at the end of the period.
        cost: What the redemptions cost, in micro-units.
        liability: What the open grants are worth, in micro-units: what is owed. An offer whose
            worth is known at its redemption only, a percentage, owes nothing before.
    """

    offer: str
    granted: int
    refused: Tally
    redeemed: int
    revoked: int
    expired: int
    open: int
    cost: int
    liability: int

    @property
    def redemption_rate(self) -> float | None:
        """The share of grants that were made use of; None where none was given."""
        return self.redeemed / self.granted if self.granted else None


def offers_of(facts: pa.Table, cohort: Cohort, graph: JourneyGraph) -> tuple[OfferUse, ...]:
    """Measure every offer that the journey gives, in the journey's order.

    Args:
        facts: All facts; other campaigns may have ended this one's grants.
        cohort: The campaign's enrolments.
        graph: The campaign, compiled.
    """
    gives: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        if isinstance(node, GrantNode):
            gives.setdefault(node.offer, []).append(node.id)
    return tuple(_use(facts, cohort, graph, offer, nodes) for offer, nodes in gives.items())


def _use(
    facts: pa.Table, cohort: Cohort, graph: JourneyGraph, offer: str, nodes: list[str]
) -> OfferUse:
    grants, ends = _grants_and_ends(facts, cohort, offer)
    mine = _of_cohort(grants, cohort, graph.campaign)
    key, closed = _keys(grants, ends)
    by_key = np.argsort(closed)
    place = np.searchsorted(closed[by_key], key)
    inside = np.minimum(place, max(len(closed) - 1, 0))
    has_end = np.zeros(len(key), np.bool_)
    if len(closed):
        has_end = closed[by_key][inside] == key
    ended = by_key[inside[mine & has_end]] if len(closed) else np.empty(0, np.int64)
    how = ends.take(pa.array(ended))
    counted = dict(tally(how, "kind"))
    redeemed = how.filter(pc.equal(how["kind"], Kind.REDEEMED.value))
    owed = grants.filter(pa.array(mine & ~has_end))
    refused = cohort.of(Kind.NOT_GRANTED)
    return OfferUse(
        offer=offer,
        granted=int(mine.sum()),
        refused=tally(refused.filter(pc.is_in(refused["node"], pa.array(nodes))), "reason"),
        redeemed=counted.get(Kind.REDEEMED, 0),
        revoked=counted.get(Kind.REVOKED, 0),
        expired=counted.get(Kind.OFFER_EXPIRED, 0),
        open=owed.num_rows,
        cost=pc.sum(redeemed["value"]).as_py() or 0,
        liability=pc.sum(owed["value"]).as_py() or 0,
    )


def _grants_and_ends(facts: pa.Table, cohort: Cohort, offer: str) -> tuple[pa.Table, pa.Table]:
    """Return the facts of an offer up to the end of the period."""
    known = pc.less_equal(pc.cast(facts["at"], pa.int64()), cohort.end)
    about = facts.filter(pc.and_(known, pc.equal(facts["reason"], offer)))
    ends = pc.is_in(about["kind"], pa.array([kind.value for kind in _ENDS]))
    grants = pc.equal(about["kind"], Kind.GRANTED.value)
    return about.filter(grants).combine_chunks(), about.filter(ends).combine_chunks()


def _keys(grants: pa.Table, ends: pa.Table) -> tuple[_Numbers, _Numbers]:
    """Number the grants of each customer, and the ends, in order of time.

    Nobody holds two grants of one offer at once, so the end that has a grant's number is its own.
    """
    names = pc.unique(pa.chunked_array([*_chunks(grants), *_chunks(ends)], pa.string()))
    return _numbered(grants, names), _numbered(ends, names)


def _chunks(table: pa.Table) -> Iterator[pa.Array]:
    yield from table["customer"].chunks


def _numbered(table: pa.Table, names: pa.Array) -> _Numbers:
    customer = np.asarray(pc.index_in(table["customer"], names).to_numpy(), np.int64)
    at = pc.cast(table["at"], pa.int64()).to_numpy()
    order = np.lexsort((at, customer))
    first = np.ones(len(order), np.bool_)
    first[1:] = customer[order][1:] != customer[order][:-1]
    places = np.arange(len(order))
    number = np.empty(len(order), np.int64)
    number[order] = places - np.maximum.accumulate(np.where(first, places, 0))
    return customer * _MOST_GRANTS + number


def _of_cohort(grants: pa.Table, cohort: Cohort, campaign: str) -> npt.NDArray[np.bool_]:
    """Say which grants belong to the enrolments that are measured."""
    entered = cohort.of(Kind.ENTERED)
    mine = pc.is_in(_enrolments(grants), _enrolments(entered).combine_chunks())
    here = pc.and_(mine, pc.equal(grants["campaign"], campaign))
    return np.asarray(here.to_numpy(), np.bool_)


def _enrolments(table: pa.Table) -> pa.ChunkedArray:
    number = pc.cast(table["enrolment"], pa.string())
    return pc.binary_join_element_wise(table["customer"], number, "\x1f")
