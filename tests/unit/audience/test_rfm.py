"""RFM: bins as SQL draws them, limits at any instant, cells, and when they are drawn."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.audience import Audience, explain
from campaignspec.audience.traits.midnights import latest_midnight, midnights_between
from campaignspec.audience.traits.rfm import ntile
from campaignspec.clock import DAY, HOUR, Duration, format_instant, parse_instant
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.money import MICROS, Money
from campaignspec.spec.audience import Segment
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rfm import CutOffs, Facet, Rfm
from campaignspec.spec.rule import Fact, Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import Trait

START = parse_instant("2018-03-01", "Europe/Moscow")
PEOPLE = ("ann", "bob", "cy", "dan", "eve")

# Who, on which day after the first of March, in Moscow, and how many dollars.
BUYS = [
    ("ann", 0.5, 10),
    ("ann", 3.5, 10),
    ("ann", 9.5, 10),
    ("bob", 1.5, 90),
    ("cy", 2.5, 20),
    ("cy", 8.5, 20),
    ("dan", 9.5, 5),
]


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def audience(trait: Rfm, **segments: str) -> Audience:
    buys = Stream.build(
        np.array([PEOPLE.index(who) for who, _, _ in BUYS]),
        np.array([START + int(day * DAY) for _, day, _ in BUYS]),
        len(PEOPLE),
        {"amount": Column.of(ValueKind.MONEY, [dollars * MICROS for _, _, dollars in BUYS])},
    )
    history = History(
        customers=PEOPLE,
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(len(PEOPLE), np.int32),
        streams={"buy": buys},
        messages={},
        consents={},
        fingerprint="by hand",
        first=START,
        last=START + 10 * DAY,
    )
    facets: Mapping[str, Trait] = {
        f"rfm.{facet}": Rfm(
            rfm=trait.rfm,
            within=trait.within,
            bins=trait.bins,
            cut_offs=trait.cut_offs,
            cells=trait.cells,
            facet=facet,
        )
        for facet in Facet
    }
    return Audience(
        history,
        traits=facets,
        segments={name: Segment(where=rule(text)) for name, text in segments.items()},
        tick=HOUR,
        zone="Europe/Moscow",
    )


def scores(trait: Rfm, facet: str, day: float) -> list[float | str | None]:
    """Ask of everybody at one instant and at their own, which must agree."""
    asked = audience(trait)
    rows, at = np.arange(len(PEOPLE)), START + int(day * DAY)
    found = asked.fact_values(Fact(name=f"rfm.{facet}"), rows, at)
    again = asked.fact_values(Fact(name=f"rfm.{facet}"), rows, np.full(rows.shape, at))
    assert np.array_equal(found.data, again.data)
    assert np.array_equal(found.missing, again.missing)
    values = found.words[found.data] if facet == "cell" else found.data
    return [None if gone else value for value, gone in zip(values, found.missing, strict=True)]


BINS = Rfm(
    rfm=Property("buy.amount"),
    bins=2,
    cells={Name("top"): rule("r = 2 and f = 2"), Name("rest"): rule("not m in (2)")},
)
WEEK = Rfm(rfm=Property("buy.amount"), bins=2, within=Duration(7 * DAY))
LIMITS = Rfm(
    rfm=Property("buy.amount"),
    within=Duration(30 * DAY),
    cut_offs=CutOffs(
        r=(Duration(DAY), Duration(7 * DAY)),
        f=(2, 3),
        m=(Money(micros=20 * MICROS, currency="USD"), Money(micros=40 * MICROS, currency="USD")),
    ),
)

WORKED = [
    ("who bought last is best, ties by the id", BINS, "r", 10, [2, 1, 1, 2, None]),
    ("who bought most often, ties by the id", BINS, "f", 10, [2, 1, 2, 1, None]),
    ("who spent most", BINS, "m", 10, [1, 2, 2, 1, None]),
    ("the first cell that holds, or none", BINS, "cell", 10, ["top", None, None, "rest", None]),
    ("nobody has a score before the first midnight after", BINS, "r", 0.9, [None] * 5),
    ("what happened since midnight does not count", BINS, "f", 1.9, [1, None, None, None, None]),
    ("an uneven rest goes to the first bins", BINS, "r", 3, [1, 1, 2, None, None]),
    ("only those with an event in the window are ranked", WEEK, "r", 10, [1, None, 1, 2, None]),
    ("a limit of age is reached by later events only", LIMITS, "r", 10.5, [2, 1, 2, 2, None]),
    ("at any instant of the day", LIMITS, "r", 10.4, [3, 1, 2, 3, None]),
    ("at least so many events", LIMITS, "f", 10.4, [3, 1, 2, 1, None]),
    ("at least so much money", LIMITS, "m", 10.4, [2, 3, 3, 1, None]),
    ("out of the window there is no score", LIMITS, "m", 33.5, [1, None, 2, 1, None]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("trait", "facet", "day", "expected"),
    [each[1:] for each in WORKED],
    ids=[each[0] for each in WORKED],
)
def test_scores(trait: Rfm, facet: str, day: float, expected: list[float | None]) -> None:
    assert scores(trait, facet, day) == expected


@given(st.lists(st.integers(0, 6), max_size=40), st.integers(2, 10))
@settings(deadline=None, max_examples=80)
def test_bins_are_those_of_sql(values: list[int], bins: int) -> None:
    query = (
        f"SELECT ntile({bins}) OVER (ORDER BY value, place) FROM "  # noqa: S608 - a number
        "(SELECT unnest($values) AS value, generate_subscripts($values, 1) AS place) ORDER BY place"
    )

    expected = duckdb.execute(query, {"values": values}).fetchall() if values else []

    assert ntile(np.array(values, np.int64), bins).tolist() == [score for (score,) in expected]


def test_bins_of_money_with_fractions_are_ordered_like_whole_numbers() -> None:
    assert ntile(np.array([0.3, 0.1, 0.2, 0.1]), 2).tolist() == [2, 1, 2, 1]


def test_bins_change_at_midnight_only() -> None:
    asked = audience(WEEK, best="rfm.r = 2")

    turns = np.concatenate([asked.entries("best").ts, asked.exits("best").ts])

    assert len(turns)
    assert {format_instant(int(at), "Europe/Moscow")[-5:] for at in turns} == {"00:00"}


def test_an_explanation_shows_the_events_as_of_midnight() -> None:
    asked = audience(BINS, best="rfm.f = 2")

    found = explain(asked, "best", PEOPLE.index("ann"), START + int(9.9 * DAY))

    evidence = found.parts[0].evidence
    assert evidence is not None
    assert [(event.at - START) / DAY for event in evidence.events] == [3.5, 0.5]


HAVANA = [
    ("2017-11-04 23:59:59", "2017-11-04 00:00"),
    ("2017-11-05 00:30", "2017-11-05 00:00"),
    ("2017-11-05 05:30Z", "2017-11-05 00:00"),
    ("2017-11-05 23:00", "2017-11-05 00:00"),
    ("2017-11-06 00:00", "2017-11-06 00:00"),
]


@pytest.mark.parametrize(("at", "midnight"), HAVANA)
def test_a_midnight_that_comes_twice_is_the_first(at: str, midnight: str) -> None:
    zone = "America/Havana"

    found = latest_midnight(zone, np.array([parse_instant(at, zone)]))

    assert found.tolist() == [parse_instant(midnight, zone)]


def test_a_midnight_that_is_skipped_is_the_instant_of_the_jump() -> None:
    zone = "America/Sao_Paulo"

    found = latest_midnight(zone, np.array([parse_instant("2017-10-15 12:00", zone)]))

    assert format_instant(int(found[0]), zone) == "2017-10-15 01:00"


def test_midnights_reach_from_before_the_first_instant_to_after_the_last() -> None:
    first, last = parse_instant("2018-03-01 12:00"), parse_instant("2018-03-03 12:00")

    found = midnights_between("UTC", first, last)

    assert [format_instant(int(at)) for at in found] == [
        f"2018-03-0{day} 00:00" for day in (1, 2, 3, 4)
    ]
