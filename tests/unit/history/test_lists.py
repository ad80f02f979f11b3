"""People listed in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from campaignspec.errors import HistoryError
from campaignspec.history import LONG_AGO, History
from campaignspec.history.lists import is_on, read_list, with_lists
from campaignspec.people.resolution import PEOPLE_SCHEMA, resolution_of


def history() -> History:
    return History(
        customers=("007", "ann", "bob", "cy"),
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(4, np.int32),
        streams={},
        messages={},
        consents={},
        fingerprint="four",
        first=LONG_AGO,
        last=LONG_AGO,
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        path = tmp_path / "vips.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


READ = {
    "the only column": ("id\nbob\nann\n", ["ann", "bob"], ()),
    "the column of customers": ("name,customer\nAnn,cy\n", ["cy"], ()),
    "somebody twice": ("id\nann\nann\n", ["ann"], ()),
    "strangers": ("id\nzoe\nann\nabe\n", ["ann"], ("abe", "zoe")),
    "numbers as they are written": ("id\n007\n7\n", ["007"], ("7",)),
    "empty cells": ("customer,note\nann,x\n,y\n", ["ann"], ()),
    "nobody": ("customer\n", [], ()),
}


@pytest.mark.parametrize(("text", "known", "unknown"), READ.values(), ids=READ)
def test_a_list_names_customers(
    write: Callable[[str], Path], text: str, known: list[str], unknown: tuple[str, ...]
) -> None:
    found = read_list(history(), write(text))

    assert [history().customers[row] for row in found.rows] == known
    assert found.unknown == unknown


def test_an_id_that_was_merged_stands_for_its_person(write: Callable[[str], Path]) -> None:
    row = {"alias": "old-ann", "person": "ann", "source": "crm.csv", "row": 1, "rule": "phone"}
    people = pa.Table.from_pylist([row], PEOPLE_SCHEMA)
    known = replace(history(), resolution=resolution_of([people], []))

    found = read_list(known, write("id\nold-ann\nbob\n"))

    assert [known.customers[row] for row in found.rows] == ["ann", "bob"]
    assert found.unknown == ()


def test_a_list_of_several_columns_says_which_holds_the_ids(write: Callable[[str], Path]) -> None:
    with pytest.raises(HistoryError, match=r"wants a column 'customer', or only one.*'a', 'b'"):
        read_list(history(), write("a,b\nann,1\n"))


def test_a_list_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"vips\.csv: the file does not exist"):
        with_lists(history(), ["vips.csv"], tmp_path)


def test_lists_are_known_by_their_paths_and_decide_the_fingerprint(
    write: Callable[[str], Path],
) -> None:
    root = write("id\nann\n").parent
    first = with_lists(history(), ["vips.csv"], root)
    again = with_lists(history(), ["vips.csv"], root)
    write("id\nbob\n")
    other = with_lists(history(), ["vips.csv"], root)

    assert is_on(first, "vips.csv").tolist() == [False, True, False, False]
    assert is_on(other, "vips.csv").tolist() == [False, False, True, False]
    assert first.fingerprint == again.fingerprint
    assert len({first.fingerprint, other.fingerprint, history().fingerprint}) == 3


def test_without_lists_a_history_stays_what_it_is(tmp_path: Path) -> None:
    known = history()

    assert with_lists(known, [], tmp_path) is known


def test_a_list_that_was_not_read_holds_nobody() -> None:
    assert not is_on(history(), "vips.csv").any()
