"""Counting one thing for every entry, or for everybody: what KPIs are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.clock import DAY
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import SendNode
from campaignspec.history import LONG_AGO
from campaignspec.history.sorting import distinct
from campaignspec.measure.cohort import Flags
from campaignspec.measure.frame import Frame
from campaignspec.measure.ground import Amounts, Happening, Places
from campaignspec.measure.happened import Happened, happened, happened_to_all
from campaignspec.money import MICROS
from campaignspec.spec.kpi_definition import (
    ROLE,
    Costs,
    CountCosts,
    CountCustomers,
    CountDays,
    Counted,
    CountEntries,
    CountEvents,
    CountFacts,
    Counting,
    CountMoney,
    Income,
    Of,
    Once,
    Role,
    Side,
    SumEvents,
)

_ENDS: Final = frozenset({Counted.CONVERTED, Counted.LEFT, Counted.COMPLETED, Counted.EXPIRED})
_INCREMENTAL: Final = frozenset({Income.INCREMENTAL_REVENUE, Income.INCREMENTAL_MARGIN})
_COSTING: Final = (Kind.SENT, Kind.DONE, Kind.REDEEMED)
"""The facts whose value is a cost; that of messages first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One thing, counted.

    Attributes:
        values: A number for every entry, or for every customer of the history.
        constant: What belongs to nobody: the campaign's production, the period's days.
        of_everybody: Whether the numbers are those of the history's customers.
    """

    values: Amounts
    constant: float = 0.0
    of_everybody: bool = False

    @property
    def total(self) -> float:
        """The sum of all."""
        return float(self.values.sum()) + self.constant

    def less(self, other: Count) -> Count:
        """Take another count away."""
        return Count(
            values=self.values - other.values,
            constant=self.constant - other.constant,
            of_everybody=self.of_everybody,
        )


def count(quantity: Counting, frame: Frame) -> Count:
    """Count one thing in the windows of a frame."""
    match quantity:
        case CountFacts():
            return Count(values=_facts(quantity, frame))
        case CountEntries():
            return Count(values=_entries(quantity, frame))
        case CountCustomers():
            return _scoped(quantity.of, frame, _customers(quantity, frame))
        case CountEvents():
            events = _told(frame, quantity.events, quantity.of, quantity)
            return _scoped(quantity.of, frame, events.counts())
        case SumEvents():
            return _scoped(quantity.of, frame, _sums(quantity, frame))
        case CountMoney():
            unknown = quantity.money in _INCREMENTAL and not frame.side(Side.HELD_OUT).any()
            return Count(values=_money(quantity, frame), constant=np.nan if unknown else 0.0)
        case CountCosts():
            return _costs(quantity, frame)
        case CountDays():
            days = (frame.end - frame.start) / DAY
            return Count(values=np.zeros(frame.size), constant=days)
        case _:
            assert_never(quantity)


def _scoped(of: Of, frame: Frame, values: Amounts) -> Count:
    if of is Of.EVERYBODY:
        return Count(values=values, of_everybody=True)
    return Count(values=np.where(frame.side(Side(of)), values, 0.0))


def _facts(quantity: CountFacts, frame: Frame) -> Amounts:
    """Count facts by entry: every fact, or each message once."""
    treated = frame.side(Side.TREATED)
    if quantity.facts in _ENDS:
        reached = frame.cohort.reached(Kind(quantity.facts)) & treated
        return _each(reached, quantity.once, frame)
    if quantity.once is None and quantity.among is None:
        values = _tallied(_facts_of(quantity, quantity.facts, frame), frame)
    else:
        values = _messages(quantity, frame)
    values = np.where(treated, values, 0.0)
    if quantity.once in {Once.ENTRY, Once.CUSTOMER}:
        return _each(values > 0, quantity.once, frame)
    return values


def _facts_of(quantity: CountFacts, facts: Counted, frame: Frame) -> Amounts:
    """Weigh every fact: 1 where it counts, and -1 of a failed one among the delivered."""
    cohort = frame.cohort
    fits = _fitting(quantity, frame)
    if facts is not Counted.DELIVERED:
        return np.where(fits & cohort.marks(Kind(facts)), 1.0, 0.0)
    sent, failed = cohort.marks(Kind.SENT), cohort.marks(Kind.FAILED)
    return np.where(fits & sent, 1.0, 0.0) - np.where(fits & failed, 1.0, 0.0)


def _messages(quantity: CountFacts, frame: Frame) -> Amounts:
    """Count messages by entry, each once; a message is known by its entry, step and channel."""
    cohort = frame.cohort
    keys, known, entries = cohort.remembered("messages", lambda: _message_keys(frame))
    found = _message_set(quantity, quantity.facts, frame, keys)
    if quantity.among is not None:
        found = np.intersect1d(found, _message_set(quantity, quantity.among, frame, keys))
    entry = entries[np.searchsorted(known, found)]
    counted: Amounts = np.bincount(entry, minlength=frame.size).astype(np.float64)
    return counted


def _message_set(quantity: CountFacts, facts: Counted, frame: Frame, keys: Places) -> Places:
    fits, cohort = _fitting(quantity, frame), frame.cohort
    if facts is Counted.DELIVERED:
        sent = keys[fits & cohort.marks(Kind.SENT)]
        return np.setdiff1d(sent, keys[fits & cohort.marks(Kind.FAILED)])
    return distinct(keys[fits & cohort.marks(Kind(facts))])


def _message_keys(frame: Frame) -> tuple[Places, Places, Places]:
    """Number the message that each fact is about.

    Returns:
        The number of each fact's message; all numbers, ascending; and the entry of each.
    """
    nodes, n_nodes = _coded(frame.cohort.facts["node"])
    channels, n_channels = _coded(frame.cohort.facts["channel"])
    keys = (frame.cohort.enrolment * n_nodes + nodes) * n_channels + channels
    known = distinct(keys)
    return keys, known, known // (n_nodes * n_channels)


def _coded(column: pa.ChunkedArray) -> tuple[Places, int]:
    encoded = pa.chunked_array(pc.fill_null(column, "")).combine_chunks().dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), max(len(encoded.dictionary), 1)


def _fitting(quantity: CountFacts | CountCosts, frame: Frame) -> Flags:
    """Mark the facts that a quantity's own words allow, in the windows where those matter."""
    cohort = frame.cohort
    fits: Flags = np.ones(cohort.facts.num_rows, dtype=np.bool_)
    if quantity.channel is not None:
        fits &= _is(cohort.facts["channel"], quantity.channel)
    if isinstance(quantity, CountFacts):
        if quantity.step is not None:
            fits &= _is(cohort.facts["node"], quantity.step)
        if quantity.class_ is not None:
            nodes = [
                node.id
                for node in frame.graph.nodes.values()
                if isinstance(node, SendNode) and node.message_class is quantity.class_
            ]
            fits &= pc.is_in(cohort.facts["node"], pa.array(nodes, pa.string())).to_numpy()
    if frame.is_timed:
        at, entry = cohort.instants, cohort.enrolment
        fits &= (at >= frame.begins[entry]) & (at <= frame.ends[entry])
    return fits


