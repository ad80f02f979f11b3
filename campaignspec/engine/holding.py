"""Waits: until when each node holds those who reach it."""

from __future__ import annotations

import numpy as np

from campaignspec.clock import NEVER, ceil_to_tick
from campaignspec.engine.local_time import next_time_of_day
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.walk import Walk
from campaignspec.graph.nodes import DelayNode, HoldoutNode, ListenNode, LocalTimeNode, Node


def due(node: Node, walk: Walk, index: Rows, at: Instants) -> Instants:
    """Say when a node acts at the latest on those who reach it now, on ticks."""
    tick = walk.world.tick
    match node:
        case DelayNode():
            return ceil_to_tick(at + node.duration.micros, tick)
        case ListenNode():
            return ceil_to_tick(at + node.at_most.micros, tick)
        case LocalTimeNode():
            zones = walk.world.zones(walk.rows(index))
            return ceil_to_tick(next_time_of_day(node.until, at, zones), tick)
        case HoldoutNode():
            return np.full(at.shape, NEVER, np.int64)
        case _:
            return at
