"""Waits: until when each node holds those who reach it."""

from __future__ import annotations

from typing import TypeAlias, assert_never

import numpy as np

from campaignspec.audience.values import FactKind, Values
from campaignspec.clock import DAY, NEVER, SECOND, ceil_to_tick
from campaignspec.engine.local_time import (
    next_date,
    next_opening,
    next_phase,
    next_time_of_day,
    some_days_later,
)
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.engine.world import Mask
from campaignspec.graph.nodes import HoldoutNode, Node
from campaignspec.graph.wait_nodes import (
    DateNode,
    DaysNode,
    DelayNode,
    GateNode,
    ListenNode,
    LocalTimeNode,
    PhaseNode,
    SpreadNode,
    TraitNode,
)
from campaignspec.spec.rule import Fact
from campaignspec.spec.waiting import WaitBestHour, WaitBy

_Holding: TypeAlias = (
    DelayNode | ListenNode | GateNode | LocalTimeNode | DaysNode | SpreadNode | TraitNode
)
_HOURS = 24
_MINUTES = 60


def due(node: Node, walk: Walk, index: Rows, at: Instants) -> Instants:
    """Say when a node acts at the latest on those who reach it now, on ticks."""
    match node:
        case HoldoutNode():
            return np.full(at.shape, NEVER, np.int64)
        case DateNode() | PhaseNode():
            planned = _planned(node, walk, index, at)
            return ceil_to_tick(np.where(planned == NEVER, at, planned), walk.world.tick)
        case _ if isinstance(node, _Holding):
            return ceil_to_tick(_held(node, walk, index, at), walk.world.tick)
        case _:
            return at  # steps are taken on ticks


def missed(node: DateNode | PhaseNode, walk: Walk, index: Rows) -> Mask:
    """Say for whom a date was over, or is unknown, when they came to the node."""
    return np.asarray(_planned(node, walk, index, walk.every.since[index]) == NEVER)


def _held(node: _Holding, walk: Walk, index: Rows, at: Instants) -> Instants:
    """Say until when a node without a second way holds those who reach it now."""
    match node:
        case DelayNode():
            return at + node.duration.micros
        case ListenNode():
            return at + node.at_most.micros
        case GateNode():
            return np.full(at.shape, NEVER) if node.at_most is None else at + node.at_most.micros
        case LocalTimeNode():
            return next_opening(node.until, at, walk.world.wall(walk.rows(index)))
        case DaysNode():
            return some_days_later(node.wait, at, walk.world.wall(walk.rows(index)))
        case SpreadNode():
            draws = walk.world.dice.shares(node.seed, walk.rows(index))
            seconds = draws.astype(np.uint64) * np.uint64(node.spread.micros // SECOND)
            return at + (seconds >> np.uint64(32)).astype(np.int64) * SECOND
        case TraitNode():
            return _by_trait(node.wait, walk, index, at)
        case _:
            assert_never(node)


def _planned(node: DateNode | PhaseNode, walk: Walk, index: Rows, at: Instants) -> Instants:
    """Say when a date comes for those who reach its node, or ``NEVER`` where it is missed."""
    rows = walk.rows(index)
    match node:
        case DateNode():
            column = walk.world.history.attributes[node.wait.date]
            days = np.where(column.missing[rows], 0, column.values[rows]).astype(np.int64)
            planned = next_date(node.wait, days, at, walk.world.wall(rows))
            return np.where(column.missing[rows], NEVER, planned)
        case PhaseNode():
            return next_phase(node.wait.at, node.days, at, walk.world.zones(rows))
        case _:
            assert_never(node)


def _by_trait(wait: WaitBy | WaitBestHour, walk: Walk, index: Rows, at: Instants) -> Instants:
    match wait:
        case WaitBy():
            days, known = _numbers(wait.by, walk, index, at)
            longest = wait.at_most.micros
            length = np.rint(np.minimum(days * wait.share.fraction * DAY, longest))
            bounded = np.clip(length.astype(np.int64), wait.at_least.micros, longest)
            return at + np.where(known, bounded, longest)
        case WaitBestHour():
            hours, known = _numbers(wait.best_hour, walk, index, at)
            known &= (hours >= 0) & (hours < _HOURS)
            minutes = np.floor(np.where(known, hours, 0) * _MINUTES).astype(np.int64)
            first, last = wait.from_.minutes, wait.to.minutes or _HOURS * _MINUTES
            within = (minutes >= first) & (minutes < last)
            if first >= last:
                within = (minutes >= first) | (minutes < last)
            wanted = np.where(known & within, minutes, wait.otherwise.minutes)
            return next_time_of_day(wanted, at, walk.world.wall(walk.rows(index)))
        case _:
            assert_never(wait)


def _numbers(name: str, walk: Walk, index: Rows, at: Instants) -> tuple[np.ndarray, Mask]:
    """Return what a fact is worth for customers now, and whether it is known."""
    values: Values = walk.world.audience.fact_values(Fact(name=name), walk.rows(index), at)
    assert values.kind is FactKind.NUMBER, f"`{name}` is linked as a number"  # noqa: S101
    return np.where(values.missing, 0.0, values.data).astype(np.float64), ~values.missing
