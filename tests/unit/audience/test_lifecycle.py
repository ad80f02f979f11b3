"""Lifecycles: stages over time by declared moves, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from campaignspec.audience import Audience, explain, value_of
from campaignspec.clock import DAY, HOUR, Duration, parse_instant
from campaignspec.history import History, Stream
from campaignspec.spec.audience import Segment
from campaignspec.spec.kinds import Name
from campaignspec.spec.lifecycle import Lifecycle, Move
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import Count, Latest

START = parse_instant("2018-03-01")


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def move(to: str, when: str, *from_: str) -> Move:
    return Move(to=Name(to), from_=tuple(map(Name, from_)), when=rule(when))


SHOP = (
    move("customer", "orders >= 1", "lead"),
    move("lapsed", "last_order older than 20d", "customer", "repeat"),
    move("repeat", "orders_10d >= 2", "customer", "lapsed"),
    move("customer", "last_order within 20d", "lapsed"),
)
STAGES = ("lead", "customer", "repeat", "lapsed")


def audience(
    days: Sequence[float], moves: Sequence[Move] = SHOP, stages: Sequence[str] = STAGES
) -> Audience:
    orders = Stream.build(
        np.zeros(len(days), np.int64),
        np.array([START + int(day * DAY) for day in days], np.int64),
        2,
    )
    history = History(
        customers=("ann", "bob"),
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(2, np.int32),
        streams={"order": orders},
        messages={},
        consents={},
        fingerprint="by hand",
        first=START,
        last=START + 60 * DAY,
    )
    return Audience(
        history,
        traits={
            "orders": Count(count=Name("order")),
            "orders_10d": Count(count=Name("order"), within=Duration(10 * DAY)),
            "last_order": Latest(latest=Name("order")),
            "stage": Lifecycle(lifecycle=tuple(map(Name, stages)), moves=tuple(moves)),
        },
        segments={"lapsed": Segment(where=rule("stage = 'lapsed'"))},
        tick=HOUR,
    )


def stage(asked: Audience, day: float, row: int = 0) -> str | float | None:
    return value_of(asked, "stage", row, START + int(day * DAY)).value


def test_everybody_begins_in_the_first_stage() -> None:
    asked = audience([3])

    assert stage(asked, 2.9) == "lead"
    assert stage(asked, 50, row=1) == "lead"


def test_a_stage_is_entered_at_the_tick_at_which_a_rule_comes_true() -> None:
    asked = audience([3.01])

    assert stage(asked, 3.01) == "lead"
    assert stage(asked, 3 + 1 / 24) == "customer"


def test_stages_follow_each_other() -> None:
    asked = audience([3, 5, 40])

    days = (3, 4.9, 5, 24.9, 25, 39.9, 40, 60)
    assert [stage(asked, day) for day in days] == [
        *("customer", "customer", "repeat", "repeat", "lapsed", "lapsed", "customer", "lapsed")
    ]


def test_a_stage_that_was_left_is_not_entered_by_a_rule_that_is_not_of_its_ways() -> None:
    asked = audience([3], [move("customer", "orders = 0", "lapsed")])

    assert stage(asked, 2) == "lead"


def test_several_moves_may_be_made_at_one_tick() -> None:
    asked = audience([3, 3.01])

    assert stage(asked, 3 + 1 / 24) == "repeat"


def test_the_first_move_that_holds_is_made() -> None:
    moves = [move("b", "orders >= 1", "a"), move("c", "orders >= 1", "a")]

    assert stage(audience([3], moves, "abc"), 3) == "b"
    assert stage(audience([3], moves[::-1], "abc"), 3) == "c"


def test_a_move_without_from_leads_from_all_other_stages() -> None:
    asked = audience([3], [move("b", "orders >= 1"), move("c", "orders = 0")], "abc")

    assert [stage(asked, day) for day in (0, 3)] == ["c", "b"]


def test_who_goes_round_in_a_circle_comes_back_to_where_it_was() -> None:
    circle = [move("b", "orders >= 1", "a"), move("a", "orders >= 1", "b")]
    asked = audience([3], circle, "ab")

    assert [stage(asked, day) for day in (2, 3, 4, 30)] == ["a"] * 4


def test_who_comes_into_a_circle_stops_before_the_stage_that_was_entered_first() -> None:
    moves = [
        move("b", "orders >= 1", "a"),
        move("c", "orders >= 1", "b"),
        move("b", "orders >= 1", "c"),
    ]
    asked = audience([3], moves, "abc")

    assert [stage(asked, day) for day in (2, 3, 4, 30)] == ["a", "c", "c", "c"]


def test_what_has_always_been_true_moves_customers_before_anything_happens() -> None:
    asked = audience([3], [move("b", "orders = 0", "a"), move("c", "orders >= 1", "b")], "abc")

    assert stage(asked, -1000) == "b"
    assert stage(asked, 3) == "c"
    assert stage(asked, 3, row=1) == "b"


@pytest.mark.parametrize("days", [[], [3]])
def test_a_lifecycle_without_anything_to_wait_for_rests(days: list[float]) -> None:
    asked = audience(days, [move("b", "orders < 0")], "ab")

    assert stage(asked, 10) == "a"


def test_members_of_a_stage_come_and_go_with_it() -> None:
    asked = audience([3, 40])

    assert ((asked.entries("lapsed").ts - START) / DAY).tolist() == [23, 60]
    assert ((asked.exits("lapsed").ts - START) / DAY).tolist() == [40]


def test_an_explanation_names_when_and_by_which_rule_a_stage_was_entered() -> None:
    asked = audience([3, 5])

    evidence = explain(asked, "lapsed", 0, START + 30 * DAY).parts[0].evidence

    assert evidence is not None
    (entered,) = evidence.events[:1]
    assert entered.at == START + 25 * DAY
    assert {name: value.value for name, value in entered.properties} == {
        "stage": "lapsed",
        "when": "last_order older than 20d",
    }
