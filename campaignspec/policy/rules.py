"""The rules of policy, each a pure function from touches and facts to a ruling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Protocol, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, MINUTE, Columns, ZoneTable, ceil_to_tick, local_day
from campaignspec.connector import MessageClass
from campaignspec.policy.ruling import Reason, Ruling, allow, defer, first_objection, suppress
from campaignspec.spec.channel import Cap, Consent, Otherwise, Per, Policies, QuietHours
from campaignspec.spec.journey import WhenCapped

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """Messages that a journey wants to send now, all by one send step.

    Attributes:
        rows: The customers, as rows of the history.
        at: When, int64 microseconds, on a tick.
        channel: The channel's name.
        message_class: Why they are sent.
        when_capped: What the step says about caps.
        tick: The length of a tick, microseconds; deferrals end on one.
    """

    rows: Columns
    at: Columns
    channel: str
    message_class: MessageClass
    when_capped: WhenCapped
    tick: int


class Facts(Protocol):
    """What the rules ask about customers; every answer is as of the touch's instant."""

    def has_address(self, rows: Columns, channel: str) -> Mask:
        """Say who can be reached by the channel at all."""

    def has_unsubscribed(self, rows: Columns, at: Columns, channel: str) -> Mask:
        """Say who answered a message of the channel by an opt-out."""

    def consent(self, rows: Columns, at: Columns, channel: str, purpose: str) -> Columns:
        """Return 1 for consent granted, -1 for refused, 0 for never asked."""

    def kth_latest_message(self, rows: Columns, at: Columns, cap: Cap) -> Columns:
        """Return when the ``cap.at_most``-th latest message that the cap counts was sent.

        An instant long ago where there were fewer.
        """

    def zones(self, rows: Columns) -> Mapping[ZoneTable, Mask]:
        """Return the customers' zones, each with the mask of those who live there."""


def address(touches: Touches, facts: Facts, policies: Policies) -> Ruling:
    """Suppress what could not be delivered."""
    del policies
    return suppress(~facts.has_address(touches.rows, touches.channel), Reason.NO_ADDRESS)


def unsubscribed(touches: Touches, facts: Facts, policies: Policies) -> Ruling:
    """Suppress what people opted out of; a transactional message is owed all the same."""
    del policies
    if touches.message_class is MessageClass.TRANSACTIONAL:
        return allow(len(touches.rows))
    out = facts.has_unsubscribed(touches.rows, touches.at, touches.channel)
    return suppress(out, Reason.UNSUBSCRIBED)


def consent(touches: Touches, facts: Facts, policies: Policies) -> Ruling:
    """Suppress what the person did not agree to, by the class's rule."""
    needed = consent_needed(touches.message_class, policies)
    if needed is Consent.NOT_NEEDED:
        return allow(len(touches.rows))
    state = facts.consent(touches.rows, touches.at, touches.channel, touches.message_class)
    return suppress(~agrees(state, needed), Reason.CONSENT)


def agrees(state: Columns, needed: Consent) -> Mask:
    """Say whose decision is enough: 1 is a yes, -1 a refusal, and 0 that nobody asked."""
    match needed:
        case Consent.OPT_IN:
            return np.asarray(state > 0)
        case Consent.OPT_OUT:
            return np.asarray(state >= 0)
        case Consent.NOT_NEEDED:
            return np.ones(state.shape, np.bool_)
        case _:
            assert_never(needed)


def consent_needed(message_class: MessageClass, policies: Policies) -> Consent:
    """Return the class's consent rule; opt-in is what holds when nothing is said."""
    if message_class is MessageClass.TRANSACTIONAL:
        return policies.consent.get(message_class, Consent.NOT_NEEDED)
    return policies.consent.get(message_class, Consent.OPT_IN)


def quiet_hours(touches: Touches, facts: Facts, policies: Policies) -> Ruling:
    """Hold back, or drop, what falls into the quiet hours of the customer's own day."""
    quiet = policies.quiet
    if quiet is None or touches.message_class is MessageClass.TRANSACTIONAL:
        return allow(len(touches.rows))
    until = touches.at.copy()
    for zone, here in facts.zones(touches.rows).items():
        until[here] = _end_of_quiet(touches.at[here], zone, quiet)
    silent = until > touches.at
    if quiet.otherwise is Otherwise.DROP:
        return suppress(silent, Reason.QUIET_HOURS)
    return defer(silent, ceil_to_tick(until, touches.tick), Reason.QUIET_HOURS)


def _end_of_quiet(at: Columns, zone: ZoneTable, quiet: QuietHours) -> Columns:
    """Return when the quiet hours around each instant end, or the instant itself outside."""
    local = zone.to_local(at)
    midnight = local // DAY * DAY
    time = local - midnight
    begin, end = quiet.from_.minutes * MINUTE, quiet.to.minutes * MINUTE
    if begin <= end:
        inside, ends = (time >= begin) & (time < end), midnight + end
    else:
        inside = (time >= begin) | (time < end)
        ends = np.where(time >= begin, midnight + DAY, midnight) + end
    until = zone.to_instant(ends)
    # Where the clock was set back over the end, the hours are quiet a second time.
    until = np.where(until > at, until, at + (ends - local))
    return np.where(inside, until, at)


def caps(touches: Touches, facts: Facts, policies: Policies) -> Ruling:
    """Hold every cap that counts this touch; transactional messages neither count nor wait."""
    if touches.message_class is MessageClass.TRANSACTIONAL:
        return allow(len(touches.rows))
    counted = [cap for cap in policies.caps if counts(cap, touches.channel, touches.message_class)]
    rulings = [_cap(touches, facts, cap) for cap in counted]
    return reduce(first_objection, rulings, allow(len(touches.rows)))


def counts(cap: Cap, channel: str, message_class: str) -> bool:
    """Say whether a cap counts messages of this channel and class."""
    return (
        message_class != MessageClass.TRANSACTIONAL
        and cap.channel in {None, channel}
        and cap.class_ in {None, message_class}
    )


def _cap(touches: Touches, facts: Facts, cap: Cap) -> Ruling:
    kth = facts.kth_latest_message(touches.rows, touches.at, cap)
    until = _free_again(touches, facts, cap, kth)
    capped = until > touches.at
    if touches.when_capped is WhenCapped.WAIT:
        return defer(capped, ceil_to_tick(until, touches.tick), Reason.CAP)
    return suppress(capped, Reason.CAP)


def _free_again(touches: Touches, facts: Facts, cap: Cap, kth: Columns) -> Columns:
    """Return when the k-th latest message stops counting: never later than now if it has."""
    if cap.within is not None:
        return kth + cap.within.micros
    assert cap.per is Per.CALENDAR_DAY, "a cap has a window"  # noqa: S101 - linked projects do
    until = kth.copy()
    for zone, here in facts.zones(touches.rows).items():
        midnight = (local_day(zone.to_local(kth[here])) + 1) * DAY
        until[here] = zone.to_instant(midnight)
    return until