def _is(column: pa.ChunkedArray, word: str) -> Flags:
    flags: Flags = pc.fill_null(pc.equal(column, word), fill_value=False).to_numpy()
    return flags


def _tallied(weights: Amounts, frame: Frame) -> Amounts:
    tallied: Amounts = np.bincount(
        frame.cohort.enrolment, weights=weights, minlength=frame.size
    ).astype(np.float64)
    return tallied


def _entries(quantity: CountEntries, frame: Frame) -> Amounts:
    fits = frame.side(quantity.entries)
    audience = frame.ground.audience
    if audience is not None and (quantity.segment is not None or quantity.where is not None):
        place = np.flatnonzero(fits)
        rows, at = frame.rows[place], frame.ends[place]
        true = np.ones(place.shape, np.bool_)
        if quantity.segment is not None:
            true &= audience.matches(quantity.segment, rows, at)
        if quantity.where is not None:
            true &= audience.true_of(quantity.where.term, rows, at)
        fits = np.zeros(frame.size, np.bool_)
        fits[place[true]] = True
    return _each(fits, quantity.once, frame)


def _each(fits: Flags, once: Once | None, frame: Frame) -> Amounts:
    """Count entries, or the customers among them: each at the first entry that fits."""
    values = fits.astype(np.float64)
    if once is Once.CUSTOMER:
        place = np.flatnonzero(fits)
        _, first = np.unique(frame.cohort.customer[place], return_index=True)
        values[:] = 0.0
        values[place[first]] = 1.0
    return values


