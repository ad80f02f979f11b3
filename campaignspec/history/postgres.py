"""PostgreSQL: a table or a query, read at one instant and only ever read.

Rows come by ``COPY … TO STDOUT`` as CSV into a file beside, which DuckDB then reads in typed
columns: no value passes through Python, and memory is bounded whatever the table's size. Only the
columns that are needed are asked for.

All tables of one database that are read inside `at_one_instant` are read in one transaction of
the level ``REPEATABLE READ``: as they stood at one instant, whoever writes meanwhile.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from campaignspec.diagnostics import nearest
from campaignspec.errors import HistoryError
from campaignspec.history.place import Database, address_of
from campaignspec.history.sql import ROW, literal, quoted
from campaignspec.history.table import Table, check_names

if TYPE_CHECKING:
    import psycopg

_BYTEA: Final = 17
_MONEY: Final = 790
_KINDS: Final[Mapping[int, str]] = {
    16: "BOOLEAN",
    20: "BIGINT",
    21: "BIGINT",
    23: "BIGINT",
    700: "DOUBLE",
    701: "DOUBLE",
    1082: "DATE",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP WITH TIME ZONE",
}
"""DuckDB's type by PostgreSQL's; all others are taken as text, ``numeric`` too, which keeps every
digit until it becomes an amount. The numbers are fixed: they stand in PostgreSQL's catalogue."""

_NUMERIC: Final = 1700
_ORDERED: Final = frozenset({20, 21, 23, 1082, 1114, 1184, _NUMERIC})
"""Types that the server orders as a cursor is ordered. Of texts '9' is greater than '10'."""

_SETTINGS: Final = (
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET timezone = 'UTC'",
    "SET datestyle = 'ISO, YMD'",
    "SET synchronize_seqscans = off",  # the same table comes in the same order
)
_SECONDS_TO_CONNECT: Final = 10
_SHUTDOWN: Final = "57P"
_NO_RIGHT: Final = "42501"
_LAST: Final = "end of the row"
_CSV: Final = "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"'"

