"""Data tests in SQL: all tests of one table are counted in one pass over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

import duckdb
import numpy as np

from campaignspec.clock import Instant, zone_table
from campaignspec.history.casts import (
    AS_MACHINES_WRITE,
    Writing,
    days_in,
    micros_in,
    number_in,
)
from campaignspec.history.reading import moment
from campaignspec.history.sql import ROW, literal, quoted
from campaignspec.history.table import Table
from campaignspec.quality.sentences import column_of
from campaignspec.spec.data_tests import (
    AcceptedValues,
    ColumnTest,
    Matches,
    NoFuture,
    NotNull,
    Range,
    Relationships,
    Target,
    Unique,
)

MOST_EXAMPLES: Final = 5

_FLOATS: Final = frozenset({"DOUBLE", "FLOAT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The present, as tests see it.

    Attributes:
        at: The instant at which the data are judged; later rows do not count as fresh.
        latest: Nothing may be later than this: `at` itself, or the machine's clock where the
            past is looked at.
    """

    at: Instant
    latest: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one pass over a table found.

    Attributes:
        rows: How many rows there are.
        failing: How many rows fail each test, in the tests' order.
        newest: The newest instant that is not later than now in each of the columns that were
            asked for, in their order; None without one.
    """

    rows: int
    failing: tuple[int, ...]
    newest: tuple[Instant | None, ...]


def ids_of(target: Target) -> str:
    """Return the name of the table of known ids: one column ``id`` without empty cells."""
    return f"known_{target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """An opened table, as its tests see it.

    Attributes:
        connection: The database it is opened in.
        table: The table.
        only: A condition in SQL that its rows fulfil.
        zone: Where times without an offset are meant.
    """

    connection: duckdb.DuckDBPyConnection
    table: Table
    only: str
    zone: str

    def count(self, tests: Sequence[ColumnTest], dated: Sequence[str], now: Now) -> Counted:
        """Count the rows that fail each test, and find the newest instant of each column."""
        inner = [f"{self._judged(test, now)} AS t{n}" for n, test in enumerate(tests)]
        inner += [f"{part} AS m{n}_{m}" for n, c in enumerate(dated) for m, part in self._newest(c)]
        outer = ["count(*)", *(_failing(test, f"t{n}") for n, test in enumerate(tests))]
        for n in range(len(dated)):
            outer += [f"max(m{n}_0) FILTER (m{n}_1 AND m{n}_0 <= {now.at})"]
            outer += [f"max(m{n}_0) FILTER (NOT m{n}_1 AND m{n}_0 <= {self._local(now.at)})"]
        found = self.connection.execute(
            f"SELECT {', '.join(outer)} FROM "  # noqa: S608 (names and values are quoted)
            f"(SELECT {', '.join(inner or ['1'])} FROM {self.table.rows} WHERE {self.only})"
        ).fetchone()
        assert found is not None, "an aggregate has one row"  # noqa: S101
        rows, *rest = found
        exact = rest[len(tests) :]
        return Counted(
            rows=rows,
            failing=tuple(rest[: len(tests)]),
            newest=tuple(self._later(*exact[n : n + 2]) for n in range(0, len(exact), 2)),
        )

    def examples(self, test: ColumnTest, now: Now) -> Sequence[tuple[int, str | None]]:
        """Return number and value of the first rows that fail a test."""
        raw = self._raw(column_of(test))
        rows = f"(SELECT * FROM {self.table.rows} WHERE {self.only})"  # noqa: S608 (quoted)
        if isinstance(test, Unique):
            times = f"row_number() OVER (PARTITION BY {raw} ORDER BY {ROW})"
            rows = f"(SELECT *, {times} AS times FROM {rows})"  # noqa: S608 (quoted)
            bad = f"times > 1 AND {raw} IS NOT NULL"
        else:
            bad = self._judged(test, now)
        return self.connection.execute(
            f"SELECT {ROW}, {raw} FROM {rows} WHERE {bad} ORDER BY {ROW} LIMIT {MOST_EXAMPLES}"  # noqa: S608 (quoted)
        ).fetchall()

    def _judged(self, test: ColumnTest, now: Now) -> str:
        """Return in SQL whether a row fails a test; for `Unique` the value itself."""
        raw = self._raw(column_of(test))
        match test:
            case Unique():
                return raw
            case NotNull():
                return f"({raw}) IS NULL"
            case AcceptedValues():
                return _present(raw, _is_one_of(raw, test.values, self._writing(test)))
            case Matches():
                return _present(raw, f"regexp_matches({raw}, {literal(test.pattern)})")
            case Relationships():
                return _present(raw, f"{raw} IN (SELECT id FROM {ids_of(test.to)})")  # noqa: S608 (own name)
            case Range():
                return _present(raw, _is_between(raw, test, self._writing(test)))
            case NoFuture():
                at, aware = self._moment(column_of(test))
                latest, local = now.latest, self._local(now.latest)
                return f"coalesce(({at}) > CASE WHEN {aware} THEN {latest} ELSE {local} END, false)"
            case _:
                assert_never(test)

    def _raw(self, column: str) -> str:
        """Return a column's text in SQL; what is empty, or not a number, is NULL."""
        raw = f"NULLIF(CAST({quoted(column)} AS VARCHAR), '')"
        return f"NULLIF({raw}, 'nan')" if self.table.kinds[column] in _FLOATS else raw

    def _writing(self, test: ColumnTest) -> Writing:
        """Say how a column writes numbers and dates; one that holds such prints them plainly."""
        is_text = self.table.kinds[column_of(test)] == "VARCHAR"
        return self.table.writing if is_text else AS_MACHINES_WRITE

    def _moment(self, column: str) -> tuple[str, str]:
        return moment(column, self.table.kinds[column], self.table.writing)

    def _newest(self, column: str) -> Sequence[tuple[int, str]]:
        return tuple(enumerate(self._moment(column)))

    def _local(self, at: Instant) -> int:
        return int(zone_table(self.zone).to_local(np.array(at)))

    def _later(self, exact: int | None, local: int | None) -> Instant | None:
        known = [] if exact is None else [exact]
        known += [] if local is None else [int(zone_table(self.zone).to_instant(np.array(local)))]
        return max(known, default=None)