def _customers(quantity: CountCustomers, frame: Frame) -> Amounts:
    told = _told(frame, quantity.customers, quantity.of, quantity)
    if quantity.by is not None:
        return told.repeats(quantity.by, quantity.at_least)
    did = told.counts() >= quantity.at_least
    if quantity.among is not None:
        did &= _told(frame, quantity.among, quantity.of, None).counts() > 0
    return did.astype(np.float64)


def _told(
    frame: Frame, name: str, of: Of, quantity: CountCustomers | CountEvents | None
) -> Happened:
    """Find the events of a name in the windows of entries, or of everybody in the period."""
    where = quantity.where if quantity is not None else None
    found = frame.ground.happenings(name, where)
    if of is Of.EVERYBODY:
        return happened_to_all(found, frame)
    return happened(found, frame)


def _sums(quantity: SumEvents, frame: Frame) -> Amounts:
    event, _, name = quantity.total.rpartition(".")
    found = tuple(
        Happening(stream=each.stream, value=name)
        for each in frame.ground.happenings(event, quantity.where)
    )
    everybody = quantity.of is Of.EVERYBODY
    told = happened_to_all(found, frame) if everybody else happened(found, frame)
    return told.sums(0.0)


def _money(quantity: CountMoney, frame: Frame) -> Amounts:
    """Add up what entries brought, in units of the currency."""
    side = frame.side(quantity.of)
    if quantity.money is Income.GOAL:
        return np.where(side, frame.cohort.value(Kind.CONVERTED) / MICROS, 0.0)
    brought = happened(frame.ground.happenings(f"{ROLE}{Role.ORDER}"), frame).sums(
        frame.ground.price
    )
    margin = frame.ground.economics.margin
    earned = margin.fraction if margin is not None else 0.0
    match quantity.money:
        case Income.REVENUE:
            return np.where(side, brought, 0.0)
        case Income.MARGIN:
            return np.where(side, brought * earned, 0.0)
        case Income.INCREMENTAL_REVENUE:
            return _incremental(brought, frame)
        case Income.INCREMENTAL_MARGIN:
            return _incremental(brought * earned, frame)
        case Income.NEW_REVENUE | Income.RETURNING_REVENUE:
            new = is_new(frame) == (quantity.money is Income.NEW_REVENUE)
            return np.where(side & new, brought, 0.0)
        case _:
            assert_never(quantity.money)


def is_new(frame: Frame) -> Flags:
    """Say whose customer had not ordered before the period began.

    The order that lets somebody enter is in the period: by it a customer is new, not returning.
    """
    before = np.zeros(frame.size)
    for happening in frame.ground.happenings(f"{ROLE}{Role.ORDER}"):
        before += happening.stream.count(frame.rows, LONG_AGO, frame.start)
    return np.asarray(before == 0)


def _incremental(brought: Amounts, frame: Frame) -> Amounts:
    """Weigh the held-out so that there are as many of them as of the treated, and take them away.

    Where nobody is held out, nobody can say what the campaign caused.
    """
    treated, held_out = frame.side(Side.TREATED), frame.side(Side.HELD_OUT)
    if not held_out.any():
        return np.zeros(frame.size)
    weight = treated.sum() / held_out.sum()
    return np.where(treated, brought, np.where(held_out, -brought * weight, 0.0))


def _costs(quantity: CountCosts, frame: Frame) -> Count:
    cohort = frame.cohort
    paid = pc.fill_null(cohort.facts["value"], 0).to_numpy() / MICROS
    kinds = _COSTING if quantity.cost is Costs.ALL else _COSTING[:1]
    weights: Amounts = np.where(_fitting(quantity, frame) & cohort.marks(*kinds), paid, 0.0)
    values = np.where(frame.side(Side.TREATED), _tallied(weights, frame), 0.0)
    production = frame.ground.economics.production
    whole = quantity.cost is Costs.ALL and production is not None
    constant = production.micros / MICROS if whole and production is not None else 0.0
    return Count(values=values, constant=constant)
