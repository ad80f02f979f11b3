"""What is counted some customers at a time is what is counted at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_facts import END, START, campaign, rehearsal
from sample_journey import win_back

from campaignspec.measure import measure
from campaignspec.measure.adding import Adder, Summary, sum_of
from campaignspec.report import headlines
from campaignspec.report.model import Brief, Section

FACTS = rehearsal(300)
_, WHO = np.unique(np.array(FACTS["customer"].to_pylist()), return_inverse=True)


def summed(parts: list[pa.Table]) -> Summary:
    adder = Adder({"win-back": win_back()}, start=START, end=END)
    for part in parts:
        adder.add(part)
    return adder.summary("win-back", currency="USD", assumptions=())


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, WHO.max()), max_size=4))
def test_however_customers_are_parted_the_numbers_and_headlines_are_those_of_all(cuts):
    bounds = [0, *sorted(cuts), int(WHO.max()) + 1]
    parts = [FACTS.filter(pa.array((low <= WHO) & (high > WHO))) for low, high in pairwise(bounds)]
    result = measure(
        FACTS,
        win_back(),
        campaign(),
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=True,
    )

    found = summed(parts)

    assert found.funnel == result.funnel
    assert {use.channel: use for use in found.channels} == {
        use.channel: use for use in result.channels
    }
    assert found.lift == result.lift
    section = Section(campaign=campaign(), graph=win_back(), result=result)
    assert headlines(Brief(graph=win_back(), result=found)) == headlines(section)


def test_nobody_adds_up_to_nothing():
    found = summed([])

    assert (found.funnel.entries, found.funnel.sent) == (0, 0)


def test_what_has_no_common_name_is_not_added():
    assert sum_of((("cap", 2), ("quiet", 1)), (("quiet", 3),)) == (("quiet", 4), ("cap", 2))
    with pytest.raises(AssertionError, match="no numbers"):
        sum_of("email", "sms")
