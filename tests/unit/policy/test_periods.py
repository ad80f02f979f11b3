"""When a budget or a capacity is full again."""

from __future__ import annotations

import numpy as np
import pytest

from campaignspec.clock import parse_instant
from campaignspec.engine.budgets import next_period
from campaignspec.spec.policy import Every

PERIODS = [
    (Every.HOUR, "2017-03-15 12:00", "UTC", "2017-03-15 13:00"),
    (Every.HOUR, "2017-03-15 12:59", "Asia/Kolkata", "2017-03-15 13:30"),
    (Every.DAY, "2017-03-15 00:00", "Europe/Moscow", "2017-03-16 00:00"),
    (Every.DAY, "2017-03-12 01:00", "America/New_York", "2017-03-13 00:00"),
    (Every.DAY, "2017-10-14 12:00", "America/Sao_Paulo", "2017-10-15 01:00"),
    (Every.WEEK, "2017-03-12 23:00", "UTC", "2017-03-13 00:00"),
    (Every.WEEK, "2017-03-13 00:00", "UTC", "2017-03-20 00:00"),
    (Every.MONTH, "2017-12-31 23:59", "Europe/Moscow", "2018-01-01 00:00"),
    (Every.MONTH, "2016-02-01 00:00", "UTC", "2016-03-01 00:00"),
]


@pytest.mark.parametrize(("every", "at", "zone", "again"), PERIODS, ids=str)
def test_a_period_ends_by_the_clock_of_the_project(
    every: Every, at: str, zone: str, again: str
) -> None:
    now = np.array([parse_instant(at, zone)], np.int64)

    assert next_period(every, now, zone).tolist() == [parse_instant(again, zone)]
