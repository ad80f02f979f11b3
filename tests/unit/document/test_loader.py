# ruff: noqa: RUF001 - lookalike punctuation is what is tested
from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.diagnostics import Checked, Severity
from campaignspec.document import Document, load_bytes, load_text

PARSERS = [
    pytest.param(yaml.SafeLoader, id="python"),
    pytest.param(
        getattr(yaml, "CSafeLoader", None),
        id="c",
        marks=pytest.mark.skipif(not yaml.__with_libyaml__, reason="built without libyaml"),
    ),
]

CAMPAIGN = """\
campaign: win-back   # Возврат, 挽回
title: "Вернись: скидка 10%"
defaults: &defaults {class: promotional, cap: 3}
enter:
  on: {event: parcel.delivered, where: "orders_total = 1"}
  at: 21:30
journey:
  - wait: 7d
  - send: survey
    <<: *defaults
  - branch:
      - if: nps <= 6
        do: [{task: call-back}, {leave: unhappy}]
text: |
  Привет, {{ name }}!
  你好
kpis:
  - romi: {target: ">= 1.5", owner: growth}
"""


def read(text: str, parser: type[Any]) -> Document:
    checked = load_text(text, "f.yaml", loader=parser)
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value


def places(checked: Checked[Document]) -> list[tuple[str, int, int]]:
    return [(each.code, each.span.line, each.span.column) for each in checked.diagnostics]


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("country: NO", {"country": "NO"}),
        ("on: yes", {"on": "yes"}),
        ("at: 21:30", {"at": "21:30"}),
        ("at: 08:30", {"at": "08:30"}),
        ("at: 12:30:45", {"at": "12:30:45"}),
        ("zip: 01234", {"zip": "01234"}),
        ("phone: +79161234567", {"phone": "+79161234567"}),
        ("promo: 1234567e5", {"promo": "1234567e5"}),
        ("n: 1_000", {"n": "1_000"}),
        ("n: [.5, 5., 0x1F, .inf, 0o7, 01.5]", {"n": [".5", "5.", "0x1F", ".inf", "0o7", "01.5"]}),
        ("day: 2026-11-21", {"day": "2026-11-21"}),
        ("n: [0, -7, 42, 1.10, -0.5]", {"n": [0, -7, 42, 1.1, -0.5]}),
        ("n: 123456789012345678", {"n": 123456789012345678}),
        ("n: 1234567890123456789", {"n": "1234567890123456789"}),
        ("n: [~, null, Null, NULL, '', \"~\"]", {"n": [None, None, None, None, "", "~"]}),
        ("n:", {"n": None}),
        ("b: [true, True, TRUE, false, False, FALSE]", {"b": [True] * 3 + [False] * 3}),
        ("b: [tRUE, nULL, on, off, y, n]", {"b": ["tRUE", "nULL", "on", "off", "y", "n"]}),
        ("q: ['1', \"true\", 'null']", {"q": ["1", "true", "null"]}),
        ("1: a\ntrue: b", {"1": "a", "true": "b"}),
        ("share: 10%", {"share": "10%"}),
        ("x: =", {"x": "="}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"d": 2, "b": 1}}),
        ("a: &x {b: 1}\nc: {b: 3, <<: *x}", {"a": {"b": 1}, "c": {"b": 3}}),
        (
            "a: &x {n: 1}\nb: &y {n: 2, m: 2}\nc: {<<: [*x, *y]}",
            {"a": {"n": 1}, "b": {"n": 2, "m": 2}, "c": {"n": 1, "m": 2}},
        ),
        ('c: {"<<": 1}', {"c": {"<<": 1}}),
        ("a: &x 5\nb: *x", {"a": 5, "b": 5}),
        ("title: 挽回：第二步，很好", {"title": "挽回：第二步，很好"}),
        ("text: — Привет", {"text": "— Привет"}),
        ("\ufeffa: 1", {"a": 1}),
        ("", None),
        ("# only a comment\n", None),
        ("---\n", None),
        ("- a\r\n- b\r- c", ["a", "b", "c"]),
    ],
)
def test_a_plain_text_becomes_the_value_its_author_meant(
    text: str, value: object, parser: type[Any]
) -> None:
    assert read(text, parser).data == value


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c", [("DOC101", 1, 5)]),
        ("a: @x", [("DOC101", 1, 4)]),
        ("a:\n\tb: 1", [("DOC101", 2, 1)]),
        ('a: "x" y', [("DOC101", 1, 8)]),
        ('a: "x', [("DOC101", 1, 4)]),
        ('a: "\\q"', [("DOC101", 1, 5)]),
        ('a: "\\ud83d"', [("DOC101", 1, 5)]),
        ('a: "\\UFFFFFFFF"', [("DOC101", 1, 5)]),
        ("a: >= 2", [("DOC101", 1, 4)]),
        ("a: *bold*", [("DOC101", 1, 4)]),
        ("a: & b", [("DOC101", 1, 4)]),
        ("a: [1, 2", [("DOC101", 1, 4)]),
        ("a: [b: c: d]", [("DOC101", 1, 9)]),
        ("a: - b", [("DOC101", 1, 4)]),
        ("- a\nb: 1", [("DOC101", 2, 1)]),
        ("a: \x07", [("DOC101", 1, 4)]),
        ("a: 1\nb: 2\na: 3", [("DOC102", 3, 1)]),
        ("a: 1\na: {b: 1, b: 2}", [("DOC102", 2, 1), ("DOC102", 2, 11)]),
        ("1: a\n'1': b", [("DOC102", 2, 1)]),
        ("a: {{ name }}\nb: [{{ x }}]", [("DOC103", 1, 4), ("DOC103", 2, 5)]),
        ("a: {{ name }} and", [("DOC103", 1, 4)]),
        ("a: {% if x %}", [("DOC103", 1, 4)]),
        ("a: *nobody", [("DOC104", 1, 4)]),
        ("a: &x [*x]", [("DOC104", 1, 8)]),
        ("!!python/object/apply:os.system [ls]", [("DOC107", 1, 1)]),
        ("a: !env FOO", [("DOC107", 1, 4)]),
        ("a: 1\n---\nb: 2", [("DOC108", 2, 1)]),
        ("a: {<<: 1}", [("DOC109", 1, 9)]),
        ("名称：挽回", [("DOC110", 1, 3)]),
        ("a: 1\n名称：挽回\n", [("DOC110", 2, 3)]),
        ("名称：挽回\nb: 1", [("DOC110", 1, 3)]),
        ("a: {b: 1， c: 2}", [("DOC110", 1, 9)]),
        ("a: [x，y]", [("DOC110", 1, 6)]),
        ("a: “hi”", [("DOC110", 1, 4)]),
        ("a:\u00a0b", [("DOC110", 1, 3)]),
        ("a: 1\n\u3000b: 2", [("DOC110", 2, 1)]),
        ("steps:\n  － wait: 7d", [("DOC110", 2, 3)]),
        ("steps:\n  - wait：7d", [("DOC110", 2, 9)]),
        ("a: x\u2028b: 2", [("DOC110", 1, 5)]),
        ("? [a]\n: b", [("DOC112", 1, 3)]),
        ("a: &x k\nb: {*x : 1}", [("DOC112", 2, 5)]),
        ("x:y", [("DOC113", 1, 2)]),
        ("a: 1\nb:2\n", [("DOC113", 2, 2)]),
        ("a:1\nb: 2\n", [("DOC113", 1, 2)]),
        ("a: {b:1}", [("DOC113", 1, 6)]),
        ("a: x ? y: z", [("DOC101", 1, 9)]),
        ("a: ? b", [("DOC101", 1, 4)]),
    ],
)
def test_a_trap_is_found_where_it_stands(
    text: str, expected: list[tuple[str, int, int]], parser: type[Any]
) -> None:
    checked = load_text(text, "f.yaml", loader=parser)

    assert places(checked) == expected


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("a: b: c", '": " cannot stand here', "in quotes"),
        ("a: `x`", 'a value cannot begin with "`"', "quotes"),
        ("\ta: 1", "a tab stands here", "spaces"),
        ("a: {{ x }}", 'begins with "{{"', 'put the whole value in quotes: "{{ x }}"'),
        ('a: {{ f("x") }}', 'begins with "{{"', """'{{ f("x") }}'"""),
        ("a: &one 1\nb: *on", '"*on" repeats nothing', 'did you mean "*one"?'),
        ("名称：挽回", '"：" is a full-width colon', '":" and a space'),
    ],
)
def test_a_finding_says_what_to_do(text: str, message: str, advice: str) -> None:
    (found,) = load_text(text, "f.yaml").diagnostics

    assert message in found.message
    assert advice in (found.help or "")


