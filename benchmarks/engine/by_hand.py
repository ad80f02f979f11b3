"""What the versions written by hand know: the journey's numbers and texts, and prepared lists.

It is what a careful programmer would write for these journeys, and no more: lists and bisection
for the history, microseconds for time, fixed offsets for zones. Nothing of the engine is used but
the keyed draws, so that arms and ties are the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.engine.facts import Facts
from benchmarks.engine.made import END, SECOND, START, Made, laid_out
from benchmarks.reference_data import TZ_MINUTES
from campaignspec.digests import Ids
from campaignspec.identity import draws, keys, threshold

MINUTE: Final = 60 * SECOND
"""The tick: whatever the journey does, it does on a whole minute."""
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
NEVER: Final = 1 << 62
WEEK: Final = 7 * DAY
AT_MOST: Final = 3
"""No more messages in a week."""
MORNING: Final = 9 * HOUR
EVENING: Final = 21 * HOUR
BEFORE_THE_COUPON: Final = 72 * HOUR
VALID_FOR: Final = 3 * DAY
"""How long a coupon of the daily pool is held."""
PATIENCE: Final = (48 * HOUR, 24 * HOUR)
"""How long a visit is waited for: of those who are not, and who are, of the arm ``one-day``."""
SEED: Final = "patience-2025"
"""What the arms are drawn by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One of the campaigns that share a pool.

    Attributes:
        campaign: Its name.
        lead_days: How long everybody waits before the first message.
        prefix: What stands before the names of the steps of a shared journey.
    """

    campaign: str
    lead_days: int = 0
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is walked.

    Attributes:
        journeys: The campaigns, in the order in which they act at one instant.
        coupon: The offer that they give.
        per_million: How many coupons there are for a million customers.
        is_daily: Whether so many are there anew each day, and are held for `VALID_FOR`.
    """

    journeys: tuple[Journey, ...]
    coupon: str
    per_million: int
    is_daily: bool = False

    def coupons(self, customers: int) -> int:
        """Return how many coupons there are for so many customers."""
        return self.per_million * customers // 1_000_000


ONE: Final = Plan(journeys=(Journey(campaign="welcome"),), coupon="coupon", per_million=50_000)
THREE: Final = Plan(
    journeys=(
        Journey(campaign="first-try", prefix="courtship."),
        Journey(campaign="second-try", prefix="courtship.", lead_days=5),
        Journey(campaign="third-try", prefix="courtship.", lead_days=10),
    ),
    coupon="daily-coupon",
    per_million=2_000,
    is_daily=True,
)


class Node(IntEnum):
    """Where in a journey somebody is."""

    LEAD = 0
    HELLO = auto()
    VISIT_IN_TWO_DAYS = auto()
    VISIT_IN_ONE_DAY = auto()
    THINKING = auto()
    WITH_COUPON = auto()
    REMINDER = auto()
    END = auto()
    HAS_COUPON = auto()
    NO_COUPON = auto()


class What(IntEnum):
    """What happens, but for conversions: these are `CONVERTED` and the node."""

    ENTERED = 0
    LED = auto()
    HELLO_QUIET = auto()
    HELLO_CAPPED = auto()
    HELLO = auto()
    TWO_DAYS = auto()
    ONE_DAY = auto()
    BACK_IN_TWO = auto()
    BACK_IN_ONE = auto()
    NOT_BACK_IN_TWO = auto()
    NOT_BACK_IN_ONE = auto()
    THOUGHT = auto()
    GRANTED = auto()
    NONE_LEFT = auto()
    ALREADY_HAS = auto()
    EXPIRED = auto()
    NO_COUPON = auto()
    OFFER_QUIET = auto()
    OFFER_CAPPED = auto()
    OFFER = auto()
    HAS_COUPON = auto()
    REMINDER_REFUSED = auto()
    REMINDER_QUIET = auto()
    REMINDER_CAPPED = auto()
    REMINDER = auto()
    COMPLETED = auto()


CONVERTED: Final = len(What)
KINDS: Final = CONVERTED + len(Node)
"""How many kinds of facts a journey has."""


def names_of(plan: Plan) -> tuple[str, ...]:
    """Return what facts are called, `KINDS` names a journey."""
    return tuple(
        f"{journey.campaign} {name}"
        for journey in plan.journeys
        for name in (*_happenings(journey, plan.coupon), *_conversions(journey))
    )


def _happenings(journey: Journey, coupon: str) -> tuple[str, ...]:
    pre, grant, lead = journey.prefix, f"grant-{coupon}", f"wait-{journey.lead_days}d"
    return (
        "entered entry",
        f"waited {lead}",
        f"deferred {pre}hello quiet-hours",
        f"deferred {pre}hello cap",
        f"sent {pre}hello",
        f"assigned {pre}patience two-days",
        f"assigned {pre}patience one-day",
        f"waited {pre}back-in-two-days in time",
        f"waited {pre}back-in-one-day in time",
        f"waited {pre}back-in-two-days too late",
        f"waited {pre}back-in-one-day too late",
        "waited wait-3d",
        f"granted {grant} {coupon}",
        f"not_granted {grant} none-left",
        f"not_granted {grant} already-has",
        f"offer_expired {grant} {coupon}",
        "left leave-no-coupon-left no-coupon-left",
        f"deferred {pre}with-coupon quiet-hours",
        f"deferred {pre}with-coupon cap",
        f"sent {pre}with-coupon",
        "left leave-has-coupon has-coupon",
        f"suppressed {pre}reminder consent",
        f"deferred {pre}reminder quiet-hours",
        f"deferred {pre}reminder cap",
        f"sent {pre}reminder",
        "completed end",
    )


