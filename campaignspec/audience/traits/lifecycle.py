"""Lifecycles: everybody's stage over time, computed once, at the ticks where a rule turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from campaignspec.audience.traits.computation import Asked, Computation, Facts, Points
from campaignspec.audience.traits.windows import latest_proof
from campaignspec.audience.values import (
    FactKind,
    Moments,
    Rows,
    Values,
    distinct_ticks,
    none_missing,
)
from campaignspec.history import NO_EVENT, Column, Stream, ValueKind
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.rule import Term

_Stages = npt.NDArray[np.int8]
_Bits = npt.NDArray[np.int64]

MOST: Final = 60
"""How many stages and how many moves a machine may have: each is a bit of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """A lifecycle in numbers.

    Attributes:
        leaving: For each stage, one bit for each move that leads from it.
        to: The stage that each move leads to.
    """

    leaving: _Bits
    to: _Stages

    def settle(self, stages: _Stages, true: _Bits) -> tuple[_Stages, _Stages]:
        """Let customers move until they come to rest.

        It rests: to settle again while the same rules are true changes no stage. A customer
        who stops for want of a move stops again, and one who would go round in a circle comes
        back to the stage that it began in. So only ticks at which a rule turns matter.

        Args:
            stages: The present stage of each customer.
            true: Which moves' rules are true of each, a bit a move.

        Returns:
            The stages in which they rest, and the last move of each, -1 of those without.
        """
        stages, last = stages.copy(), np.full(stages.shape, -1, np.int8)
        entered = np.zeros(stages.shape, np.int64)
        moving = np.arange(len(stages))
        while len(moving):
            open_ = true[moving] & self.leaving[stages[moving]]
            moving, open_ = moving[open_ != 0], open_[open_ != 0]
            first = np.log2(open_ & -open_).astype(np.int8)
            to = self.to[first]
            new = (entered[moving] >> to) & 1 == 0
            moving, first, to = moving[new], first[new], to[new]
            stages[moving], last[moving] = to, first
            entered[moving] |= np.left_shift(np.int64(1), to, dtype=np.int64)
        return stages, last


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lives:
    """Everybody's stages over time.

    Attributes:
        words: The stages in ascending order of their names.
        begin: The code of each customer's stage before anything was known.
        changes: When stages changed, with the properties ``stage`` and ``when``, the rule.
    """

    words: npt.NDArray[np.object_]
    begin: npt.NDArray[np.int32]
    changes: Stream


def stage_changes(trait: Lifecycle, facts: Facts) -> Stream:
    """Return when customers came into a stage, which one, and by which rule."""
    return _lives(trait, facts).changes


def _lives(trait: Lifecycle, facts: Facts) -> _Lives:
    if trait not in facts.memo:
        facts.memo[trait] = _live(trait, facts)
    found: _Lives = facts.memo[trait]
    return found


def _live(trait: Lifecycle, facts: Facts) -> _Lives:
    """Run the machine for everybody, the k-th turn of all customers at once."""
    machine, rules = _machine(trait), [move.when.term for move in trait.moves]
    n_rows = len(facts.history.customers)
    rows, ticks = _turns(rules, facts)
    origin = int(ticks.min()) - facts.tick if len(ticks) else 0
    at_first = _true(rules, facts, np.arange(n_rows), origin)
    true = _true(rules, facts, rows, ticks)
    turned = true != _shifted(true, rows, at_first)
    rows, ticks, true = rows[turned], ticks[turned], true[turned]
    stages, _ = machine.settle(np.zeros(n_rows, np.int8), at_first)
    words = np.array(sorted(trait.lifecycle), np.object_)
    code = np.searchsorted(words, np.array(trait.lifecycle, np.object_)).astype(np.int32)
    begin = code[stages]
    index, became, moves = _walked(machine, stages, rows, true)
    changes = Stream.build(
        rows[index],
        ticks[index],
        n_rows,
        {"stage": _column(words, code[became]), "when": _rules(trait, moves)},
    )
    return _Lives(words=words, begin=begin, changes=changes)


