"""What is said to each mistake in policies, as people see it."""

from __future__ import annotations

import pytest
from conftest import Golden

from campaignspec.api.check import check
from campaignspec.diagnostics import CODES
from scripts.policy_examples import MISTAKES, SHOP, said


@pytest.mark.parametrize("code", sorted(MISTAKES))
def test_a_mistake_in_policies_is_told(code: str, golden: Golden) -> None:
    golden(f"policy/{code}.out", said(code) + "\n")


def test_the_shop_without_mistakes_is_sound() -> None:
    assert check(SHOP).diagnostics == ()


def test_every_finding_about_policies_has_its_mistake() -> None:
    mine = {
        code
        for code in CODES
        if "POL501" <= code <= "POL509"
        or "POL516" <= code <= "POL519"
        or "POL540" <= code <= "POL549"
    }

    assert set(MISTAKES) == mine
