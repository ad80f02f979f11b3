"""Every trait, asked of everybody: as the oracle has it, alike for one and all, blind to later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.profile import examples
from engine_kit.rules import Beholder
from engine_kit.story import history_of, until
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.audience import Audience, FactKind, Values
from campaignspec.history import History
from campaignspec.spec.groups import group_property, wants_key
from campaignspec.spec.rule import Fact

KEYS = ("tea", "cup", "nowhere")


def audience_of(case: Case, history: History) -> Audience:
    """Return a case's audience over a history."""
    project = case.project
    return Audience(
        history,
        traits=project.traits,
        segments=project.segments,
        tick=case.tick,
        zone=project.settings.timezone,
    )


def facts_of(case: Case) -> list[Fact]:
    """Return every fact that the case's traits are."""
    found = []
    for name, trait in case.project.traits.items():
        if not wants_key(trait):
            found.append(Fact(name=name))
        if group_property(trait) is not None:
            found += [Fact(name=name, key=key) for key in KEYS]
    return found


def plain(values: Values) -> list[Any]:
    """Return values as Python has them, None where one is missing."""
    data = (
        values.words[values.data]
        if values.kind is FactKind.TEXT and len(values.words)
        else (values.data)
    )
    return [
        None if missing else value
        for value, missing in zip(data.tolist(), values.missing.tolist(), strict=True)
    ]


def check_facts(case: Case, instants: list[int]) -> None:
    whole = history_of(case.story)
    audience = audience_of(case, whole)
    beholders = [Beholder(case.project, person, case.story) for person in case.story]
    rows = np.arange(len(case.story))
    for fact in facts_of(case):
        for at in instants:
            expected = [beholder.worth(fact, at) for beholder in beholders]
            for_all = plain(audience.fact_values(fact, rows, at))
            for_each = plain(audience.fact_values(fact, rows, np.full(rows.shape, at)))

            assert for_all == pytest.approx(expected), fact
            assert for_each == for_all, fact


def check_cuts(case: Case, cut: int) -> None:
    whole = history_of(case.story)
    rows = np.arange(len(case.story))
    audience = audience_of(case, whole)
    others = (whole.until(cut), history_of(until(case.story, cut)))
    for fact in facts_of(case):
        for at in (cut, cut - case.tick):
            known = plain(audience.fact_values(fact, rows, at))
            for other in others:
                assert plain(audience_of(case, other).fact_values(fact, rows, at)) == known, fact


@examples(40)
@given(data=st.data(), case=cases())
def test_every_trait_is_worth_what_the_oracle_says(data: st.DataObject, case: Case) -> None:
    check_facts(case, [data.draw(st.integers(case.start, case.end)), case.end])


@pytest.mark.parametrize("seed", range(60))
def test_every_trait_is_worth_what_the_oracle_says_in_seeded_cases(seed: int) -> None:
    case = case_of(seed)

    check_facts(case, [case.start, (case.start + case.end) // 2, case.end])


@examples(40)
@given(data=st.data(), case=cases())
def test_what_happens_later_changes_no_trait(data: st.DataObject, case: Case) -> None:
    check_cuts(case, data.draw(st.integers(case.start, case.end)))


@pytest.mark.parametrize("seed", range(60))
def test_what_happens_later_changes_no_trait_in_seeded_cases(seed: int) -> None:
    case = case_of(seed)

    check_cuts(case, (case.start + case.end) // 2)
