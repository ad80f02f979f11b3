from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import terms

from campaignspec.clock import DAY, Duration, parse_duration
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Literal,
    Not,
    OneOf,
    Operator,
    Replied,
    Term,
)
from campaignspec.spec.rule_reader import RuleSyntaxError, read_rule, write_rule

A, B, C = (
    Compare(fact=Fact(name=name), operator=Operator.EQUAL, literal=Literal(value=1.0))
    for name in "abc"
)
AGE = Fact(name="age")
SCORE = Fact(name="score")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a = 1", A),
        ("  a=1  ", A),
        ("a = 1 or b = 1 and c = 1", AnyOf(terms=(A, AllOf(terms=(B, C))))),
        ("(a = 1 or b = 1) and c = 1", AllOf(terms=(AnyOf(terms=(A, B)), C))),
        ("not a = 1 and b = 1", AllOf(terms=(Not(term=A), B))),
        ("not (a = 1 and b = 1)", Not(term=AllOf(terms=(A, B)))),
        (
            "age in ('25-34', 35)",
            OneOf(fact=AGE, literals=(Literal(value="25-34"), Literal(value=35.0))),
        ),
        ("age is known", Known(fact=AGE, known=True)),
        ("age is unknown", Known(fact=AGE, known=False)),
        ("age older than 60d", Age(fact=AGE, older=True, duration=parse_duration("60d"))),
        ("age within 7d", Age(fact=AGE, older=False, duration=parse_duration("7d"))),
        ("segment('vip')", InSegment(segment="vip")),
        ('opened("hello")', Answered(answer=Answer.OPENED, step="hello")),
        (
            "answer('ask', 'score') is known",
            Replied(step="ask", asked=Known(fact=SCORE, known=True)),
        ),
        (
            "answer('ask', 'score') in (1, 2)",
            Replied(
                step="ask",
                asked=OneOf(fact=SCORE, literals=(Literal(value=1.0), Literal(value=2.0))),
            ),
        ),
        (
            "answer('ask') = 1",
            Compare(
                fact=Fact(name="answer", key="ask"),
                operator=Operator.EQUAL,
                literal=Literal(value=1.0),
            ),
        ),
        (
            "segment = 'Mens'",
            Compare(
                fact=Fact(name="segment"), operator=Operator.EQUAL, literal=Literal(value="Mens")
            ),
        ),
        (
            "город != 'Москва'",
            Compare(
                fact=Fact(name="город"),
                operator=Operator.NOT_EQUAL,
                literal=Literal(value="Москва"),
            ),
        ),
        (
            "rfm.r >= -1.5",
            Compare(
                fact=Fact(name="rfm.r"), operator=Operator.AT_LEAST, literal=Literal(value=-1.5)
            ),
        ),
        (
            "by_brand('Acme') < 2",
            Compare(
                fact=Fact(name="by_brand", key="Acme"),
                operator=Operator.LESS,
                literal=Literal(value=2.0),
            ),
        ),
        (
            'not last_by_brand("Levi\'s") older than 7d',
            Not(
                term=Age(
                    fact=Fact(name="last_by_brand", key="Levi's"),
                    older=True,
                    duration=Duration(7 * DAY),
                )
            ),
        ),
    ],
)
def test_a_rule_is_read_as_its_tree(text: str, term: Term) -> None:
    assert read_rule(text) == term


_CALLS = (
    "known are segment(…), sent(…), opened(…), clicked(…), has_offer(…), redeemed(…), answer(…), "
    "and a comparison with a trait of a key: {}('key') >= 2"
)


