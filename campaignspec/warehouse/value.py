"""What a fact is worth, as a column of a query; and comparisons, which are never NULL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Final, assert_never

from sqlglot import exp

from campaignspec.clock import DAY
from campaignspec.money import MICROS
from campaignspec.project.names import FactKind
from campaignspec.spec.rule import Literal, Operator
from campaignspec.warehouse.words import (
    by_bytes,
    divide,
    double,
    filled,
    is_known,
    number,
    text,
    truth,
    whole,
)

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_DIGITS: Final = "0123456789abcdef"
_YES: Final = frozenset({"yes", "true"})
_TREES: Final[dict[Operator, type[exp.Binary]]] = {
    Operator.EQUAL: exp.EQ,
    Operator.LESS: exp.LT,
    Operator.AT_MOST: exp.LTE,
    Operator.GREATER: exp.GT,
    Operator.AT_LEAST: exp.GTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A fact in SQL.

    Attributes:
        kind: What it holds; amounts are micro-units, dates day numbers, instants microseconds.
        tree: The column or the computation; NULL where the fact is missing.
        always: Whether it is never missing.
        digits: Whether it is a share of the whole, 0 to 1, told by eight hexadecimal digits: no
            two databases turn them into a number alike, and texts of one length compare alike.
    """

    kind: FactKind
    tree: exp.Expr
    always: bool = False
    digits: bool = False


def compare(value: Value, operator: Operator, literal: Literal) -> exp.Expr:
    """Hold a fact against a literal; ``!=`` is the negation of ``=``."""
    if operator is Operator.NOT_EQUAL:
        return exp.not_(compare(value, Operator.EQUAL, literal))
    if value.digits:
        return _compare_digits(value, operator, float(literal.value))
    held = _TREES[operator](this=value.tree.copy(), expression=in_unit(value.kind, literal))
    return settle(held, value)


def one_of(value: Value, literals: tuple[Literal, ...]) -> exp.Expr:
    """Say whether a fact is one of some literals."""
    if value.digits:
        return exp.or_(*(compare(value, Operator.EQUAL, literal) for literal in literals))
    listed = [in_unit(value.kind, literal) for literal in literals]
    return settle(exp.In(this=value.tree.copy(), expressions=listed), value)


def known(value: Value, *, wanted: bool) -> exp.Expr:
    """Say whether there is a value, or whether there is none."""
    if value.always:
        return truth(wanted)
    found = is_known(value.tree.copy())
    return found if wanted else exp.Is(this=value.tree.copy(), expression=exp.Null())


def aged(value: Value, at: exp.Expr, after: exp.Expr, *, older: bool) -> exp.Expr:
    """Say whether an instant or a date is at or before ``after``, or after it and up to ``at``."""
    happened = value.tree.copy()
    if value.kind is FactKind.DATE:
        happened = exp.Mul(this=happened, expression=whole(DAY))
    if older:
        return settle(exp.LTE(this=happened, expression=after), value)
    inside = exp.and_(
        exp.GT(this=happened, expression=after), exp.LTE(this=happened.copy(), expression=at)
    )
    return settle(inside, value)


def as_number(value: Value) -> exp.Expr:
    """Return a fact as a double, also where comparing it needs none."""
    if not value.digits:
        return double(value.tree)
    # Digit by digit: what turns all eight into a number has another name in every database. In
    # doubles: the whole does not fit into the 32 bits that some count places with.
    places = (
        exp.StrPosition(
            this=text(_DIGITS),
            substr=exp.Substring(this=value.tree.copy(), start=whole(place), length=whole(1)),
        )
        for place in range(1, 9)
    )
    weights = (16 ** (8 - place) for place in range(1, 9))
    parts = [
        exp.Mul(this=double(exp.Sub(this=found, expression=whole(1))), expression=whole(weight))
        for found, weight in zip(places, weights, strict=True)
    ]
    total: exp.Expr = parts[0]
    for part in parts[1:]:
        total = exp.Add(this=total, expression=part)
    return divide(exp.paren(total), double(whole(2**32)))


def settle(condition: exp.Expr, value: Value) -> exp.Expr:
    """Make a condition false where the fact is missing: logic has two values."""
    return condition if value.always else filled(condition, truth(False))


def in_unit(kind: FactKind, literal: Literal) -> exp.Expr:
    """Write a literal as the column holds it: a day number, micro-units, a truth."""
    value = literal.value
    match kind:
        case FactKind.TEXT:
            return text(str(value))
        case FactKind.DATE:
            return whole(date.fromisoformat(str(value)).toordinal() - _EPOCH_DAY)
        case FactKind.BOOLEAN:
            return truth(str(value) in _YES)
        case FactKind.MONEY:
            return whole(round(float(value) * MICROS))
        case FactKind.NUMBER | FactKind.INSTANT:
            return number(float(value))
        case _:
            assert_never(kind)


def _compare_digits(value: Value, operator: Operator, share: float) -> exp.Expr:
    """Hold digits against a share: a draw is ``digits / 2**32``, exactly."""
    draw = Fraction(share) * 2**32
    match operator:
        case Operator.LESS | Operator.AT_LEAST:
            least = ceil(draw)  # the first draw that is not less than the share
        case Operator.AT_MOST | Operator.GREATER:
            least = floor(draw) + 1  # the first draw that is greater
        case _:
            if draw.denominator != 1 or not 0 <= draw < 2**32:
                return truth(False)
            return exp.EQ(this=value.tree.copy(), expression=text(f"{int(draw):08x}"))
    below = operator in {Operator.LESS, Operator.AT_MOST}
    if not 0 < least < 2**32:
        return truth(below == (least >= 2**32))
    sort = exp.LT if below else exp.GTE
    return sort(this=by_bytes(value.tree.copy()), expression=text(f"{least:08x}"))
