"""The engine and a plain interpreter of the semantics write the same facts."""

from __future__ import annotations

import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.drive import expected, rows, swept, walked
from engine_kit.profile import NIGHTLY, law
from hypothesis import given

SEEDS = range(20_000 if NIGHTLY else 200)


@law(1)
@given(cases())
def test_a_sweep_writes_the_facts_that_the_oracle_expects(case: Case) -> None:
    facts = rows(swept(case))

    assert facts == expected(case)


@law(1)
@given(cases())
def test_customers_who_walk_in_parts_and_claim_apart_make_the_same_facts(case: Case) -> None:
    facts = rows(walked(case))

    assert facts == expected(case)


@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 50))
def test_engine_and_oracle_agree_on_fifty_seeded_cases(first: int) -> None:
    for seed in range(first, first + 50):
        case = case_of(seed)

        facts = rows(swept(case))

        assert facts == expected(case), f"seed {seed}"