def _machine(trait: Lifecycle) -> _Machine:
    place = {stage: n for n, stage in enumerate(trait.lifecycle)}
    leaving = np.zeros(len(place), np.int64)
    for bit, move in enumerate(trait.moves):
        for stage in move.from_ or (each for each in place if each != move.to):
            leaving[place[stage]] |= 1 << bit
    return _Machine(leaving=leaving, to=np.array([place[m.to] for m in trait.moves], np.int8))


def _turns(rules: list[Term], facts: Facts) -> Points:
    """Return the ticks at which any of the rules may turn, each once, by customer and time."""
    points = [facts.turns_of(rule) for rule in rules]
    rows = np.concatenate([np.empty(0, np.int64), *(who for who, _ in points)])
    at = np.concatenate([np.empty(0, np.int64), *(when for _, when in points)])
    return distinct_ticks(rows, at, facts.tick)


def _true(rules: list[Term], facts: Facts, rows: Rows, at: Moments) -> _Bits:
    true = np.zeros(rows.shape, np.int64)
    for bit, rule in enumerate(rules):
        true |= facts.true_of(rule, rows, at).astype(np.int64) << bit
    return true


def _shifted(true: _Bits, rows: Rows, at_first: _Bits) -> _Bits:
    """Return what was true at each customer's turn before."""
    before = at_first[rows]
    same = rows[1:] == rows[:-1]
    before[1:][same] = true[:-1][same]
    return before


def _walked(
    machine: _Machine, stages: _Stages, rows: Rows, true: _Bits
) -> tuple[Rows, _Stages, _Stages]:
    """Go through everybody's turns in step.

    Returns:
        The turns at which a stage changed, the stage that it became, and the move.
    """
    stages = stages.copy()
    counts = np.bincount(rows, minlength=len(stages))
    offsets = np.cumsum(counts) - counts
    busiest = np.argsort(-counts, kind="stable")
    left = np.sort(counts)[::-1]
    found: list[tuple[Rows, _Stages, _Stages]] = [_nothing()]
    for turn in range(int(left[0]) if len(left) else 0):
        who = busiest[: int(np.searchsorted(-left, -turn))]
        index = offsets[who] + turn
        after, moves = machine.settle(stages[who], true[index])
        changed = after != stages[who]
        found.append((index[changed], after[changed], moves[changed]))
        stages[who] = after
    index, became, moves = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.argsort(index)
    return index[order], became[order], moves[order]


def _nothing() -> tuple[Rows, _Stages, _Stages]:
    return np.empty(0, np.int64), np.empty(0, np.int8), np.empty(0, np.int8)


def _column(words: npt.NDArray[np.object_], codes: npt.NDArray[np.int32]) -> Column:
    return Column(kind=ValueKind.TEXT, values=codes, missing=none_missing(codes), words=words)


def _rules(trait: Lifecycle, moves: _Stages) -> Column:
    """Return the text of the rule of each move."""
    texts = [" ".join(move.when.text.split()) for move in trait.moves]
    words = np.array(sorted(set(texts)), np.object_)
    code = np.searchsorted(words, np.array(texts, np.object_)).astype(np.int32)
    return _column(words, code[moves])


def _values(trait: Lifecycle, facts: Facts, rows: Rows, at: Moments) -> Values:
    lives = _lives(trait, facts)
    index = lives.changes.index_latest(rows, at)
    became = np.append(lives.changes.properties["stage"].values, np.int32(0))
    codes = np.where(index == NO_EVENT, lives.begin[rows], became[index])
    return Values(kind=FactKind.TEXT, data=codes, missing=none_missing(codes), words=lives.words)


def _changes(trait: Lifecycle, facts: Facts, _: Asked) -> Iterator[Points]:
    changes = stage_changes(trait, facts)
    yield changes.rows(), changes.ts


LIFECYCLES: Final[Mapping[type, Computation[Any]]] = {
    Lifecycle: Computation(values=_values, changes=_changes, proof=latest_proof)
}
