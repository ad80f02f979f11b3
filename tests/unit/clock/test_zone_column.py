"""Clocks of many zones at once show what each zone's own clock shows."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from campaignspec.clock import DAY, NEVER, ZoneColumn, parse_instant, zone_table

ZONES = tuple(
    zone_table(name)
    for name in ("UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo")
)
CHANGE = parse_instant("2017-03-12")
MOMENTS = st.integers(CHANGE - 3 * DAY, CHANGE + 3 * DAY) | st.integers(-(2**62), 2**62)
ROWS = st.lists(st.tuples(st.integers(0, len(ZONES) - 1), MOMENTS | st.just(NEVER)), max_size=6)
CALM = st.lists(
    st.tuples(
        st.integers(0, len(ZONES) - 1),
        st.integers(parse_instant("2017-06-01"), parse_instant("2017-06-20")),
    ),
    max_size=6,
)


@given(ROWS | CALM)
@example([(0, -(2**61) - 1)])
@example([(1, -(2**62))])
def test_a_column_of_zones_turns_each_moment_as_its_zone_does(rows: list[tuple[int, int]]) -> None:
    codes = np.array([code for code, _ in rows], np.int64)
    moments = np.array([moment for _, moment in rows], np.int64)

    column = ZoneColumn(ZONES, codes)

    alone = [(ZONES[code], np.array([moment], np.int64)) for code, moment in rows]
    assert column.to_local(moments).tolist() == [int(z.to_local(m)[0]) for z, m in alone]
    assert column.to_instant(moments).tolist() == [int(z.to_instant(m)[0]) for z, m in alone]


@given(ROWS | CALM, st.data())
def test_the_clocks_of_some_are_those_that_they_had_among_all(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    codes = np.array([code for code, _ in rows], np.int64)
    moments = np.array([moment for _, moment in rows], np.int64)
    some = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), bool
    )

    found = ZoneColumn(ZONES, codes).of(some).to_local(moments[some])

    assert found.tolist() == ZoneColumn(ZONES, codes).to_local(moments)[some].tolist()
