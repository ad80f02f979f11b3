"""Customers who walk apart from each other do what they would do in one place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from engine_kit.answers import People
from engine_kit.cases import Case, case_of, cases
from engine_kit.crowds import crowd_of
from engine_kit.drive import set_up, swept
from engine_kit.mutation import Mutant
from engine_kit.profile import examples
from engine_kit.story import history_of
from hypothesis import assume, given
from hypothesis import strategies as st

from campaignspec.assembly import Assembly, blueprint_of
from campaignspec.engine.apart import Known, Meeting
from campaignspec.errors import UsageError
from campaignspec.history.packing import packed, unpacked
from campaignspec.simulate import Manner, rehearse
from campaignspec.simulate.apart import Errand, Stint, Walked, Walker, walk_apart
from campaignspec.simulate.ties import is_apart, is_tied


class Elsewhere:
    """Another machine: all that it knows came in one pack, and it has walked nobody yet."""

    def __init__(self, errand: Errand) -> None:
        self._pack = packed(errand)
        self.rounds = 0

    def send(self, stints: Sequence[Stint]) -> list[Walked]:
        self.rounds += 1
        walker = Walker(unpacked(self._pack))
        return [walker.walk(stint) for stint in stints]


def errand_of(case: Case) -> Errand:
    history = history_of(case.story)
    return Errand(
        project=case.project,
        history=history,
        blueprint=blueprint_of(case.project, tuple(case.project.campaigns)),
        responses=People(case.salt, history.customers),
        start=case.start,
        end=case.end,
    )


def walked(case: Case, at_once: int) -> tuple[pa.Table, int]:
    """Return the facts of customers who walk elsewhere, and how often they were sent there."""
    errand, elsewhere = errand_of(case), Elsewhere(errand_of(case))
    assembly = set_up(case)
    rows = np.arange(len(assembly.world.history.customers), dtype=np.int64)
    parts = list(walk_apart(errand, assembly, rows, elsewhere.send, at_once=at_once))
    return pa.concat_tables([part.facts for part in parts]), elsewhere.rounds


@cache
def vying() -> tuple[Case, ...]:
    """Return crowds in which customers share what runs out, and may walk apart."""
    found = (crowd_of(seed) for seed in range(40))
    return tuple(case for case in found if _vies(case, set_up(case)))


def _vies(case: Case, assembly: Assembly) -> bool:
    return can_be_apart(case, assembly) and is_tied(assembly, case.end)


def can_be_apart(case: Case, assembly: Assembly) -> bool:
    return is_apart(assembly, case.end)


@examples(40)
@given(case=cases(), at_once=st.integers(1, 4))
def test_customers_who_walk_apart_do_what_they_do_in_one_place(case: Case, at_once: int) -> None:
    assume(can_be_apart(case, set_up(case)))

    facts, _ = walked(case, at_once)

    assert facts.equals(swept(case))


@examples(12)
@given(seed=st.integers(0, 2**32), at_once=st.sampled_from((7, 30)))
def test_crowds_who_vie_apart_get_what_they_get_in_one_place(seed: int, at_once: int) -> None:
    case = crowd_of(seed)
    assume(can_be_apart(case, set_up(case)))

    facts, _ = walked(case, at_once)

    assert facts.equals(swept(case))


def test_some_are_told_wrongly_at_first_and_walk_again() -> None:
    rounds = [walked(case, 9)[1] for case in vying()]

    assert max(rounds) > 2


def test_a_rehearsal_of_many_who_share_something_is_one_in_parts() -> None:
    for case in vying()[:5]:
        told: list[int] = []
        manner = Manner(at_once=9, jobs=2, watch=lambda done, _, told=told: told.append(done))

        found = rehearsed(case, manner)

        assert found.equals(swept(case))
        assert len(told) > 2


def rehearsed(case: Case, manner: Manner) -> pa.Table:
    history = history_of(case.story)
    return rehearse(
        case.project,
        history,
        campaigns=tuple(case.project.campaigns),
        responses=People(case.salt, history.customers),
        start=case.start,
        end=case.end,
        manner=manner,
    ).facts


def test_campaigns_that_need_everybody_in_one_place_are_refused_step_by_step() -> None:
    refused = 0
    for seed in range(60):
        case = case_of(seed)
        if can_be_apart(case, set_up(case)):
            continue

        with pytest.raises(UsageError, match=r"one machine(.|\n)*\n- \S+: ") as told:
            walked(case, 1)

        refused += 1
        assert "`" in str(told.value)
    assert refused > 2


MUTANTS = (
    Mutant(
        "what is taken before is forgotten",
        Meeting,
        "_looked_through",
        "limits.take(name, now, units)",
        "limits.take(name, now, 0)",
    ),
    Mutant(
        "one day's closing claims are another's",
        Known,
        "lacking",
        "self.stretches(page.at)",
        "0 * self.stretches(page.at)",
    ),
    Mutant(
        "nobody walks again",
        Meeting,
        "wronged",
        "return wronged",
        "return wronged[:0]",
    ),
    Mutant(
        "claims are seen page by page",
        Meeting,
        "hear",
        "joined([*self._pages, *pages])",
        "joined(pages)",
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_law_finds_meetings_at_which(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    truths = [(case, swept(case)) for case in vying()]

    mutant.put(monkeypatch)

    assert any(not walked(case, 9)[0].equals(right) for case, right in truths)
