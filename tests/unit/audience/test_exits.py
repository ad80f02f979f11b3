"""When customers cease to match: held against a plain recomputation at every tick."""

from __future__ import annotations

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.profile import examples
from engine_kit.rules import Beholder
from engine_kit.story import history_of
from hypothesis import given

from campaignspec.audience import Audience
from campaignspec.history import Stream

Turn = tuple[int, int]
"""A customer's row, and a tick."""


def audience_of(case: Case) -> Audience:
    """Return a case's audience."""
    project = case.project
    return Audience(
        history_of(case.story),
        traits=project.traits,
        segments=project.segments,
        tick=case.tick,
        zone=project.settings.timezone,
    )


def turns_of(stream: Stream, case: Case) -> set[Turn]:
    """Return a stream's events within the case's period."""
    rows, at, _ = stream.events_between(case.start, case.end)
    return set(zip(rows.tolist(), at.tolist(), strict=True))


def recomputed(case: Case, segment: str) -> tuple[set[Turn], set[Turn]]:
    """Ask of every customer at every tick; return who came to match and who ceased to."""
    begins: set[Turn] = set()
    ends: set[Turn] = set()
    first = case.start // case.tick * case.tick
    for row, person in enumerate(case.story):
        beholder = Beholder(case.project, person, case.story)
        before = beholder.matches(segment, first)
        for now in range(first + case.tick, case.end + 1, case.tick):
            after = beholder.matches(segment, now)
            if after != before:
                (begins if after else ends).add((row, now))
            before = after
    return begins, ends


def check_turns(case: Case) -> None:
    audience = audience_of(case)
    for segment in case.project.segments:
        begins, ends = recomputed(case, segment)
        assert turns_of(audience.entries(segment), case) == begins
        assert turns_of(audience.exits(segment), case) == ends


@examples(40)
@given(cases())
def test_entries_and_exits_are_where_truth_changes_between_ticks(case: Case) -> None:
    check_turns(case)


@pytest.mark.parametrize("seed", range(60))
def test_entries_and_exits_are_where_truth_changes_in_seeded_cases(seed: int) -> None:
    check_turns(case_of(seed))


@examples(40)
@given(cases())
def test_entries_and_exits_of_a_customer_take_turns(case: Case) -> None:
    audience = audience_of(case)

    for segment in case.project.segments:
        entries, exits = audience.entries(segment), audience.exits(segment)
        rows = np.concatenate([entries.rows(), exits.rows()])
        at = np.concatenate([entries.ts, exits.ts])
        begins = np.arange(len(rows)) < len(entries.ts)
        order = np.lexsort((at, rows))
        rows, at, begins = rows[order], at[order], begins[order]
        same = rows[1:] == rows[:-1]

        assert np.all(at[1:][same] > at[:-1][same])
        assert np.all(begins[1:][same] != begins[:-1][same])


@examples(40)
@given(cases())
def test_the_size_at_the_end_is_the_size_before_and_who_came_less_who_left(case: Case) -> None:
    audience = audience_of(case)
    start, end = (at // case.tick * case.tick for at in (case.start, case.end))
    rows = np.arange(len(case.story))

    for segment in case.project.segments:
        before, after = (
            int(audience.matches(segment, rows, np.full(rows.shape, at)).sum())
            for at in (start, end)
        )
        came, left = (
            len(stream.events_between(start, end)[0])
            for stream in (audience.entries(segment), audience.exits(segment))
        )

        assert before + came - left == after
