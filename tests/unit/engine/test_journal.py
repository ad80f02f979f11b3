"""Facts in columns become one table in the order of all facts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.clock import DAY
from campaignspec.digests import Ids
from campaignspec.engine.facts import ORDER, SCHEMA, Kind
from campaignspec.engine.journal import NOBODY, Batch, to_table

IDS = ("Zoë", "a", "b10", "b2", "ä", "客")
"""Ids in ascending order; whose first letters take one, two and three bytes."""

FACT = st.tuples(
    st.integers(NOBODY, len(IDS) - 1),
    st.sampled_from((0, 1, 2, 2**40, 2**60)),
    st.integers(1, 2),
    st.integers(-1, 2),
    st.sampled_from((None, "o1", "o2")),
    st.sampled_from((None, 5)),
)
BATCH = st.tuples(
    st.sampled_from(("x", "y")),
    st.sampled_from((Kind.SENT, Kind.OPENED)),
    st.sampled_from(("one", "two")),
    st.sampled_from((None, "next")),
    st.lists(FACT, max_size=8),
    st.booleans(),
)


def batches_of(drawn: list[Any]) -> list[Batch]:
    """Make batches of what was drawn, without a second fact that is ordered as another."""
    made, seen = [], set()
    for campaign, kind, node, edge, facts, keyed in drawn:
        names = [(campaign, kind, node, *fact[:4], fact[4] if keyed else None) for fact in facts]
        kept = [
            fact
            for place, (name, fact) in enumerate(zip(names, facts, strict=True))
            if name not in seen and name not in names[:place]
        ]
        seen.update(names)
        row, at, enrolment, seq, key, value = zip(*kept, strict=True) if kept else [()] * 6
        made.append(
            Batch(
                campaign=campaign,
                kind=kind,
                node=node,
                edge=edge,
                rows=np.array(row, np.int64),
                keys=np.array([each or "" for each in key], np.object_) if keyed else None,
                at=np.array(at, np.int64),
                enrolment=np.array(enrolment, np.int32),
                seq=np.array(seq, np.int32),
                value=None if None in value else np.array(value, np.int64),
            )
        )
    return made


def plain(batches: list[Batch]) -> list[dict[str, Any]]:
    """Write facts down one by one, and sort them by what they say."""
    facts = [
        {
            "customer": "" if row == NOBODY else IDS[row],
            "at": at,
            "campaign": each.campaign,
            "enrolment": enrolment,
            "seq": seq,
            "kind": each.kind.value,
            "node": each.node,
            "key": None if each.keys is None else each.keys[place] or None,
            "edge": each.edge,
            "channel": None,
            "reason": None,
            "value": None if each.value is None else int(each.value[place]),
        }
        for each in batches
        for place, (row, at, enrolment, seq) in enumerate(
            zip(*(c.tolist() for c in (each.rows, each.at, each.enrolment, each.seq)), strict=True)
        )
    ]
    return sorted(
        facts,
        key=lambda fact: [fact[name] or ("" if name == "key" else fact[name]) for name in ORDER],
    )


def rows(table: pa.Table) -> list[dict[str, Any]]:
    at = table["at"].cast(pa.int64())
    return table.set_column(table.schema.get_field_index("at"), "at", at).to_pylist()


@settings(deadline=None)
@given(st.lists(BATCH, max_size=6))
def test_any_batches_become_what_sorting_fact_by_fact_gives(drawn):
    batches = batches_of(drawn)

    table = to_table(batches, Ids(IDS))

    assert rows(table) == [{name: fact[name] for name in SCHEMA.names} for fact in plain(batches)]
    assert table.schema == SCHEMA


@pytest.mark.parametrize("span", [1, DAY, 400 * DAY, 2**62])
def test_any_stretch_of_time_over_many_customers_is_sorted_to_the_last_microsecond(span):
    # Beside 20 bits of a row there is no room for more than 43 bits of an instant.
    people, chance = 2**20, np.random.default_rng(7)
    some = np.sort(chance.choice(people, 5_000, replace=False))
    parts = [
        Batch(
            campaign="x",
            kind=Kind.SENT,
            node=f"n{number}",
            rows=some,
            at=chance.integers(0, span, len(some)) + np.int64(-DAY),
            enrolment=np.ones(len(some), np.int32),
            seq=np.full(len(some), number, np.int32),
        )
        for number in (2, 0, 1)
    ]

    table = to_table(parts, Ids([f"{number:07}" for number in range(people)]))

    assert table.equals(table.sort_by([(name, "ascending") for name in ORDER]))
    assert table.num_rows == 15_000


def test_facts_of_more_words_than_fit_into_a_number_are_sorted_all_the_same():
    count = 3_000
    wide = np.array([2**31 - 1 - n for n in range(count)], np.int32)
    part = Batch(
        campaign="x",
        kind=Kind.SENT,
        node="n",
        rows=np.zeros(count, np.int64),
        keys=np.array([f"k{n}" for n in range(count)], np.object_),
        at=np.zeros(count, np.int64),
        enrolment=wide,
        seq=wide[::-1] * np.int32(1),
    )

    table = to_table([part], Ids(["a"]))

    assert table.equals(table.sort_by([(name, "ascending") for name in ORDER]))
