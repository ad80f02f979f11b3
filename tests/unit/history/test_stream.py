"""Streams against a plain oracle: a list of events, searched one customer at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.clock import NEVER
from campaignspec.history import LONG_AGO, NO_EVENT, Column, Stream, ValueKind

CUSTOMERS = 4
LATE = 40


@dataclass(frozen=True, slots=True)
class Event:
    row: int
    ts: int
    money: int | None
    number: float | None
    text: str | None


def events_of(events: Sequence[Event], row: int, horizon: int = NEVER) -> list[Event]:
    mine = [event for event in events if event.row == row and event.ts <= horizon]
    return sorted(mine, key=lambda event: event.ts)


EVENTS = st.lists(
    st.builds(
        Event,
        row=st.integers(0, CUSTOMERS - 1),
        ts=st.integers(-LATE, LATE),
        money=st.none() | st.integers(-(10**12), 10**12),
        number=st.none() | st.floats(-1e6, 1e6),
        text=st.none() | st.sampled_from(["", "a", "b", "é", "NO"]),
    ),
    max_size=40,
)
MOMENTS = st.integers(-LATE - 2, LATE + 2) | st.sampled_from([NEVER, LONG_AGO])
PAIRS = st.lists(st.tuples(st.integers(0, CUSTOMERS - 1), MOMENTS, MOMENTS), max_size=12)
HORIZONS = st.just(NEVER) | st.integers(-LATE - 1, LATE + 1)


def build(events: Sequence[Event]) -> Stream:
    return Stream.build(
        np.array([event.row for event in events], np.int64),
        np.array([event.ts for event in events], np.int64),
        CUSTOMERS,
        {
            "money": Column.of(ValueKind.MONEY, [event.money for event in events]),
            "number": Column.of(ValueKind.NUMBER, [event.number for event in events]),
            "text": Column.of(ValueKind.TEXT, [event.text for event in events]),
        },
    )


def columns(
    pairs: Sequence[tuple[int, int, int]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    table = np.array(pairs, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


laws = settings(deadline=None, max_examples=100)


@laws
@given(events=EVENTS)
def test_a_stream_is_sorted_by_customer_and_time_and_ties_keep_their_order(
    events: list[Event],
) -> None:
    stream = build(events)

    expected = sorted(events, key=lambda event: (event.row, event.ts))
    assert stream.rows().tolist() == [event.row for event in expected]
    assert stream.ts.tolist() == [event.ts for event in expected]
    for name in ("money", "number", "text"):
        column = stream.properties[name]
        found = [column.get(index) for index in range(len(column))]
        assert found == [getattr(event, name) for event in expected]


@laws
@given(events=EVENTS, pairs=PAIRS, horizon=HORIZONS)
def test_next_after_finds_the_first_event_later_than_an_instant(
    events: list[Event], pairs: list[tuple[int, int, int]], horizon: int
) -> None:
    rows, at, _ = columns(pairs)

    found = build(events).until(horizon).next_after(rows, at)

    assert found.tolist() == [
        next((e.ts for e in events_of(events, row, horizon) if e.ts > moment), NEVER)
        for row, moment, _ in pairs
    ]


@laws
@given(events=EVENTS, pairs=PAIRS, horizon=HORIZONS)
def test_indices_bisect_each_customers_own_events(
    events: list[Event], pairs: list[tuple[int, int, int]], horizon: int
) -> None:
    rows, at, _ = columns(pairs)
    stream = build(events).until(horizon)
    after, since = stream.index_after(rows, at), stream.index_from(rows, at)

    for n, (row, moment, _) in enumerate(pairs):
        mine = events_of(events, row, horizon)

        assert after[n] == stream.offsets[row] + sum(e.ts <= moment for e in mine)
        assert since[n] == stream.offsets[row] + sum(e.ts < moment for e in mine)


@laws
@given(events=EVENTS, pairs=PAIRS, horizon=HORIZONS, k=st.integers(1, 4))
def test_the_kth_latest_event_is_counted_back_from_an_instant(
    events: list[Event], pairs: list[tuple[int, int, int]], horizon: int, k: int
) -> None:
    rows, at, _ = columns(pairs)
    stream = build(events).until(horizon)
    index = stream.index_latest(rows, at, k)

    expected = []
    for row, moment, _ in pairs:
        past = [e.ts for e in events_of(events, row, horizon) if e.ts <= moment]
        expected.append(past[-k] if len(past) >= k else LONG_AGO)
    assert stream.kth_latest(rows, at, k).tolist() == expected
    assert [NO_EVENT if ts == LONG_AGO else ts for ts in expected] == [
        NO_EVENT if n == NO_EVENT else stream.ts[n] for n in index
    ]
    if k == 1:
        assert stream.latest(rows, at).tolist() == expected
    several = [stream.kth_latest(rows, at, nth).tolist() for nth in range(k, 5)]
    assert [each.tolist() for each in stream.latest_few(rows, at, range(k, 5))] == several


@laws
@given(events=EVENTS, pairs=PAIRS, horizon=HORIZONS)
def test_counts_and_totals_take_what_is_later_than_one_instant_and_up_to_another(
    events: list[Event], pairs: list[tuple[int, int, int]], horizon: int
) -> None:
    rows, after, until = columns(pairs)
    stream = build(events).until(horizon)
    within = [
        [e for e in events_of(events, row, horizon) if first < e.ts <= last]
        for row, first, last in pairs
    ]

    counts = stream.count(rows, after, until)
    money = stream.total(rows, after, until, "money")
    numbers = stream.total(rows, after, until, "number")

    assert counts.tolist() == [len(found) for found in within]
    assert money.dtype == np.int64
    assert money.tolist() == [sum(e.money or 0 for e in found) for found in within]
    expected = [sum(e.number or 0.0 for e in found) for found in within]
    assert numbers.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-6)


@laws
@given(events=EVENTS, after=MOMENTS, until=MOMENTS, horizon=HORIZONS)
def test_a_tally_of_everybody_is_what_each_is_told(
    events: list[Event], after: int, until: int, horizon: int
) -> None:
    stream = build(events).until(horizon)
    rows, moments = np.arange(CUSTOMERS), (np.full(CUSTOMERS, m) for m in (after, until))
    first, last = moments

    assert stream.tally(after, until).tolist() == stream.count(rows, first, last).tolist()
    for name in ("money", "number"):
        told = stream.total(rows, first, last, name)
        assert stream.tally(after, until, name).tolist() == told.tolist()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 129, 1000])
def test_a_tally_counts_across_the_words_of_bits(length: int) -> None:
    stream = Stream.build(np.arange(length) % 3, np.arange(length), 3)

    for moment in range(-1, length + 1, max(length // 20, 1)):
        counted = stream.tally(moment, length)

        expected = [sum(n % 3 == row for n in range(moment + 1, length)) for row in range(3)]
        assert counted.tolist() == expected


@laws
@given(events=EVENTS, after=MOMENTS, until=MOMENTS, horizon=HORIZONS)
def test_events_between_are_everybodys_by_time_then_row(
    events: list[Event], after: int, until: int, horizon: int
) -> None:
    stream = build(events).until(horizon)

    rows, ts, index = stream.events_between(after, until)

    wanted = [e for e in events if after < e.ts <= min(until, horizon)]
    expected = sorted((e.ts, e.row) for e in wanted)
    assert list(zip(ts.tolist(), rows.tolist(), strict=True)) == expected
    assert stream.ts[index].tolist() == ts.tolist()
    assert stream.rows()[index].tolist() == rows.tolist()


@laws
@given(events=EVENTS, pairs=PAIRS, horizon=st.integers(-LATE, LATE))
def test_cutting_at_an_instant_changes_nothing_at_or_before_it(
    events: list[Event], pairs: list[tuple[int, int, int]], horizon: int
) -> None:
    rows, first, second = columns(pairs)
    early, late = np.minimum(first, horizon), np.minimum(second, horizon)
    whole = build(events)
    views = (whole.until(horizon), build([e for e in events if e.ts <= horizon]))

    for cut in views:
        assert cut.latest(rows, late).tolist() == whole.latest(rows, late).tolist()
        assert cut.count(rows, early, late).tolist() == whole.count(rows, early, late).tolist()
        for name in ("money", "number"):
            seen = cut.total(rows, early, late, name).tolist()
            assert seen == whole.total(rows, early, late, name).tolist()
        seen_between = cut.events_between(LONG_AGO, horizon)[:2]
        for column, other in zip(
            seen_between, whole.events_between(LONG_AGO, horizon), strict=False
        ):
            assert column.tolist() == other.tolist()


@laws
@given(events=EVENTS, pairs=PAIRS, horizon=HORIZONS)
def test_nothing_later_than_the_horizon_is_seen(
    events: list[Event], pairs: list[tuple[int, int, int]], horizon: int
) -> None:
    rows, after, until = columns(pairs)
    view = build(events).until(horizon)
    gone = build([e for e in events if e.ts <= horizon])

    assert view.next_after(rows, after).tolist() == gone.next_after(rows, after).tolist()
    assert view.latest(rows, until).tolist() == gone.latest(rows, until).tolist()
    assert view.count(rows, after, until).tolist() == gone.count(rows, after, until).tolist()
    for name in ("money", "number"):
        seen = view.total(rows, after, until, name).tolist()
        assert seen == gone.total(rows, after, until, name).tolist()


@laws
@given(events=EVENTS, moment=MOMENTS, horizon=HORIZONS)
def test_one_instant_for_all_is_the_same_as_that_instant_for_each(
    events: list[Event], moment: int, horizon: int
) -> None:
    stream = build(events).until(horizon)
    rows = np.arange(CUSTOMERS)
    each = np.full(CUSTOMERS, moment)

    assert stream.index_after(rows, moment).tolist() == stream.index_after(rows, each).tolist()
    assert stream.next_after(rows, moment).tolist() == stream.next_after(rows, each).tolist()
    assert stream.latest(rows[:1], moment).tolist() == stream.latest(rows[:1], each[:1]).tolist()


@laws
@given(events=EVENTS, horizon=HORIZONS)
def test_where_keeps_the_marked_events_and_the_horizon(events: list[Event], horizon: int) -> None:
    stream = build(events).until(horizon)
    column = stream.properties["text"]

    kept = stream.where(column.values == column.code("NO"))

    expected = build([event for event in events if event.text == "NO"])
    assert kept.ts.tolist() == expected.ts.tolist()
    assert kept.offsets.tolist() == expected.offsets.tolist()
    assert kept.properties["text"].texts().tolist() == ["NO"] * len(kept.ts)
    assert kept.horizon == horizon


def test_the_earlier_of_two_horizons_holds() -> None:
    stream = build([Event(row=0, ts=ts, money=1, number=None, text=None) for ts in (1, 5, 9)])

    view = stream.until(5).until(9)

    assert view.next_after(np.array([0]), 1).tolist() == [5]
    assert view.next_after(np.array([0]), 5).tolist() == [NEVER]


def test_a_view_copies_nothing() -> None:
    stream = build([Event(row=0, ts=1, money=1, number=None, text=None)])

    view = stream.until(0)

    assert view.ts is stream.ts
    assert view.properties is stream.properties


def test_an_event_that_never_happened_has_an_answer_to_every_question() -> None:
    stream = Stream.empty(3)
    rows = np.arange(3)
    at = np.zeros(3, np.int64)

    assert stream.next_after(rows, at).tolist() == [NEVER] * 3
    assert stream.latest(rows, at).tolist() == [LONG_AGO] * 3
    assert stream.count(rows, at, at + 1).tolist() == [0] * 3
    assert [len(column) for column in stream.events_between(LONG_AGO, NEVER)] == [0, 0, 0]


def test_microseconds_are_told_apart_far_from_1970() -> None:
    late = 4 * 10**15
    stream = Stream.build(np.zeros(2, np.int64), np.array([late, late + 1]), 1)

    assert stream.next_after(np.array([0]), np.array([late])).tolist() == [late + 1]
    assert stream.count(np.array([0]), np.array([late - 1]), np.array([late])).tolist() == [1]
