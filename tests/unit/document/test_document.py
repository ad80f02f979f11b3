from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.diagnostics import Span
from campaignspec.document import Document, Path, load_text

TEXT = """\
campaign: win-back
at: 21:30      # evening
title: 'Вернись: сегодня'
escaped: "a\\tb"
price: 1.10
folded: one
  two
text: |
  Hello
  there

# a comment that belongs to nobody

base: &base {cap: 3, per: &day calendar_day}
copy: *base
merged:
  <<: *base
  own: 1
single: *day
steps:
  - wait: 7d
    at_most: 9d   # nine

  # about the next
  - send: survey
"""


@pytest.fixture
def document() -> Document:
    checked = load_text(TEXT, "f.yaml")
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value


def text_of(span: Span) -> str:
    return TEXT[span.start : span.end]


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("campaign",), "win-back", "campaign"),
        (("at",), "21:30", "at"),
        (("title",), "'Вернись: сегодня'", "title"),
        (("folded",), "one\n  two", "folded"),
        (("text",), "|\n  Hello\n  there", "text"),
        (("steps", 0), "wait: 7d\n    at_most: 9d", "wait: 7d\n    at_most: 9d"),
        (("steps", 0, "at_most"), "9d", "at_most"),
        (("base",), "{cap: 3, per: &day calendar_day}", "base"),
        (("base", "per"), "calendar_day", "per"),
        (("copy",), "*base", "copy"),
        (("copy", "cap"), "*base", "*base"),
        (("merged", "cap"), "*base", "<<"),
        (("steps", 0, "absent", 3), "wait: 7d\n    at_most: 9d", "wait: 7d\n    at_most: 9d"),
    ],
)
def test_values_and_keys_have_their_places(
    document: Document, path: Path, value: str, key: str
) -> None:
    assert text_of(document.span(path)) == value
    assert text_of(document.key_span(path)) == key


def test_lines_and_columns_count_from_one(document: Document) -> None:
    span = document.span(("steps", 0, "at_most"))

    assert (span.file, span.line, span.column) == ("f.yaml", 22, 14)
    assert (span.end_line, span.end_column) == (22, 16)


def test_a_block_ends_before_the_comments_that_follow_it(document: Document) -> None:
    assert text_of(document.span(("text",))).endswith("there")
    assert text_of(document.span(())).endswith("send: survey")


def test_lines_are_those_of_an_editor() -> None:
    checked = load_text("a: 'x\u2028y'\r\nb: 1\rc: 2\n", "f.yaml")

    assert checked.value is not None
    assert checked.value.span(("b",)).line == 2
    assert checked.value.span(("c",)).line == 3


@pytest.mark.parametrize(
    ("path", "raw", "plain"),
    [
        (("price",), "1.10", True),
        (("at",), "21:30", True),
        (("title",), "'Вернись: сегодня'", False),
        (("copy", "cap"), "3", True),
        (("merged", "cap"), "3", True),
        (("single",), "calendar_day", True),
        (("steps",), None, False),
        (("copy",), None, False),
        (("absent",), None, False),
    ],
)
def test_a_scalar_keeps_its_source(
    document: Document,
    path: Path,
    raw: str | None,
    plain: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert document.raw(path) == raw
    assert document.is_plain(path) is plain


@pytest.mark.parametrize(
    ("path", "start", "end", "part"),
    [
        (("campaign",), 4, 8, "back"),
        (("title",), 9, 16, "сегодня"),
        (("title",), 0, 7, "Вернись"),
        (("title",), 9, 999, "сегодня"),
        (("campaign",), -5, 3, "win"),
        (("escaped",), 0, 1, '"a\\tb"'),
        (("folded",), 0, 3, "one\n  two"),
        (("text",), 0, 5, "|\n  Hello\n  there"),
        (("copy", "cap"), 0, 1, "*base"),
        (("single",), 0, 3, "*day"),
        (("absent",), 0, 1, TEXT.rstrip()),
    ],
)
def test_a_part_of_a_scalar_has_its_place(
    document: Document, path: Path, start: int, end: int, part: str
) -> None:
    assert text_of(document.part(path, start, end)) == part


def test_an_empty_file_has_a_place() -> None:
    checked = load_text("", "f.yaml")

    assert checked.value is not None
    assert checked.value.data is None
    assert checked.value.span(("anything",)) == Span(file="f.yaml")


def test_what_was_dropped_leaves_no_place() -> None:
    checked = load_text("a: 1\na: {b: &x 2}\nc: *x\n", "f.yaml")

    assert checked.value is not None
    assert checked.value.data == {"a": 1, "c": 2}
    assert checked.value.raw(("a", "b")) is None
    assert checked.value.raw(("c",)) is None


@settings(deadline=None, max_examples=60)
@given(
    st.text(st.characters(categories=["L", "Nd", "Po"], exclude_characters="\\\"'"), min_size=1),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_every_part_of_a_quoted_text_is_found(text: str, start: int, length: int) -> None:
    source = f'a: 1\nkey: "{text}"'
    start = min(start, len(text))
    end = min(start + length, len(text))

    checked = load_text(source, "f.yaml")

    assert checked.value is not None
    span = checked.value.part(("key",), start, end)
    assert source[span.start : span.end] == text[start:end]
