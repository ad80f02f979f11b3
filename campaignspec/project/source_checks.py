"""Sources: each is read in a way that its kind of file can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final, get_args

from campaignspec.diagnostics import Diagnostic, nearest
from campaignspec.project.database_checks import mistakes_in_place, shown
from campaignspec.project.event_properties import PRODUCT, own_properties
from campaignspec.project.scope import Scope
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import Loc, keys_of, verb_of
from campaignspec.spec.sources import (
    COMMERCEML_TABLES,
    DATABASE_SCHEMES,
    CustomersSource,
    EventsSource,
    OrderLines,
    OrdersSource,
    ReadOptions,
    Source,
)

_CSV: Final = ("a CSV file", ("delimiter", "encoding", "decimal", "dates"))
_PARQUET: Final = ("a Parquet file", ("decimal", "dates"))
_EXCEL: Final = ("an Excel file", ("sheet", "decimal", "dates"))
_SQLITE: Final = ("a SQLite file", ("table", "query"))
_COMMERCEML: Final = ("a CommerceML file", ("table",))
_POSTGRES: Final = ("a PostgreSQL database", ("table", "schema", "query"))
_KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        ".csv": _CSV,
        ".parquet": _PARQUET,
        ".xlsx": _EXCEL,
        ".xls": _EXCEL,
        ".sqlite": _SQLITE,
        ".db": _SQLITE,
        ".xml": _COMMERCEML,
    }
)
_VERBS: Final = tuple((source, verb_of(source)) for source in get_args(Source))
_PLACES: Final = (*(verb for _, verb in _VERBS), "file")


def options_of_files(scope: Scope) -> Iterator[Diagnostic]:
    """Find ways of reading that mean nothing for the kind of file they are written for."""
    for key in keys_of(ReadOptions):
        for option in scope.values(ReadOptions, key.name):
            file = _file(scope, option.loc)
            kind, known = _kind(file) or ("", (key.name,))
            if key.name not in known:
                yield Diagnostic(
                    code="SPC206",
                    message=f"`{key.name}` has no meaning here: `{shown(file)}` is {kind}",
                    span=scope.key_span(option.loc),
                    help=_help(kind, known),
                )


def delays_twice(scope: Scope) -> Iterator[Diagnostic]:
    """Find sources that say in two ways when an event is known."""
    for received in scope.values(EventsSource, "received_at"):
        if scope.beside(received.loc, "known_after") is not None:
            yield Diagnostic(
                code="SPC206",
                message="`received_at` and `known_after` both say when an event is known",
                span=scope.key_span(received.loc),
                help="keep `received_at:`, or `known_after:` where no column tells",
            )


def tables_or_queries(scope: Scope) -> Iterator[Diagnostic]:
    """Find sources that name a table and a query at once, or a schema beside a query."""
    for schema in scope.values(ReadOptions, "schema"):
        if scope.beside(schema.loc, "query") is not None:
            yield Diagnostic(
                code="SPC206",
                message="`schema` belongs to a table, and here is a query",
                span=scope.key_span(schema.loc),
                help="name the schema inside the query: FROM schema.table",
            )
    for query in scope.values(ReadOptions, "query"):
        if scope.beside(query.loc, "table") is not None:
            yield Diagnostic(
                code="SPC206",
                message="a source is a table or a query, not both",
                span=scope.key_span(query.loc),
                help="keep either `table:` or `query:`",
            )


def tables_of_many(scope: Scope) -> Iterator[Diagnostic]:
    """Find databases and CommerceML files of which it is not said what to read."""
    for place in _written_places(scope):
        kind = _kind(place.value)
        if kind not in {_POSTGRES, _COMMERCEML} or _says_what(scope, place.loc):
            continue
        advice = "`read: {table: orders}`"
        if kind is _COMMERCEML:
            advice += f"; its tables are {', '.join(COMMERCEML_TABLES)}"
        yield Diagnostic(
            code="SPC202",
            message=f"`{shown(place.value)}` holds several tables, and none is named",
            span=scope.span_of(place),
            help=f"add {advice}",
        )


def tables_of_commerceml(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a CommerceML file has the table that is to be read."""
    for table in scope.values(ReadOptions, "table"):
        if _kind(_file(scope, table.loc)) is _COMMERCEML and table.value not in COMMERCEML_TABLES:
            near = nearest(table.value, COMMERCEML_TABLES)
            known = f"its tables are {', '.join(COMMERCEML_TABLES)}"
            yield Diagnostic(
                code="SPC203",
                message=f"a CommerceML file has no table `{table.value}`",
                span=scope.span_of(table),
                help=f"did you mean `{near}`?" if near else known,
            )


def databases(scope: Scope) -> Iterator[Diagnostic]:
    """Find databases of a kind that is not read, and such whose secret stands in the file."""
    for place in _written_places(scope):
        yield from mistakes_in_place(scope, place, "a database that can be read", "name a file")


