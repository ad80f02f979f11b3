"""Random policies, all of them sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from engine_kit.story import BLOCKED_FILE, LISTED

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.connector import MessageClass
from campaignspec.money import Money
from campaignspec.spec.channel import Channel
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.kinds import LocalTime, Name, ZoneName
from campaignspec.spec.policy import (
    Arbitration,
    Budget,
    Cap,
    Capacity,
    Consent,
    Every,
    ListedBy,
    OpenHours,
    Otherwise,
    Per,
    Policies,
    QuietDay,
    QuietHours,
    Ratio,
    Regulated,
    SpendLimit,
    SuppressEvent,
    Suppression,
    SuppressList,
    SuppressSegment,
    UnknownZone,
    WhenOut,
    WhenOutranked,
    WhoGoesFirst,
    ZoneGuess,
)
from campaignspec.spec.rule import Rule
from campaignspec.spec.waiting import Weekday

Pick = Callable[[Sequence[Any]], Any]

PRIORITIES: Final = (10, 50, 50, 70, 90)
CATEGORIES: Final = (None, None, None, Name("wine"))
VALIDITIES: Final = (None, None, None, None, Duration(HOUR), Duration(12 * HOUR), Duration(DAY))

_QUIET: Final = (
    *((0, 90), (90, 150), (21 * 60, 9 * 60), (22 * 60, 90), (23 * 60 + 45, 0), (720, 725)),
)
_OPEN: Final = ((9 * 60, 21 * 60), (0, 20 * 60), (10 * 60, 0), (20 * 60, 2 * 60), (130, 1400))
_LENGTHS: Final = tuple(map(Duration, (HOUR, 3 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY)))
_CLASSES: Final = (
    *((), (), (), (MessageClass.PROMOTIONAL,), (MessageClass.PROMOTIONAL, MessageClass.SERVICE)),
    tuple(MessageClass),
)
_CHANNELS: Final = ((), (), (Name("mail"),))
_DAYS: Final = (
    *((), (), (), ()),
    (QuietDay.SAT, QuietDay.HOLIDAY),
    (QuietDay.HOLIDAY,),
    (QuietDay.MON, QuietDay.TUE, QuietDay.SUN),
)
_HOLIDAYS: Final = (
    *(date(2017, 3, 12), date(2017, 11, 5), date(2017, 10, 15), date(2018, 2, 18)),
    *(date(2018, 4, 1), date(2016, 2, 29), date(2017, 2, 27), date(2018, 10, 28)),
)
_ZONES: Final = (ZoneName("Asia/Kolkata"), ZoneName("America/New_York"), ZoneName("UTC"))


def draw_channels(pick: Pick) -> Mapping[str, Channel]:
    """Draw two channels; at times one asks for more, or is open at some hours only."""
    return {
        "mail": Channel(
            connector=Name("outbox"),
            cost=Money(micros=400, currency="USD"),
            consent=pick(
                (
                    *({}, {}, {}, {}),
                    {MessageClass.PROMOTIONAL: Consent.DOUBLE_OPT_IN},
                    {MessageClass.SERVICE: Consent.NOT_NEEDED},
                )
            ),
            confirmed_by=OnEvent(event=Name("return")),
            capacity=_capacity(pick),
        ),
        "text": Channel(
            connector=Name("outbox"),
            hours=draw_hours(pick) if pick((0, 0, 1)) else None,
            capacity=_capacity(pick),
        ),
    }


def draw_policies(
    pick: Pick,
    *,
    consent: Mapping[MessageClass, Consent],
    campaigns: Sequence[str],
    segments: Sequence[str],
    rule_of: Callable[[str], Rule],
) -> Policies:
    """Draw policies: of most kinds mostly none, so that something is sent."""
    quiet: tuple[QuietHours, ...] = tuple(_quiet(pick) for _ in range(pick((0, 1, 1, 2))))
    return Policies(
        consent=consent,
        suppress=tuple(
            _suppression(pick, segments, rule_of) for _ in range(pick((0, 0, 0, 0, 0, 0, 1, 2)))
        ),
        regulated={Name("wine"): _regulated(pick)} if pick((0, 0, 1)) else {},
        quiet=quiet[0] if len(quiet) == 1 else quiet or None,
        holidays=_HOLIDAYS,
        unknown_zone=pick(
            (ZoneGuess.PROJECT, *ZoneGuess, UnknownZone(zones=_ZONES[: pick((1, 3))]))
        ),
        arbitration=_arbitration(pick) if pick((0, 1, 1)) else None,
        exclusive=(tuple(map(Name, campaigns[:2])),) if pick((0, 0, 1)) else (),
        caps=tuple(_cap(pick) for _ in range(pick((0, 1, 2, 3, 4)))),
        ratio=_ratio(pick) if pick((0, 0, 0, 0, 1)) else None,
        budgets=tuple(_spend_limit(pick) for _ in range(pick((0, 0, 0, 0, 1, 2)))),
    )


def draw_budget(pick: Pick) -> Budget | None:
    """Draw a campaign's budget, mostly none."""
    if not pick((0, 0, 0, 1)):
        return None
    return Budget(
        total=pick((None, _money(3), _money(8))),
        per_day=pick((None, _money(1), _money(2))),
        when_out=pick(tuple(WhenOut)),
    )


