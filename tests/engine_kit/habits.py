"""What a customer is like, read off one list of events; each by the words of its definition."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from engine_kit.story import Event

from campaignspec.buckets import growthbook_bucket
from campaignspec.spec.habits import Bucket, BucketHash, CalendarPeriod

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(at: int, zone: str) -> datetime:
    """Return what the wall clock shows."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone))


def period(at: int, per: CalendarPeriod, zone: str) -> int:
    """Number the calendar period that an instant is in."""
    day = local(at, zone).date()
    match per:
        case CalendarPeriod.DAY:
            return day.toordinal()
        case CalendarPeriod.WEEK:
            return (day.toordinal() - day.weekday()) // 7
        case CalendarPeriod.MONTH:
            return day.year * 12 + day.month


def streak(events: Iterable[Event], per: CalendarPeriod, zone: str, now: int) -> int:
    """Count periods with an event, back from this one, or from the one before."""
    with_event = {period(event.at, per, zone) for event in events}
    at = period(now, per, zone)
    if at not in with_event:
        at -= 1
    count = 0
    while at - count in with_event:
        count += 1
    return count


def gap_of_likes(events: Sequence[Event], name: str) -> float | None:
    """Return the median time between events of one value, over all values."""
    gaps: list[int] = []
    for value in {event.properties.get(name) for event in events} - {None}:
        times = [event.at for event in events if event.properties.get(name) == value]
        gaps += [later - earlier for earlier, later in pairwise(times)]
    return median(gaps) if gaps else None


def promoter_or_not(score: float) -> str | None:
    """Return the group of an answer."""
    if score < 0 or score > 10:
        return None
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def favourite(values: Sequence[Any]) -> Any:
    """Return the most frequent value, the last of several; None without values."""
    return max(reversed(values), key=values.count, default=None)


def affinity(values: Sequence[Any], at_least: float) -> Any:
    """Return the favourite where it has its share."""
    best = favourite(values)
    enough = best is not None and Fraction(values.count(best), len(values)) >= _exact(at_least)
    return best if enough else None


def interest(seen: Sequence[Any], ended: Sequence[Any], at_least: int) -> Any:
    """Return the favourite of what was seen often enough and not ended."""
    counts = Counter(seen)
    return favourite([v for v in seen if counts[v] >= at_least and v not in ended])


def preferred_channel(answers: Sequence[str], sent: Sequence[str]) -> str | None:
    """Return the channel that is answered most, for its messages."""
    return min(
        set(answers),
        key=lambda channel: (
            -Fraction(answers.count(channel) + 1, sent.count(channel) + 2),
            -answers.count(channel),
            channel,
        ),
        default=None,
    )


def bucket(trait: Bucket, customer: str) -> float | None:
    """Draw a customer's bucket."""
    if trait.hash is BucketHash.GROWTHBOOK:
        return growthbook_bucket(trait.bucket, customer, 2)
    digest = hashlib.md5(f"{trait.bucket}:{customer}".encode(), usedforsecurity=False)
    return int(digest.hexdigest()[:8], 16) / 16**8


def _exact(share: float) -> Fraction:
    return Fraction(str(share))
