"""Addresses: one a customer, and none where there is nothing or an empty text."""

from __future__ import annotations

import numpy as np
import pytest

from campaignspec.history import Addresses, Column, ValueKind

TEXTS = ["ann@shop.example", None, "", "я@почта.рф", None]
KNOWN = ["ann@shop.example", None, None, "я@почта.рф", None]


@pytest.fixture(params=["texts", "column", "slice"])
def addresses(request: pytest.FixtureRequest) -> Addresses:
    match request.param:
        case "texts":
            return Addresses.of(TEXTS)
        case "column":
            return Addresses.of_column(Column.of(ValueKind.TEXT, TEXTS))
        case _:
            return Addresses(Addresses.of(["before", *TEXTS, "behind"]).packed.slice(1, len(TEXTS)))


def test_an_empty_text_is_no_address(addresses):
    assert addresses.tolist() == KNOWN
    assert [addresses[row] for row in range(len(addresses))] == KNOWN
    assert list(addresses) == KNOWN
    assert addresses.known.tolist() == [text is not None for text in KNOWN]
    assert addresses.texts.to_pylist() == KNOWN


def test_addresses_move_with_their_customers(addresses):
    moved = addresses.moved(np.array([6, 0, 1, 2, 3]), 7)

    assert moved.tolist() == [None, None, "я@почта.рф", None, None, None, "ann@shop.example"]
    assert moved.known.tolist() == [text is not None for text in moved]


def test_nobody_has_no_address():
    assert len(Addresses.of([])) == 0
    assert Addresses.of([]).known.tolist() == []
    assert Addresses.of([]).moved(np.array([], np.int64), 2).tolist() == [None, None]