def draw_hours(pick: Pick) -> OpenHours:
    """Draw hours that are open."""
    begin, end = pick(_OPEN)
    working = tuple(Weekday)[:5]
    return OpenHours(from_=LocalTime(begin), to=LocalTime(end), on=pick(((), (), (), working)))


def _quiet(pick: Pick) -> QuietHours:
    begin, end = pick(_QUIET)
    on = pick(_DAYS)
    whole = bool(on) and pick((True, False))
    return QuietHours(
        from_=None if whole else LocalTime(begin),
        to=None if whole else LocalTime(end),
        on=on,
        classes=pick(_CLASSES[:-1]),
        channels=pick(_CHANNELS),
        otherwise=pick((Otherwise.WAIT, Otherwise.WAIT, Otherwise.DROP)),
    )


def _suppression(
    pick: Pick, segments: Sequence[str], rule_of: Callable[[str], Rule]
) -> Suppression:
    about: dict[str, Any] = {"classes": pick(_CLASSES), "channels": pick(_CHANNELS)}
    match pick(("segment", "list", "event", "event")):
        case "segment":
            return SuppressSegment(segment=Name(pick(segments)), **about)
        case "list":
            file, by = pick(((LISTED, ListedBy.CUSTOMER), (BLOCKED_FILE, ListedBy.EMAIL)))
            return SuppressList(list=file, by=by, **about)
        case _:
            event = pick(("return", "visit", "buy"))
            return SuppressEvent(
                event=Name(event),
                where=rule_of(event) if pick((0, 1)) else None,
                for_=pick((None, *_LENGTHS)),
                **about,
            )


def _regulated(pick: Pick) -> Regulated:
    return Regulated(
        min_age=pick((None, 1, 2, 18)),
        birthday=Name("day"),
        channels=pick(((), (), (Name("mail"),))),
        hours=draw_hours(pick) if pick((0, 0, 1)) else None,
        consent=pick((None, None, Consent.OPT_OUT, Consent.OPT_IN)),
    )


def _arbitration(pick: Pick) -> Arbitration:
    hold = pick((None, *_LENGTHS))
    waits = hold is not None and pick((True, False))
    return Arbitration(
        rule=WhoGoesFirst.HIGHEST_PRIORITY,
        hold=hold,
        classes=pick((*_CLASSES[3:], (MessageClass.SERVICE,))),
        when_outranked=WhenOutranked.WAIT if waits else WhenOutranked.SKIP,
    )


def _cap(pick: Pick) -> Cap:
    rolls = pick((True, False))
    return Cap(
        at_most=pick((1, 1, 2, 3)),
        per=None if rolls else pick((Per.CALENDAR_DAY, *Per)),
        within=pick(_LENGTHS) if rolls else None,
        class_=pick((None, None, MessageClass.PROMOTIONAL, MessageClass.TRANSACTIONAL)),
        channel=pick((None, None, Name("mail"))),
        campaign=pick((None, None, None, Name("beta"))),
    )


def _capacity(pick: Pick) -> Capacity | None:
    if not pick((0, 0, 0, 0, 1)):
        return None
    return Capacity(per_hour=pick((None, 1, 2)), per_day=pick((None, 2, 4)))


def _spend_limit(pick: Pick) -> SpendLimit:
    return SpendLimit(
        at_most=_money(pick((1, 2, 5))),
        per=pick((None, *Every)),
        class_=pick((None, None, MessageClass.PROMOTIONAL)),
        channel=pick((None, None, Name("mail"))),
        when_out=pick(tuple(WhenOut)),
    )


def _money(messages: int) -> Money:
    """Return what so many messages by mail cost, and a little more."""
    return Money(micros=messages * 400 + 100, currency="USD")


def _ratio(pick: Pick) -> Ratio:
    return Ratio(promotional=pick((1, 2)), per_service=pick((1, 2)), within=pick(_LENGTHS))
