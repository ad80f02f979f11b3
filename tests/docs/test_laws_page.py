"""The page of the laws names every test that holds one, with the examples it is tried on."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from engine_kit.laws_page import laws_held, table
from engine_kit.profile import EXAMPLES, LAWS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "the-laws.md"
PLACE = re.compile(r"(?<=<!-- laws -->\n).*?(?=<!-- end of laws -->)", re.DOTALL)


def test_the_page_has_the_laws_with_their_tests_and_examples(
    request: pytest.FixtureRequest,
) -> None:
    page = PAGE.read_text(encoding="utf-8")

    fresh = PLACE.sub(lambda _: table(), page)

    if request.config.getoption("--update-golden"):
        PAGE.write_text(fresh, encoding="utf-8")
    else:
        assert page == fresh, "rewrite it with --update-golden"


def test_every_law_of_the_engine_has_tests_and_every_test_one_number_of_examples() -> None:
    found = Counter((number, name) for number, _, name in laws_held())

    assert set(found) == {(number, name) for number, tests in EXAMPLES.items() for name in tests}
    assert set(found.values()) == {1}
    assert set(EXAMPLES) == set(LAWS)