def test_a_second_key_is_dropped_and_points_to_the_first() -> None:
    checked = load_text("a: {x: 1}\nb: 2\na: {y: 9}", "f.yaml")

    assert checked.value is not None
    assert checked.value.data == {"a": {"x": 1}, "b": 2}
    assert [(s.line, s.column) for s, _ in checked.diagnostics[0].related] == [(1, 1)]
    assert checked.value.span(("a", "y")).line == 1


def test_unquoted_braces_are_read_as_the_text_they_are() -> None:
    checked = load_text("subject: {{ name }}\nnext: 1", "f.yaml")

    assert checked.value is not None
    assert checked.value.data == {"subject": "{{ name }}", "next": 1}


def test_what_looks_like_text_is_only_a_warning() -> None:
    (found,) = load_text("title: “618”", "f.yaml").diagnostics

    assert found.severity is Severity.WARNING


def test_a_text_that_is_not_utf8_is_refused_at_its_first_wrong_byte() -> None:
    checked = load_bytes("a: 1\nназвание: x\n".encode("cp1251"), "f.yaml")

    assert checked.value is None
    assert places(checked) == [("DOC111", 2, 1)]
    assert checked.diagnostics[0].span.start == 5


def test_bytes_with_a_mark_read_like_text_without() -> None:
    assert load_bytes(b"\xef\xbb\xbfa: 1", "f.yaml") == load_text("a: 1", "f.yaml")


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="built without libyaml")
def test_both_parsers_place_everything_alike() -> None:
    c, python = (read(CAMPAIGN, loader) for loader in (yaml.CSafeLoader, yaml.SafeLoader))

    assert c.data == python.data
    assert c.nodes == python.nodes
    assert len(c.nodes) > 30


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("[" * 300_000, "DOC106", id="brackets"),
        pytest.param("{a: " * 100_000, "DOC106", id="mappings"),
        pytest.param("x: " + "{" * 300_000, "DOC106", id="braces"),
        pytest.param("- " * 300_000, "DOC106", id="dashes"),
        pytest.param(
            "a0: &a0 [x, x]\n"
            + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 21)),
            "DOC105",
            id="aliases",
        ),
        pytest.param(
            "a0: &a0 {k: v}\n"
            + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 30)),
            "DOC105",
            id="merges",
        ),
        pytest.param("a: " + "x" * 2_000_000, "DOC105", id="size"),
        pytest.param("".join(f"%TAG !{i}! b\n" for i in range(100_000)), "DOC107", id="directives"),
    ],
)
def test_a_bomb_is_refused_at_once(text: str, code: str, parser: type[Any]) -> None:
    checked = load_text(text, "f.yaml", loader=parser)

    assert checked.value is None
    assert [each.code for each in checked.diagnostics] == [code]


