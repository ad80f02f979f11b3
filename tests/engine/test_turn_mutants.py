"""The oracle finds an engine in which people do not take turns rightly."""

from __future__ import annotations

import pytest
from engine_kit.cases import Case, case_of
from engine_kit.drive import differs, expected
from engine_kit.mutation import Mutant
from engine_kit.oracle import Fact

from campaignspec.engine import line, together, world
from campaignspec.engine.turns import Turns
from campaignspec.engine.world import World
from campaignspec.spec.channel import ConfirmedBy

SEEDS = range(9_000, 9_300)

MUTANTS = (
    Mutant(
        "the first message may go by any channel",
        line,
        "_first_open",
        "(sent[place] + 1) * WHOLE",
        "sent[place] * WHOLE",
    ),
    Mutant(
        "a share is of the messages before",
        line,
        "_first_open",
        "most * (total + 1)",
        "most * total",
    ),
    Mutant(
        "what is held back counts",
        line,
        "serve",
        "if place != NONE and allowed[number][place]:",
        "if place != NONE:",
    ),
    Mutant(
        "shares begin anew at each instant",
        Turns,
        "_keep",
        "self._limits.take(name, now, after - before)",
        "pass",
    ),
    Mutant(
        "a group gets one message too many",
        together,
        "room",
        "most - counting.sum(axis=1)",
        "most + 1 - counting.sum(axis=1)",
    ),
    Mutant(
        "groups do not know own messages",
        together,
        "remember",
        "times.append(instant)",
        "pass",
    ),
    Mutant(
        "who belongs to nobody is one group",
        world,
        "_grouped",
        "len(values) + alone",
        "len(values)",
    ),
    Mutant(
        "every yes is confirmed by its state",
        World,
        "is_confirmed",
        "False if told is None else told.values[index]",
        "True",
    ),
    Mutant(
        "a question is an answer",
        World,
        "decisions",
        "told.where(~missing) if missing.any() else told",
        "told",
    ),
)


@pytest.fixture(scope="module")
def truths() -> list[tuple[Case, list[Fact]]]:
    """Return fixed cases in which people take turns, or a source says what is confirmed."""
    found = [case for case in map(case_of, SEEDS) if _is_about_turns(case)]
    return [(case, expected(case)) for case in found]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_oracle_finds_an_engine_in_which(
    mutant: Mutant, truths: list[tuple[Case, list[Fact]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant.put(monkeypatch)

    assert any(differs(case, right) for case, right in truths)


def _is_about_turns(case: Case) -> bool:
    told = any(isinstance(c.confirmed_by, ConfirmedBy) for c in case.project.channels.values())
    caps = any(cap.by is not None for cap in case.project.policies.caps)
    return told or caps or any(mix.limits for mix in case.project.mixes.values())
