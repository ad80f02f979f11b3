"""The comparison with the oracle finds an engine that does one deed wrongly."""

from __future__ import annotations

import pytest
from engine_kit.cases import Case, case_of
from engine_kit.drive import differs, expected
from engine_kit.mutation import Mutant
from engine_kit.oracle import Fact

from campaignspec.engine import replies
from campaignspec.engine.acting import Actor
from campaignspec.engine.marks import Marks
from campaignspec.engine.replies import Replies
from campaignspec.engine.walk import Walk

SEEDS = range(560)

MUTANTS = (
    Mutant("an answer to a call comes at once", Actor, "_assume", "at + world.tick", "at"),
    Mutant("nobody is asked for leave", Actor, "act", "node.deed in REACHING_PEOPLE", "False"),
    Mutant(
        "who is not reached has the deed done",
        Actor,
        "_judge",
        "ruling.does(Action.ALLOW)",
        "~ruling.does(Action.DEFER)",
    ),
    Mutant("deeds cost nothing", Actor, "act", "walk.world.costs.get(node.channel, 0)", "0"),
    Mutant("a mark is set once and for all", Marks, "put", "][places] =", "][:0] ="),
    Mutant("nothing is remembered", Marks, "read", "name not in self.held", "True"),
    Mutant("an old answer to a call still counts", Replies, "forget", "NEVER", "self.at[index]"),
    Mutant(
        "a truth is taken for a number",
        replies,
        "_is",
        "isinstance(value, int | float) and not isinstance(value, bool)",
        "isinstance(value, int | float)",
    ),
    Mutant(
        "what happened before the question answers it",
        Walk,
        "asked",
        "return self.answered(Answer.SENT, step, index)",
        "return np.minimum(self.answered(Answer.SENT, step, index), self.every.entered_at[index])",
    ),
)


@pytest.fixture(scope="module")
def truths() -> list[tuple[Case, list[Fact]]]:
    """Return fixed cases in which deeds are done, with what is right in them."""
    found = [case_of(seed) for seed in SEEDS]
    return [(case, expected(case)) for case in found if case.project.destinations]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_oracle_finds_an_engine_in_which(
    mutant: Mutant, truths: list[tuple[Case, list[Fact]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant.put(monkeypatch)

    assert any(differs(case, right) for case, right in truths)
