from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.graph.width import cells, pad, shorten, wrap


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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("send hello · email", ("send hello · email",)),
        ("send coupon-reminder · email", ("send coupon-reminder ·", "email")),
        ("wait for basket, at most 7d", ("wait for basket,", "at most 7d")),
        ("enter: segment quiet-28-to-56-days", ("enter: segment", "quiet-28-to-56-days")),
        ("wait for we-miss-you opened, at most 5d", ("wait for we-miss-you", "opened, at most 5d")),
        ("send мы-скучаем-возвращайтесь · почта", ("send мы-скучаем-", "возвращайтесь · почта")),
        ("send 欢迎回来，我们给您准备了 · 短信", ("send 欢迎回来，我们给您", "准备了 · 短信")),  # noqa: RUF001
        ("x" * 30, ("x" * 24, "x" * 6)),
        ("x" * 60, ("x" * 24, "x" * 23 + "…")),
    ],
)
def test_a_long_label_parts_where_it_makes_sense(text, lines):
    assert wrap(text, 24) == lines


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60), st.integers(2, 30))
def test_lines_fit_and_lose_nothing_but_the_end(text, limit):
    lines = wrap(text, limit)

    assert 1 <= len(lines) <= 2
    assert all(cells(line) <= limit for line in lines)
    kept = "".join("".join(lines).split())
    whole = "".join(text.split())
    assert kept == whole or whole.startswith(kept.removesuffix("…"))