@pytest.mark.parametrize(
    ("text", "wrong", "advice"),
    [
        ("", "", "write a condition: orders_total >= 2"),
        ("vip", "vip", "compare it: vip = 'yes'"),
        ("a = 1 and vip", "vip", "compare it: vip = 'yes'"),
        ("a == 1", "==", "write ="),
        ("a <> 1", "<>", "write !="),
        ("a => 1", "=>", "write >="),
        ("a ≥ 1", "≥", "write >="),
        ("city = Moscow", "Moscow", "quote it: 'Moscow'"),
        ("vip = true", "true", "quote it: 'yes'"),
        ("city = “Moscow”", "“", "write straight quotes: 'text'"),
        ("city = 'Moscow", "'Moscow", "close it with '"),
        (
            "a = 3days",
            "3days",
            "write numbers like 3 or 0.5, durations like 48h or 7d, and quote text",
        ),
        ("a > 60d", "60d", "write a older than 60d, or within 60d"),
        ("a within 60", "60", "a within 60d"),
        ("a is not known", "not", "a is unknown"),
        ("a not in (1)", "not", "put it first: not a in (…)"),
        ("a in ()", ")", "a = 1, or a = 'yes'"),
        ("a in (1 2)", "2", "put commas between and ) behind: a in ('a', 'b')"),
        ("a = 1 AND b = 1", "AND", "write and"),
        ("a = 1 b = 1", "b", "join conditions by and, or"),
        ("a = 1)", ")", "remove it"),
        ("(a = 1", "", "close it with )"),
        ("a = 1 and", "", "write one more condition"),
        ("bought('x')", "bought", _CALLS.format("bought")),
        ("bought('x') and a = 1", "bought", _CALLS.format("bought")),
        ("lower(city) = 'x'", "lower", _CALLS.format("lower")),
        ("bought('x' >= 2", ">=", "write bought('x')"),
        ("bought('x') = x", "x", "quote it: 'x'"),
        ("segment(vip)", "vip", "write segment('name')"),
        ("a. = 1", ".", None),
        ("a = 1 && b = 1", "&", "write and"),
        ("'x' = a", "'x'", "write the fact first: city = 'Moscow'"),
        (
            "a = 1234567890123456",
            "1234567890123456",
            "write numbers like 3 or 0.5, durations like 48h or 7d, and quote text",
        ),
    ],
)
def test_a_wrong_rule_is_marked_at_the_word(text: str, wrong: str, advice: str | None) -> None:
    with pytest.raises(RuleSyntaxError) as caught:
        read_rule(text)

    assert text[caught.value.start : caught.value.end] == wrong
    assert caught.value.help == advice


@pytest.mark.parametrize("deep", ["(" * 10_000, "not " * 10_000, "(" * 65 + "a = 1" + ")" * 65])
def test_deep_nesting_is_refused(deep: str) -> None:
    with pytest.raises(RuleSyntaxError, match="nested more than 64 deep"):
        read_rule(deep)


def test_offsets_point_at_the_words() -> None:
    text = "orders_total >= 2 and segment('vip') and opened('hello')"

    match read_rule(text):
        case AllOf(terms=(Compare() as compare, InSegment() as segment, Answered() as answered)):
            places = [compare.fact.at, compare.literal.at, segment.at, answered.at]
        case _:
            places = []

    assert [text[start:end] for start, end in places] == ["orders_total", "2", "vip", "hello"]


@given(terms())
@settings(deadline=None, max_examples=100)
def test_reading_what_was_written_gives_the_same_rule(term: Term) -> None:
    assert read_rule(write_rule(term)) == term


@given(st.text(st.sampled_from("ab1d .,()'\"<>=!- notinrad"), max_size=40) | st.text(max_size=20))
@settings(deadline=None, max_examples=100)
def test_any_text_is_a_rule_or_is_marked_inside_itself(text: str) -> None:
    outcome = rule_or_error(text)

    if isinstance(outcome, RuleSyntaxError):
        assert 0 <= outcome.start <= outcome.end <= len(text)
    else:
        assert read_rule(write_rule(outcome)) == outcome


def rule_or_error(text: str) -> Term | RuleSyntaxError:
    try:
        return read_rule(text)
    except RuleSyntaxError as error:
        return error