def _conversions(journey: Journey) -> tuple[str, ...]:
    pre = journey.prefix
    nodes = (
        f"wait-{journey.lead_days}d",
        f"{pre}hello",
        f"{pre}back-in-two-days",
        f"{pre}back-in-one-day",
        "wait-3d",
        f"{pre}with-coupon",
        f"{pre}reminder",
        "end",
        "leave-has-coupon",
        "leave-no-coupon-left",
    )
    return tuple(f"converted {node} goal" for node in nodes)


@dataclass(slots=True, kw_only=True)
class Crowd:
    """Everybody who enters, by number: in the order of their ids, and what is known of them.

    Attributes:
        rows: The customers' rows.
        entered: When each enters, on a tick.
        goal: When each first purchases after that, or `NEVER`.
        offset: How much local clocks are ahead.
        agrees_to_sms: Who may be reminded.
        visits: All visits, by customer and time.
        visits_from: Where each customer's visits begin …
        visits_to: … and end.
        mails: All past messages.
        mails_from: Where each customer's messages begin …
        mails_to: … and end.
        ids: The texts that chance is drawn by.
        sent: When each was sent a message by a journey.
        arm: 1 in the arm ``one-day``, 0 in the other; drawn while the journey is walked.
        turn: Who comes first where a coupon runs out: a place in the order of hashes.
    """

    rows: list[int]
    entered: list[int]
    goal: list[int]
    offset: list[int]
    agrees_to_sms: list[bool]
    visits: list[int]
    visits_from: list[int]
    visits_to: list[int]
    mails: list[int]
    mails_from: list[int]
    mails_to: list[int]
    ids: Ids
    sent: list[list[int]]
    arm: list[int] = field(default_factory=list)
    turn: list[int] = field(default_factory=list)

    def draw(self, coupon: str) -> None:
        """Draw everybody's arm, and who comes first to a coupon."""
        rows = np.array(self.rows, np.int64)
        self.arm = is_one_day(self.ids, rows).astype(np.int64).tolist()
        hashes = keys(coupon, self.ids, rows)
        self.turn = np.argsort(np.argsort(hashes, kind="stable")).tolist()

    def back_at(self, who: int, since: int) -> int:
        """Return the tick of the first visit after an instant, or `NEVER`."""
        end = self.visits_to[who]
        place = bisect_right(self.visits, since, self.visits_from[who], end)
        return _on_tick(self.visits[place]) if place < end else NEVER

    def end_of_quiet(self, who: int, now: int) -> int:
        """Return when it is no longer quiet where somebody lives; now, if it is not."""
        local = now + self.offset[who]
        time = local % DAY
        if MORNING <= time < EVENING:
            return now
        return now - time + MORNING + (DAY if time >= EVENING else 0)

    def end_of_cap(self, who: int, now: int) -> int:
        """Return when the third-latest message is a week old; now, if it is or there is none."""
        begin = self.mails_from[who]
        end = bisect_right(self.mails, now, begin, self.mails_to[who])
        latest = self.mails[max(begin, end - AT_MOST) : end]
        if self.sent[who]:
            latest = sorted(latest + self.sent[who])
        if len(latest) < AT_MOST:
            return now
        return max(_on_tick(latest[-AT_MOST] + WEEK), now)


def _on_tick(at: int) -> int:
    return -(-at // MINUTE) * MINUTE


def crowd(made: Made) -> Crowd:
    """Prepare lists of everybody who enters."""
    entered = on_ticks(made.signup)
    mine = np.flatnonzero(made.agrees_to_email & (entered > START) & (entered <= END))
    visits, visits_at = made.events("visit")
    mails, mails_at = made.events("email_sent")
    return Crowd(
        rows=mine.tolist(),
        entered=entered[mine].tolist(),
        goal=first_after(*made.events("purchase"), mine, entered[mine]).tolist(),
        offset=(np.array(TZ_MINUTES)[made.zone[mine]] * MINUTE).tolist(),
        agrees_to_sms=made.agrees_to_sms[mine].tolist(),
        visits=visits.tolist(),
        visits_from=visits_at[mine].tolist(),
        visits_to=visits_at[mine + 1].tolist(),
        mails=mails.tolist(),
        mails_from=mails_at[mine].tolist(),
        mails_to=mails_at[mine + 1].tolist(),
        ids=laid_out(made.customers),
        sent=[[] for _ in range(len(mine))],
    )


def is_one_day(ids: Ids, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Draw who is of the arm ``one-day``."""
    return np.asarray(draws(SEED, ids, rows) < threshold(0.5))


def on_ticks(at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the first tick at or after each instant."""
    return np.asarray(-(-at // MINUTE) * MINUTE)


def first_after(
    ts: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    since: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return when each customer's first event strictly after an instant is, or `NEVER`.

    Customers and times become one key, in seconds, so that one binary search finds all.
    """
    counts = np.diff(offsets)
    key = np.repeat(np.arange(len(counts), dtype=np.int64), counts) << 32 | ts // SECOND
    place = np.searchsorted(key, rows << 32 | since // SECOND, side="right")
    found = place < offsets[rows + 1]
    first = np.full(len(rows), NEVER, np.int64)
    first[found] = ts[place[found]]
    return first


class Book:
    """Takes facts down in lists, as they come."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._at: list[int] = []
        self._who: list[int] = []
        self._what: list[int] = []

    def note(self, at: int, who: int, what: int) -> None:
        """Take one fact down."""
        self._at.append(at)
        self._who.append(who)
        self._what.append(what)

    def facts(self, rows: Sequence[int]) -> Facts:
        """Return the facts in columns; of whom tells ``rows``."""
        return Facts(
            names=self._names,
            at=np.array(self._at, np.int64),
            row=np.array(rows, np.int32)[np.array(self._who, np.int64)],
            what=np.array(self._what, np.int16),
        )
