"""Seats: whose enrolments are where, and which events count for which of them."""

from __future__ import annotations

import numpy as np
import pytest

from campaignspec.clock import NEVER
from campaignspec.engine.seats import Seating, Seats
from campaignspec.history import Column, Stream, ValueKind

PEOPLE = 4
Told = tuple[int, int, str | float | None]
ORDERS: list[Told] = [
    (0, 5, "b"),
    (0, 3, "c"),
    (0, 3, "a"),
    (2, 9, "a"),
    (2, 1, "a"),
    (1, 4, None),
]


def stream(told: list[Told], kind: ValueKind = ValueKind.TEXT) -> Stream:
    return Stream.build(
        np.array([row for row, _, _ in told], np.int64),
        np.array([at for _, at, _ in told], np.int64),
        PEOPLE,
        {"order": Column.of(kind, [key for _, _, key in told])},
    )


def seen(events: Stream) -> list[tuple[int, int]]:
    return list(zip(events.rows().tolist(), events.ts.tolist(), strict=True))


def test_a_customer_has_a_seat_for_each_key_in_the_order_in_which_they_came() -> None:
    seats = Seats.of(stream(ORDERS), "order")

    assert seats.customer.tolist() == [0, 0, 0, 2]
    assert seats.name.tolist() == ["a", "c", "b", "a"]


def test_what_happens_later_moves_no_seat() -> None:
    later: list[Told] = [*ORDERS, (0, 6, "0"), (2, 2, "0")]

    seats, more = Seats.of(stream(ORDERS), "order"), Seats.of(stream(later), "order")

    for row in range(PEOPLE):
        mine = seats.name[seats.of_rows(np.array([row]))].tolist()
        assert more.name[more.of_rows(np.array([row]))].tolist()[: len(mine)] == mine


def test_an_entry_without_its_key_lets_nobody_in() -> None:
    seats = Seats.of(stream(ORDERS), "order")

    assert seen(seats.entries(stream(ORDERS))) == [(0, 3), (1, 3), (2, 5), (3, 1), (3, 9)]


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        pytest.param((0, 6, "b"), [(2, 6)], id="its key"),
        pytest.param((0, 7, None), [(0, 7), (1, 7), (2, 7)], id="no key: all seats"),
        pytest.param((0, 4, None), [(0, 4), (1, 4)], id="no key: all seats there are by then"),
        pytest.param((2, 3, "c"), [], id="the key of somebody else"),
        pytest.param((0, 6, "z"), [], id="the key of nobody"),
        pytest.param((1, 6, None), [], id="a customer without a seat"),
    ],
)
def test_an_event_counts_for_its_key_or_for_all(
    event: Told, counted: list[tuple[int, int]]
) -> None:
    seats = Seats.of(stream(ORDERS), "order")

    assert seen(seats.happenings(stream([event]))) == counted


def test_an_event_that_knows_no_such_property_counts_for_all_seats() -> None:
    seats = Seats.of(stream(ORDERS), "order")
    visits = Stream.build(np.array([0, 2]), np.array([8, 8]), PEOPLE)

    assert seen(seats.happenings(visits)) == [(0, 8), (1, 8), (2, 8), (3, 8)]


def test_a_number_is_a_key_as_people_write_it() -> None:
    orders: list[Told] = [(0, 1, 1001.0), (0, 2, 2.5), (0, 3, None)]

    seats = Seats.of(stream(orders, ValueKind.NUMBER), "order")

    assert seats.name.tolist() == ["1001", "2.5"]
    assert seen(seats.happenings(stream([(0, 9, "1001")]))) == [(0, 9)]


def test_without_a_single_key_nobody_has_a_seat() -> None:
    seats = Seats.of(stream([(1, 4, None)]), "order")

    assert seen(seats.happenings(stream(ORDERS))) == []
    assert Seating.of(seats, np.arange(PEOPLE)).seats.tolist() == []


def test_the_seats_of_the_customers_at_hand_are_asked_together() -> None:
    seats = Seats.of(stream(ORDERS), "order")
    seating = Seating.of(seats, np.array([0, 1, 2]))
    everybody, at = np.arange(3), np.array([5, 4, 4, 9])

    assert seating.owner.tolist() == [0, 0, 0, 2]
    assert seating.least(at, everybody).tolist() == [4, NEVER, 9]
    assert seating.first_with(at, np.array([0, 2]), np.array([4, 9])).tolist() == [1, 3]
    assert seating.counted(at > 4, everybody).tolist() == [1, 0, 1]
    assert seating.greatest(at.astype(np.int32), everybody).tolist() == [5, 0, 9]


def test_without_a_key_seats_are_customers() -> None:
    seating = Seating.of(None, np.array([1, 3]))
    at = np.array([7, 8])

    assert seating.seats.tolist() == [1, 3]
    assert seating.places_of(np.array([1])).tolist() == [1]
    assert seating.least(at, np.array([1])).tolist() == [8]
    assert seating.first_with(at, np.array([1]), np.array([8])).tolist() == [1]
