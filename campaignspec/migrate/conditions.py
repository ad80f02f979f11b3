"""Conditions of other tools as terms of our rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from campaignspec.migrate.columns import Form
from campaignspec.migrate.notes import LostError
from campaignspec.spec.rule import Compare, Fact, Known, Literal, Operator, Term

FactOf: TypeAlias = Callable[[Form, str], Fact]
"""Gives the fact that holds a value in a form; for the forms that ask, with what is asked."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def compare(fact: Fact, operator: Operator, value: float | str) -> Term:
    """Compare a fact with a value; a comparison with an empty text asks whether it is known.

    An empty text is a missing value here, and a missing value equals nothing.
    """
    if value == "":
        return Known(fact=fact, known=operator is not Operator.EQUAL)
    return Compare(fact=fact, operator=operator, literal=Literal(value=value))


def is_true(fact: Fact) -> Term:
    """Say that a fact of yes and no is yes."""
    return Compare(fact=fact, operator=Operator.EQUAL, literal=Literal(value="yes"))


def is_false(fact: Fact) -> Term:
    """Say that a fact of yes and no is no, and not missing."""
    return Compare(fact=fact, operator=Operator.EQUAL, literal=Literal(value="no"))


def text_like(value: Any) -> str:
    """Write a JSON value as the text that a column of it has.

    Raises:
        LostError: It is nothing, a list or an object.
    """
    match value:
        case bool():
            return json.dumps(value)
        case str():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case int() | float():
            return json.dumps(value)
        case _:
            raise LostError("broken", f"{json.dumps(value)} is nothing to compare with")


def moment_like(value: Any) -> datetime:
    """Read a time in ISO 8601, in UTC if it says no zone, or in milliseconds since 1970.

    Raises:
        LostError: It is none.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _EPOCH + timedelta(milliseconds=value)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError):
        raise LostError("broken", f"{json.dumps(value)} is no time") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def compare_time(fact_of: FactOf, operator: Operator, moment: datetime) -> Term:
    """Compare a time with an instant: by the day where that says the same, else by the second."""
    at = moment.astimezone(UTC)
    is_midnight = at == at.replace(hour=0, minute=0, second=0, microsecond=0)
    if is_midnight and operator in {Operator.LESS, Operator.AT_LEAST}:
        return compare(fact_of(Form.DATE, ""), operator, at.date().isoformat())
    seconds = (at - _EPOCH) / timedelta(seconds=1)
    return compare(fact_of(Form.SECONDS, ""), operator, seconds)
