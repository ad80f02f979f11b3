"""Hours in plain Python: who keeps messages back, and when it is quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from engine_kit.wall_clock import shown

from campaignspec.graph.nodes import SendNode
from campaignspec.project import Project
from campaignspec.spec.policy import OpenHours, Otherwise, QuietDay, QuietHours
from campaignspec.spec.waiting import Weekday

Silence = tuple[str, bool, Callable[[int, str], bool]]
"""Who keeps messages back, whether by dropping them, and whether it is quiet at a place now."""

_WEEK = tuple(Weekday)


def silences(project: Project, campaign: str, node: SendNode) -> Iterator[Silence]:
    """Yield who keeps messages back."""
    policies = project.policies
    for quiet in policies.quiet_hours:
        of_class = not quiet.classes or node.message_class in quiet.classes
        if of_class and (not quiet.channels or node.channel in quiet.channels):
            drops = quiet.otherwise is Otherwise.DROP
            yield "quiet-hours", drops, _quiet_test(quiet, frozenset(policies.holidays))
    hours = project.channels[node.channel].hours
    if hours is not None:
        yield "channel-hours", False, _closed_test(hours)
    category = project.campaigns[campaign].category
    law: Mapping[Any, Any] | Any = policies.regulated.get(category) if category else None
    if law is not None and law.hours is not None:
        yield "regulated-hours", False, _closed_test(law.hours)


def _quiet_test(quiet: QuietHours, holidays: frozenset[date]) -> Callable[[int, str], bool]:
    def begins(day: date) -> bool:
        named = QuietDay(_WEEK[day.weekday()].value) in quiet.on
        return not quiet.on or named or (QuietDay.HOLIDAY in quiet.on and day in holidays)

    def is_quiet(at: int, zone: str) -> bool:
        clock = shown(at, zone)
        minutes, day = clock.hour * 60 + clock.minute, clock.date()
        if quiet.from_ is None or quiet.to is None:
            return begins(day)
        begin, end = quiet.from_.minutes, quiet.to.minutes
        if begin < end:
            return begins(day) and begin <= minutes < end
        yesterday = day - timedelta(days=1)
        return (begins(day) and minutes >= begin) or (begins(yesterday) and minutes < end)

    return is_quiet


def _closed_test(hours: OpenHours) -> Callable[[int, str], bool]:
    def is_closed(at: int, zone: str) -> bool:
        clock = shown(at, zone)
        minutes = clock.hour * 60 + clock.minute
        begin, end = hours.from_.minutes, hours.to.minutes
        is_open = begin <= minutes < end if begin < end else minutes >= begin or minutes < end
        day = _WEEK[clock.weekday()]
        return not is_open or bool(hours.on and day not in hours.on)

    return is_closed
