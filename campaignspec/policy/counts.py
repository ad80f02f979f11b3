"""Rules that count what a person has been sent: caps, and the ratio of promotion to service."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from campaignspec.clock import DAY, Columns, Wall, ceil_to_tick, local_day
from campaignspec.connector import MessageClass
from campaignspec.policy.rulebook import Rulebook, counter_of
from campaignspec.policy.ruling import (
    Reason,
    Ruling,
    defer,
    suppress,
    together,
)
from campaignspec.policy.touches import Facts, Touches
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.policy import Cap, Per


def caps(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Hold every cap that counts this touch; transactional messages neither count nor wait.

    Caps ``by`` an attribute, which customers share, are held where shared things are taken.
    """
    counted = [
        cap
        for cap in book.policies.caps
        if cap.by is None
        and counter_of(cap).counts(touches.message_class, touches.channel, touches.campaign)
    ]
    return together(_cap(touches, facts, cap) for cap in counted)


def ratio(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress promotion that would be too much for the service before it.

    With one more promotional message, their number must not exceed that of service messages in
    the same window by more than ``promotional : per_service``. It never waits: nobody knows when
    the next service will be.
    """
    rule = book.policies.ratio
    if rule is None or touches.message_class is not MessageClass.PROMOTIONAL:
        return None
    rows, at, window = touches.rows, touches.at, rule.within.micros
    promotion, service = (
        facts.count_messages(rows, at, counter, window) for counter in book.ratio_counters()
    )
    too_much = (promotion + 1) * rule.per_service > service * rule.promotional
    return suppress(too_much, Reason.RATIO)


def _cap(touches: Touches, facts: Facts, cap: Cap) -> Ruling | None:
    kth = facts.kth_latest_message(touches.rows, touches.at, counter_of(cap), cap.at_most)
    until = _free_again(touches, facts, cap, kth)
    capped = until > touches.at
    if not capped.any():
        return None
    if touches.when_capped is WhenCapped.WAIT:
        return defer(capped, ceil_to_tick(until, touches.tick), Reason.CAP)
    return suppress(capped, Reason.CAP)


def _free_again(touches: Touches, facts: Facts, cap: Cap, kth: Columns) -> Columns:
    """Return when the k-th latest message stops counting: never later than now if it has."""
    if cap.within is not None:
        return kth + cap.within.micros
    until = kth.copy()
    for zones, here in facts.zones(touches.rows):
        until[here] = counts_until(cap, kth[here], zones[0])
    return until


def counts_until(cap: Cap, sent: Columns, zone: Wall) -> Columns:
    """Return when messages stop counting for a cap, whose days are those of a zone."""
    if cap.within is not None:
        return sent + cap.within.micros
    assert cap.per is not None, "a cap has a window"  # noqa: S101 - linked projects do
    return zone.to_instant(_next_period(local_day(zone.to_local(sent)), cap.per) * DAY)


def _next_period(day: Columns, per: Per) -> Columns:
    """Return the first day of the period after the one that a day is in."""
    match per:
        case Per.CALENDAR_DAY:
            return day + 1
        case Per.CALENDAR_WEEK:
            # Day 0 was a Thursday, so three days before it was a Monday.
            return (day + 3) // 7 * 7 + 4
        case Per.CALENDAR_MONTH:
            months = day.astype("datetime64[D]").astype("datetime64[M]") + 1
            return np.asarray(months.astype("datetime64[D]").astype(np.int64))
        case _:
            assert_never(per)
