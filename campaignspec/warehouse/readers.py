"""Reading sources in the database that answers: DuckDB over files, PostgreSQL over its tables."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, assert_never

import duckdb
import sqlglot
from sqlglot import exp

from campaignspec.clock import DAY
from campaignspec.errors import HistoryError, UsageError
from campaignspec.history.declared import table_of
from campaignspec.history.field import Field, Shape
from campaignspec.history.many_files import open_all
from campaignspec.history.place import Database, Place
from campaignspec.history.reading import Typed, aware, typed
from campaignspec.history.source import ReadAs, ValueKind
from campaignspec.history.staging import ADVICE_ON_REPETITIONS
from campaignspec.history.table import unreadable
from campaignspec.history.text_encoding import is_utf8
from campaignspec.spec.sources import Source
from campaignspec.warehouse.inexpressible import ADVICE
from campaignspec.warehouse.layout import CUSTOMER, N
from campaignspec.warehouse.words import (
    ascending,
    column,
    is_known,
    named,
    row_number,
    text,
    within_brackets,
)

_CURSOR: Final = "cursor"
_BAD: Final = "bad"
_ROWS: Final = "rows_read"
_OFFSET: Final = "[T ][0-9:.]+ ?(Z|[+-].*)$"
"""How the text of an instant ends that gives its offset."""
_YEAR_FIRST: Final = "^[0-9]{4}-"
_DOTTED: Final = r"^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})"
_UNCLEAR: Final = " (write dates with the year first)"
_YES: Final = ("true", "t", "yes", "y", "1")
_NO: Final = ("false", "f", "no", "n", "0")


class DuckReader:
    """Reads sources in DuckDB, by the very words that the store reads them with."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stack: ExitStack, root: Path) -> None:
        self._connection, self._stack, self._root = connection, stack, root
        self._read: list[Typed] = []

    def read(
        self,
        source: Source,
        fields: Sequence[Field],
        only: tuple[str, tuple[str, ...]] | None,
        *,
        cursor: str | None = None,
    ) -> exp.Select:
        """Select a source's rows, typed as declared; the source stays open with the stack."""
        place, read = table_of(source, self._root)
        if cursor is not None:
            fields = [*fields, Field(name=_CURSOR, column=cursor, kind=Shape.CURSOR, required=True)]
        columns = [each.column for each in fields] + ([only[0]] if only else [])
        opened = open_all(self._connection, place, read, columns=columns)
        found = typed(self._stack.enter_context(opened), fields, only=only)
        self._read.append(found)
        tree = sqlglot.parse_one(found.rows, dialect="duckdb")
        assert isinstance(tree, exp.Select), "sources are read by a SELECT"  # noqa: S101 (for the types)
        tree.set("expressions", [each for each in tree.expressions if each.alias != _BAD])
        return tree if cursor is None else _in_arrival(tree)

    def check(self) -> None:
        """Make sure that what was read is as declared, as the store does.

        Raises:
            HistoryError: A value is not.
        """
        for found in self._read:
            bad = f"SELECT 1 FROM ({found.rows}) WHERE bad LIMIT 1"  # noqa: S608 (the store's words)
            if self._fetch_one(bad, found.table.file):
                found.complain(self._connection)

    def check_unique(self, rows: exp.Select, source: Source) -> None:
        """Make sure that no customer stands twice in a table of customers.

        Raises:
            HistoryError: One does.
        """
        counted = (
            exp.select(column(CUSTOMER, _ROWS))
            .select(exp.Min(this=column(N, _ROWS)), exp.Max(this=column(N, _ROWS)))
            .from_(within_brackets(rows, _ROWS))
            .group_by(column(CUSTOMER, _ROWS))
            .having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.convert(1)))
            .limit(1)
        )
        place, _ = table_of(source, self._root)
        repeated = self._fetch_one(counted.sql(dialect="duckdb"), place)
        if repeated:
            customer, first, second = repeated
            raise HistoryError(
                f"{place}: row {second}: customer {customer!r} stands already in row {first}\n"
                f"{ADVICE_ON_REPETITIONS}"
            )

    def _fetch_one(self, sql: str, place: Place) -> tuple[Any, ...] | None:
        """Return a query's first row; what DuckDB complains of is a matter of this one source."""
        try:
            found: tuple[Any, ...] | None = self._connection.execute(sql).fetchone()
        except duckdb.Error as error:
            raise unreadable(place, error) from error
        return found


class PrintedDuckReader(DuckReader):
    """Reads only what a query can read by itself, wherever it is run."""

    def read(
        self,
        source: Source,
        fields: Sequence[Field],
        only: tuple[str, tuple[str, ...]] | None,
        *,
        cursor: str | None = None,
    ) -> exp.Select:
        """Select a source's rows of a Parquet or CSV file.

        Raises:
            UsageError: The source is another one.
        """
        place, read = table_of(source, self._root)
        if not _is_plain(place, read):
            raise UsageError(
                f"{place}: DuckDB reads Parquet and UTF-8 CSV files by itself, and not this; ask "
                f"with --direct, or {ADVICE}"
            )
        return super().read(source, fields, only, cursor=cursor)


def _in_arrival(rows: exp.Select) -> exp.Select:
    """Number rows anew in the order of their cursor."""
    kept = [each.alias for each in rows.expressions if each.alias not in {N, _CURSOR}]
    order = [ascending(column(name, _ROWS)) for name in (_CURSOR, N)]
    return exp.select(
        named(row_number([], order), N), *(column(name, _ROWS) for name in kept)
    ).from_(within_brackets(rows, _ROWS))


def _is_plain(place: Place, read: ReadAs) -> bool:
    if isinstance(place, Database):
        return False
    ending = place.suffix.lower()
    return ending == ".parquet" or (
        ending == ".csv" and (read.encoding is None or is_utf8(read.encoding))
    )


