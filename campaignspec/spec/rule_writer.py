"""Writing a rule's tree as text, the one canonical way."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Literal,
    Not,
    Offered,
    OneOf,
    Replied,
    Term,
)


def write_rule(term: Term) -> str:
    """Write a rule with single spaces, single quotes and as few parentheses as it needs."""
    match term:
        case Compare() | OneOf() | Known() | Age():
            return f"{write_fact(term.fact)} {_asked(term)}"
        case Offered():
            return f"{term.asked}({_quoted(term.offer)})"
        case Replied():
            name = term.asked.fact.name
            return f"answer({_quoted(term.step)}, {_quoted(name)}) {_asked(term.asked)}"
        case InSegment():
            lasting = f" for {term.lasting}" if term.lasting else ""
            return f"segment({_quoted(term.segment)}){lasting}"
        case Answered():
            return f"{term.answer}({_quoted(term.step)})"
        case Not():
            return f"not {_inside(term.term, AllOf, AnyOf)}"
        case AllOf():
            return " and ".join(_inside(part, AllOf, AnyOf) for part in term.terms)
        case AnyOf():
            return " or ".join(_inside(part, AnyOf) for part in term.terms)
        case _:
            assert_never(term)


def write_fact(fact: Fact) -> str:
    """Write a fact, with its key if it has one."""
    return fact.name if fact.key is None else f"{fact.name}({_quoted(fact.key)})"


def _asked(term: Compare | OneOf | Known | Age) -> str:
    """Write what is asked of a fact, without the fact."""
    match term:
        case Compare():
            return f"{term.operator} {_literal(term.literal)}"
        case OneOf():
            return f"in ({', '.join(map(_literal, term.literals))})"
        case Known():
            return f"is {'known' if term.known else 'unknown'}"
        case Age():
            return f"{'older than' if term.older else 'within'} {term.duration}"
        case _:
            assert_never(term)


def _inside(term: Term, *looser: type) -> str:
    """Write a part, in parentheses when it would fall apart without them."""
    text = write_rule(term)
    return f"({text})" if isinstance(term, looser) else text


def _literal(literal: Literal) -> str:
    if isinstance(literal.value, str):
        return _quoted(literal.value)
    return f"{Decimal(repr(float(literal.value))).normalize():f}"


def _quoted(text: str) -> str:
    """Quote text; a rule has no escapes, so text holds at most one kind of quotes."""
    return f'"{text}"' if "'" in text else f"'{text}'"
