"""The edges of what is known of people."""

from __future__ import annotations

import numpy as np
import pytest

from campaignspec.clock import DAY
from campaignspec.history import LONG_AGO
from campaignspec.policy.people import _is_recent


@pytest.mark.parametrize(
    ("latest", "lasts", "is_recent"),
    [
        (100 * DAY, None, True),
        (LONG_AGO, None, False),
        (100 * DAY, 30 * DAY, True),
        (70 * DAY + 1, 30 * DAY, True),
        (70 * DAY, 30 * DAY, False),
        (LONG_AGO, 30 * DAY, False),
    ],
)
def test_an_event_keeps_people_silent_for_so_long_and_no_longer(
    *, latest: int, lasts: int | None, is_recent: bool
):
    found = _is_recent(np.array([latest]), np.array([100 * DAY]), lasts)

    assert found.tolist() == [is_recent]
