from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.graph.width import cells, pad, shorten


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("почта", 5), ("短信", 4), ("e\u0301", 1), ("", 0)]
)
def test_chinese_letters_take_two_cells_and_accents_none(text, width):
    assert cells(text) == width


def test_a_text_that_fits_is_not_cut():
    assert shorten("send hello", 10) == "send hello"


def test_a_text_that_does_not_fit_ends_in_an_ellipsis():
    assert shorten("send hello", 8) == "send he…"
    assert shorten("欢迎回来", 6) == "欢迎…"


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40), st.integers(1, 30))
def test_what_is_shortened_fits_and_what_is_padded_is_filled(text, limit):
    short = shorten(text, limit)

    assert cells(short) <= limit
    assert cells(pad(short, limit)) == limit
