"""What follows from rules alone: whether any data could make one true, or one false.

A rule tells apart only so many values of a fact: those at, between and beyond its literals, and
the missing one. So whatever is true of finitely many chosen points is true of all data, and a
table of truth decides. Different facts are taken to know nothing of each other; where they do,
a contradiction may be overlooked, and none is ever claimed that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod
from typing import Any, Final, TypeAlias

from campaignspec.project.walk import leaves_of
from campaignspec.spec.rule import (
    Age,
    AllOf,
    AnyOf,
    Compare,
    InSegment,
    Known,
    Not,
    OneOf,
    Operator,
    Term,
)

_MOST: Final = 20_000
"""So many rows of a table of truth are looked at; of a larger rule nothing is said."""

_OTHER: Final = "\U0010ffff"
"""A text behind all that authors write: the one that no rule names."""

Variable: TypeAlias = tuple[Any, ...]
World: TypeAlias = Mapping[Variable, Any]


def is_possible(term: Term) -> bool | None:
    """Say whether some data make a rule true; None where the rule is too large to tell."""
    ways = _ways([term])
    if prod(len(points) for points in ways.values()) > _MOST:
        return None
    return any(_holds(term, world) for world in _worlds(ways))


def is_certain(term: Term) -> bool:
    """Say whether every data make a rule true."""
    return is_possible(Not(term=term)) is False


def is_covered(term: Term, by: Sequence[Term]) -> bool:
    """Say whether one of several rules is true wherever a rule is, which is true of somebody."""
    if not by or is_possible(term) is not True:
        return False
    return is_possible(AllOf(terms=(term, Not(term=AnyOf(terms=tuple(by)))))) is False


def are_equal(one: Term, other: Term) -> bool:
    """Say whether two rules are true of the same customers, whatever the data are."""
    return is_covered(one, [other]) and is_covered(other, [one])


def variables_of(term: Term) -> frozenset[Variable]:
    """Return what a rule asks: facts, segments, answers."""
    return frozenset(map(_variable, leaves_of(term)))


# --- the points ---


@dataclass(slots=True)
class _Seen:
    """The literals that rules hold against one fact."""

    numbers: set[float] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    ages: set[float] = field(default_factory=set)
    lengths: set[float] = field(default_factory=set)


def _variable(leaf: Any) -> Variable:
    match leaf:
        case Compare() | OneOf() | Known() | Age():
            return ("fact", leaf.fact.name, leaf.fact.key)
        case InSegment():
            return ("segment", leaf.segment)
        case _:
            return ("leaf", leaf)


def _ways(terms: Iterable[Term]) -> Mapping[Variable, Sequence[Any]]:
    """Return for everything that rules ask the points that they tell apart."""
    seen: dict[Variable, _Seen] = {}
    for term in terms:
        for leaf in leaves_of(term):
            _note(seen.setdefault(_variable(leaf), _Seen()), leaf)
    return {variable: _points(variable, found) for variable, found in seen.items()}


def _note(seen: _Seen, leaf: Any) -> None:
    match leaf:
        case Compare():
            _note_literals(seen, [leaf.literal.value])
        case OneOf():
            _note_literals(seen, [literal.value for literal in leaf.literals])
        case Age():
            seen.ages.add(leaf.duration.micros)
        case InSegment() if leaf.lasting is not None:
            seen.lengths.add(leaf.lasting.micros)
        case _:
            pass


def _note_literals(seen: _Seen, values: Iterable[float | str]) -> None:
    for value in values:
        if isinstance(value, str):
            seen.texts.add(value)
        else:
            seen.numbers.add(value)


def _points(variable: Variable, seen: _Seen) -> Sequence[Any]:
    """Return the points of one thing that is asked; None is the missing value."""
    match variable[0]:
        case "fact":
            values = [*_between(seen.numbers), *_texts_between(seen.texts)] or [_OTHER]
            return [None, *product(values, _between(seen.ages) or [0.0])]
        case "segment":
            return [None, 0.0, *sorted(seen.lengths)]
        case _:
            return [False, True]


def _between(literals: set[float]) -> list[float]:
    """Return the literals, one point between each two, and one on either side."""
    if not literals:
        return []
    found = sorted(literals)
    middles = [(low + high) / 2 for low, high in pairwise(found)]
    return sorted({found[0] - 1, *found, *middles, found[-1] + 1})


def _texts_between(literals: set[str]) -> list[str]:
    """Return the texts, one just behind each, and one before and behind all; dates have order."""
    return (
        sorted({"", *literals, *(f"{text}\x00" for text in literals), _OTHER}) if literals else []
    )


def _worlds(ways: Mapping[Variable, Sequence[Any]]) -> Iterator[World]:
    return (dict(zip(ways, row, strict=True)) for row in product(*ways.values()))


# --- the truth ---


def _holds(term: Term, world: World) -> bool:
    match term:
        case Not():
            return not _holds(term.term, world)
        case AllOf():
            return all(_holds(part, world) for part in term.terms)
        case AnyOf():
            return any(_holds(part, world) for part in term.terms)
        case _:
            return _leaf_holds(term, world[_variable(term)])


def _leaf_holds(leaf: Any, point: Any) -> bool:
    """Say whether a condition is true at a point; with a missing value only `!=` is."""
    match leaf:
        case Compare():
            if point is None:
                return leaf.operator is Operator.NOT_EQUAL
            return _compares(leaf.operator, point[0], leaf.literal.value)
        case OneOf():
            return point is not None and point[0] in {each.value for each in leaf.literals}
        case Known():
            return (point is not None) == leaf.known
        case Age():
            return point is not None and (point[1] >= leaf.duration.micros) == leaf.older
        case InSegment():
            return point is not None and point >= (leaf.lasting.micros if leaf.lasting else 0.0)
        case _:
            return bool(point)


def _compares(operator: Operator, value: float | str, limit: float | str) -> bool:
    if isinstance(value, str) != isinstance(limit, str):
        return operator is Operator.NOT_EQUAL
    found: Any = value
    match operator:
        case Operator.EQUAL:
            return value == limit
        case Operator.NOT_EQUAL:
            return value != limit
        case Operator.LESS:
            return bool(found < limit)
        case Operator.AT_MOST:
            return bool(found <= limit)
        case Operator.GREATER:
            return bool(found > limit)
        case Operator.AT_LEAST:
            return bool(found >= limit)
