"""Data tests in words: as they are written, what they found, and what to do."""

from __future__ import annotations

from typing import Any, assert_never

from campaignspec.spec.data_tests import (
    AcceptedValues,
    ColumnTest,
    DataTest,
    Matches,
    NoFuture,
    NotNull,
    Range,
    Relationships,
    Unique,
)
from campaignspec.spec.shape import keys_of, verb_of
from campaignspec.spec.write import write

_QUIET = frozenset({"only"})


def as_written(test: DataTest) -> str:
    """Write a test in one line: ``not_null: email, at_most: 2%``."""
    kind: type = type(test)
    parts = ((key.name, getattr(test, key.attribute)) for key in keys_of(kind))
    return ", ".join(
        f"{name}: {_plain(write(value))}"
        for name, value in parts
        if value is not None and name not in _QUIET
    )


def column_of(test: ColumnTest) -> str:
    """Return the column that a test looks at."""
    return str(getattr(test, verb_of(type(test))))


def complaint(test: ColumnTest) -> str:
    """Say what is wrong with the rows that fail a test, as in "12 of 300 rows …"."""
    match test:
        case Unique():
            return "repeat a value that stands in an earlier row"
        case NotNull():
            return "are empty"
        case AcceptedValues():
            return "hold another value"
        case Matches():
            return "do not fit"
        case Relationships():
            return f"name none of the {test.to}"
        case Range():
            return f"are not {_bounds(test)}"
        case NoFuture():
            return "are later than now"
        case _:
            assert_never(test)


def advice_on(test: ColumnTest) -> str:
    """Say what to do about rows that fail a test."""
    match test:
        case Unique():
            mended = "remove the repetitions where the table is made"
        case NotNull():
            mended = "fill the gaps where the table is made"
        case AcceptedValues():
            mended = "correct the values, or add them to `values:` if they are right"
        case Matches():
            mended = "correct the values, or the pattern"
        case Relationships():
            mended = f"export the {test.to} and this table at the same time"
        case Range():
            mended = "correct the values, or widen the range"
        case NoFuture():
            mended = "look for a wrong year, a wrong `zone:`, or a clock that is ahead"
        case _:
            assert_never(test)
    return f"{mended}; or allow a share of such rows with `at_most:`"


def _bounds(test: Range) -> str:
    start, end = (_plain(write(bound)) for bound in (test.from_, test.to))
    if test.from_ is None:
        return f"at most {end}"
    return f"at least {start}" if test.to is None else f"between {start} and {end}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