def test_sixty_four_levels_are_allowed() -> None:
    assert load_text("[" * 64 + "]" * 64, "f.yaml").diagnostics == ()
    assert places(load_text("[" * 65 + "]" * 65, "f.yaml")) == [("DOC106", 1, 65)]


YAMLISH = st.text(
    alphabet=st.sampled_from(
        "ab1:-,[]{}&*!|>'\"%@`#?<~ \n\t\r\\u0：，“”－\u3000\u00a0\u2028\ufeff你я."
    )
)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    text = CAMPAIGN
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 5)))
        text = text[:start] + draw(YAMLISH) + text[end:]
    return text


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.text(), YAMLISH, mutations()), st.sampled_from(PARSERS))
def test_no_text_raises_and_every_place_lies_inside_it(text: str, parser: Any) -> None:
    (loader,) = parser.values

    checked = load_text(text, "f.yaml", loader=loader or yaml.SafeLoader)

    size = len(text.removeprefix("\ufeff"))
    for each in checked.diagnostics:
        for span in (each.span, *(span for span, _ in each.related)):
            assert 0 <= span.start <= span.end <= size
            assert (span.line, span.column) <= (span.end_line, span.end_column)
    assert checked.value is not None or checked.diagnostics
    if checked.value:
        assert all(0 <= node.start <= node.end <= size for node in checked.value.nodes.values())


@settings(deadline=None, max_examples=100)
@given(st.binary())
def test_no_bytes_raise(raw: bytes) -> None:
    checked = load_bytes(raw, "f.yaml")

    assert checked.value is not None or checked.diagnostics


# YAML ends a key on one line after 1,024 characters (§7.4.2), and JSON writes one as twelve.
KEYS = st.text(max_size=80)


@settings(deadline=None, max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_json_reads_back_as_it_was_written(value: object) -> None:
    text = json.dumps({"value": value}).replace("\\ud", "\\\\ud")

    checked = load_text(text, "f.yaml")

    assert checked.value is not None
    assert checked.value.data == json.loads(text)