def states_of_orders(scope: Scope) -> Iterator[Diagnostic]:
    """Check that states are named together with the column that holds them."""
    for orders in scope.sections(OrdersSource):
        if orders.only and orders.status is None:
            yield Diagnostic(
                code="SPC202",
                message="`only` names states of orders, and no column holds them",
                span=scope.key_span(orders.loc / "only"),
                help="add `status:`, the column with the order's state",
            )
        elif orders.status is not None and not orders.only:
            yield Diagnostic(
                code="SPC202",
                message="`status` names the column of the orders' states, and none is chosen",
                span=scope.key_span(orders.loc / "status"),
                help="add `only:`, the states that count; to use the state in rules, "
                "list the column under `properties:`",
            )


def zones_of_customers(scope: Scope) -> Iterator[Diagnostic]:
    """Find zones of customers' tables without a time in them."""
    for zone in scope.values(CustomersSource, "zone"):
        if scope.beside(zone.loc, "valid_from") is None:
            yield Diagnostic(
                code="SPC206",
                message="`zone` has no meaning here: the table has no times",
                span=scope.key_span(zone.loc),
                help="add `valid_from:`; the column of customers' zones is `timezone:`",
            )


def cursors_of_customers(scope: Scope) -> Iterator[Diagnostic]:
    """Find cursors of tables with one row a change, whose every row is needed."""
    for cursor in scope.values(CustomersSource, "cursor"):
        if scope.beside(cursor.loc, "valid_from") is not None:
            yield Diagnostic(
                code="SPC206",
                message="`cursor` has no meaning beside `valid_from`: every row is a change that "
                "counts, and none replaces another",
                span=scope.key_span(cursor.loc),
                help="leave `cursor:` out; or leave `valid_from:` out, and each customer is as "
                "the last row says",
            )


def properties_twice(scope: Scope) -> Iterator[Diagnostic]:
    """Find declared properties that events of orders, lines and products have by themselves."""
    for events in scope.sections(EventsSource):
        if events.product is not None and PRODUCT in events.properties:
            yield _twice(scope, events.loc, PRODUCT, "the event has it from `product:`")
    listed: list[OrdersSource | OrderLines] = [*scope.sections(OrdersSource)]
    for source in [*listed, *scope.sections(OrderLines)]:
        for name in own_properties(source):
            if name in source.properties:
                yield _twice(scope, source.loc, name, "every such event has it")


def _twice(scope: Scope, loc: Loc, name: str, why: str) -> Diagnostic:
    return Diagnostic(
        code="REF302",
        message=f"a property called `{name}` exists already: {why}",
        span=scope.key_span(loc / "properties" / name),
        help="leave it out here",
    )


def _written_places(scope: Scope) -> Iterator[Piece]:
    """Yield where every source lies, as written."""
    for source, verb in _VERBS:
        yield from scope.values(source, verb)
    yield from scope.values(OrderLines, "file")


def _says_what(scope: Scope, loc: Loc) -> bool:
    """Say whether a table or a query is named beside a place; a mistake there is another's."""
    written: Any = scope.parts[loc.file].data
    for step in loc.path[:-1]:
        written = written[step] if written else None
    read = written.get("read") if written else None
    return written is None or (isinstance(read, dict) and bool({"table", "query"} & read.keys()))


def delimiters(scope: Scope) -> Iterator[Diagnostic]:
    """Check that one character parts the columns."""
    for piece in scope.values(ReadOptions, "delimiter"):
        if not _is_delimiter(piece):
            yield Diagnostic(
                code="SPC204",
                message=f"{piece.value!r} cannot part columns",
                span=scope.span_of(piece),
                help='write one character, such as ";", "|" or "\\t"',
            )


def _file(scope: Scope, loc: Loc) -> str:
    """Return the file of the source that an option belongs to; empty when it is not known."""
    pieces = scope.parts[loc.file].pieces
    sections = (loc.path[:-2], loc.path[:-3])  # lines may lie where their orders do
    written = (pieces.at((*section, verb)) for section in sections for verb in _PLACES)
    return next((file for file in written if isinstance(file, str)), "")


def _kind(file: str) -> tuple[str, tuple[str, ...]] | None:
    """Return what a place is called and read with; None where it is of no known kind."""
    if file.startswith(DATABASE_SCHEMES):
        return _POSTGRES
    return _KINDS.get(PurePosixPath(file).suffix.lower())


def _help(kind: str, known: tuple[str, ...]) -> str:
    *others, last = (f"`{name}`" for name in known) if known else ("",)
    names = f"{', '.join(others)} and {last}" if others else last
    return f"{kind} is read with {names}" if known else "leave `read:` out"


def _is_delimiter(piece: Piece) -> bool:
    return len(piece.value) == 1 and piece.value not in '"\r\n'
