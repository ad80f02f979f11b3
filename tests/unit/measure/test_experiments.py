from __future__ import annotations

from typing import Any

import pytest
from sample_facts import entered, fact, promises, table
from sample_journey import graph_of, send

from campaignspec.clock import DAY, parse_instant
from campaignspec.graph.nodes import EndNode, ExperimentNode, JourneyGraph
from campaignspec.measure import measure
from campaignspec.measure.experiments import ExperimentReading
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
    result = measure(
        table(rows),
        graph or _graph(),
        promises(),
        start=START,
        end=START + 60 * DAY,
        currency="USD",
        assumptions=(),
        simulated=False,
    )
    (reading,) = result.experiments
    return reading


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
    assert (coupon.drawn.hits, coupon.drawn.trials, coupon.declared) == (3, 5, 0.5)


def test_few_people_are_no_reason_to_doubt_the_draw():
    assert _read(_person("a", "plain", buys=True)).is_drawn_as_declared is None


def test_a_draw_that_strays_from_its_shares_is_seen():
    rows = [row for n in range(60) for row in _person(f"c{n:02}", "plain", buys=False)]

    assert _read(rows).is_drawn_as_declared is False


def test_a_draw_after_a_message_is_as_sure_as_messages():
    rows = _person("a", "plain", buys=True)

    assert _read(rows).assignment is Quantity.ENTRIES
    assert _read(rows, _graph(sends_first=True)).assignment is Quantity.TOUCHES
