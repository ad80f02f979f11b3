"""Codes are made alike everywhere, each once, and read from files that hold each once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.engine.codes import ALPHABET, Pool, is_checked, made_codes, room
from campaignspec.errors import HistoryError
from campaignspec.history import Column, ValueKind
from campaignspec.history.code_files import read_codes
from campaignspec.spec.offer import GeneratedCodes


def wanted(count: int, pattern: str, *, seed: str = "one", checksum: bool = False):
    return GeneratedCodes(generate=count, pattern=pattern, seed=seed, checksum=checksum)


def test_codes_are_the_same_for_ever():
    codes = made_codes(wanted(3, "WIN-########"))

    assert codes == ("WIN-9GWJ8M42", "WIN-BPT3TR48", "WIN-52E9BV48")


def test_more_codes_begin_with_the_codes_that_were_there():
    assert made_codes(wanted(50, "A##"))[:20] == made_codes(wanted(20, "A##"))


def test_every_code_that_there_is_room_for_is_made_once():
    codes = made_codes(wanted(30, "#"))

    assert sorted(codes) == sorted(ALPHABET)


def test_a_pattern_with_too_little_room_says_how_much_there_is():
    with pytest.raises(ValueError, match="has room for 30 codes only"):
        made_codes(wanted(31, "#"))


def test_no_sign_is_mistaken_for_another():
    assert len(set(ALPHABET)) == len(ALPHABET) == 30
    assert not set("01ILOU") & set(ALPHABET)


@given(
    count=st.integers(1, 40),
    blanks=st.integers(3, 8),
    seed=st.text(max_size=5),
    checksum=st.booleans(),
)
def test_codes_fit_their_pattern_and_none_is_made_twice(
    count: int,
    blanks: int,
    seed: str,
    checksum: bool,  # noqa: FBT001 - drawn
):
    asked = wanted(count, "x-" + "#" * blanks, seed=seed, checksum=checksum)

    codes = made_codes(asked)

    assert len(set(codes)) == count <= room(asked)
    assert all(len(code) == blanks + 2 and code.startswith("x-") for code in codes)
    assert all(set(code[2:]) <= set(ALPHABET) for code in codes)
    assert not checksum or all(is_checked(code[2:]) for code in codes)


@given(st.integers(0, 10**6), st.integers(0, 7), st.sampled_from(ALPHABET))
def test_a_checked_code_with_one_wrong_sign_is_none(number: int, at: int, sign: str):
    (code,) = made_codes(wanted(1, "########", seed=str(number), checksum=True))
    wrong = code[:at] + sign + code[at + 1 :]

    assert is_checked(wrong) == (wrong == code)


def test_a_pool_knows_its_codes_by_their_numbers_and_no_others():
    pool = Pool(codes=("B", "A"))

    places = pool.places(Column.of(ValueKind.TEXT, ["A", None, "Z", "B"]))

    assert places.tolist()[0::3] == [1, 0]
    assert not {0, 1, -1} & set(places.tolist()[1:3])


def file_of(folder: Path, text: str) -> Path:
    path = folder / "codes.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_codes_are_read_in_the_order_of_their_file_as_they_are_written(tmp_path: Path):
    file = file_of(tmp_path, "id,coupon\n1,00123\n2, ЛЕТО-7 \n3,00042\n")

    assert read_codes(file, "coupon") == ("00123", "ЛЕТО-7", "00042")


def test_the_only_column_need_not_be_named(tmp_path: Path):
    assert read_codes(file_of(tmp_path, "coupon\nA\nB\n"), None) == ("A", "B")


FAULTS = {
    "which column": ("id,code\n1,A\n", None, r"name it with `column:`; it has 'id', 'code'"),
    "another column": ("id,code\n1,A\n", "codes", r"has no column 'codes'; it has 'id', 'code'"),
    "an empty code": ("id,code\n1,A\n2,\n3,B\n", "code", r"no code stands in row 3"),
    "a code twice": (
        "code\nA\nB\nA\n",
        None,
        r"some stand there twice: 'A' in rows 2, 4",
    ),
    "a code twice but for a blank": ("code,n\nA,1\n A,2\n", "code", r"'A' in rows 2, 3"),
}


@pytest.mark.parametrize(("text", "column", "message"), FAULTS.values(), ids=FAULTS)
def test_a_file_of_codes_that_cannot_be_used_says_where(
    tmp_path: Path, text: str, column: str | None, message: str
):
    with pytest.raises(HistoryError, match=message):
        read_codes(file_of(tmp_path, text), column)


def test_a_file_of_codes_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(HistoryError, match=r"gone\.csv"):
        read_codes(tmp_path / "gone.csv", None)
