"""What an entry is called in a drawing: in a few words, and in full."""

from __future__ import annotations

from typing import assert_never

from campaignspec.clock import Duration
from campaignspec.spec.entering import (
    Backlog,
    Enter,
    Leap,
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
    Trigger,
    Whose,
)


def trigger_label(trigger: Trigger) -> str:
    """Say in a few words what lets people in: ``segment lapsed``, ``phase burst at 10:00``."""
    match trigger:
        case OnEvent():
            return trigger.event
        case OnSegment():
            return f"segment {trigger.segment}"
        case OnLeft():
            return f"out of segment {trigger.left}"
        case OnDate():
            return _date(trigger)
        case OnSchedule() | OnOnce() | OnPhase():
            who = f", segment {trigger.who}" if trigger.who else ""
            return f"{_time(trigger)}{who}"
        case OnCall():
            return f"call {trigger.call}"
        case _:
            assert_never(trigger)


def entry_detail(enter: Enter) -> str:
    """Say all that is known of an entry, on one line."""
    again = f"{enter.again} later" if isinstance(enter.again, Duration) else str(enter.again)
    event_rule = enter.on.where if isinstance(enter.on, OnEvent) else None
    parts = (
        f"enter: {trigger_label(enter.on)}",
        f"where {event_rule}" if event_rule else "",
        _clock(enter.on),
        f"if {enter.where}" if enter.where else "",
        f"one enrolment for each {enter.key_}" if enter.key_ else "",
        f"at most {enter.at_once} at once" if enter.at_once else "",
        f"again: {again}",
        "at first everybody" if enter.backlog is Backlog.EVERYBODY else "",
        f"held out: {enter.holdout}" if enter.holdout else "",
    )
    return "; ".join(part for part in parts if part)


def _date(trigger: OnDate) -> str:
    days = trigger.offset.days
    side = "" if not days else f"{abs(days)}d {'before' if days < 0 else 'after'} "
    yearly = ", every year" if trigger.every else ""
    leap = " (29 February on 1 March)" if trigger.leap is Leap.MAR_01 else ""
    return f"{side}{trigger.date} at {trigger.at}{yearly}{leap}"


def _time(trigger: OnSchedule | OnOnce | OnPhase) -> str:
    match trigger:
        case OnSchedule():
            at = f" at {trigger.at}" if trigger.at else ""
            since = f" from {trigger.from_}" if trigger.from_ else ""
            return f"{trigger.schedule}{at}{since}"
        case OnOnce():
            return f"once, {trigger.once}"
        case OnPhase():
            return f"phase {trigger.phase} at {trigger.at}"
        case _:
            assert_never(trigger)


def _clock(trigger: Trigger) -> str:
    match trigger:
        case OnSchedule() | OnOnce() | OnPhase() if trigger.clock is Whose.PROJECT:
            return "on the project's clock"
        case _:
            return ""
