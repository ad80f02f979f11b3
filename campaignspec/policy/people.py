"""Rules about the person: address, opt-out, consent, suppression, and what the law asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

import numpy as np

from campaignspec.clock import Columns, local_day
from campaignspec.history import LONG_AGO
from campaignspec.policy.rulebook import Rulebook
from campaignspec.policy.ruling import Reason, Ruling, objection, suppress, together
from campaignspec.policy.touches import Consents, Facts, Mask, Touches
from campaignspec.spec.policy import (
    Consent,
    SuppressEvent,
    Suppression,
    SuppressList,
    SuppressSegment,
)


def address(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what could not be delivered."""
    del book
    return objection(~facts.has_address(touches.rows, touches.channel), Reason.NO_ADDRESS)


def suppression(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what goes to people who are to be left alone: by segment, by list, for a time."""
    return together(
        _suppressed(touches, facts, each)
        for each in book.policies.suppress
        if concerns(each, touches)
    )


def concerns(suppression: Suppression, touches: Touches) -> bool:
    """Say whether a suppression is about touches of this class and channel."""
    of_class = (
        touches.message_class in suppression.classes if suppression.classes else not touches.is_owed
    )
    return of_class and (not suppression.channels or touches.channel in suppression.channels)


def unsubscribed(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what people opted out of; a transactional message is owed all the same."""
    del book
    if touches.is_owed:
        return None
    out = facts.has_unsubscribed(touches.rows, touches.at, touches.channel)
    return objection(out, Reason.UNSUBSCRIBED)


def consent(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what the person did not agree to, by the class's or the channel's rule."""
    needed = book.consent_needed(touches.message_class, touches.channel, touches.campaign)
    if needed is Consent.NOT_NEEDED:
        return None
    agreed = has_agreed(
        facts, touches.rows, touches.at, touches.channel, touches.message_class, needed
    )
    return objection(~agreed, Reason.CONSENT)


def has_agreed(
    facts: Consents, rows: Columns, at: Columns, channel: str, purpose: str, needed: Consent
) -> Mask:
    """Say whose decision about a channel and a purpose is enough."""
    match needed:
        case Consent.OPT_IN:
            return np.asarray(facts.consent(rows, at, channel, purpose) > 0)
        case Consent.DOUBLE_OPT_IN:
            granted = facts.consent(rows, at, channel, purpose) > 0
            return np.asarray(granted & facts.is_confirmed(rows, at, channel, purpose))
        case Consent.OPT_OUT:
            return np.asarray(facts.consent(rows, at, channel, purpose) >= 0)
        case Consent.NOT_NEEDED:
            return np.ones(rows.shape, np.bool_)
        case _:
            assert_never(needed)


def regulated(touches: Touches, facts: Facts, book: Rulebook) -> Ruling | None:
    """Suppress what the law forbids to send to this person, or by this channel."""
    return together(_regulated(touches, facts, book))


def full_years(born: Columns, today: Columns) -> Columns:
    """Return people's ages in full years; born on 29 February, they are a year older on 1 March.

    Args:
        born: Days of birth, as days since 1970.
        today: Days of the customers' calendars.
    """
    birth, now = born.astype("datetime64[D]"), today.astype("datetime64[D]")
    years = now.astype("datetime64[Y]") - birth.astype("datetime64[Y]")
    is_before = _place_in_year(now) < _place_in_year(birth)
    full: Columns = years.astype(np.int64) - is_before
    return full


def _suppressed(touches: Touches, facts: Facts, suppression: Suppression) -> Ruling:
    rows, at = touches.rows, touches.at
    match suppression:
        case SuppressSegment():
            inside = facts.is_in_segment(rows, at, suppression.segment)
            return suppress(inside, Reason.BLOCKED_SEGMENT)
        case SuppressList():
            return suppress(facts.is_listed(rows, suppression), Reason.BLOCKED_LIST)
        case SuppressEvent():
            latest = facts.latest_event(rows, at, suppression)
            lasts = None if suppression.for_ is None else suppression.for_.micros
            return suppress(_is_recent(latest, at, lasts), Reason.PAUSED)
        case _:
            assert_never(suppression)


def _is_recent(latest: Columns, at: Columns, lasts: int | None) -> Mask:
    """Say of whom the latest event is not over; one of long ago never happened."""
    happened = latest > LONG_AGO
    return happened if lasts is None else happened & (latest > at - lasts)


def _regulated(touches: Touches, facts: Facts, book: Rulebook) -> Iterator[Ruling]:
    law = None if touches.is_owed else book.regulated(touches.campaign)
    if law is None:
        return
    if law.channels and touches.channel not in law.channels:
        yield suppress(np.ones(len(touches.rows), np.bool_), Reason.BANNED_CHANNEL)
    if law.min_age is not None and law.birthday is not None:
        born, missing = facts.birthday(touches.rows, touches.at, law.birthday)
        young = full_years(np.where(missing, 0, born), _today(touches, facts)) < law.min_age
        yield suppress(missing | young, Reason.AGE)


def _today(touches: Touches, facts: Facts) -> Columns:
    """Return the day of each customer's calendar; the earliest that it may be."""
    today = np.zeros(touches.at.shape, np.int64)
    for zones, here in facts.homes(touches.rows):
        days = [local_day(zone.to_local(touches.at[here])) for zone in zones]
        today[here] = np.min(days, axis=0)
    return today


def _place_in_year(days: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]) -> Columns:
    """Return months and days as numbers that are ordered as in a year."""
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12
    day = (days - months.astype("datetime64[D]")).astype(np.int64)
    place: Columns = month * 31 + day
    return place
