"""The oracle finds an engine whose offers or shared limits are wrong in one line.

What random cases seldom ask for has tests of its own in ``test_offers``.
"""

from __future__ import annotations

import pytest
from engine_kit.cases import Case, case_of
from engine_kit.drive import differs, differs_apart, expected
from engine_kit.mutation import Mutant
from engine_kit.oracle import Fact

from campaignspec.engine.granting import Granter
from campaignspec.engine.limits import Limits
from campaignspec.engine.settling import Queue
from campaignspec.engine.stepper import Stepper
from campaignspec.engine.terms import Terms

SEEDS = range(3000, 3250)

MUTANTS = (
    Mutant(
        "ids decide who comes first",
        Limits,
        "hashes",
        "keys(key, self._ids, rows)",
        "rows.astype(np.uint64)",
    ),
    Mutant(
        "one hash decides for all offers",
        Limits,
        "hashes",
        "keys(key, ",
        "keys('limit', ",
    ),
    Mutant("a limit is one too large", Limits, "left", "capacity - ", "capacity + 1 - "),
    Mutant(
        "who gets nothing takes something",
        Limits,
        "claim",
        "asked[:, granted].sum(axis=1)",
        "asked.sum(axis=1)",
    ),
    Mutant(
        "the latest claim is settled first",
        Queue,
        "earliest",
        "heapq.heappop(self._instants)",
        "self._instants.pop(self._instants.index(max(self._instants)))",
    ),
    Mutant(
        "nobody waits for a turn",
        Stepper,
        "claims",
        "np.asarray(acts & ",
        "np.asarray((acts & False) & ",
    ),
    Mutant(
        "an offer is valid a moment too long",
        Terms,
        "until",
        "at + self.offer.valid_for.micros",
        "at + self.offer.valid_for.micros + 1",
    ),
    Mutant(
        "one is given more often than one may",
        Granter,
        "_refusals",
        ">= terms.offer.limits.per_customer",
        "> terms.offer.limits.per_customer",
    ),
)


@pytest.fixture(scope="module")
def truths() -> list[tuple[Case, list[Fact]]]:
    """Return fixed cases in which offers are given, with what is right in them."""
    found = [case_of(seed) for seed in SEEDS]
    return [(case, expected(case)) for case in found if case.project.offers]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_oracle_finds_an_engine_in_which(
    mutant: Mutant, truths: list[tuple[Case, list[Fact]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant.put(monkeypatch)

    assert any(differs(case, right) or differs_apart(case, right) for case, right in truths)
