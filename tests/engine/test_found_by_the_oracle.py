"""What the oracle found once, each as small as it can be said."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engine_kit.cases import Case
from engine_kit.drive import due, rows, swept, ticked
from engine_kit.story import Customer, Event

from campaignspec.clock import DAY, HOUR, MINUTE, Duration, parse_instant, zone_table
from campaignspec.connector import MessageClass
from campaignspec.engine.local_time import next_opening
from campaignspec.money import Money
from campaignspec.project import Project
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.entering import Again, Enter, OnDate, OnEvent, OnSegment, Recurrence, Trigger
from campaignspec.spec.journey import Goal, Send, Step, Wait
from campaignspec.spec.kinds import LocalTime, Name, Offset, Property, ZoneName
from campaignspec.spec.policy import Cap, Consent, Policies, QuietHours
from campaignspec.spec.project import Settings
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import Average
from campaignspec.spec.waiting import WaitFor, WaitUntil

START = parse_instant("2017-11-04 12:00")
NEW_YORK = "America/New_York"

HELLO = Send(send=Name("hello"), via=Name("mail"))


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def campaign(on: Trigger, *journey: Step, name: str = "alpha", **more: Any) -> Campaign:
    enter = Enter(on=on, again=Again.ALWAYS)
    return Campaign(campaign=Name(name), enter=enter, journey=journey, **more)


def case(
    *campaigns: Campaign,
    events: Sequence[Event] = (),
    attributes: Mapping[str, Any] | None = None,
    zone: str = NEW_YORK,
    days: int = 5,
    start: int = START,
    **more: Any,
) -> Case:
    policies = {"consent": {MessageClass.PROMOTIONAL: Consent.NOT_NEEDED}}
    project = Project(
        root=Path(),
        settings=Settings(
            spec=1,
            project=Name("small"),
            timezone=ZoneName("UTC"),
            currency="USD",
            tick=Duration(30 * MINUTE),
            sources=(),
        ),
        traits=more.pop("traits", {}),
        segments=more.pop("segments", {}),
        channels={
            "mail": Channel(connector=Name("outbox"), cost=Money(micros=400, currency="USD"))
        },
        policies=Policies(**(policies | more)),
        campaigns={each.campaign: each for each in campaigns},
        folders={},
        tests={},
        documents={},
    )
    person = Customer(
        id="ann",
        zone=zone,
        addresses=frozenset({"email"}),
        attributes=attributes or {},
        events=events,
    )
    return Case(story=(person,), project=project, start=start, end=start + days * DAY, salt="")


def when(case: Case, kind: str) -> list[int]:
    return [fact["at"] for fact in rows(swept(case)) if fact["kind"] == kind]


def buy(at: int, **properties: Any) -> Event:
    return Event(at, "buy", {"amount": None, "items": None, "sku": None} | properties)


ON_BUY = OnEvent(event=Name("buy"))


def test_hours_that_the_clock_shows_twice_are_quiet_twice() -> None:
    second_time = parse_instant("2017-11-05 06:00")
    quiet = QuietHours(from_=LocalTime(22 * 60), to=LocalTime(90))
    story = case(campaign(ON_BUY, HELLO), events=[buy(second_time)], quiet=quiet)

    assert when(story, "sent") == [second_time + 30 * MINUTE]


@pytest.mark.parametrize(
    ("since", "time", "due"),
    [
        ("2017-11-05 05:00", "01:30", "2017-11-05 05:30"),
        ("2017-11-05 05:30", "01:30", "2017-11-05 05:30"),
        ("2017-11-05 06:15", "01:30", "2017-11-06 06:30"),
        ("2017-03-12 06:59", "02:30", "2017-03-12 07:00"),
        ("2017-03-12 07:00", "02:30", "2017-03-12 07:00"),
        ("2017-03-12 07:01", "02:30", "2017-03-13 06:30"),
    ],
    ids=["before", "at", "shown again", "before a jump", "at a jump", "after a jump"],
)
def test_a_time_of_day_comes_once_a_day(since: str, time: str, due: str) -> None:
    until = WaitUntil(until=LocalTime(int(time[:2]) * 60 + int(time[3:])))
    at = np.array([parse_instant(since)])

    found = next_opening(until, at, zone_table(NEW_YORK))

    assert found.tolist() == [parse_instant(due)]


def test_a_date_to_come_lets_people_into_a_segment_when_it_comes() -> None:
    day = parse_instant("2017-11-06")
    story = case(
        campaign(OnSegment(segment=Name("soon")), HELLO),
        segments={"soon": Segment(where=rule("day within 2d"))},
        attributes={"day": day // DAY},
    )

    assert when(story, "entered") == [day]


@pytest.mark.parametrize("days", [-800, -400, 400, 800])
def test_a_date_that_comes_every_year_may_be_years_away(days: int) -> None:
    day = parse_instant("2017-11-06")
    on = OnDate(date=Name("day"), offset=Offset(days), every=Recurrence.YEAR)
    story = case(campaign(on, HELLO), attributes={"day": day // DAY - days}, zone="UTC", days=3)

    assert when(story, "entered") == [day]


def test_an_average_knows_nothing_of_missing_values() -> None:
    traits = {"mean": Average(average=Property("buy.amount"))}
    events = [buy(START - DAY, amount=20_000_000), buy(START + HOUR)]
    enter = Enter(on=ON_BUY, where=rule("mean = 20"))
    plain = campaign(ON_BUY, HELLO)

    story = case(replace(plain, enter=enter), events=events, traits=traits)

    assert when(story, "entered") == [START + HOUR]


def test_a_goal_is_worth_its_number_to_the_last_digit() -> None:
    goal = Goal(event=Name("buy"), within=Duration(DAY), value=Name("items"))
    events = [buy(START + HOUR), buy(START + 3 * HOUR + 1, items=1.001)]
    wait = Wait(wait=Duration(2 * DAY))

    facts = rows(swept(case(campaign(ON_BUY, wait, goal=goal), events=events)))

    assert [f["value"] for f in facts if f["kind"] == "converted"] == [1_001_000]


def test_an_event_that_never_happened_may_have_a_rule() -> None:
    on = OnEvent(event=Name("ghost"), where=rule("amount > 10"))

    assert rows(swept(case(campaign(on, HELLO)))) == []


def test_campaigns_of_one_seed_do_not_take_each_others_messages() -> None:
    """Two messages of one seed, customer, enrolment, step and channel are still two."""
    story = case(
        campaign(ON_BUY, HELLO, name="alpha", seed="one"),
        campaign(ON_BUY, HELLO, name="beta", seed="one"),
        events=[buy(START + HOUR), buy(START + 2 * HOUR)],
        caps=(Cap(at_most=3, within=Duration(DAY)),),
    )
    instants = [START + HOUR, START + 2 * HOUR, story.end]

    with tempfile.TemporaryDirectory() as folder:
        facts, _ = ticked(story, instants, Path(folder, "ledger.db"), restarts=True)

    assert facts.equals(swept(story))
    assert [fact["kind"] for fact in rows(facts)].count("sent") == 3


def test_what_is_heard_between_ticks_is_not_late_after_a_restart_between_ticks() -> None:
    wait = Wait(wait=WaitFor(for_=OnEvent(event=Name("visit")), at_most=Duration(3 * DAY)))
    visit = Event(START + 2 * HOUR + 10 * MINUTE, "visit", {"seconds": None, "page": None})
    story = case(campaign(ON_BUY, wait, HELLO), events=[buy(START + HOUR), visit])
    instants = [START + 2 * HOUR + 20 * MINUTE, START + 4 * HOUR]

    with tempfile.TemporaryDirectory() as folder:
        facts, counts = ticked(story, instants, Path(folder, "ledger.db"), restarts=True)

    assert [fact["kind"] for fact in rows(facts)].count("sent") == 1
    assert counts == due(swept(story), instants)
