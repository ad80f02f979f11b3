"""Formatting: one way to write, and nothing lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from golden_files import GOLDEN, check_golden
from hypothesis import assume, given
from hypothesis import strategies as st
from tiny_project import CLEAN

from campaignspec.api.format import section_of
from campaignspec.document import load_text
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.format import format_document, key_order
from campaignspec.spec.journey import Case, Send
from campaignspec.spec.project import Settings

ROOT = Path(__file__).parents[3]
NOTE = re.compile(r"# note \d+$", re.MULTILINE)


def formatted(text: str, section: type | None = None) -> str:
    loaded = load_text(text, "file.yaml")
    assert loaded.value is not None, loaded.diagnostics
    return format_document(loaded.value, section)


def data(text: str) -> object:
    loaded = load_text(text, "file.yaml")
    return None if loaded.value is None else loaded.value.data


def test_a_messy_campaign_is_put_in_order(request: pytest.FixtureRequest) -> None:
    messy = (GOLDEN / "format" / "messy.yaml").read_text(encoding="utf-8")

    tidy = formatted(messy, Campaign)

    update = request.config.getoption("--update-golden")
    check_golden(GOLDEN / "format" / "messy.formatted", tidy, update=update)
    assert data(tidy) == data(messy)
    assert formatted(tidy, Campaign) == tidy


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("a:   1\n", "a: 1\n", id="spaces"),
        pytest.param("a: 1", "a: 1\n", id="the last line end"),
        pytest.param("---\na: 1\n", "a: 1\n", id="a mark of a document"),
        pytest.param("a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n", id="line ends of Windows"),
        pytest.param("a: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n", id="blank lines"),
        pytest.param("a:\n- 1\n-   2\n", "a:\n  - 1\n  - 2\n", id="a list under its key"),
        pytest.param("-   - 1\n    - 2\n", "- - 1\n  - 2\n", id="a list in a list"),
        pytest.param("a:\n    b:\n        c: 1\n", "a:\n  b:\n    c: 1\n", id="indentation"),
        pytest.param("a: { b: 1,c: [ 2 , 3 ] }\n", "a: {b: 1, c: [2, 3]}\n", id="braces"),
        pytest.param("a: {}\nb: [ ]\n", "a: {}\nb: []\n", id="empty braces"),
        pytest.param("a: {b: 1,\n  c: 2}\n", "a: {b: 1, c: 2}\n", id="braces over lines"),
        pytest.param("a: {b: 1, # one\n}\n", "a:\n  b: 1    # one\n", id="a remark in braces"),
        pytest.param("a: [ # two\n]\n", "a: []  # two\n", id="a remark in empty braces"),
        pytest.param("a: 'word'\n", "a: word\n", id="quotes that nobody needs"),
        pytest.param("a: 'no'\n", 'a: "no"\n', id="quotes that others need"),
        pytest.param("a: '22:00'\n", 'a: "22:00"\n', id="quotes around a time"),
        pytest.param("a: '5'\n", 'a: "5"\n', id="quotes around a number"),
        pytest.param("a: ['b, c', 'd']\n", 'a: ["b, c", d]\n', id="a comma in brackets"),
        pytest.param("a: 'say \"x\"'\n", "a: 'say \"x\"'\n", id="quotes in quotes"),
        pytest.param("a: '\\d'\n", "a: '\\d'\n", id="a backslash in single quotes"),
        pytest.param("'a': 1\n'1': 2\n", 'a: 1\n"1": 2\n', id="keys in quotes"),
        pytest.param("a: |\n      x\n        y\n", "a: |\n  x\n    y\n", id="a block of text"),
        pytest.param("a: |2\n    x\n", "a: |2\n    x\n", id="a block that begins with spaces"),
        pytest.param("a: |+\n  x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n", id="kept line ends"),
        pytest.param("a: one\n    two\n", "a: one\n  two\n", id="text over lines"),
        pytest.param("a: 1 # x\n", "a: 1  # x\n", id="a remark, two spaces away"),
        pytest.param("a: 1     # x\n", "a: 1     # x\n", id="a remark in its column"),
        pytest.param("a:  # x\n  b: 1\n", "a:  # x\n  b: 1\n", id="a remark behind a key"),
        pytest.param("a:\n  # x\n  1\n", "# x\na: 1\n", id="a remark before a value"),
        pytest.param("-\n  # x\n  a: 1\n", "# x\n- a: 1\n", id="a remark behind a dash"),
        pytest.param("a:\n- 1\n# x\nb: 2\n", "a:\n  - 1\n# x\nb: 2\n", id="above the next key"),
        pytest.param(
            "a:\n- 1\n  # x\nb: 2\n", "a:\n  - 1\n  # x\nb: 2\n", id="below the last item"
        ),
        pytest.param("a: &x {b: 1}\nc: *x\n", "a: &x {b: 1}\nc: *x\n", id="an anchor"),
        pytest.param(
            "a: &x\n    b: 1\nc:\n    <<: *x\n", "a: &x\n  b: 1\nc:\n  <<: *x\n", id="merge"
        ),
        pytest.param("a:\nb: null\n", "a:\nb: null\n", id="nothing"),
        pytest.param("{a: 1}\n", "{a: 1}\n", id="a file in braces"),
        pytest.param("# only this\n\n\n", "# only this\n\n\n", id="a file of remarks"),
        pytest.param("a: 1\x85b: 2\n", "a: 1\x85b: 2\n", id="a hidden line end"),
    ],
)
def test_there_is_one_way_to_write(written: str, meant: str) -> None:
    found = formatted(written)

    assert found == meant
    assert data(found) == data(written)
    assert formatted(found) == found


def test_what_is_too_long_for_a_line_leaves_its_braces() -> None:
    words = ", ".join(f"word-{number}" for number in range(12))

    tidy = formatted(f"short: [a, b]\nlong: [{words}]\n")

    assert tidy.startswith("short: [a, b]\nlong:\n  - word-0\n  - word-1\n")
    assert max(map(len, tidy.splitlines())) <= 100


def test_keys_stand_in_the_order_of_the_types_and_names_right_behind_what_they_name() -> None:
    assert key_order(Case) == ("if", "name", "do")
    assert key_order(Send)[:2] == ("send", "name")
    assert key_order(Settings)[:3] == ("spec", "project", "title")


def test_a_comment_moves_with_its_key_and_the_head_of_a_file_stays() -> None:
    text = "# the file\nproject: shop # called so\n# the version\nspec: 1\ntitle: A shop\n"
    sound = CLEAN["campaignspec.yaml"].replace("spec: 1\nproject: shop\n", text)

    tidy = formatted(sound, Settings)

    assert tidy.startswith(
        "# the file\n# the version\nspec: 1\nproject: shop # called so\n".replace(" #", "  #")
    )


def test_no_key_moves_where_an_anchor_must_stand_above_its_alias() -> None:
    text = CLEAN["campaignspec.yaml"].replace("spec: 1\n", "").replace("USD", "&usd USD")

    assert formatted(text + "spec: 1\n", Settings).endswith("\nspec: 1\n")


@pytest.mark.parametrize("folder", ["campaigns", "examples", "campaignspec/starter"])
def test_our_own_files_are_formatted(folder: str) -> None:
    differing = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / folder).rglob("*.yaml"))
        if section_of(path) is not None and ".campaignspec" not in path.parts
        if formatted(text := path.read_text(encoding="utf-8"), section_of(path)) != text
    ]

    assert differing == [], "run `campaignspec fmt` on them"


def _texts() -> dict[str, str]:
    ours = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in ("campaigns", "campaignspec/starter")
        for path in sorted((ROOT / folder).rglob("*.yaml"))
    }
    return {**ours, **CLEAN, "messy": (GOLDEN / "format" / "messy.yaml").read_text("utf-8")}


@st.composite
def messes(draw: st.DrawFn) -> tuple[str, str, str]:
    """A file, its text, and the same text written untidily."""
    name = draw(st.sampled_from(sorted(_texts())))
    text = _texts()[name]
    factor = draw(st.integers(1, 3))
    lines = []
    for number, line in enumerate(text.splitlines()):
        bare = line.lstrip(" ")
        # What stands behind a dash moves as far as what stands below it.
        spread = re.sub(r"^- +", f"-{' ' * (2 * factor - 1)}", bare)
        wide = " " * (len(line) - len(bare)) * factor + spread
        mess = draw(st.sampled_from(("", "", "", "", "above", "behind", "blank", "quotes", "end")))
        if mess == "above":
            lines.append(f"{' ' * draw(st.integers(0, 12))}# note {number}")
        if mess == "blank":
            lines += ["", ""]
        if mess == "quotes":
            wide = re.sub(r"(: )([a-z][a-z-]*[a-z])$", r"\1'\2'", wide)
        if mess == "behind" and bare:
            wide = f"{wide}{' ' * draw(st.integers(1, 4))}# note {number}"
        lines.append(wide + (" " * draw(st.integers(0, 3)) if mess == "end" else ""))
    return name, text, "\n".join(lines) + draw(st.sampled_from(("", "\n", "\n\n\n")))


@given(messes())
def test_however_untidily_it_is_written_it_comes_out_the_same(mess: tuple[str, str, str]) -> None:
    name, text, untidy = mess
    assume(data(untidy) == data(text))
    section = section_of(ROOT / name)

    tidy = formatted(untidy, section)

    assert data(tidy) == data(text)
    assert sorted(NOTE.findall(untidy)) == sorted(NOTE.findall(tidy))
    assert formatted(tidy, section) == tidy
    assert _without_notes(tidy) == _without_notes(formatted(text, section))


def _without_notes(text: str) -> list[str]:
    lines = (NOTE.sub("", line).rstrip() for line in text.splitlines())
    # A remark keeps its column, so the column may differ.
    return [re.sub(r" +#", " #", line) for line in lines if line]


@given(st.text(alphabet=" \n-:#{}[],'\"|>&*ab1\t", max_size=40))
def test_no_text_loses_anything_and_formatting_twice_is_formatting_once(text: str) -> None:
    loaded = load_text(text, "file.yaml")
    assume(loaded.value is not None and not loaded.diagnostics)

    tidy = formatted(text)

    assert data(tidy) == data(text)
    assert tidy.count("#") == text.count("#")
    assert formatted(tidy) == tidy