class PostgresReader:
    """Reads tables and queries of the PostgreSQL database that answers.

    Values go through their text, so that the query need not know the columns' types. Nothing is
    asked of the database: that no customer stands twice in a table is not looked at.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(
        self,
        source: Source,
        fields: Sequence[Field],
        only: tuple[str, tuple[str, ...]] | None,
        *,
        cursor: str | None = None,
    ) -> exp.Select:
        """Select a source's rows, typed as declared."""
        place, _ = table_of(source, self._root)
        assert isinstance(place, Database), "only sources of one database are pushed to it"  # noqa: S101
        order = [] if cursor is None else [ascending(column(cursor, _ROWS))]
        query = exp.select(named(row_number([], order), N)).from_(_rows(place))
        for field in fields:
            query = query.select(named(_typed(field), field.name))
            if field.kind is Shape.INSTANT:
                query = query.select(named(_is_aware(_raw(field.column)), aware(field)))
        if only is None:
            return query
        listed = [text(each) for each in only[1]]
        shown = exp.cast(column(only[0], _ROWS), exp.DType.TEXT)
        return query.where(exp.In(this=shown, expressions=listed))

    def check_unique(self, rows: exp.Select, source: Source) -> None:
        """Take the database's word for it."""


def _rows(place: Database) -> exp.Expr:
    alias = exp.TableAlias(this=exp.to_identifier(_ROWS, quoted=True))
    if place.query is not None:
        # The author's own words, not read and written anew.
        return exp.Subquery(this=exp.var(place.query.strip().rstrip("; \n")), alias=alias)
    if place.table is None:
        raise HistoryError(f"{place}: say which table to read: `read: {{table: …}}`")
    schema = None if place.schema is None else exp.to_identifier(place.schema, quoted=True)
    return exp.Table(this=exp.to_identifier(place.table, quoted=True), db=schema, alias=alias)


def _raw(name: str, *, is_id: bool = False) -> exp.Expr:
    """Return a column's text, an id without spaces around it; an empty one is missing."""
    shown: exp.Expr = exp.cast(column(name, _ROWS), exp.DType.TEXT)
    return exp.Nullif(this=exp.Trim(this=shown) if is_id else shown, expression=text(""))


def _typed(field: Field) -> exp.Expr:
    raw = _raw(field.column, is_id=field.is_id)
    match field.kind:
        case Shape.INSTANT:
            return _instant(raw)
        case Shape.CONSENT | Shape.CONFIRMED | Shape.ID | Shape.CURSOR | ValueKind.TEXT:
            return raw
        case ValueKind.NUMBER:
            return exp.cast(exp.Nullif(this=raw, expression=text("NaN")), exp.DType.DOUBLE)
        case ValueKind.MONEY:
            exact = exp.cast(raw, exp.DType.DECIMAL)
            micros = exp.Round(this=exp.Mul(this=exact, expression=exp.convert(1_000_000)))
            return exp.cast(micros, exp.DType.BIGINT)
        case ValueKind.DATE:
            return _day(raw)
        case ValueKind.BOOLEAN:
            return _truth(raw)
        case _:
            assert_never(field.kind)


def _day(raw: exp.Expr) -> exp.Expr:
    midnight = exp.cast(exp.cast(_year_first(raw), exp.DType.DATE), exp.DType.TIMESTAMP)
    days = exp.Div(this=_micros(midnight), expression=exp.convert(DAY), typed=True)
    return exp.cast(days, exp.DType.BIGINT)


def _instant(raw: exp.Expr) -> exp.Expr:
    exact = _micros(exp.cast(_year_first(raw), exp.DType.TIMESTAMPTZ))
    shown = _micros(exp.cast(_year_first(raw), exp.DType.TIMESTAMP))
    return exp.Case(ifs=[exp.If(this=_is_aware(raw), true=exact)], default=shown)


def _year_first(raw: exp.Expr) -> exp.Expr:
    """Write a date with dots with its year first, and make any other the database's error.

    What PostgreSQL takes ``01.02.2024`` and ``01/02/2024`` for depends on how it is set up.
    """
    turned = exp.RegexpReplace(
        this=raw.copy(), expression=text(_DOTTED), replacement=text(r"\3-\2-\1")
    )
    refused = exp.DPipe(this=raw.copy(), expression=text(_UNCLEAR))
    return exp.Case(
        ifs=[
            exp.If(
                this=exp.RegexpLike(this=raw.copy(), expression=text(_YEAR_FIRST)), true=raw.copy()
            ),
            exp.If(this=exp.RegexpLike(this=raw.copy(), expression=text(_DOTTED)), true=turned),
        ],
        default=refused,
    )


def _micros(moment: exp.Expr) -> exp.Expr:
    seconds = exp.Extract(this=exp.var("EPOCH"), expression=moment)
    micros = exp.Mul(this=seconds, expression=exp.convert(1_000_000))
    return exp.cast(micros, exp.DType.BIGINT)


def _is_aware(raw: exp.Expr) -> exp.Expr:
    return exp.RegexpLike(this=raw.copy(), expression=text(_OFFSET))


def _truth(raw: exp.Expr) -> exp.Expr:
    """Take yes and no in the words that files have for them; anything else is an error."""
    said = exp.Lower(this=raw.copy())
    return exp.Case(
        ifs=[
            exp.If(
                this=exp.In(this=said.copy(), expressions=list(map(text, _YES))), true=exp.true()
            ),
            exp.If(
                this=exp.In(this=said.copy(), expressions=list(map(text, _NO))), true=exp.false()
            ),
            exp.If(this=is_known(raw.copy()), true=exp.cast(raw.copy(), exp.DType.BOOLEAN)),
        ]
    )
