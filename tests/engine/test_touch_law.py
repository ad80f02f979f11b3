"""No cap, consent, opt-out or quiet hour is ever violated, under any order of events."""

from __future__ import annotations

from engine_kit.cases import Case, case_of, cases
from engine_kit.checker import violations
from engine_kit.drive import rows, swept
from engine_kit.profile import law
from hypothesis import given


@law(4)
@given(cases())
def test_no_message_breaks_a_rule_for_touches(case: Case) -> None:
    facts = rows(swept(case))

    assert list(violations(case, facts)) == []


def test_no_message_of_two_hundred_seeded_cases_breaks_a_rule() -> None:
    sent = 0
    for seed in range(1000, 1200):
        case = case_of(seed)

        facts = rows(swept(case))

        assert list(violations(case, facts)) == [], f"seed {seed}"
        sent += sum(fact["kind"] == "sent" for fact in facts)
    assert sent > 100, "enough was sent to break rules"
