"""What a sample says of everybody is as far off as it says, and no further."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sample_facts import END, START, entered, fact, rehearsal, table
from sample_journey import win_back

from campaignspec.clock import DAY
from campaignspec.measure.sampling import (
    Estimates,
    count_estimate,
    estimates_of,
    total_estimate,
)


def estimates(facts: pa.Table, share: float) -> Estimates:
    return estimates_of(facts, win_back(), start=START, end=END, share=share)


def test_a_customer_in_a_sample_of_a_quarter_stands_for_four():
    facts = [
        *entered("a", START + DAY),
        fact(START + DAY, "a", "sent", "hello", channel="email", value=400, seq=1),
        fact(START + 2 * DAY, "a", "sent", "reminder", channel="email", value=400, seq=2),
        *entered("b", START + DAY),
        fact(START + DAY, "b", "sent", "hello", channel="email", value=400, seq=1),
        *entered("c", START + DAY, held_out=True),
    ]

    found = estimates(table(facts), 0.25)

    assert (found.entries.value, found.sent.value, found.cost.value) == (12, 12, 4800)
    # By hand: 1.96 · √(0.75 · (2² + 1²)) / 0.25, and for the entries 1² + 1² + 1².
    assert found.sent.error == pytest.approx(15.1816, abs=0.001)
    assert found.entries.error == pytest.approx(11.7598, abs=0.001)
    assert found.cost.error == pytest.approx(400 * 15.1816, abs=0.5)


def test_everybody_is_no_sample_and_has_no_error():
    found = estimates(rehearsal(200), 1.0)

    assert found.entries.error == found.sent.error == found.suppressed.error == 0
    assert count_estimate(np.zeros(3), 1.0).error == 0


def test_what_nobody_in_a_sample_did_may_be_done_by_some_of_the_others():
    assert count_estimate(np.zeros(100), 0.05).error == 60
    assert total_estimate(np.zeros(100), 0.05).error == 0


@pytest.mark.parametrize("share", [0.05, 0.3])
def test_about_95_of_100_samples_are_no_further_off_than_they_say(share: float):
    everybody = rehearsal(2000)
    names = np.array(everybody["customer"].to_pylist())
    people, who = np.unique(names, return_inverse=True)
    true = estimates(everybody, 1.0)
    hits = dict.fromkeys(("entries", "sent", "cost"), 0)

    for seed in range(200):
        chosen = np.random.default_rng(seed).random(len(people)) < share
        found = estimates(everybody.filter(pa.array(chosen[who])), share)
        for name in hits:
            one, whole = getattr(found, name), getattr(true, name)
            hits[name] += abs(one.value - whole.value) <= one.error

    # 95 % of 200 are 190; three standard deviations of that many draws are 9.
    assert min(hits.values()) >= 181, hits
    assert hits["entries"] < 200, "an error that is never exceeded is too wide"


def test_the_goal_is_told_of_the_held_out_and_of_the_treated():
    found = estimates(rehearsal(500), 0.5)

    assert found.organic is not None
    assert found.treated is not None
    assert found.organic.trials < found.treated.trials
