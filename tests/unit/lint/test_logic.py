"""What follows from rules alone, held against every value that could tell them apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.lint.logic import are_equal, is_certain, is_covered, is_possible
from campaignspec.spec.rule import Compare, Fact, Known, Literal, Not, Operator, Term
from campaignspec.spec.rule_reader import read_rule

NEVER = [
    "a > 5 and a < 3",
    "a > 5 and a is unknown",
    "city = 'Omsk' and city = 'Tver'",
    "city in ('Omsk', 'Tver') and city != 'Omsk' and city != 'Tver'",
    "last older than 60d and last within 30d",
    "segment('x') and not segment('x')",
    "segment('x') for 14d and not segment('x')",
    "born < '1990-01-01' and born > '1990-01-01'",
    "not (a > 5 or a <= 5) and a is known",
]
ALWAYS = [
    "city != 'Omsk' or city != 'Tver'",
    "a > 5 or a <= 5 or a is unknown",
    "not (a > 5 and a < 3)",
    "segment('x') or not segment('x') for 7d",
]
NEITHER = [
    "a > 5 or a <= 5",
    "a > 5 and a < 6",
    "a >= 5 and a <= 5",
    "last older than 60d and last within 61d",
    "segment('x') and not segment('x') for 14d",
    "opened('m') and not clicked('m')",
    "a('shoes') > 5 and a('bags') < 3",
    "born >= '1990-01-01' and born <= '1990-01-01'",
]


def term(text: str) -> Term:
    return read_rule(text)


@pytest.mark.parametrize("text", NEVER)
def test_what_no_data_can_make_true(text: str) -> None:
    assert is_possible(term(text)) is False
    assert is_certain(Not(term=term(text)))


@pytest.mark.parametrize("text", ALWAYS)
def test_what_no_data_can_make_false(text: str) -> None:
    assert is_certain(term(text))
    assert is_possible(Not(term=term(text))) is False


@pytest.mark.parametrize("text", NEITHER)
def test_what_hangs_on_the_data(text: str) -> None:
    assert is_possible(term(text)) is True
    assert not is_certain(term(text))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("a >= 10", ["a >= 5"]),
        ("a = 7", ["a < 7", "a >= 7"]),
        ("city = 'Omsk'", ["city in ('Omsk', 'Tver')"]),
        ("last within 7d", ["last within 30d"]),
        ("a > 5 and city = 'Omsk'", ["city is known"]),
    ],
)
def test_who_fits_the_narrow_rule_fits_a_wide_one(narrow: str, wide: list[str]) -> None:
    terms = [term(each) for each in wide]

    assert is_covered(term(narrow), terms)
    assert not is_covered(terms[0], [term(narrow)]) or len(terms) > 1


def test_the_same_people_in_other_words() -> None:
    one, other = term("last older than 60d"), term("last is known and not last within 60d")

    assert are_equal(one, other)
    assert not are_equal(one, term("not last within 60d"))


def test_of_a_rule_that_is_too_large_nothing_is_said() -> None:
    large = " and ".join(f"f{n} > {n}" for n in range(12))

    assert is_possible(term(large)) is None
    assert not is_certain(term(large))


FACTS = st.sampled_from(["a", "b"])
LEAVES = st.one_of(
    st.builds(
        lambda name, operator, value: Compare(
            fact=Fact(name=name), operator=operator, literal=Literal(value=float(value))
        ),
        FACTS,
        st.sampled_from(Operator),
        st.integers(0, 3),
    ),
    st.builds(lambda name, known: Known(fact=Fact(name=name), known=known), FACTS, st.booleans()),
)
TERMS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(lambda part: Not(term=part), parts),
        st.builds(lambda one, other: _joined("AllOf", one, other), parts, parts),
        st.builds(lambda one, other: _joined("AnyOf", one, other), parts, parts),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(found=TERMS)
def test_the_points_stand_for_all_numbers(found: Term) -> None:
    """Every half between the literals and beyond them, and nothing at all: an oracle by force."""
    values = [None, *(n / 4 for n in range(-8, 21))]

    true = [_true(found, {"a": a, "b": b}) for a in values for b in values]

    assert is_possible(found) is any(true)
    assert is_certain(found) is all(true)


def _joined(kind: str, one: Term, other: Term) -> Term:
    from campaignspec.spec.rule import AllOf, AnyOf

    return AllOf(terms=(one, other)) if kind == "AllOf" else AnyOf(terms=(one, other))


def _true(found: Term, world: dict[str, float | None]) -> bool:
    from campaignspec.spec.rule import AllOf, AnyOf

    match found:
        case Not():
            return not _true(found.term, world)
        case AllOf():
            return all(_true(part, world) for part in found.terms)
        case AnyOf():
            return any(_true(part, world) for part in found.terms)
        case Known():
            return (world[found.fact.name] is not None) == found.known
        case Compare():
            value, limit = world[found.fact.name], found.literal.value
            if value is None:
                return found.operator is Operator.NOT_EQUAL
            return bool(eval(f"{value} {_PYTHON[found.operator]} {limit}"))  # noqa: S307
        case _:
            raise AssertionError(found)


_PYTHON = {operator: {"=": "=="}.get(operator.value, operator.value) for operator in Operator}
