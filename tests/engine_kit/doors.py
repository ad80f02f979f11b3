"""Random entries: every way in that the language has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from campaignspec.clock import DAY
from campaignspec.spec.calendar import Calendar, Phase
from campaignspec.spec.entering import (
    Backlog,
    Leap,
    OnCall,
    OnDate,
    OnEvent,
    OnLeft,
    OnOnce,
    OnPhase,
    OnSchedule,
    OnSegment,
    Recurrence,
    Trigger,
    Whose,
)
from campaignspec.spec.kinds import LocalTime, Moment, Name, Offset, PhaseDay, Schedule

Pick = Callable[[Sequence[Any]], Any]

TIMES = (0, 60, 90, 121, 150, 9 * 60, 10 * 60 + 30, 21 * 60, 23 * 60 + 45)
CRON = ("0 10 * * mon", "30 2,9 * * *", "*/20 0 * * sat,sun", "15 1 1,15 * fri", "0 */7 * * 1-5")
DAYS = (
    "RRULE:FREQ=WEEKLY;BYDAY=MO,SU",
    "RRULE:FREQ=MONTHLY;BYDAY=1TU",
    "RRULE:FREQ=MONTHLY;BYDAY=-1SU",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
)
COUNTED = ("RRULE:FREQ=DAILY;INTERVAL=3", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU")
KEYS = {"buy": ("sku", "items"), "visit": ("page", "seconds")}


def draw_trigger(
    pick: Pick, begin: int, segments: Sequence[str], on_event: Callable[[], OnEvent | OnSegment]
) -> Trigger:
    """Draw what lets people in."""
    today = date(1970, 1, 1) + timedelta(days=begin // DAY)
    match pick(range(11)):
        case 0 | 1:
            return OnDate(
                date=Name("day"),
                offset=Offset(pick((0, 0, -2, 3, 730, -730))),
                at=LocalTime(pick(TIMES)),
                every=pick((None, Recurrence.YEAR, Recurrence.YEAR)),
                leap=pick(tuple(Leap)),
            )
        case 2:
            return OnLeft(left=Name(pick(segments)))
        case 3:
            return _schedule(pick, today, segments)
        case 4:
            day = today + timedelta(days=pick((0, 1, 2, 5)))
            suffix = pick(("", "", ":00+03:00", ":00Z"))
            return OnOnce(
                once=Moment(f"{day} {LocalTime(pick(TIMES))}{suffix}"),
                clock=pick(tuple(Whose)),
                who=pick((None, Name(pick(segments)))),
            )
        case 5:
            return OnPhase(
                phase=Name("burst"),
                at=LocalTime(pick(TIMES)),
                clock=pick(tuple(Whose)),
                who=pick((None, Name(pick(segments)))),
            )
        case 6:
            return OnCall(call=Name(pick(("visit", "ghost", "return"))))
        case _:
            return on_event()


def draw_backlog(pick: Pick, on: Trigger) -> Backlog:
    """Draw whether those enter who match a segment at the beginning."""
    return pick(tuple(Backlog)) if isinstance(on, OnSegment) else Backlog.NOBODY


def draw_key(pick: Pick, on: Trigger) -> tuple[Name | None, int | None]:
    """Draw what tells enrolments apart, and how many may be open at once."""
    event = on.event if isinstance(on, OnEvent) else on.call if isinstance(on, OnCall) else ""
    if event not in KEYS or pick((True, False)):
        return None, None
    return Name(pick(KEYS[event])), pick((None, None, 1, 2))


def draw_calendar(pick: Pick, begin: int) -> Calendar:
    """Draw a calendar that has the phase ``burst``."""
    today = date(1970, 1, 1) + timedelta(days=begin // DAY)
    burst = Phase(from_=PhaseDay(pick((-1, 0, 2))), to=PhaseDay(3))
    anchors = pick(((0,), (1, 5), (3, -400)))
    return Calendar(
        anchors=tuple(today + timedelta(days=number) for number in anchors),
        phases={Name("burst"): burst},
    )


def _schedule(pick: Pick, today: date, segments: Sequence[str]) -> OnSchedule:
    clock, who = pick(tuple(Whose)), pick((None, Name(pick(segments))))
    if pick((True, False)):
        return OnSchedule(schedule=Schedule(pick(CRON)), clock=clock, who=who)
    counted = pick((True, False))
    since = today + timedelta(days=pick((-10, -3, 2)))
    return OnSchedule(
        schedule=Schedule(pick(COUNTED if counted else DAYS)),
        at=LocalTime(pick(TIMES)),
        from_=since if counted or pick((True, False)) else None,
        clock=clock,
        who=who,
    )
