"""No limit of an offer is ever exceeded, and nobody holds what may not be held together."""

from __future__ import annotations

from collections import Counter

from engine_kit.cases import Case, case_of, cases
from engine_kit.drive import rows, swept
from engine_kit.grants_checker import conflicts, overruns
from engine_kit.profile import law
from hypothesis import given


@law(4)
@given(cases())
def test_no_grant_breaks_the_terms_of_its_offer(case: Case) -> None:
    facts = rows(swept(case))

    assert list(overruns(case.project, facts)) == []
    assert list(conflicts(case.project, facts)) == []


def test_no_grant_of_a_hundred_seeded_cases_breaks_the_terms_of_its_offer() -> None:
    refused = Counter[str]()
    for seed in range(2000, 2100):
        case = case_of(seed)

        facts = rows(swept(case))

        assert list(overruns(case.project, facts)) == [], f"seed {seed}"
        assert list(conflicts(case.project, facts)) == [], f"seed {seed}"
        refused.update(fact["reason"] for fact in facts if fact["kind"] == "not_granted")
    assert refused["none-left"] > 20, "enough were wanted to break limits"
