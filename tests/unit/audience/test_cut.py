"""The law that nothing known later is seen: cutting the history changes nothing before the cut."""

from __future__ import annotations

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.profile import examples
from engine_kit.story import history_of
from hypothesis import given

from campaignspec.audience import Audience, Values
from campaignspec.history import History
from campaignspec.spec.groups import wants_key


def audience_of(case: Case, history: History) -> Audience:
    return Audience(
        history,
        traits=case.project.traits,
        segments=case.project.segments,
        tick=case.tick,
        zone=case.project.settings.timezone,
    )


def plain(found: Values) -> list[object]:
    data = found.words[found.data] if len(found.words) else found.data
    return [None if gone else value for value, gone in zip(data, found.missing, strict=True)]


def check_cuts(case: Case) -> None:
    history = history_of(case.story)
    whole = audience_of(case, history)
    rows = np.arange(len(case.story))
    for cut in ((case.start + case.end) // 2, case.end - case.tick):
        known = audience_of(case, history.until(cut))
        for at in (cut - 2 * case.tick, cut - 1, cut):
            for name, trait in case.project.traits.items():
                if not wants_key(trait):
                    found, expected = (
                        plain(each.trait_values(trait, rows, np.full(rows.shape, at)))
                        for each in (known, whole)
                    )
                    assert found == pytest.approx(expected, nan_ok=True), (name, trait)
            for segment in case.project.segments:
                assert np.array_equal(
                    known.matches(segment, rows, at), whole.matches(segment, rows, at)
                )
        for segment in case.project.segments:
            for cutting, uncut in (
                (known.entries(segment), whole.entries(segment)),
                (known.exits(segment), whole.exits(segment)),
            ):
                before = (stream.events_between(case.start, cut) for stream in (cutting, uncut))
                (rows_cut, at_cut, _), (rows_uncut, at_uncut, _) = before
                assert np.array_equal(rows_cut, rows_uncut)
                assert np.array_equal(at_cut, at_uncut)


@examples(30)
@given(cases())
def test_what_happens_later_changes_no_fact_and_no_segment(case: Case) -> None:
    check_cuts(case)


@pytest.mark.parametrize("seed", range(60))
def test_what_happens_later_changes_no_fact_and_no_segment_in_seeded_cases(seed: int) -> None:
    check_cuts(case_of(seed))
