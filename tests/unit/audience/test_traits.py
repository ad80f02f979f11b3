"""Every trait over one short history, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.audience import Audience, FactKind, Moment, Values
from campaignspec.clock import DAY, HOUR, Duration, parse_instant
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.money import MICROS
from campaignspec.spec.audience import Segment
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import Fact, Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import (
    Count,
    DaysSince,
    Distinct,
    FirstValue,
    LastValue,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Ratio,
    Sum,
    Trait,
)

START = parse_instant("2018-03-01")
ANN, BOB, CY = 0, 1, 2
BUY, AMOUNT, ITEMS = Name("buy"), Property("buy.amount"), Property("buy.items")
SKU, BEST_BEFORE = Property("buy.sku"), Property("buy.best_before")
WEEK = Duration(7 * DAY)

# Who, the day, the price in dollars, how many, what, and the day of March it keeps until.
ROWS: list[tuple[int, float, float | None, float | None, str | None, int | None]] = [
    (ANN, 0, 20, 2.5, "tea", 10),
    (ANN, 2, 5, 1.0, "cup", 30),
    (ANN, 6, 10, None, "cup", None),
    (ANN, 8, None, 4.0, "tea", 20),
    (ANN, 20, 40, 0.5, None, 5),
    (BOB, 3, 7, 1.0, "cup", 4),
]


def march(day: int) -> int:
    return (date(2018, 3, day) - date(1970, 1, 1)).days


def history() -> History:
    money = [None if price is None else int(price * MICROS) for _, _, price, *_ in ROWS]
    days = [None if day is None else march(day) for *_, day in ROWS]
    buys = Stream.build(
        np.array([row[0] for row in ROWS]),
        np.array([START + int(row[1] * DAY) for row in ROWS]),
        3,
        {
            "amount": Column.of(ValueKind.MONEY, money),
            "items": Column.of(ValueKind.NUMBER, [row[3] for row in ROWS]),
            "sku": Column.of(ValueKind.TEXT, [row[4] for row in ROWS]),
            "best_before": Column.of(ValueKind.DATE, days),
        },
    )
    return History(
        customers=("ann", "bob", "cy"),
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(3, np.int32),
        streams={"buy": buys},
        messages={},
        consents={},
        fingerprint="by hand",
        first=START,
        last=START + 20 * DAY,
    )


def audience(traits: Mapping[str, Trait], **segments: str) -> Audience:
    return Audience(
        history(),
        traits=traits,
        segments={name: Segment(where=rule(text)) for name, text in segments.items()},
        tick=HOUR,
    )


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def values(traits: Mapping[str, Trait], row: int, day: float) -> Values:
    moment = Moment(rows=np.array([row]), at=np.array([START + int(day * DAY)]))
    return audience(traits).values(Fact(name="it"), moment)


def plain(found: Values) -> Any:
    if found.missing[0]:
        return None
    value = found.data[0].item()
    if found.kind is FactKind.MONEY:
        return value / MICROS
    return str(found.words[value]) if found.kind is FactKind.TEXT else value


TEA = rule("sku = 'tea'")

WORKED = [
    (Minimum(minimum=AMOUNT), ANN, 20, 5),
    (Minimum(minimum=AMOUNT), ANN, 1.9, 20),
    (Minimum(minimum=AMOUNT), ANN, -0.1, None),
    (Minimum(minimum=AMOUNT), CY, 20, None),
    (Minimum(minimum=AMOUNT, within=WEEK), ANN, 8, 5),
    (Minimum(minimum=AMOUNT, within=WEEK), ANN, 9, 10),
    (Minimum(minimum=AMOUNT, within=WEEK), ANN, 13, None),
    (Minimum(minimum=AMOUNT, where=TEA), ANN, 20, 20),
    (Minimum(minimum=ITEMS), ANN, 20, 0.5),
    (Minimum(minimum=BEST_BEFORE), ANN, 19, march(10)),
    (Maximum(maximum=AMOUNT), ANN, 19.9, 20),
    (Maximum(maximum=AMOUNT), ANN, 20, 40),
    (Maximum(maximum=AMOUNT, within=WEEK), ANN, 6.9, 20),
    (Maximum(maximum=AMOUNT, within=WEEK), ANN, 7, 10),
    (Maximum(maximum=BEST_BEFORE), ANN, 20, march(30)),
    (Maximum(maximum=AMOUNT), BOB, 20, 7),
    (Distinct(distinct=SKU), ANN, 20, 2),
    (Distinct(distinct=SKU), ANN, 1, 1),
    (Distinct(distinct=SKU), CY, 20, 0),
    (Distinct(distinct=SKU, within=WEEK), ANN, 7.5, 1),
    (Distinct(distinct=SKU, within=WEEK), ANN, 9, 2),
    (Distinct(distinct=SKU, within=WEEK), ANN, 20, 0),
    (Distinct(distinct=AMOUNT), ANN, 20, 4),
    (MostFrequent(most_frequent=SKU), ANN, 2, "cup"),
    (MostFrequent(most_frequent=SKU), ANN, 7, "cup"),
    (MostFrequent(most_frequent=SKU), ANN, 8, "tea"),
    (MostFrequent(most_frequent=SKU, within=WEEK), ANN, 8.9, "cup"),
    (MostFrequent(most_frequent=SKU, within=WEEK), ANN, 20, None),
    (MostFrequent(most_frequent=SKU), CY, 20, None),
    (LastValue(last_value=SKU), ANN, 7.9, "cup"),
    (LastValue(last_value=SKU), ANN, 20, "tea"),
    (LastValue(last_value=AMOUNT), ANN, 8, 10),
    (LastValue(last_value=BEST_BEFORE), ANN, 20, march(5)),
    (LastValue(last_value=SKU), CY, 20, None),
    (FirstValue(first_value=SKU), ANN, 20, "tea"),
    (FirstValue(first_value=SKU), BOB, 2.9, None),
    (FirstValue(first_value=SKU), BOB, 3, "cup"),
    (FirstValue(first_value=AMOUNT, where=rule("sku = 'cup'")), ANN, 20, 5),
    (DaysSince(days_since=BUY), ANN, 8, 0),
    (DaysSince(days_since=BUY), ANN, 10.99, 2),
    (DaysSince(days_since=BUY), ANN, 11, 3),
    (DaysSince(days_since=BUY, where=TEA), ANN, 7, 7),
    (DaysSince(days_since=BUY), BOB, 2.9, None),
    (MedianGap(median_gap=BUY), ANN, 1.9, None),
    (MedianGap(median_gap=BUY), ANN, 2, 2),
    (MedianGap(median_gap=BUY), ANN, 6, 3),
    (MedianGap(median_gap=BUY), ANN, 8, 2),
    (MedianGap(median_gap=BUY), ANN, 20, 3),
    (MedianGap(median_gap=BUY, within=WEEK), ANN, 8, 3),
    (MedianGap(median_gap=BUY, within=WEEK), ANN, 20, None),
    (MedianGap(median_gap=BUY), BOB, 20, None),
]


@pytest.mark.parametrize(
    ("trait", "row", "day", "worth"),
    WORKED,
    ids=[f"{type(trait).__name__}-{at}" for at, (trait, *_) in enumerate(WORKED)],
)
def test_a_trait_is_worth(trait: Trait, row: int, day: float, worth: Any) -> None:
    assert plain(values({"it": trait}, row, day)) == worth


SPEND, BUYS = Sum(sum=AMOUNT), Count(count=BUY)
IT = Ratio(ratio=Name("above"), to=Name("below"))


@pytest.mark.parametrize(
    ("above", "below", "row", "worth", "kind"),
    [
        (SPEND, BUYS, ANN, 15, FactKind.MONEY),
        (SPEND, BUYS, CY, None, FactKind.MONEY),
        (BUYS, SPEND, BOB, 1 / 7, FactKind.NUMBER),
        (Maximum(maximum=AMOUNT), SPEND, ANN, 40 / 75, FactKind.NUMBER),
        (BUYS, MedianGap(median_gap=BUY), ANN, 5 / 3, FactKind.NUMBER),
        (BUYS, MedianGap(median_gap=BUY), BOB, None, FactKind.NUMBER),
        (MedianGap(median_gap=BUY), BUYS, BOB, None, FactKind.NUMBER),
    ],
    ids=["money by number", "by 0", "number by money", "money by money", "numbers", "by missing",
         "missing"],
)  # fmt: skip
def test_a_ratio_divides(above: Trait, below: Trait, row: int, worth: Any, kind: FactKind) -> None:
    found = values({"it": IT, "above": above, "below": below}, row, 20)

    assert found.kind is kind
    assert plain(found) == (worth if worth is None else pytest.approx(worth))


def test_a_ratio_may_be_made_of_a_ratio() -> None:
    half = Ratio(ratio=Name("it2"), to=Name("below"))
    traits = {"it": half, "it2": IT, "above": SPEND, "below": BUYS}

    assert plain(values(traits, ANN, 20)) == 3


def entries(trait: Trait, text: str, row: int = ANN) -> list[float]:
    stream = audience({"it": trait}, some=text).entries("some")
    return [(at - START) / DAY for at in stream.ts[stream.rows() == row].tolist()]


@pytest.mark.parametrize(
    ("trait", "text", "days"),
    [
        (DaysSince(days_since=BUY), "it >= 3", [5, 11, 23]),
        (DaysSince(days_since=BUY), "it > 3", [12, 24]),
        (DaysSince(days_since=BUY), "it = 3", [5, 11, 23]),
        (DaysSince(days_since=BUY), "it < 1", [0, 2, 6, 8, 20]),
        (DaysSince(days_since=BUY), "it >= 2.5", [5, 11, 23]),
        (DaysSince(days_since=BUY), "it <= -1", []),
        (DaysSince(days_since=BUY), "it in (1, 3)", [1, 3, 5, 7, 9, 11, 21, 23]),
        (DaysSince(days_since=BUY), "it != 0", [1, 3, 7, 9, 21]),
        (DaysSince(days_since=BUY), "it is known", [0]),
        (DaysSince(days_since=BUY), "it > 99999999999999", []),
        (Minimum(minimum=AMOUNT, within=WEEK), "it <= 5", [2]),
        (Minimum(minimum=AMOUNT, within=WEEK), "it >= 10", [0, 9, 20]),
        (Maximum(maximum=BEST_BEFORE), "it older than 1d", [30]),
        (Distinct(distinct=SKU, within=WEEK), "it >= 2", [2, 8]),
        (MostFrequent(most_frequent=SKU, within=WEEK), "it = 'tea'", [0, 9]),
        (LastValue(last_value=SKU), "it != 'cup'", [8]),
        (LastValue(last_value=BEST_BEFORE), "it within 2d", [19]),
        (MedianGap(median_gap=BUY, within=WEEK), "it is known", [2]),
    ],
)
def test_a_segment_is_entered_when_a_trait_turns(
    trait: Trait, text: str, days: list[float]
) -> None:
    assert entries(trait, text) == days


@pytest.mark.parametrize(
    ("above", "below", "text", "days"),
    [
        (SPEND, Count(count=BUY, within=WEEK), "it is unknown", [15, 27]),
        (SPEND, Count(count=BUY, within=WEEK), "it >= 30", [13, 20]),
        (Sum(sum=AMOUNT, within=WEEK), BUYS, "it < 10", [7]),
    ],
)
def test_a_segment_is_entered_when_either_part_of_a_ratio_turns(
    above: Trait, below: Trait, text: str, days: list[float]
) -> None:
    stream = audience({"it": IT, "above": above, "below": below}, some=text).entries("some")

    assert [(at - START) / DAY for at in stream.ts[stream.rows() == ANN].tolist()] == days


def test_a_text_of_events_that_never_happened_is_no_text() -> None:
    trait = LastValue(last_value=Property("ghost.sku"))

    assert entries(trait, "it = 'tea'") == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=40), st.integers(1, 45), st.integers(0, 45))
def test_a_window_sees_what_a_list_of_its_events_holds(
    amounts: list[int], length: int, now: int
) -> None:
    numbers = Column.of(ValueKind.NUMBER, [float(amount) for amount in amounts])
    stream = Stream.build(
        np.zeros(len(amounts), np.int64), np.arange(len(amounts)), 1, {"n": numbers}
    )
    who, after, at = np.array([0]), np.array([now - length]), np.array([now])

    inside = [amount for when, amount in enumerate(amounts) if now - length < when <= now]
    assert stream.distinct(who, after, at, "n").tolist() == [len(set(inside))]
    assert stream.extreme(who, after, at, "n", least=True).tolist() == [min(inside, default=0)]
    assert stream.extreme(who, after, at, "n", least=False).tolist() == [max(inside, default=0)]
