"""Random cases: a small history, a project with every part of the language, a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine_kit.author import Author
from engine_kit.choices import Choices, Drawn, Seeded
from engine_kit.sowing import gated, sown
from engine_kit.story import Customer, Decision, Event, PastMessage, Story
from engine_kit.turns import bound
from hypothesis import strategies as st

from campaignspec.clock import DAY, HOUR, MINUTE, SECOND, parse_instant
from campaignspec.connector import MessageClass
from campaignspec.project import Project
from campaignspec.spec.channel import ConfirmedBy
from campaignspec.spec.policy import Consent

SITUATIONS = (
    ("2017-03-11 12:00", ("America/New_York", "Asia/Kolkata", "Europe/Moscow")),
    ("2017-11-04 12:00", ("America/New_York", "America/Havana", "UTC")),
    ("2017-10-14 06:00", ("America/Sao_Paulo", "Asia/Kolkata", "UTC")),
    ("2018-02-16 18:00", ("America/Sao_Paulo", "Asia/Kathmandu", "Europe/London")),
    ("2018-03-31 00:00", ("Australia/Lord_Howe", "America/New_York", "Asia/Shanghai")),
    ("2016-02-27 00:00", ("Asia/Kolkata", "Europe/Berlin", "UTC")),
    ("2017-02-26 21:00", ("Pacific/Auckland", "America/New_York", "UTC")),
    ("2018-10-27 00:00", ("Europe/London", "America/Havana", "Asia/Beirut")),
)
"""Where clocks change, midnight is skipped or comes twice, and where the leap day is."""

TICKS = (HOUR, HOUR, 30 * MINUTE, 3 * HOUR, 7 * HOUR, DAY)
CHANNELS = ("mail", "text")
CLASSES = ("promotional", "service", "transactional")

_EVENTS = ("buy", "buy", "visit", "visit", "return", "message.sent", "message.opened")
_MOST_TICKS = 150
_LONGEST = 12 * DAY
_QUARTER = 15 * MINUTE
_LEAP_DAY = parse_instant("1988-02-29") // DAY


@dataclass(frozen=True)
class Case:
    """All that an engine and an oracle need to agree.

    Attributes:
        story: The history.
        project: The campaigns.
        start: Nobody enters at or before this instant.
        end: The last instant that counts.
        salt: What people answer; nobody answers where it is empty.
    """

    story: Story
    project: Project
    start: int
    end: int
    salt: str

    @property
    def tick(self) -> int:
        """The length of a tick."""
        return self.project.settings.tick.micros


def cases() -> st.SearchStrategy[Case]:
    """Cases of every kind: half of them small ones that shrink, half of them rich ones."""
    return _drawn() | st.integers(0, 2**32).map(case_of)


@st.composite
def _drawn(draw: st.DrawFn) -> Case:
    return case_by(Drawn(draw))


def case_of(seed: int) -> Case:
    """Return the case of a seed, for ever the same."""
    return case_by(Seeded(seed))


def case_by(choices: Choices, *, least: int = 1, most: int = 6, events: int = 30) -> Case:
    """Make a case by choices.

    Args:
        choices: Who chooses.
        least: There are at least so many customers,
        most: and at most so many.
        events: To each there happen at most so many events.
    """
    written, zones = choices.pick(SITUATIONS)
    begin = parse_instant(written)
    tick = choices.pick(TICKS)
    start = begin + choices.pick((0, 0, 0, 20 * MINUTE, 1))
    end = start + min(tick * choices.number(40, _MOST_TICKS), _LONGEST)
    narrator = _Narrator(choices, begin, end, zones, events)
    digits = len(str(most - 1))
    case = Case(
        story=tuple(
            narrator.customer(f"c{number:0{digits}}")
            for number in range(choices.number(least, most))
        ),
        project=Author(choices, tick, begin, zones[0]).project(),
        start=start,
        end=end,
        salt=choices.pick(("", "ann", "bob", "eve")),
    )
    project = gated(choices, sown(choices, case.project))
    return _with_states(choices, replace(case, project=bound(choices.pick, project)))


def _with_states(choices: Choices, case: Case) -> Case:
    """Let the source of consents say what was confirmed, and what is still asked for."""
    if choices.pick((True, True, False)):
        return case
    mail = replace(case.project.channels["mail"], confirmed_by=ConfirmedBy.STATE)
    if choices.pick((True, False)):
        mail = replace(mail, consent={MessageClass.PROMOTIONAL: Consent.DOUBLE_OPT_IN})
    project = replace(case.project, channels={**case.project.channels, "mail": mail})
    return replace(
        case, story=tuple(_stated(choices, each) for each in case.story), project=project
    )


def _stated(choices: Choices, person: Customer) -> Customer:
    states = ((True, True), (True, False), (False, False), (None, False))
    decisions = []
    for each in person.decisions:
        granted, confirmed = choices.pick(((each.granted, False), *states))
        decisions.append(replace(each, granted=granted, confirmed=confirmed))
    return replace(person, decisions=decisions)


class _Narrator:
    """Tells what happens to whom."""

    def __init__(
        self, choices: Choices, begin: int, end: int, zones: tuple[str, ...], events: int
    ) -> None:
        self._choices, self._begin, self._end, self._zones = choices, begin, end, zones
        self._events = events

    def customer(self, name: str) -> Customer:
        pick, number = self._choices.pick, self._choices.number
        known = pick((True, True, True, False))
        return Customer(
            id=name,
            zone=pick(self._zones) if known else self._zones[0],
            zone_known=known,
            addresses=frozenset({pick(("email",) * 9 + ("phone",))}),
            attributes={
                "city": pick((None, "Kazan", "Xi'an", "Łódź")),
                "age": pick((None, 18.0, 35.0, 35.5)),
                "day": self._day(),
                "vip": pick((None, True, False)),
            },
            events=[self._event() for _ in range(number(0, self._events))],
            decisions=[self._decision() for _ in range(number(0, 5))],
            messages=[self._message() for _ in range(number(0, 5))],
        )

    def _at(self) -> int:
        """Choose an instant, before or within the stretch, most on a grid so that some tie."""
        first, last = -2 * DAY // _QUARTER, (self._end - self._begin) // _QUARTER
        jitter = self._choices.pick((0, 0, 0, 0, 1, -1, 7 * SECOND))
        return self._begin + self._choices.number(first, last) * _QUARTER + jitter

    def _day(self) -> int | None:
        """Choose a date about now, or long ago on a day about now, or the leap day, or none."""
        today = self._begin // DAY
        near = today + self._choices.number(-4, 12)
        return self._choices.pick(
            (None, near, near - 365, near - 365 * self._choices.number(2, 50), _LEAP_DAY)
        )

    def _event(self) -> Event:
        pick = self._choices.pick
        amount = pick((None, 5_000_000, 10_000_000, 19_990_000, 20_000_000))
        number = pick((None, 0.0, 1.0, 2.5, 4.0, 1.001, 7.0, 9.0, 10.5))
        word = pick((None, "tea", "cup", "ваза"))
        match pick(_EVENTS):
            case "buy":
                told = {"amount": amount, "items": number, "sku": word}
                return Event(self._at(), "buy", told)
            case "visit":
                return Event(self._at(), "visit", {"seconds": number, "page": word})
            case "message.sent" | "message.opened" as name:
                channel = pick((None, *CHANNELS, "call"))
                return Event(self._at(), name, {"channel": channel})
            case _:
                return Event(self._at(), "return", {"amount": amount})

    def _decision(self) -> Decision:
        pick = self._choices.pick
        return Decision(self._at(), pick(CHANNELS), pick(CLASSES), pick((True, True, False)))

    def _message(self) -> PastMessage:
        pick = self._choices.pick
        return PastMessage(self._at(), pick(CHANNELS), pick(CLASSES), pick((None, None, "beta")))