def _failing(test: ColumnTest, name: str) -> str:
    if isinstance(test, Unique):
        return f"count({name}) - count(DISTINCT {name})"
    return f"count(*) FILTER ({name})"


def _present(raw: str, condition: str) -> str:
    """Say that there is a value, and that a condition does not hold of it."""
    return f"(({raw}) IS NOT NULL AND NOT coalesce({condition}, false))"


def _is_one_of(raw: str, values: Sequence[float | str], writing: Writing) -> str:
    """Compare texts as texts, and numbers as numbers, however they are written."""
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str)]
    parts = [f"{raw} IN ({', '.join(map(literal, texts))})"] if texts else []
    listed = ", ".join(f"'{value!r}'::DOUBLE" for value in numbers)
    parts += [f"coalesce({_number(raw, writing)} IN ({listed}), false)"] if numbers else []
    return f"({' OR '.join(parts)})"


def _is_between(raw: str, test: Range, writing: Writing) -> str:
    bounds = [(">=", test.from_), ("<=", test.to)]
    parts = [
        f"{_typed(raw, to, writing)} {sign} {_bound(to)}" for sign, to in bounds if to is not None
    ]
    return f"({' AND '.join(parts)})"


def _typed(raw: str, bound: float | date, writing: Writing) -> str:
    """Read a value as what it is held against; of a time only its day counts."""
    if isinstance(bound, date):
        days = f"coalesce({days_in(f'left({raw}, 10)', writing)}, {days_in(raw, writing)})"
        return f"(DATE '1970-01-01' + CAST({days} AS INTEGER))"
    return _number(raw, writing)


def _number(raw: str, writing: Writing) -> str:
    """Read a number, or an amount with its currency."""
    return f"coalesce({number_in(raw, writing)}, {micros_in(raw, writing)} / 1000000)"


def _bound(bound: float | date) -> str:
    return f"DATE '{bound.isoformat()}'" if isinstance(bound, date) else f"'{bound!r}'::DOUBLE"