_sessions: ContextVar[dict[str, psycopg.Connection[Any]] | None] = ContextVar(
    "sessions", default=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """Take only the rows in which a column is greater than a value, written as text, or empty.

    Of columns that the server orders otherwise than cursors, such as texts, all rows are taken.
    """

    column: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selected:
    """What a table or a query gives.

    Attributes:
        rows: It, in SQL.
        types: The number of PostgreSQL's type by column.
    """

    rows: str
    types: Mapping[str, int]

    @property
    def kinds(self) -> Mapping[str, str]:
        return {column: _KINDS.get(number, "VARCHAR") for column, number in self.types.items()}


@contextmanager
def at_one_instant() -> Iterator[None]:
    """Read all tables of one database as they stood at one instant, for as long as this lasts.

    Inside another of its kind it means that one's instant.
    """
    if _sessions.get() is not None:
        yield
        return
    opened: dict[str, psycopg.Connection[Any]] = {}
    before = _sessions.set(opened)
    try:
        yield
    finally:
        _sessions.reset(before)
        for session in opened.values():
            session.close()


@contextmanager
def open_postgres(
    database: Database, columns: Sequence[str] | None = None, after: After | None = None
) -> Iterator[Table]:
    """Open a table or a query; its first row, as it is read, is row 1.

    Args:
        database: Where it is.
        columns: The columns that are needed; None takes all.
        after: Which rows; None takes all.

    Raises:
        HistoryError: The server cannot be reached or breaks off, there is no such table, the
            query does more than read, or a needed column holds bytes.
    """
    with tempfile.NamedTemporaryFile(prefix="campaignspec-", suffix=".csv") as spool:
        with _asked(database) as session:
            selected = _select(session, database)
            wanted = _wanted(database, selected, columns)
            _copy(session, spool, _command(session, selected, wanted, after))
        spool.flush()
        yield _table(database, spool.name, selected, wanted)


def answer(database: Database, query: str) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a query that campaignspec wrote; it may only read.

    Raises:
        HistoryError: As in `open_postgres`.
    """
    with _asked(database) as session:
        return session.execute(query.encode()).fetchall()


def digest_of_database(database: Database) -> str:
    """Describe what a table or a query holds now: equal for equal rows, in whatever order.

    The server counts the rows and adds up a 64-bit hash of each; nothing is transferred.

    Raises:
        HistoryError: As in `open_postgres`.
    """
    with _asked(database) as session:
        selected = _select(session, database)
        found = session.execute(
            "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) "  # noqa: S608 (checked)
            f"FROM {selected.rows} AS t".encode()
        ).fetchone()
    rows, sum_of_hashes = found or (0, 0)
    return f"postgresql {sorted(selected.types.items())} {rows} {sum_of_hashes}"


def settled_writes(database: Database) -> str | None:
    """Describe which transactions of a server are settled; only with these do its rows change.

    Returns:
        None where that says nothing, because rows may come from other servers.

    Raises:
        HistoryError: The server cannot be reached.
    """
    found = answer(
        database,
        "SELECT CASE WHEN NOT EXISTS (SELECT FROM pg_foreign_table) "
        "THEN txid_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text END",
    )
    return None if found[0][0] is None else str(found[0][0])


def greatest(database: Database, column: str) -> str | None:
    """Return the greatest value of a column, written as text; nothing, where it has no rows.

    Returns:
        None where the server does not order its values as numbers or instants.

    Raises:
        HistoryError: As in `open_postgres`.
    """
    with _asked(database) as session:
        selected = _select(session, database)
        if selected.types.get(column) not in _ORDERED:
            return None
        found = session.execute(
            f"SELECT coalesce(max(t.{quoted(column)})::text, '') FROM {selected.rows} AS t".encode()  # noqa: S608 (quoted)
        ).fetchone()
    return str(found[0]) if found else ""


@contextmanager
def _asked(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """Give a session of the database, and say what it complains of."""
    library = _library()
    try:
        with _session(database.url) as session:
            yield session
    except library.Error as error:
        raise HistoryError(f"{database}: {_complaint(error)}") from error


def _complaint(error: psycopg.Error) -> str:
    """Say what went wrong: the line broke, a right is missing, or the query is wrong."""
    state, said = error.sqlstate or "", _first_line(error)
    if state.startswith(_SHUTDOWN) or (not state and "OperationalError" in type(error).__name__):
        return (
            f"the connection broke: {said}; nothing was kept of what was read: "
            "start again when the server is back"
        )
    advice = "; grant SELECT to the user that reads" if state == _NO_RIGHT else ""
    return f"cannot be read: {said}{advice}"


@contextmanager
def _session(url: str) -> Iterator[psycopg.Connection[Any]]:
    with at_one_instant():
        opened = _sessions.get()
        if opened is None:
            raise AssertionError("a session is kept where one was asked for")
        if url not in opened:
            opened[url] = _connect(url)
        yield opened[url]


def _library() -> ModuleType:
    try:
        import psycopg
    except ImportError as error:
        raise HistoryError(
            "to read from PostgreSQL, install psycopg: pip install 'campaignspec[postgres]'"
        ) from error
    return psycopg


def _connect(url: str) -> psycopg.Connection[Any]:
    import psycopg

    try:
        session: psycopg.Connection[Any] = psycopg.connect(
            url,
            autocommit=True,
            client_encoding="UTF8",
            fallback_application_name="campaignspec",
            connect_timeout=_patience(url),
        )
    except psycopg.Error as error:
        raise HistoryError(
            f"{address_of(url)}: cannot be reached: {_first_line(error)}; is the server running, "
            "and does libpq find the password (PGPASSWORD, ~/.pgpass or a service file)?"
        ) from error
    for setting in _SETTINGS:
        session.execute(setting.encode())
    session.execute(b"BEGIN")
    return session


def _patience(url: str) -> str | int:
    """Return the seconds to wait for a server: what the URI says, or a while."""
    from psycopg.conninfo import conninfo_to_dict

    return conninfo_to_dict(url).get("connect_timeout") or _SECONDS_TO_CONNECT


def _select(session: psycopg.Connection[Any], database: Database) -> _Selected:
    query = _query(session, database)
    types = _types(session, database, query)
    check_names(database, [column for column, _ in types])
    return _Selected(rows=f"({query}\n)", types=dict(types))


def _query(session: psycopg.Connection[Any], database: Database) -> str:
    if database.query is not None:
        return database.query.strip().rstrip("; \n")
    if database.table is None:
        raise HistoryError(
            f"{database}: say which table to read: `read: {{table: …}}`; "
            f"{_listed(_tables(session, database.schema))}"
        )
    name = quoted(database.table)
    name = f"{quoted(database.schema)}.{name}" if database.schema else name
    found = session.execute("SELECT to_regclass(%s)", (name,)).fetchone()
    if found is None or found[0] is None:
        present = _tables(session, database.schema)
        near = nearest(database.table, present)
        hint = f"did you mean {near!r}?" if near else _listed(present)
        raise HistoryError(f"{address_of(database.url)}: has no table {database.table!r}; {hint}")
    return f"SELECT * FROM {name}"  # noqa: S608 (quoted)


def _tables(session: psycopg.Connection[Any], schema: str | None) -> Sequence[str]:
    """List what could be meant: the tables and views of a schema, or of the search path."""
    found = session.execute(
        "SELECT table_name::text FROM information_schema.tables "
        "WHERE table_schema = ANY(coalesce(%s::text[], current_schemas(false)::text[])) "
        "ORDER BY 1",
        ([schema] if schema else None,),
    )
    return [str(name) for (name,) in found]


def _listed(tables: Sequence[str]) -> str:
    return f"tables: {', '.join(map(repr, tables))}" if tables else "it has none"


def _types(
    session: psycopg.Connection[Any], database: Database, query: str
) -> Sequence[tuple[str, int]]:
    """Ask the server what a query gives, without running it.

    A query that the server takes for one statement by itself has no loose bracket in it, so it
    may stand in brackets inside another.
    """
    raw = session.pgconn
    for answer in (raw.prepare(b"", query.encode()), raw.describe_prepared(b"")):
        if answer.error_message:
            message = answer.error_message.decode("utf-8", "replace").splitlines()[0]
            raise HistoryError(f"{database}: cannot be read: {message.removeprefix('ERROR:  ')}")
    if not answer.nfields:
        raise HistoryError(f"{database}: the query gives no table; write a SELECT")
    names = ((answer.fname(at) or b"").decode() for at in range(answer.nfields))
    return [(name, answer.ftype(at)) for at, name in enumerate(names)]


def _wanted(
    database: Database, selected: _Selected, columns: Sequence[str] | None
) -> Sequence[str]:
    """Return which of the needed columns there are, in the table's order."""
    if columns is None:
        return list(selected.types)
    wanted = [column for column in selected.types if column in columns]
    for column in wanted:
        if selected.types[column] == _BYTEA:
            raise HistoryError(f"{database}: column {column!r} holds bytes, not text or a number")
    return wanted


def _command(
    session: psycopg.Connection[Any],
    selected: _Selected,
    wanted: Sequence[str],
    after: After | None,
) -> str:
    shown = [_shown(column, selected.types[column]) for column in wanted]
    listed = ", ".join([*shown, "1"])  # so that a row of nothing but NULL is not an empty line
    condition = ""
    if after is not None and selected.types.get(after.column) in _ORDERED:
        from psycopg import sql

        column, value = quoted(after.column), sql.Literal(after.value).as_string(session)
        condition = f" WHERE t.{column} > {value} OR t.{column} IS NULL"
    rows = f"SELECT {listed} FROM {selected.rows} AS t{condition}"  # noqa: S608 (quoted)
    return f"COPY ({rows}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"


def _shown(column: str, number: int) -> str:
    # An amount of PostgreSQL's money is written as the server's country writes it.
    return f"t.{quoted(column)}{'::numeric' if number == _MONEY else ''}"


def _copy(session: psycopg.Connection[Any], spool: BinaryIO | Any, command: str) -> None:
    with session.cursor().copy(command.encode()) as copy:
        for block in copy:
            spool.write(block)


def _table(database: Database, spool: str, selected: _Selected, wanted: Sequence[str]) -> Table:
    """Read the file as a table; columns that nobody needs are known by name only."""
    types = [f"{literal(column)}: {literal(selected.kinds[column])}" for column in wanted]
    listed = ", ".join([*types, f"{literal(_LAST)}: 'VARCHAR'"])
    rows = f"read_csv({literal(spool)}, {_CSV}, columns = {{{listed}}})"
    numbered = f"SELECT row_number() OVER () AS {ROW}, * EXCLUDE ({quoted(_LAST)}) FROM {rows}"  # noqa: S608 (quoted)
    return Table(
        file=database,
        rows=f"({numbered})",
        kinds=selected.kinds,
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
