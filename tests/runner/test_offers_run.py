"""Codes in a run: each goes to one customer for ever, whatever the runner dies of."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.errors import HistoryError, StaleLedgerError
from campaignspec.ledger.sqlite import SqliteStore
from campaignspec.ledger.store import Access
from runner.kit import delivered, rehearsed, run_to_the_end
from runner.test_run import Crash, _reset, crashing

OFFERS = """
offers:
  ten-off:
    title: Ten off
    amount: 10 RUB
    valid_for: 20d
    codes: {import: codes.csv}
    limits: {total: 12, per_day: 2}
    redeemed_by: {event: order.placed, value: amount}
"""
CODES = [f"CODE-{number:02}" for number in range(6)]
LETTER = """
{% block subject %}Подарок{% endblock %}
{% block text %}
Ваш код: {{ offer('ten-off').code }}, до {{ offer('ten-off').valid_until }}.
{% endblock %}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return with_offer(write_shop(tmp_path / "shop"))


def with_offer(root: Path) -> Path:
    """Let everybody who enters be given a code, as long as there are codes."""
    (root / "offers.yaml").write_text(OFFERS, encoding="utf-8")
    write_codes(root, CODES)
    path = root / "welcome/campaign.yaml"
    text = path.read_text(encoding="utf-8")
    gift = "journey:\n  - grant: ten-off\n    otherwise: [{leave: no-code}]\n"
    path.write_text(text.replace("journey:\n", gift), encoding="utf-8")
    (root / "welcome/templates/hello/email.j2").write_text(LETTER, encoding="utf-8")
    return root


def write_codes(root: Path, codes: list[str]) -> None:
    (root / "codes.csv").write_text("\n".join(["code", *codes]) + "\n", encoding="utf-8")


def given(root: Path) -> dict[str, str]:
    """Return whom the ledger has given which code."""
    file = SqliteStore(root / "build/rehearsal.sqlite", Access.READ)
    try:
        return dict(file.query("SELECT customer, code FROM granted JOIN person USING (person)"))
    finally:
        file.close()


def written(root: Path) -> dict[str, str]:
    """Return the code that stands in each customer's letter."""
    lines = (root / "build/outbox.jsonl").read_text(encoding="utf-8").splitlines()
    letters = ((json.loads(line)["customer"], re.search(r"CODE-\d\d", line)) for line in lines)
    return {customer: code[0] for customer, code in letters if code}


def test_a_run_gives_codes_to_those_to_whom_the_rehearsal_gave_them(shop: Path):
    facts = run_to_the_end(shop)

    assert facts.equals(rehearsed(shop))
    kinds = Counter(facts["kind"].to_pylist())
    assert kinds["granted"] == len(CODES)
    assert kinds["not_granted"] > 0
    assert kinds["redeemed"] > 0


def test_every_code_is_given_once_and_stands_in_its_customers_letter_only(shop: Path):
    run_to_the_end(shop)

    codes = given(shop)
    assert sorted(codes.values()) == CODES
    assert written(shop).items() <= codes.items()
    assert len(written(shop)) > len(CODES) / 2


def test_no_code_stands_in_a_fact(shop: Path):
    facts = run_to_the_end(shop)

    assert not re.search(r"CODE-\d", json.dumps(facts.to_pylist(), default=str))


def test_no_crash_point_gives_a_code_twice_or_to_somebody_else(tmp_path: Path):
    shop = with_offer(write_shop(tmp_path / "shop", customers=12))
    last = "2025-03-18"
    whole = run_to_the_end(shop, last=last)
    codes = given(shop)
    assert codes
    with pytest.MonkeyPatch.context() as patch:
        passed = crashing(patch, at=-1)
        _reset(shop)
        run_to_the_end(shop, last=last)
        points = passed[0]
    for at in range(1, points + 1, max(1, points // 15)):
        _reset(shop)
        with pytest.MonkeyPatch.context() as patch:
            crashing(patch, at=at)
            with pytest.raises(Crash):
                run_to_the_end(shop, last=last)

        facts = run_to_the_end(shop, last=last)

        assert facts.equals(whole), f"crash point {at}"
        assert given(shop) == codes, f"crash point {at}"
        assert set(delivered(shop).values()) == {1}, f"crash point {at}"


def test_codes_that_are_added_behind_are_given_next(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    before = given(shop)
    write_codes(shop, [*CODES, "CODE-98", "CODE-99"])

    run_to_the_end(shop)

    assert before.items() <= given(shop).items()
    assert set(given(shop).values()) == {*CODES, "CODE-98", "CODE-99"}


def test_codes_that_were_put_in_another_order_are_refused(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    assert given(shop)
    write_codes(shop, CODES[::-1])

    with pytest.raises(StaleLedgerError, match=r"codes of 'ten-off' .* add new ones behind"):
        run_to_the_end(shop)


def _change_offer(root: Path, old: str, new: str) -> None:
    text = (root / "offers.yaml").read_text(encoding="utf-8")
    assert old in text
    (root / "offers.yaml").write_text(text.replace(old, new), encoding="utf-8")


def test_a_limit_that_is_raised_acts_at_once(shop: Path):
    _change_offer(shop, "total: 12", "total: 1")
    run_to_the_end(shop, last="2025-03-10")
    assert len(given(shop)) == 1
    _change_offer(shop, "total: 1", "total: 3")

    run_to_the_end(shop)

    assert len(given(shop)) == 3


def test_terms_that_change_are_another_campaign(shop: Path):
    run_to_the_end(shop, last="2025-03-10")
    _change_offer(shop, "amount: 10 RUB", "amount: 11 RUB")

    with pytest.raises(StaleLedgerError, match="changed since: welcome"):
        run_to_the_end(shop)


def test_a_code_that_stands_twice_stops_the_run_before_anybody_gets_it(shop: Path):
    write_codes(shop, [*CODES, CODES[0]])

    with pytest.raises(HistoryError, match=r"codes\.csv: .*'CODE-00' in rows 2, 8"):
        run_to_the_end(shop)

    assert not (shop / "build/outbox.jsonl").exists()
