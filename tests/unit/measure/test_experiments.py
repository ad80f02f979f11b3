from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sample_facts import entered, fact, promises, table
from sample_journey import graph_of, send

from campaignspec.clock import DAY, parse_instant
from campaignspec.graph.nodes import EndNode, ExperimentNode, JourneyGraph
from campaignspec.measure import Result, measure
from campaignspec.measure.experiments import ExperimentReading
from campaignspec.measure.lift import Rate, newcombe, wilson
from campaignspec.measure.provenance import Quantity

START = parse_instant("2017-03-01") - 1
NODE = ExperimentNode(id="offer", seed="s", arms=(("plain", 0.5), ("coupon", 1.0)))


def _graph(*, sends_first: bool = False) -> JourneyGraph:
    first = (("entry", "next", "hello"), ("hello", "next", "offer"))
    direct = (("entry", "next", "offer"),)
    return graph_of(
        (send("hello"), NODE, EndNode()) if sends_first else (NODE, EndNode()),
        (
            *(first if sends_first else direct),
            ("offer", "plain", "end"),
            ("offer", "coupon", "end"),
        ),
    )


def _person(name: str, arm: str, *, buys: bool, day: int = 0) -> list[dict[str, Any]]:
    at = START + 1 + day * DAY
    last = "converted" if buys else "expired"
    end = at + (5 if buys else 30) * DAY
    return [
        *entered(name, at),
        fact(at, name, "assigned", "offer", arm, seq=1),
        fact(end, name, last, "end", "goal" if buys else None, value=9_000_000, seq=2),
    ]


def _read(rows: list[dict[str, Any]], graph: JourneyGraph | None = None) -> ExperimentReading:
    (reading,) = _measured(rows, graph or _graph()).experiments
    return reading


def _measured(rows: list[dict[str, Any]], graph: JourneyGraph) -> Result:
    return measure(
        table(rows),
        graph,
        promises(),
        start=START,
        end=START + 60 * DAY,
        currency="USD",
        assumptions=(),
        simulated=False,
    )


def test_arms_are_counted_by_who_was_assigned_to_them():
    rows = [*_person("a", "plain", buys=True), *_person("b", "plain", buys=False)]
    rows += [*_person("c", "coupon", buys=True), *_person("d", "coupon", buys=True)]
    rows += _person("young", "coupon", buys=True, day=50)

    plain, coupon = _read(rows).arms

    assert plain.rate is not None
    assert coupon.rate is not None
    assert (plain.rate.hits, plain.rate.trials) == (1, 2)
    assert (coupon.rate.hits, coupon.rate.trials) == (2, 2)
    assert (plain.value, coupon.value) == (4.5, 9.0)
    assert plain.difference is None
    assert coupon.difference is not None
    assert coupon.difference.value == pytest.approx(0.5)
    assert coupon.rate.interval == wilson(Rate(hits=2, trials=2))
    assert coupon.difference.interval == newcombe(Rate(hits=2, trials=2), Rate(hits=1, trials=2))
    assert (coupon.drawn.hits, coupon.drawn.trials, coupon.declared) == (3, 5, 0.5)
    assert (coupon.enrolments.entries, coupon.enrolments.mature) == (3, 2)


def test_few_people_are_no_reason_to_doubt_the_draw():
    assert _read(_person("a", "plain", buys=True)).is_drawn_as_declared is None


def test_a_draw_that_strays_from_its_shares_is_seen():
    rows = [row for n in range(60) for row in _person(f"c{n:02}", "plain", buys=False)]

    assert _read(rows).is_drawn_as_declared is False


def test_a_draw_after_a_message_is_as_sure_as_messages():
    rows = _person("a", "plain", buys=True)

    assert _read(rows).assignment is Quantity.ENTRIES
    assert _read(rows, _graph(sends_first=True)).assignment is Quantity.TOUCHES


def test_who_leaves_after_the_draw_still_counts_in_the_arm():
    rows = _person("a", "plain", buys=True)
    rows += [*entered("b", START + 1), fact(START + 1, "b", "assigned", "offer", "plain", seq=1)]
    rows.append(fact(START + DAY, "b", "left", "end", reason="event order.returned", seq=2))

    plain = _read(rows).arms[0]

    assert plain.rate == Rate(hits=1, trials=2)
    assert plain.enrolments.left == 1


def test_who_was_not_drawn_is_in_no_arm():
    rows = [*_person("a", "plain", buys=True), *entered("b", START + 1)]
    rows += entered("c", START + 1, held_out=True)

    assert [arm.enrolments.entries for arm in _read(rows).arms] == [1, 0]


def test_an_arm_with_nobody_is_compared_with_nobody():
    coupon = _read(_person("a", "plain", buys=True)).arms[1]

    assert (coupon.rate, coupon.value, coupon.difference) == (Rate(hits=0, trials=0), None, None)


def test_the_draw_is_judged_by_customers_who_may_come_again():
    once = [row for n in range(10) for row in _person(f"p{n}", "plain", buys=False)]
    once += [row for n in range(10) for row in _person(f"c{n}", "coupon", buys=False)]
    again = [row | {"enrolment": k} for k in range(2, 9) for row in once if row["customer"] < "d"]

    reading = _read([*once, *again])

    assert [arm.enrolments.entries for arm in reading.arms] == [10, 80]
    assert [arm.enrolments.customers for arm in reading.arms] == [10, 10]
    assert reading.chance == 1.0


def test_further_arms_are_compared_with_the_first():
    node = replace(NODE, arms=(("none", 0.5), ("small", 0.75), ("large", 1.0)))
    ways = tuple(("offer", name, "end") for name, _ in node.arms)
    graph = graph_of((node, EndNode()), (("entry", "next", "offer"), *ways))
    rows = [*_person("a", "none", buys=False), *_person("b", "small", buys=False)]
    rows += _person("c", "large", buys=True)

    none, small, large = _read(rows, graph).arms

    assert [arm.declared for arm in (none, small, large)] == [0.5, 0.25, 0.25]
    assert none.difference is None
    assert small.difference is not None
    assert small.difference.value == 0
    assert large.difference is not None
    assert large.difference.value == 1


def test_without_a_goal_only_the_draw_is_measured():
    reading = _read(_person("a", "plain", buys=False), replace(_graph(), goal=None))

    assert [arm.enrolments.entries for arm in reading.arms] == [1, 0]
    assert all(arm.rate is arm.value is arm.difference is None for arm in reading.arms)


def test_a_journey_without_experiments_has_no_readings():
    graph = graph_of((EndNode(),), (("entry", "next", "end"),))

    assert _measured(entered("a", START + 1), graph).experiments == ()


def test_a_goal_without_a_value_is_worth_no_number():
    graph = _graph()
    assert graph.goal is not None
    plain, _ = _read(
        _person("a", "plain", buys=True), replace(graph, goal=replace(graph.goal, value=None))
    ).arms

    assert plain.rate is not None
    assert (plain.rate.hits, plain.value) == (1, None)
