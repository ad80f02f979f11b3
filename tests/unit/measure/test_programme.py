"""Campaigns judged together: every order once, and whose touch had a part in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import DAY
from campaignspec.engine.facts import SCHEMA
from campaignspec.measure.programme import Joint, Model, Orders, joint

CUSTOMERS = {"anna": 0, "boris": 1, "vera": 2}
CAMPAIGNS = ("ads", "care")
WEEK = 7 * DAY


def facts(*rows: tuple[int, str, str, str, int]) -> pa.Table:
    """Make facts of a day, a campaign, a customer, a kind and a value."""
    blank = {"enrolment": 1, "seq": 0, "node": "n", "edge": None, "channel": None, "reason": None}
    told = [
        {**blank, "at": at * DAY, "campaign": c, "customer": who, "kind": kind, "value": value}
        for at, c, who, kind, value in rows
    ]
    columns = {name: [row.get(name) for row in told] for name in SCHEMA.names}
    return pa.table(columns, schema=SCHEMA)


def orders(*rows: tuple[str, int, int]) -> Orders:
    """Make orders of a customer, a day and a worth; the first of each customer is a first one."""
    rows = tuple(sorted(rows, key=lambda row: (CUSTOMERS[row[0]], row[1])))
    seen: set[str] = set()
    first = [not (who in seen or seen.add(who)) for who, _, _ in rows]
    return Orders(
        customer=np.array([CUSTOMERS[who] for who, _, _ in rows], np.int64),
        at=np.array([at * DAY for _, at, _ in rows], np.int64),
        worth=np.array([worth for _, _, worth in rows], np.int64),
        own=np.ones(len(rows), np.bool_),
        first=np.array(first, np.bool_),
    )


def judged(told: pa.Table, bought: Orders, *, cac: int = 0) -> Joint:
    return joint(told, bought, CUSTOMERS, CAMPAIGNS, within=WEEK, margin=0.5, cac=cac)


def of(found: Joint, model: Model) -> Sequence[int]:
    return [share.revenue[model] for share in found.shares]


TOUCHED = facts(
    (1, "ads", "anna", "done", 0),
    (3, "care", "anna", "sent", 5),
    (4, "care", "anna", "sent", 5),
)


@pytest.mark.parametrize(
    ("model", "shares"),
    [(Model.LAST, [0, 90]), (Model.FIRST, [90, 0]), (Model.LINEAR, [30, 60])],
)
def test_each_model_shares_an_order_out_in_its_own_way(model: Model, shares: list[int]):
    found = judged(TOUCHED, orders(("anna", 5, 90)))

    assert of(found, model) == shares


@pytest.mark.parametrize(
    ("day", "counts"), [(4, 1), (5, 1), (10, 1), (11, 0), (3, 1), (2, 1), (0, 0)]
)
def test_only_touches_of_the_window_before_an_order_count(day: int, counts: int):
    found = judged(TOUCHED, orders(("anna", day, 90)))

    assert found.orders == counts


def test_an_account_adds_up():
    told = pa.concat_tables(
        [TOUCHED, facts((2, "ads", "", "published", 7), (6, "care", "anna", "redeemed", 11))]
    )

    found = judged(told, orders(("anna", 5, 90), ("boris", 5, 1000)), cac=13)

    assert (found.revenue, found.margin) == (90, 45)
    assert found.spent == 5 + 5 + 7 + 11
    assert (found.won, found.acquisition) == (1, 13)
    assert found.profit == 45 - 28 - 13
    assert found.several == 1


def test_who_bought_before_was_not_won():
    bought = orders(("anna", 0, 1), ("anna", 5, 90))

    assert judged(TOUCHED, bought, cac=13).won == 0


def test_nothing_at_all_is_an_empty_account():
    found = judged(facts(), orders())

    assert (found.orders, found.revenue, found.profit, found.several) == (0, 0, 0, 0)


TOUCH = st.tuples(
    st.integers(0, 20),
    st.sampled_from(CAMPAIGNS),
    st.sampled_from(tuple(CUSTOMERS)),
    st.sampled_from(("sent", "done")),
    st.integers(0, 9),
)
ORDER = st.tuples(st.sampled_from(tuple(CUSTOMERS)), st.integers(0, 20), st.integers(0, 99))


@given(st.lists(TOUCH, max_size=12), st.lists(ORDER, max_size=8))
def test_every_model_shares_out_the_whole_revenue_and_no_more(touches: Any, bought: Any):
    found = judged(facts(*touches), orders(*bought))

    plain = sum(
        worth
        for who, at, worth in bought
        if any(c == who and at - 7 < day <= at for day, _, c, _, _ in touches)
    )
    assert found.revenue == plain
    for model in Model:
        assert abs(sum(of(found, model)) - plain) <= len(CAMPAIGNS)
