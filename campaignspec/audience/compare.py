"""Comparisons in columns: two-valued, false where the fact is missing."""

from __future__ import annotations

from datetime import date
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience.values import FactKind, Mask, Values
from campaignspec.money import MICROS
from campaignspec.spec.rule import Literal, Operator

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_YES = frozenset({"yes", "true"})


def compare(values: Values, operator: Operator, literal: Literal) -> Mask:
    """Hold every value against a literal.

    ``!=`` is the negation of ``=``, so it holds where the fact is missing.
    """
    if operator is Operator.NOT_EQUAL:
        return ~compare(values, Operator.EQUAL, literal)
    if values.missing.all():
        return np.zeros(values.missing.shape, np.bool_)
    held = _held(values.data, operator, _limit(values, literal))
    return held & ~values.missing


def _held(data: npt.NDArray[Any], operator: Operator, limit: float) -> Mask:
    held: Mask
    match operator:
        case Operator.EQUAL:
            held = data == limit
        case Operator.NOT_EQUAL:
            held = data != limit
        case Operator.LESS:
            held = data < limit
        case Operator.AT_MOST:
            held = data <= limit
        case Operator.GREATER:
            held = data > limit
        case Operator.AT_LEAST:
            held = data >= limit
        case _:
            assert_never(operator)
    return held


def _limit(values: Values, literal: Literal) -> float:
    """Return a literal in the column's unit; whole, where the column is: a fraction copies it."""
    limit = _in_unit(values, literal)
    is_whole = np.issubdtype(values.data.dtype, np.integer) and float(limit).is_integer()
    return int(limit) if is_whole else limit


def _in_unit(values: Values, literal: Literal) -> float:
    """Turn a literal into what the column holds: a code, a day number, micro-units."""
    value = literal.value
    match values.kind:
        case FactKind.TEXT:
            return _code(values.words, str(value))
        case FactKind.DATE:
            return date.fromisoformat(str(value)).toordinal() - _EPOCH_DAY
        case FactKind.BOOLEAN:
            return float(str(value) in _YES)
        case FactKind.MONEY:
            return round(float(value) * MICROS)
        case FactKind.NUMBER | FactKind.INSTANT:
            return float(value)
        case _:
            assert_never(values.kind)


def _code(words: npt.NDArray[np.object_], word: str) -> int:
    index = int(np.searchsorted(words, word)) if len(words) else 0
    return index if index < len(words) and words[index] == word else -2
