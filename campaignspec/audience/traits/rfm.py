"""Recency, frequency and money: customers ranked at midnight, or held against limits at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from campaignspec.audience.compare import compare
from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points, Span
from campaignspec.audience.traits.midnights import latest_midnight, midnights_between
from campaignspec.audience.traits.windows import (
    event_changes,
    property_name,
    window_changes,
    window_proof,
    window_start,
)
from campaignspec.audience.values import FactKind, Mask, Moments, Rows, Values, number, picked
from campaignspec.clock import Instant
from campaignspec.history import Column, Stream, ValueKind
from campaignspec.history.sorting import distinct
from campaignspec.money import MICROS, Money
from campaignspec.spec.rfm import SCORES, CutOffs, Facet, Rfm
from campaignspec.spec.rule import AllOf, AnyOf, Compare, Known, Not, OneOf, Operator, Term

Midnights = npt.NDArray[np.int64]
Scores = npt.NDArray[np.int8]
"""From 1, the least, upwards; 0 is no score."""

_FEW: Final = 4
"""So many midnights are ranked one by one; for more of them, all that history has."""

_KEPT: Final = 2**28
"""How many bytes of rankings are kept."""


def drawn_at(trait: Rfm, facts: Facts, at: Instant) -> Instant:
    """Return the instant as of which the scores that hold at an instant were computed."""
    if trait.cut_offs is not None:
        return at
    return int(latest_midnight(facts.zone, np.array([at]))[0])


def ntile(values: npt.NDArray[Any], bins: int) -> Scores:
    """Cut values into bins of equal size, as SQL's NTILE does, ordered by value, then by place.

    With ``n = bins * q + rem`` values the first ``rem`` bins have ``q + 1`` of them and the
    others ``q``. Only the values at the cuts are searched for; nothing is sorted.
    """
    quotient, rest = divmod(len(values), bins)
    cuts = [n * quotient + min(n, rest) for n in range(1, bins)]
    cuts = [cut for cut in cuts if cut < len(values)]
    scores = np.ones(len(values), np.int8)
    if not cuts:
        return scores
    parted = np.partition(values, sorted(set(cuts)))
    for cut in cuts:
        edge = parted[cut]
        above, equal = values > edge, values == edge
        scores += above
        least = cut - (len(values) - int(np.count_nonzero(above)) - int(np.count_nonzero(equal)))
        scores[np.flatnonzero(equal)[least:]] += np.int8(1)
    return scores


def _values(trait: Rfm, facts: Facts, rows: Rows, at: Moments) -> Values:
    match trait.facet:
        case None:
            raise AssertionError("a linked rule asks for one of an RFM's facts")
        case Facet.CELL:
            return _cells(trait, [_scores(trait, facet, facts, rows, at) for facet in SCORES])
        case facet:
            scores = _scores(trait, facet, facts, rows, at)
            return number(scores, scores == 0)


def _scores(trait: Rfm, facet: Facet, facts: Facts, rows: Rows, at: Moments) -> Scores:
    if trait.cut_offs is not None:
        return _reached(trait, trait.cut_offs, facet, facts, rows, at)
    if isinstance(at, int) or np.ndim(at) == 0:
        midnight = latest_midnight(facts.zone, np.array([at]))[0]
        return _ranked(trait, facet, facts, int(midnight))[rows]
    midnights = latest_midnight(facts.zone, at)
    different = distinct(midnights)
    if len(different) > _FEW:
        changes = _changed(trait, facet, facts, (int(different[0]), int(different[-1])))
        found = picked(changes.properties["score"], changes.index_latest(rows, at))
        return np.where(found.missing, 0, found.data).astype(np.int8)
    scores = np.zeros(rows.shape, np.int8)
    for midnight in different:
        here = midnights == midnight
        scores[here] = _ranked(trait, facet, facts, int(midnight))[rows[here]]
    return scores


# --- limits that are the same for everybody ---


def _reached(
    trait: Rfm, limits: CutOffs, facet: Facet, facts: Facts, rows: Rows, at: Moments
) -> Scores:
    """Count the limits that a customer has reached, and one more."""
    stream, after = facts.counted(trait), window_start(trait, at)
    count = stream.count(rows, after, at)
    match facet:
        case Facet.RECENCY:
            latest = stream.latest(rows, at)
            reached = [latest > at - limit.micros for limit in limits.r]
        case Facet.FREQUENCY:
            reached = [count >= limit for limit in limits.f]
        case _:
            spent = _spent(trait, stream, rows, after, at)
            is_money = _is_money(trait, stream)
            reached = [spent >= _amount(limit, is_money=is_money) for limit in limits.m]
    scores = np.sum(reached, axis=0, dtype=np.int8) + np.int8(1) if reached else np.int8(1)
    return np.where(count > 0, scores, np.int8(0)).astype(np.int8)


def _spent(trait: Rfm, stream: Stream, rows: Rows, after: Moments, at: Moments) -> npt.NDArray[Any]:
    name = property_name(trait)
    if name not in stream.properties:
        return np.zeros(rows.shape, np.int64)
    return stream.total(rows, after, at, name)


def _is_money(trait: Rfm, stream: Stream) -> bool:
    column = stream.properties.get(property_name(trait))
    return column is not None and column.kind is ValueKind.MONEY


def _amount(limit: Money | float, *, is_money: bool) -> float:
    if isinstance(limit, Money):
        return limit.micros
    return round(limit * MICROS) if is_money else limit


# --- ranks ---


def _ranked(trait: Rfm, facet: Facet, facts: Facts, midnight: Instant) -> Scores:
    """Score everybody at a midnight."""
    kept = facts.memo.setdefault(("ranked", *_key(trait, facet)), {})
    if midnight not in kept:
        if len(kept) * len(facts.history.customers) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[midnight] = _standing(trait, facet, facts, midnight).scores(trait.bins)
    found: Scores = kept[midnight]
    return found


def _changed(trait: Rfm, facet: Facet, facts: Facts, span: Span | None) -> Stream:
    """Return what everybody's score is at a span's first midnight, and when it changes from there.

    Before that midnight nothing is known.
    """
    key = ("changed", *_key(trait, facet))
    wanted = _midnights(trait, facts, span)
    kept: tuple[Midnights, Stream] | None = facts.memo.get(key)
    if kept is None or not np.isin(wanted, kept[0], assume_unique=True).all():
        kept = facts.memo[key] = wanted, _find_changes(trait, facet, facts, wanted)
    return kept[1]


def _find_changes(trait: Rfm, facet: Facet, facts: Facts, midnights: Midnights) -> Stream:
    before = np.zeros(len(facts.history.customers), np.int8)
    rows: list[Rows] = [np.empty(0, np.int64)]
    at: list[Midnights] = [np.empty(0, np.int64)]
    scores: list[Scores] = [np.empty(0, np.int8)]
    for midnight, after in _scores_at(trait, facet, facts, midnights):
        changed = np.flatnonzero(after != before)
        rows.append(changed)
        at.append(np.full(changed.shape, midnight))
        scores.append(after[changed])
        before = after
    score = np.concatenate(scores)
    column = Column(kind=ValueKind.NUMBER, values=score.astype(np.float64), missing=score == 0)
    return Stream.build(np.concatenate(rows), np.concatenate(at), len(before), {"score": column})


def _scores_at(
    trait: Rfm, facet: Facet, facts: Facts, midnights: Midnights
) -> Iterator[tuple[Instant, Scores]]:
    """Score everybody at each midnight: at the first from all events, then from what is new."""
    stream, window = facts.counted(trait), trait.within.micros if trait.within else None
    before, standing = 0, None
    for midnight in midnights.tolist():
        if standing is None or not standing.is_exact:
            standing = _standing(trait, facet, facts, midnight)
        else:
            standing.add(stream.events_between(before, midnight))
            if window is not None:
                standing.drop(stream.events_between(before - window, midnight - window))
        before = midnight
        yield midnight, standing.scores(trait.bins)


@dataclass(slots=True, kw_only=True)
class _Standing:
    """What everybody is ranked by at a midnight.

    Attributes:
        facet: What of.
        count: How many events each customer has in the window.
        values: When the last was, how many there are, or what they add up to.
        amounts: What each event adds; None where it is no sum.
        is_exact: Whether events may be added and dropped without an error of rounding.
    """

    facet: Facet
    count: npt.NDArray[Any]
    values: npt.NDArray[Any]
    amounts: npt.NDArray[Any] | None
    is_exact: bool

    def add(self, events: tuple[Rows, Midnights, Rows]) -> None:
        """Let events come into the window."""
        rows, at, index = events
        np.add.at(self.count, rows, 1)
        if self.facet is Facet.RECENCY:
            np.maximum.at(self.values, rows, at)
        elif self.amounts is not None:
            np.add.at(self.values, rows, self.amounts[index])

    def drop(self, events: tuple[Rows, Midnights, Rows]) -> None:
        """Let events leave the window."""
        rows, _, index = events
        np.subtract.at(self.count, rows, 1)
        if self.amounts is not None:
            np.subtract.at(self.values, rows, self.amounts[index])

    def scores(self, bins: int) -> Scores:
        """Score everybody with an event in the window; 0 is no score."""
        someone = np.flatnonzero(self.count)
        values = self.count if self.facet is Facet.FREQUENCY else self.values
        scores = np.zeros(len(self.count), np.int8)
        scores[someone] = ntile(values[someone], bins)
        return scores


def _standing(trait: Rfm, facet: Facet, facts: Facts, midnight: Instant) -> _Standing:
    stream, after = facts.counted(trait), window_start(trait, midnight)
    everybody = np.arange(len(facts.history.customers))
    count = stream.count(everybody, after, midnight).copy()
    values, amounts, is_exact = count, None, True
    if facet is Facet.RECENCY:
        values = stream.latest(everybody, midnight)
    elif facet is Facet.MONEY:
        values = _spent(trait, stream, everybody, after, midnight)
        column = stream.properties.get(property_name(trait))
        amounts = column.values if column is not None else None
        is_exact = np.issubdtype(values.dtype, np.integer)
    return _Standing(facet=facet, count=count, values=values, amounts=amounts, is_exact=is_exact)


def _midnights(trait: Rfm, facts: Facts, span: Span | None) -> Midnights:
    """Return the midnights at which ranks can change: from the first event till the last is old."""
    stream = facts.counted(trait)
    seen = stream.ts[stream.ts <= stream.horizon]
    if not len(seen):
        return np.empty(0, np.int64)
    first, last = int(seen.min()), int(seen.max()) + (trait.within.micros if trait.within else 0)
    if span is not None:
        first = min(max(first, span[0]), last)
        last = max(first, min(last, span[1]))
    return midnights_between(facts.zone, first, last)


def _key(trait: Rfm, facet: Facet) -> tuple[object, ...]:
    where = trait.where.term if trait.where else None
    return trait.rfm, where, trait.within, trait.bins, facet


# --- cells ---


def _cells(trait: Rfm, scores: Sequence[Scores]) -> Values:
    """Name what three scores make; nothing without them, or where no rule holds."""
    words = np.array(sorted(trait.cells), np.object_)
    table = _table(trait, words)
    r, f, m = (np.maximum(each, 1).astype(np.intp) - 1 for each in scores)
    codes = np.where(scores[0] == 0, -1, table[r, f, m])
    return Values(kind=FactKind.TEXT, data=codes, missing=codes == -1, words=words)


def _table(trait: Rfm, words: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Return the code of the first cell that holds, for each combination of scores."""
    limits = trait.cut_offs
    most = (len(limits.r), len(limits.f), len(limits.m)) if limits else (trait.bins - 1,) * 3
    grid = np.indices([each + 1 for each in most]) + 1
    known = {facet: number(scores) for facet, scores in zip(SCORES, grid, strict=True)}
    table = np.full(grid.shape[1:], -1, np.int64)
    for name, rule in reversed(tuple(trait.cells.items())):
        table[_fits(rule.term, known)] = np.searchsorted(words, name)
    return table


