"""Digests of many texts at once are those that hashlib gives of each alone."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.digests import Ids
from campaignspec.identity import draws, keys

MANY = 900
"""So many that they are hashed in columns, not one by one."""

TEXTS = st.text(max_size=70)


def digest(text: str) -> int:
    return int(hashlib.md5(text.encode()).hexdigest()[:16], 16)  # noqa: S324


def many(texts: list[Any]) -> list[Any]:
    return [texts[place % len(texts)] for place in range(MANY)]


@settings(deadline=None)
@given(prefix=TEXTS, texts=st.lists(TEXTS, min_size=1, max_size=20))
def test_any_texts_behind_any_prefix_give_what_hashlib_gives(prefix, texts):
    ids, expected = Ids(many(texts)), many([digest(prefix + text) for text in texts])

    assert ids.keys(prefix).tolist() == expected
    assert ids.draws(prefix).tolist() == [key >> 32 for key in expected]


@settings(deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=20), seed=st.integers(0, 2**32 - 1))
def test_only_the_rows_asked_for_are_drawn_in_the_order_in_which_they_are_asked(texts, seed):
    rows = np.random.default_rng(seed).integers(0, len(texts), MANY)

    found = Ids(texts).keys("x:", rows)

    assert found.tolist() == [digest(f"x:{texts[row]}") for row in rows]


@pytest.mark.parametrize("prefix", [0, 1, 2, 3, 4, 5, 50, 53, 54, 55, 56, 64, 200])
def test_every_length_about_the_end_of_a_block_is_right(prefix):
    # One text of each length alone: all words but the last are the same for everybody.
    for length in range(60):
        text, before = "é" * (length // 2) + "a" * (length % 2), "p" * prefix

        found = Ids([text] * MANY).keys(before)

        assert set(found.tolist()) == {digest(before + text)}, (prefix, length)


def test_more_texts_than_are_hashed_at_a_time_are_all_hashed():
    ids = [f"customer-{number}" for number in range(40_001)]
    ids[33_333] = "x" * 100

    found = Ids(ids).keys("seed:")

    assert found.tolist() == [digest(f"seed:{one}") for one in ids]


def test_nobody_has_no_digest():
    assert Ids([]).keys("x").tolist() == []
    assert Ids(["a"]).keys("x", np.empty(0, np.int64)).tolist() == []


def test_a_draw_is_the_first_eight_digits_of_the_hash_of_seed_and_customer():
    # What PostgreSQL says to: SELECT left(md5('exp-welcome:1'), 16)
    expected = hashlib.md5(b"exp-welcome:1").hexdigest()  # noqa: S324

    assert f"{keys('exp-welcome', ['1'])[0]:016x}" == expected[:16]
    assert f"{draws('exp-welcome', ['1'])[0]:08x}" == expected[:8]
