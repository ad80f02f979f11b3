"""An event that was received late counts from when it was received."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.audience import Audience, Moment
from campaignspec.clock import HOUR, Duration, format_instant, parse_instant
from campaignspec.errors import HistoryError
from campaignspec.history import EventSource, History, MessageSource, ValueKind
from campaignspec.history.load import load_history
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import Fact
from campaignspec.spec.traits import Count, DaysSince, Maximum, MedianGap, Sum

FIRST = parse_instant("2017-01-01")
LATE = 24
HOURS = st.integers(0, LATE)
EVENTS = st.lists(st.tuples(st.sampled_from(["a", "b"]), HOURS, st.none() | HOURS), max_size=12)


def stamp(hour: int | None) -> str:
    return "" if hour is None else format_instant(FIRST + hour * HOUR)


def load(folder: Path, lines: list[str], **options: object) -> History:
    log = folder / "log.csv"
    log.write_text("\n".join(["customer,at,event,amount,seen", *lines, ""]))
    source = EventSource(
        file=log,
        properties={"amount": ValueKind.MONEY},
        received_at="seen",
        **options,  # type: ignore[arg-type]
    )
    return load_history([], [source])


@pytest.mark.parametrize(
    ("at", "seen", "counts"),
    [
        ("2017-01-01 10:00", "2017-01-02 09:00", "2017-01-02 09:00"),
        ("2017-01-01 10:00", "2017-01-01 09:00", "2017-01-01 10:00"),
        ("2017-01-01 10:00", "", "2017-01-01 10:00"),
        ("2017-01-01 10:00", "2017-01-01 14:00+03:00", "2017-01-01 11:00"),
    ],
)
def test_what_happened_counts_from_the_later_instant(
    tmp_path: Path, at: str, seen: str, counts: str
) -> None:
    history = load(tmp_path, [f"a,{at},order,1,{seen}"])

    assert [format_instant(int(ts)) for ts in history.streams["order"].ts] == [counts]


def test_a_day_is_that_on_which_its_events_became_known(tmp_path: Path) -> None:
    lines = ["a,2017-01-01 10:00,order,1,", "a,2017-01-01 11:00,order,2,2017-01-03 08:00"]

    history = load(tmp_path, lines, one_per_day=True)

    days = history.streams["order"]
    assert [format_instant(int(ts)) for ts in days.ts] == ["2017-01-02 00:00", "2017-01-04 00:00"]
    assert days.properties["amount"].values.tolist() == [1_000_000, 2_000_000]


def test_messages_may_be_known_late_as_well(tmp_path: Path) -> None:
    (tmp_path / "sent.csv").write_text(
        "customer,at,channel,class,campaign,seen\na,2017-01-01,email,service,,2017-01-05\n"
    )

    history = load_history([], [], [MessageSource(file=tmp_path / "sent.csv", received_at="seen")])

    assert history.first == parse_instant("2017-01-05")


def test_an_instant_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="row 2: column 'seen' holds 'soon', which is not"):
        load(tmp_path, ["a,2017-01-01,order,1,soon"])


def test_a_source_says_once_when_an_event_is_known(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="declare either received_at or known_after"):
        load(tmp_path, [], known_after=HOUR)


@settings(deadline=None, max_examples=40)
@given(events=EVENTS, cut=HOURS)
def test_cutting_the_history_changes_nothing_before_the_cut(
    events: list[tuple[str, int, int | None]], cut: int
) -> None:
    lines = [f"{c},{stamp(at)},order,{n},{stamp(seen)}" for n, (c, at, seen) in enumerate(events)]
    # What is received after the cut is not in the files of those who stand at the cut.
    known = [
        line
        for line, (_, at, seen) in zip(lines, events, strict=True)
        if max(at, at if seen is None else seen) <= cut
    ]
    anchors = ["a,2016-01-01,order,0,", "b,2016-01-01,order,0,"]
    with tempfile.TemporaryDirectory() as name:
        later = load(Path(name), [*anchors, *lines])
        then = load(Path(name), [*anchors, *known])

    for history in (later, later.until(FIRST + cut * HOUR)):
        for hour in range(cut + 1):
            at = FIRST + hour * HOUR
            assert streams_at(history, at) == streams_at(then, at)
            assert traits_at(history, at) == traits_at(then, at)


def streams_at(history: History, at: int) -> list[list[object]]:
    rows, orders = np.arange(2), history.streams["order"]
    return [
        orders.latest(rows, at).tolist(),
        orders.count(rows, FIRST - 1, at).tolist(),
        orders.total(rows, 0, at, "amount").tolist(),
    ]


def traits_at(history: History, at: int) -> list[list[object]]:
    order, amount = Name("order"), Property("order.amount")
    traits = {
        "orders": Count(count=order, within=Duration(6 * HOUR)),
        "spent": Sum(sum=amount),
        "quiet": DaysSince(days_since=order),
        "dearest": Maximum(maximum=amount),
        "gap": MedianGap(median_gap=order),
    }
    audience = Audience(history, traits=traits, segments={}, tick=HOUR)
    found = [
        audience.values(Fact(name=name), Moment(rows=np.arange(2), at=np.full(2, at)))
        for name in traits
    ]
    return [np.where(values.missing, None, values.data).tolist() for values in found]