def _fits(term: Term, known: Mapping[Facet, Values]) -> Mask:
    match term:
        case Compare():
            return compare(known[Facet(term.fact.name)], term.operator, term.literal)
        case OneOf():
            scores = known[Facet(term.fact.name)]
            fitting = (compare(scores, Operator.EQUAL, literal) for literal in term.literals)
            return reduce(np.logical_or, fitting)
        case Known():
            return np.full(known[Facet(term.fact.name)].data.shape, term.known)
        case Not():
            return ~_fits(term.term, known)
        case AllOf():
            return reduce(np.logical_and, (_fits(part, known) for part in term.terms))
        case AnyOf():
            return reduce(np.logical_or, (_fits(part, known) for part in term.terms))
        case _:
            raise AssertionError("a linked cell is a rule over r, f and m")


# --- when they change, and what proves them ---


def _changes(trait: Rfm, facts: Facts, asked: Asked) -> Iterator[Points]:
    if trait.cut_offs is None:
        for facet in SCORES if trait.facet is Facet.CELL else (trait.facet or Facet.RECENCY,):
            changes = _changed(trait, facet, facts, asked.span)
            yield changes.rows(), changes.ts
        return
    yield from window_changes(trait, facts, asked)
    for rows, at in event_changes(trait, facts):
        for limit in trait.cut_offs.r:
            yield rows, at + limit.micros


def _proof(trait: Rfm, facts: Facts, stream: Stream, row: int, at: Instant) -> tuple[int, int]:
    """Return the events in the window as of when the scores were computed."""
    return window_proof(trait, facts, stream, row, drawn_at(trait, facts, at))


RFM: Final[Mapping[type, Computation[Any]]] = {
    Rfm: Computation(values=_values, changes=_changes, proof=_proof)
}
