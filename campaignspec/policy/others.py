"""Rules about the other campaigns that have the same person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from campaignspec.clock import Columns, ceil_to_tick
from campaignspec.policy.rulebook import Rulebook
from campaignspec.policy.ruling import Reason, Ruling, defer, suppress, together
from campaignspec.policy.touches import Facts, Mask, Touches
from campaignspec.spec.policy import Arbitration, WhenOutranked


def exclusive(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what a campaign sends to whom another of its group has had for longer."""
    if touches.is_owed or not book.policies.exclusive:
        return None
    order = list(book.campaigns)
    return together(
        suppress(_came_first(touches, facts, other, order), Reason.EXCLUSIVE)
        for other in order
        if other != touches.campaign and _are_exclusive(book, other, touches.campaign)
    )


def outranked(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress, or hold back, what gives way to a campaign of higher priority."""
    rule = book.policies.arbitration
    if rule is None or touches.message_class not in rule.classes:
        return None
    mine = book.standing(touches.campaign).priority
    higher = [name for name, each in book.campaigns.items() if each.priority > mine]
    until = touches.at
    silent = np.zeros(touches.at.shape, np.bool_)
    for other in higher:
        free, taken = _taken(touches, facts, book, rule, other)
        until, silent = np.maximum(until, free), silent | taken
    if rule.when_outranked is WhenOutranked.WAIT and rule.hold is not None:
        return defer(silent, ceil_to_tick(until, touches.tick), Reason.OUTRANKED)
    return suppress(silent, Reason.OUTRANKED)


def _are_exclusive(book: Rulebook, one: str, other: str) -> bool:
    return any(one in group and other in group for group in book.policies.exclusive)


def _came_first(touches: Touches, facts: Facts, other: str, order: Sequence[str]) -> Mask:
    theirs = facts.entered_at(touches.rows, other)
    ours = facts.entered_at(touches.rows, touches.campaign)
    goes_first = order.index(other) < order.index(touches.campaign)
    before = (theirs < ours) | ((theirs == ours) & goes_first)
    return np.asarray(facts.is_active(touches.rows, other) & before)


def _taken(
    touches: Touches, facts: Facts, book: Rulebook, rule: Arbitration, other: str
) -> tuple[Columns, Mask]:
    """Say when to ask again, and whom another campaign has: by its journey or by a message."""
    at, hold = touches.at, 0 if rule.hold is None else rule.hold.micros
    active = facts.is_active(touches.rows, other)
    until = np.where(active, at + hold, at)
    if rule.hold is None:
        return until, active
    latest = facts.kth_latest_message(touches.rows, at, book.touches_of(other), 1)
    until = np.maximum(until, latest + hold)
    return until, active | (latest + hold > at)
