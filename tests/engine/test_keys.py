"""Keyed campaigns: one enrolment an order, beside each other, each with its own events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from engine_kit.cases import Case
from engine_kit.drive import rows, swept, ticked
from engine_kit.story import Customer, Event

from campaignspec.clock import DAY, HOUR, MINUTE, Duration, parse_instant
from campaignspec.connector import MessageClass
from campaignspec.errors import HistoryError
from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import Again, Enter, OnEvent
from campaignspec.spec.journey import Goal, Send, Wait
from campaignspec.spec.kinds import Name, ZoneName
from campaignspec.spec.policy import Cap, Consent, Policies
from campaignspec.spec.project import Settings

START = parse_instant("2017-11-06")
BUY, VISIT = OnEvent(event=Name("buy")), OnEvent(event=Name("visit"))
JOURNEY = (Wait(wait=Duration(DAY)), Send(send=Name("hello"), via=Name("mail")))


def buy(hours: int, sku: str | None) -> Event:
    return Event(START + hours * HOUR, "buy", {"amount": None, "items": None, "sku": sku})


def visit(hours: int) -> Event:
    return Event(START + hours * HOUR, "visit", {"seconds": None, "page": None})


def campaign(name: str = "alpha", **more: Any) -> Campaign:
    enter = Enter(**({"on": BUY, "key_": Name("sku")} | more.pop("enter", {})))
    return Campaign(**({"campaign": Name(name), "enter": enter, "journey": JOURNEY} | more))


def case(*campaigns: Campaign, events: list[Event], caps: tuple[Cap, ...] = ()) -> Case:
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
        traits={},
        segments={},
        channels={"mail": Channel(connector=Name("outbox"))},
        policies=Policies(consent={MessageClass.PROMOTIONAL: Consent.NOT_NEEDED}, caps=caps),
        campaigns={each.campaign: each for each in campaigns},
        folders={},
        tests={},
        documents={},
    )
    person = Customer(
        id="ann", zone="UTC", addresses=frozenset({"email"}), attributes={}, events=events
    )
    return Case(story=(person,), project=project, start=START, end=START + 5 * DAY, salt="")


def told(case: Case, *kinds: str) -> list[tuple[int, str, str | None, int]]:
    """Return hours since the beginning, kinds, keys and numbers of facts."""
    return [
        ((fact["at"] - START) // HOUR, fact["kind"], fact["key"], fact["enrolment"])
        for fact in rows(swept(case))
        if fact["kind"] in kinds
    ]


def test_each_key_has_an_enrolment_and_a_number_of_its_own() -> None:
    story = case(campaign(), events=[buy(2, "tea"), buy(1, "cup"), buy(3, None)])

    assert told(story, "entered", "sent") == [
        (1, "entered", "cup", 1),
        (2, "entered", "tea", 2),
        (25, "sent", "cup", 1),
        (26, "sent", "tea", 2),
    ]


def test_an_event_with_the_key_ends_only_its_own_journey() -> None:
    goal = Goal(event=Name("buy"), within=Duration(3 * DAY))
    events = [buy(1, "tea"), buy(2, "cup"), buy(5, "tea")]

    story = case(campaign(goal=goal), events=events)

    assert told(story, "converted", "sent") == [(5, "converted", "tea", 1), (26, "sent", "cup", 2)]


def test_an_event_without_the_key_ends_all_journeys() -> None:
    goal = Goal(event=Name("visit"), within=Duration(3 * DAY))

    story = case(campaign(goal=goal), events=[buy(1, "tea"), buy(2, "cup"), visit(5)])

    assert told(story, "converted") == [(5, "converted", "tea", 1), (5, "converted", "cup", 2)]


@pytest.mark.parametrize(
    ("again", "numbers"), [(Again.NEVER, [1, 2]), (Again.ALWAYS, [1, 2, 3])], ids=str
)
def test_again_is_asked_for_each_key(again: Again, numbers: list[int]) -> None:
    events = [buy(1, "tea"), buy(2, "cup"), buy(60, "tea")]

    story = case(campaign(enter={"again": again}), events=events)

    assert [number for *_, number in told(story, "entered")] == numbers


def test_so_many_may_be_open_at_once_and_no_more() -> None:
    events = [buy(1, "tea"), buy(2, "cup"), buy(30, "pot")]

    story = case(campaign(enter={"at_once": 1}), events=events)

    assert told(story, "entered", "refused") == [
        (1, "entered", "tea", 1),
        (2, "refused", "cup", 0),
        (30, "entered", "pot", 2),
    ]


def test_a_cap_counts_the_messages_of_all_keys() -> None:
    events = [buy(1, "tea"), buy(1, "cup")]

    story = case(campaign(), events=events, caps=(Cap(at_most=1, within=Duration(DAY)),))

    assert told(story, "sent", "suppressed") == [
        (25, "sent", "cup", 1),
        (25, "suppressed", "tea", 2),
    ]


def test_an_open_enrolment_whose_event_is_gone_is_said_and_not_guessed(tmp_path: Path) -> None:
    story = case(campaign(), events=[buy(1, "tea"), buy(20, "cup")])
    ann = story.story[0]
    ticked(story, [START + 2 * HOUR], tmp_path / "ledger.db", restarts=True)
    forgetful = replace(story, story=(replace(ann, events=[buy(20, "cup")]),))

    with pytest.raises(HistoryError, match="ann is in the journey of alpha for 'tea'"):
        ticked(forgetful, [START + 21 * HOUR], tmp_path / "ledger.db", restarts=True)


def test_what_a_journey_emits_is_heard_one_tick_later() -> None:
    upgraded = OnEvent(event=Name("ping"))
    first = campaign("beta", enter={"key_": None}, journey=(Emit(emit=Name("ping")),))
    second = campaign("alpha", enter={"on": upgraded, "key_": None})

    facts = rows(swept(case(first, second, events=[buy(1, "tea")])))

    found = [(f["at"] - START, f["campaign"]) for f in facts if f["kind"] in {"emitted", "entered"}]
    assert found == [(HOUR, "beta"), (HOUR, "beta"), (90 * MINUTE, "alpha")]


def test_a_signal_reaches_every_key_of_a_customer() -> None:
    goal = Goal(event=Name("ping"), within=Duration(3 * DAY))
    emitting = campaign(
        "beta", enter={"on": VISIT, "key_": None}, journey=(Emit(emit=Name("ping")),)
    )

    story = case(campaign(goal=goal), emitting, events=[buy(1, "tea"), buy(2, "cup"), visit(5)])

    assert told(story, "converted") == [(5, "converted", "tea", 1), (5, "converted", "cup", 2)]
