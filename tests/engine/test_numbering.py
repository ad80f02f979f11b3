"""Whoever is given a code ahead of its turn is given the one that it would get in its turn."""

from __future__ import annotations

from unittest.mock import patch

from engine_kit.cases import Case, case_of
from engine_kit.drive import set_up

from campaignspec.engine.driver import advance
from campaignspec.engine.holdings import GrantBatch
from campaignspec.ledger import MemoryLedger

SEEDS = range(4000, 4400)

Given = tuple[str, int, int, int]
"""An offer, a customer's row, an instant, and the number of the code."""


def test_codes_are_numbered_in_the_order_of_claims() -> None:
    cases = [case for case in map(case_of, SEEDS) if _has_codes(case)]
    given = [_given(case) for case in cases]

    with patch("campaignspec.engine.sweep.is_foreseeable", return_value=False):
        in_turn = [_given(case) for case in cases]

    assert given == in_turn
    assert any(len(each) > 1 for each in given), "some case gives more than one code"


def _has_codes(case: Case) -> bool:
    return any(offer.codes is not None for offer in case.project.offers.values())


def _given(case: Case) -> list[Given]:
    assembly = set_up(case)
    ledger = MemoryLedger(assembly.programs, assembly.world, start=case.start)
    outcome = advance(assembly.programs, assembly.world, ledger, case.end)
    grants = [] if outcome is None else outcome.grants
    return sorted(
        (batch.offer, row, at, code)
        for batch in grants
        if isinstance(batch, GrantBatch)
        for row, at, code in zip(
            batch.rows.tolist(), batch.at.tolist(), batch.code.tolist(), strict=True
        )
    )
