"""How many examples a law is tried on: few at each change, many at night."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import pytest
from hypothesis import HealthCheck, settings

Test = TypeVar("Test", bound=Callable[..., None])

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
NIGHTLY_EXAMPLES: Final = 2000
"""On so many examples each random test of the engine is tried at night."""

LAWS: Final[Mapping[int, str]] = {
    1: "A rehearsal and a run, given the same inputs, write the same facts.",
    2: "Cutting the history at an instant changes nothing at or before it.",
    4: "No cap, consent, budget, pool or quiet hour is ever violated, under any order of events.",
    8: "Renaming what is visible reshuffles nobody.",
}
"""Of the laws of the house those about the engine, by their numbers."""

EXAMPLES: Final[Mapping[int, Mapping[str, int]]] = {
    1: {
        "test_many_windows_are_one_sweep": 25,
        "test_a_run_through_every_tick_writes_the_bytes_of_a_sweep": 15,
        "test_a_runner_that_restarts_and_knows_no_future_writes_the_bytes_of_a_sweep": 25,
        "test_a_run_on_a_server_through_every_tick_writes_the_bytes_of_a_sweep": 6,
        "test_a_runner_on_a_server_that_restarts_writes_the_bytes_of_a_sweep": 12,
        "test_a_sweep_writes_the_facts_that_the_oracle_expects": 60,
        "test_customers_who_walk_in_parts_and_claim_apart_make_the_same_facts": 30,
        "test_a_crowd_s_claims_end_apart_as_in_turn_and_as_the_oracle_says": 12,
        "test_a_crowd_s_run_through_every_tick_writes_the_facts_of_a_sweep": 4,
    },
    2: {
        "test_cutting_the_history_changes_nothing_before_the_cut": 25,
        "test_a_sweep_that_ends_earlier_is_the_beginning_of_a_longer_one": 25,
        "test_cutting_the_history_of_a_crowd_changes_nothing_before_the_cut": 8,
    },
    4: {
        "test_no_message_breaks_a_rule_for_touches": 25,
        "test_no_grant_breaks_the_terms_of_its_offer": 25,
        "test_no_crowd_takes_more_than_there_is": 20,
    },
    8: {
        "test_renaming_what_is_visible_reshuffles_nobody": 25,
        "test_renaming_what_is_visible_reshuffles_nobody_in_a_crowd": 10,
    },
}
"""By law the tests that hold it, and on how many examples each is tried at each change."""

settings.register_profile("nightly", max_examples=NIGHTLY_EXAMPLES, deadline=None)


def examples(count: int) -> settings:
    """Return settings for so many examples, or for 2,000 with ``HYPOTHESIS_PROFILE=nightly``."""
    return settings(
        max_examples=NIGHTLY_EXAMPLES if NIGHTLY else count,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )


def law(number: int) -> Callable[[Test], Test]:
    """Say that a test holds a law: ``pytest -m 'law(number=4)'`` finds all that hold the fourth.

    On how many examples it is tried stands in `EXAMPLES`.
    """

    def held(test: Test) -> Test:
        count = EXAMPLES[number][test.__name__]
        return pytest.mark.law(number=number)(examples(count)(test))

    return held
