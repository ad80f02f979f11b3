from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.content.sms import (
    REPLACEMENTS,
    Alphabet,
    alphabet_of,
    foreign_characters,
    replaced,
    text_message,
)

ANY_TEXT = st.text(
    st.one_of(st.sampled_from("ab €[]^é\n"), st.characters(exclude_categories=["Cs"])), max_size=400
)


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "count"),
    [
        ("", Alphabet.GSM_7, 0, 1),
        ("a" * 160, Alphabet.GSM_7, 160, 1),
        ("a" * 161, Alphabet.GSM_7, 161, 2),
        ("a" * 306, Alphabet.GSM_7, 306, 2),
        ("a" * 307, Alphabet.GSM_7, 307, 3),
        ("€" * 80, Alphabet.GSM_7, 160, 1),
        ("€" * 81, Alphabet.GSM_7, 162, 2),
        ("я" * 70, Alphabet.UCS_2, 70, 1),
        ("я" * 71, Alphabet.UCS_2, 71, 2),
        ("я" * 102, Alphabet.UCS_2, 102, 2),
        ("你好" * 67, Alphabet.UCS_2, 134, 2),
        ("🙂" * 35, Alphabet.UCS_2, 70, 1),
        ("🙂" * 36, Alphabet.UCS_2, 72, 2),
        ("a" * 69 + "“", Alphabet.UCS_2, 70, 1),
        ("àéùì£¥Δ¿§", Alphabet.GSM_7, 9, 1),
        ("ç", Alphabet.UCS_2, 1, 1),
    ],
)
def test_a_text_takes_so_many_sms(text: str, alphabet: Alphabet, units: int, count: int) -> None:
    message = text_message(text)

    assert (message.alphabet, message.units, len(message.pieces)) == (alphabet, units, count)


def test_a_character_of_two_units_moves_to_the_next_piece_whole() -> None:
    escaped = text_message("a" * 152 + "€" + "a" * 20)
    beyond = text_message("я" * 66 + "🙂" + "я" * 20)

    assert escaped.pieces == ("a" * 152, "€" + "a" * 20)
    assert beyond.pieces == ("я" * 66, "🙂" + "я" * 20)


def test_the_characters_that_cost_the_alphabet_are_named_once_in_order() -> None:
    assert foreign_characters("“Now” — “then”") == ("“", "”", "—")


def test_every_replacement_is_written_in_gsm_7_and_replaces_what_is_not() -> None:
    assert {alphabet_of(new) for new in REPLACEMENTS.values()} == {Alphabet.GSM_7}
    assert {alphabet_of(old) for old in REPLACEMENTS} == {Alphabet.UCS_2}
    assert replaced("“50 %” — today…") == '"50 %" - today...'


@given(ANY_TEXT)
def test_the_pieces_join_to_the_text_and_none_has_more_than_its_room(text: str) -> None:
    message = text_message(text)

    assert "".join(message.pieces) == text
    assert all(_units(piece, message.alphabet) <= message.room for piece in message.pieces)
    assert len(message.pieces) == 1 or all(message.pieces)


@given(ANY_TEXT)
def test_no_piece_but_the_last_has_room_for_the_next_character(text: str) -> None:
    message = text_message(text)

    for piece, following in zip(message.pieces, message.pieces[1:], strict=False):
        assert _units(piece + following[0], message.alphabet) > message.room


def _units(text: str, alphabet: Alphabet) -> int:
    if alphabet is Alphabet.UCS_2:
        return len(text.encode("utf-16-be")) // 2
    return len(text) + sum(text.count(each) for each in "\f^{}\\[~]|€")
