"""Turns: put together of their parts, and asked about a part of time only."""

from __future__ import annotations

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.profile import examples
from engine_kit.story import history_of
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.audience import Audience
from campaignspec.audience.population import members, sizes
from campaignspec.audience.turns import Turns, all_of, any_of

ROWS, TICKS = 4, 12
EVERYBODY = np.arange(ROWS)


@st.composite
def truths(draw: st.DrawFn) -> np.ndarray:
    """Draw whether each customer fits at each tick."""
    bits = draw(st.lists(st.booleans(), min_size=ROWS * TICKS, max_size=ROWS * TICKS))
    return np.array(bits).reshape(ROWS, TICKS)


def turns_of(truth: np.ndarray) -> Turns:
    """Turn at every tick but the first, or not."""
    rows = np.repeat(EVERYBODY, TICKS - 1)
    ticks = np.tile(np.arange(1, TICKS), ROWS)
    return Turns.build(truth[:, 0], rows, ticks, truth[:, 1:].reshape(-1))


def truth_of(turns: Turns) -> np.ndarray:
    """Ask about every customer at every tick."""
    rows, ticks = np.repeat(EVERYBODY, TICKS), np.tile(np.arange(TICKS), ROWS)
    return turns.at(rows, ticks).reshape(ROWS, TICKS)


@given(truths())
def test_turns_say_what_was_true_at_every_tick(truth: np.ndarray) -> None:
    turns = turns_of(truth)

    assert np.array_equal(truth_of(turns), truth)
    assert np.array_equal(truth_of(turns.negated()), ~truth)


@given(truths())
def test_only_what_changes_is_a_turn(truth: np.ndarray) -> None:
    turns = turns_of(truth)

    assert len(turns.rows) == np.count_nonzero(np.diff(truth, axis=1))
    assert np.array_equal(turns.fits, truth[turns.rows, turns.ticks])


@given(st.lists(truths(), min_size=1, max_size=4))
def test_what_is_made_of_parts_turns_where_it_changes(parts: list[np.ndarray]) -> None:
    made = [turns_of(part) for part in parts]

    assert np.array_equal(truth_of(all_of(made)), np.logical_and.reduce(parts))
    assert np.array_equal(truth_of(any_of(made)), np.logical_or.reduce(parts))
    assert len(all_of(made).rows) == np.count_nonzero(np.diff(np.logical_and.reduce(parts), axis=1))


def audience_of(case: Case) -> Audience:
    """Return a case's audience, which knows nothing yet."""
    return Audience(
        history_of(case.story),
        traits=case.project.traits,
        segments=case.project.segments,
        tick=case.tick,
        zone=case.project.settings.timezone,
    )


def check_sizes(case: Case) -> None:
    audience = audience_of(case)
    start = case.start // case.tick * case.tick
    step = max((case.end - start) // 40 // case.tick, 1) * case.tick
    at = list(range(start, case.end + 1, step))
    anew = {name: [] for name in case.project.segments}
    for now in at:
        for name, mask in members(audience_of(case), case.project.segments, now):
            anew[name].append(int(mask.sum()))

    found = {name: list(sizes(audience, name, at)) for name in case.project.segments}

    assert found == anew


@examples(40)
@given(cases())
def test_sizes_by_changes_are_the_sizes_asked_anew(case: Case) -> None:
    check_sizes(case)


@pytest.mark.parametrize("seed", range(60))
def test_sizes_by_changes_are_the_sizes_asked_anew_in_seeded_cases(seed: int) -> None:
    check_sizes(case_of(seed))


def test_no_instants_have_no_sizes() -> None:
    case = case_of(0)

    assert sizes(audience_of(case), next(iter(case.project.segments), "none"), []) == ()
