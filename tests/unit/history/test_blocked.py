"""People who are to be left alone, listed by their addresses or by hashes of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaignspec.errors import HistoryError
from campaignspec.history import LONG_AGO, Addresses, History
from campaignspec.history.blocked import blocked_name, with_blocked
from campaignspec.history.lists import is_on


def history() -> History:
    return History(
        customers=("ann", "bob", "cy", "dee"),
        attributes={},
        addresses={
            "email": Addresses.of(["Ann@Shop.Example", "bob@shop.example", None, "not an address"]),
            "phone": Addresses.of(["+7 916 123-45-67", None, "8 (916) 765-43-21", None]),
        },
        zones=("UTC",),
        zone_of=np.zeros(4, np.int32),
        streams={},
        messages={},
        consents={},
        fingerprint="four",
        first=LONG_AGO,
        last=LONG_AGO,
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


LISTS = {
    "addresses in any form": (
        "email", "email\n ann@shop.example \nBOB@shop.example\n", ["ann", "bob"], (),
    ),
    "hashes": ("email", f"email\n{digest('ann@shop.example')}\n", ["ann"], ()),
    "hashes in capitals": ("email", f"h\n{digest('bob@shop.example').upper()}\n", ["bob"], ()),
    "hashes and addresses together": (
        "email", f"email\n{digest('ann@shop.example')}\nbob@shop.example\n", ["ann", "bob"], (),
    ),
    "what is no address, as it is written": ("email", "email\nNot an address\n", ["dee"], ()),
    "numbers with their country's code": ("phone", "phone\n+79161234567\n", ["ann"], ()),
    "numbers of the project's country": ("phone", "phone\n9167654321\n", ["cy"], ()),
    "hashes of numbers": ("phone", f"phone\n{digest('+79167654321')}\n", ["cy"], ()),
    "the column that is named": ("email", "name,email\nAnn,bob@shop.example\n", ["bob"], ()),
    "strangers": (
        "email", "email\nzoe@shop.example\nann@shop.example\n", ["ann"], ("zoe@shop.example",),
    ),
    "ids": ("customer", "customer\ncy\n", ["cy"], ()),
    "nobody": ("email", "email\n", [], ()),
}  # fmt: skip


@pytest.mark.parametrize(("by", "text", "known", "unknown"), LISTS.values(), ids=LISTS)
def test_a_block_list_finds_customers_by(
    tmp_path: Path, by: str, text: str, known: list[str], unknown: tuple[str, ...]
) -> None:
    (tmp_path / "blocked.csv").write_text(text, encoding="utf-8")

    found = with_blocked(history(), [("blocked.csv", by)], tmp_path, "RU")

    name = blocked_name("blocked.csv", by)
    assert [c for c, on in zip(found.customers, is_on(found, name), strict=True) if on] == known
    assert found.lists[name].unknown == unknown


def test_a_missing_address_is_on_no_list(tmp_path: Path) -> None:
    (tmp_path / "blocked.csv").write_text(f"email\n{digest('')}\n", encoding="utf-8")

    found = with_blocked(history(), [("blocked.csv", "email")], tmp_path, None)

    assert not is_on(found, blocked_name("blocked.csv", "email")).any()


def test_a_history_without_such_addresses_knows_nobody_on_the_list(tmp_path: Path) -> None:
    (tmp_path / "blocked.csv").write_text("email\nann@shop.example\n", encoding="utf-8")

    found = with_blocked(
        replace(history(), addresses={}), [("blocked.csv", "email")], tmp_path, None
    )

    roll = found.lists[blocked_name("blocked.csv", "email")]
    assert len(roll.rows) == 0
    assert roll.unknown == ("ann@shop.example",)


def test_another_list_is_another_history(tmp_path: Path) -> None:
    file = tmp_path / "blocked.csv"
    prints = []
    for text in ("email\nann@shop.example\n", "email\nbob@shop.example\n"):
        file.write_text(text, encoding="utf-8")
        found = with_blocked(history(), [("blocked.csv", "email")], tmp_path, None)
        prints.append(found.fingerprint)

    assert len({*prints, history().fingerprint}) == 3


def test_one_file_may_hold_both(tmp_path: Path) -> None:
    (tmp_path / "blocked.csv").write_text("email,phone\nbob@shop.example,+79161234567\n", "utf-8")

    lists = [("blocked.csv", "email"), ("blocked.csv", "phone")]
    found = with_blocked(history(), lists, tmp_path, "RU")

    rows = [found.lists[blocked_name(*each)].rows.tolist() for each in lists]
    assert rows == [[1], [0]]


def test_a_list_must_say_where_its_addresses_are(tmp_path: Path) -> None:
    (tmp_path / "blocked.csv").write_text("name,mail\nAnn,ann@shop.example\n", encoding="utf-8")

    with pytest.raises(HistoryError, match="wants a column 'email', or only one column"):
        with_blocked(history(), [("blocked.csv", "email")], tmp_path, None)


def test_without_lists_a_history_stays_as_it_is(tmp_path: Path) -> None:
    before = history()

    assert with_blocked(before, [], tmp_path, None) is before
