"""Reading files into typed tables: every value is what its column is declared to be, or a problem.

All files but Parquet are taken as text, column by column, and cast as declared, so that phone
numbers and postcodes keep their signs and zeros. A staged table has a column for each
`Field`, the row number ``n``, and for an instant ``at`` also ``aware``: whether the file gave
its offset, or meant it locally.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, assert_never

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.casts import (
    AS_MACHINES_WRITE,
    Writing,
    days_in,
    micros_in,
    number_in,
    trimmed,
    unclear,
    wall_clock_in,
)
from campaignspec.history.field import Field, Shape
from campaignspec.history.place import Place
from campaignspec.history.source import ValueKind
from campaignspec.history.sql import ROW, literal, quoted
from campaignspec.history.table import Table

MOST_PROBLEMS: Final = 5

_FLOATS: Final = frozenset({"DOUBLE", "FLOAT"})
_INTEGERS: Final = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
)
_INSTANT_TEXT: Final = (
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?"
)
_STATES: Final = "'granted', 'refused', 'pending', 'confirmed'"
_OFFSET: Final = r"^[0-9-]+[T ][0-9:.]+ ?([+-]\d{2}):?(\d{2})?$"
"""Never two ways to go on: so written, DuckDB finds an offset in a quarter of the time."""
_SUFFIX: Final = r"([T ][0-9:.]+) ?(Z|[+-].*)$"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cast:
    """One field in SQL: the value as it stands, None where it is empty, and as it is meant."""

    field: Field
    raw: str
    typed: str

    @property
    def is_bad(self) -> str:
        if self.field.kind is Shape.CONSENT:
            # A question is no answer, and nothing is wrong with it.
            return f"coalesce(lower({self.raw}) NOT IN ({_STATES}), true)"
        if self.field.required:
            return f"({self.typed}) IS NULL"
        # CASE, unlike AND, leaves the text of good values unmade.
        return f"CASE WHEN ({self.typed}) IS NULL THEN ({self.raw}) IS NOT NULL ELSE false END"


def connect() -> duckdb.DuckDBPyConnection:
    """Open a database in memory that keeps the order of files, and prints nothing."""
    connection = duckdb.connect(config={"preserve_insertion_order": True})
    connection.execute("SET enable_progress_bar = false")
    return connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A source's rows in SQL, every value as declared, for as long as the source is open.

    Attributes:
        rows: A ``SELECT`` of the row's number ``n``, of ``bad``, and of a column for each field.
        table: The source.
        taken: The rows that are taken, in SQL.
        casts: The fields.
    """

    rows: str
    table: Table
    taken: str
    casts: Sequence[_Cast]

    def check(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Make sure that the rows, read into a table, are as declared.

        Raises:
            HistoryError: A value is not.
        """
        if connection.execute(f"SELECT 1 FROM {name} WHERE bad LIMIT 1").fetchone():  # noqa: S608 (own name)
            self.complain(connection)

    def complain(self, connection: duckdb.DuckDBPyConnection) -> NoReturn:
        """Name up to five of the values that are not as declared.

        Raises:
            HistoryError: Always.
        """
        problems = _problems(connection, self.table, self.casts, self.taken)
        raise HistoryError("\n".join(problems))


def typed(
    table: Table, fields: Sequence[Field], *, only: tuple[str, tuple[str, ...]] | None = None
) -> Typed:
    """Say how a source's rows are read as declared.

    Args:
        table: The file, opened.
        fields: What to read.
        only: A column and the texts of which it must hold one for a row to be read at all.

    Raises:
        HistoryError: A column is missing, or cannot hold what it is declared to hold.
    """
    kinds = table.kinds
    wanted = [field.column for field in fields] + ([only[0]] if only else [])
    _check_columns(table.file, wanted, kinds)
    casts = [_cast(field, table, kinds[field.column]) for field in fields]
    taken = _taken(table, only)
    bad = " OR ".join(cast.is_bad for cast in casts)
    rows = f"SELECT {ROW} AS n, ({bad}) AS bad, {_selected(casts, kinds)} FROM {taken}"  # noqa: S608 (names and values are quoted)
    return Typed(rows=rows, table=table, taken=taken, casts=casts)


def stage(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    table: Table,
    fields: Sequence[Field],
    *,
    only: tuple[str, tuple[str, ...]] | None = None,
) -> None:
    """Read a source into the temporary table ``name``.

    Args:
        connection: The database.
        name: The name of the new table.
        table: The source, opened.
        fields: What to read.
        only: A column and the texts of which it must hold one for a row to be read at all.

    Raises:
        HistoryError: A column is missing or a value is not what it is declared to be; up to
            five problems are named.
    """
    declared = typed(table, fields, only=only)
    connection.execute(f"CREATE TEMP TABLE {name} AS {declared.rows}")
    declared.check(connection, name)


def _taken(table: Table, only: tuple[str, tuple[str, ...]] | None) -> str:
    """Take the rows of a table in SQL, or of them only those with one of a few texts."""
    if only is None:
        return table.rows
    column, texts = only
    condition = f"CAST({quoted(column)} AS VARCHAR) IN ({', '.join(map(literal, texts))})"
    return f"(SELECT * FROM {table.rows} WHERE {condition})"  # noqa: S608 (quoted)


def _check_columns(file: Place, wanted: Sequence[str], present: Mapping[str, str]) -> None:
    missing = [column for column in dict.fromkeys(wanted) if column not in present]
    if missing:
        raise HistoryError(
            f"{file}: has no column {', '.join(map(repr, missing))}; "
            f"its columns are {', '.join(map(repr, present))}"
        )


def _cast(field: Field, table: Table, kind: str) -> _Cast:
    column = quoted(field.column)
    text = trimmed(column) if field.is_id and kind == "VARCHAR" else f"CAST({column} AS VARCHAR)"
    raw = f"NULLIF({text}, '')"
    if kind in _FLOATS:
        # Not isnan(): Parquet's statistics leave NaN out, and DuckDB takes their word for it.
        raw = f"NULLIF({raw}, 'nan')"
    if isinstance(field.kind, Shape):
        typed = _shaped(field, field.kind, raw, table, kind)
    else:
        writing = table.writing if kind == "VARCHAR" else AS_MACHINES_WRITE
        typed = _valued(field.kind, column, raw, kind, writing)
    return _Cast(field=field, raw=raw, typed=typed)


def _shaped(field: Field, shape: Shape, raw: str, table: Table, kind: str) -> str:
    column = quoted(field.column)
    match shape:
        case Shape.INSTANT:
            _check_instants(field, table.file, kind)
            return _instant(column, kind, table.writing)
        case Shape.CONSENT:
            return _either(raw, "'granted', 'confirmed'", "'refused'")
        case Shape.CONFIRMED:
            return f"coalesce(lower({raw}) = 'confirmed', false)"
        case Shape.CURSOR:
            return _cursor(field, table, kind)
        case Shape.ID if field.required:
            return column if kind in _INTEGERS else raw
        case Shape.ID:
            return f"coalesce({raw}, '')"  # whom nothing names is told of, not lost on the way
        case _:
            assert_never(shape)


def _valued(value: ValueKind, column: str, raw: str, kind: str, writing: Writing) -> str:
    match value:
        case ValueKind.TEXT:
            return raw
        case ValueKind.NUMBER:
            return _number(column, raw, kind, writing)
        case ValueKind.MONEY:
            return _micros(column, kind, writing)
        case ValueKind.DATE:
            if kind == "DATE":
                return f"date_diff('day', DATE '1970-01-01', {column})"
            return days_in(raw, writing)
        case ValueKind.BOOLEAN:
            return _boolean(column, raw, kind)
        case _:
            assert_never(value)


def _cursor(field: Field, table: Table, kind: str) -> str:
    column = quoted(field.column)
    if kind in _INTEGERS:
        return f"CAST({column} AS BIGINT)"
    if kind == "VARCHAR":
        whole = f"CASE WHEN regexp_full_match({column}, '-?\\d+') THEN {column} END"
        return f"coalesce({_instant(column, kind, table.writing)}, TRY_CAST({whole} AS BIGINT))"
    _check_instants(field, table.file, kind)
    return _instant(column, kind, table.writing)


def _number(column: str, raw: str, kind: str, writing: Writing) -> str:
    if kind in _INTEGERS:
        return f"CAST({column} AS DOUBLE)"
    number = f"CAST({column} AS DOUBLE)" if kind in _FLOATS else number_in(raw, writing)
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def _boolean(column: str, raw: str, kind: str) -> str:
    if kind == "BOOLEAN":
        return column
    return _either(raw, "'true', 't', 'yes', 'y', '1'", "'false', 'f', 'no', 'n', '0'")


def _micros(column: str, kind: str, writing: Writing) -> str:
    if kind in _FLOATS:
        return f"TRY_CAST(round(CAST({column} AS DOUBLE) * 1000000) AS BIGINT)"
    if kind in _INTEGERS:
        most = 2**63 // 10**6
        micros = f"CAST({column} AS BIGINT) * 1000000"
        return f"CASE WHEN {column} BETWEEN -{most} AND {most} THEN {micros} END"
    if kind == "VARCHAR":
        return micros_in(column, writing)
    exact = f"CAST(TRY_CAST({column} AS DECIMAL(18,6)) AS DECIMAL(38,6))"
    return f"CAST({exact} * 1000000 AS BIGINT)"


def moment(column: str, kind: str, writing: Writing) -> tuple[str, str]:
    """Return a column of instants in SQL: its microseconds, and whether it gives their offset.

    Args:
        column: The column's name in the file.
        kind: Its SQL type; one that holds no instants is read as the text it would print.
        writing: How its texts write instants.

    Returns:
        Microseconds since 1970 UTC where the offset is given, on the wall clock elsewhere, and
        NULL where there is no instant; and a condition.
    """
    name = quoted(column)
    if kind not in {"VARCHAR", "DATE"} and not kind.startswith("TIMESTAMP"):
        name, kind = f"CAST({name} AS VARCHAR)", "VARCHAR"
    return _instant(name, kind, writing), _aware(name, kind)


def _either(raw: str, yes: str, no: str) -> str:
    return f"CASE WHEN lower({raw}) IN ({yes}) THEN true WHEN lower({raw}) IN ({no}) THEN false END"


def _check_instants(field: Field, file: Place, kind: str) -> None:
    if kind not in {"VARCHAR", "DATE"} and not kind.startswith("TIMESTAMP"):
        raise HistoryError(f"{file}: column {field.column!r} holds {kind}, not instants")


def _instant(column: str, kind: str, writing: Writing) -> str:
    """Count microseconds: since 1970 UTC where the offset is known, else on the wall clock.

    A text's offset is subtracted here, in whole minutes: DuckDB's own casts of such text to
    timestamps ignore the offset in some versions and heed it in others.
    """
    if kind == "VARCHAR":
        shown = f"CASE WHEN regexp_full_match({column}, '{_INSTANT_TEXT}') THEN {column} END"
        wall = f"regexp_replace({shown}, '{_SUFFIX}', '\\1')"
        exact = f"epoch_us(TRY_CAST({wall} AS TIMESTAMP)) - {_offset(column)}"
        return f"coalesce({exact}, {wall_clock_in(column, writing)})"
    exact = column if kind.endswith("TIME ZONE") else f"TRY_CAST({column} AS TIMESTAMP)"
    return f"CASE WHEN isfinite({exact}) THEN epoch_us({exact}) END"


def _offset(column: str) -> str:
    hours = f"regexp_extract({column}, '{_OFFSET}', 1)"
    minutes = f"coalesce(TRY_CAST(regexp_extract({column}, '{_OFFSET}', 2) AS BIGINT), 0)"
    sign = f"CASE WHEN starts_with({hours}, '-') THEN -1 ELSE 1 END"
    total = f"coalesce(TRY_CAST({hours} AS BIGINT), 0) * 60 + {sign} * {minutes}"
    return f"({total}) * 60000000"


def _aware(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"regexp_matches({column}, '{_SUFFIX}')"
    return "true" if kind.endswith("TIME ZONE") else "false"


def _selected(casts: Sequence[_Cast], kinds: Mapping[str, str]) -> str:
    parts = [f"{cast.typed} AS {quoted(cast.field.name)}" for cast in casts]
    parts += [
        f"{_aware(quoted(cast.field.column), kinds[cast.field.column])} AS {aware(cast.field)}"
        for cast in casts
        if cast.field.kind is Shape.INSTANT
    ]
    return ", ".join(parts)


def aware(field: Field) -> str:
    """Return the column that says whether an instant came with its offset."""
    return "aware" if field.name == "at" else f"{field.name}_aware"


def _problems(
    connection: duckdb.DuckDBPyConnection, table: Table, fields: Sequence[_Cast], rows: str
) -> list[str]:
    found: list[tuple[int, str]] = []
    for cast in fields:
        query = (
            f"SELECT {ROW}, {cast.raw} FROM {rows} "  # noqa: S608 (names and values are quoted)
            f"WHERE {cast.is_bad} ORDER BY {ROW} LIMIT {MOST_PROBLEMS}"
        )
        for number, value in connection.execute(query).fetchall():
            found.append((number, _problem(cast.field, value, table.writing)))
    found.sort(key=lambda problem: problem[0])
    return [f"{table.file}: row {number}: {problem}" for number, problem in found[:MOST_PROBLEMS]]


def _problem(field: Field, value: str | None, writing: Writing) -> str:
    if value is None:
        return f"column {field.column!r} is empty"
    expected = {
        Shape.INSTANT: "a date or a date and time such as 2017-03-01 12:00",
        Shape.CONSENT: "granted, refused, pending or confirmed",
        Shape.CURSOR: "an instant or a whole number, as a cursor must be",
        ValueKind.DATE: "a date such as 2017-03-01",
        ValueKind.BOOLEAN: "true or false",
        ValueKind.MONEY: "an amount such as 12.50",
    }.get(field.kind, f"a {field.kind}")
    doubt = _doubt(field, value, writing)
    return f"column {field.column!r} holds {value!r}, {doubt or f'which is not {expected}'}"


def _doubt(field: Field, value: str, writing: Writing) -> str | None:
    """Say what to declare where a value could be read in two ways."""
    is_amount = field.kind in {ValueKind.NUMBER, ValueKind.MONEY}
    is_time = field.kind in {ValueKind.DATE, Shape.INSTANT, Shape.CURSOR}
    return unclear(value, writing, is_amount=is_amount) if is_amount or is_time else None
