"""From a staged table to a piece: its customers in rows, its events in one stream a key.

The file is passed over twice. The first time finds out who the customers are, and whether a value
is not as declared; the second puts each value at its place of arrival, in arrays as long as the
file. Then each stream takes its own out of these arrays, in its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.clock import ZoneTable, zone_table
from campaignspec.errors import HistoryError
from campaignspec.history.column import DTYPES, NO_WORD, Column, Texts
from campaignspec.history.hashing import Numbered, number_ids
from campaignspec.history.piece import Keep, Key, Piece
from campaignspec.history.sorting import is_ascending, order_of_events, stable_order
from campaignspec.history.source import ValueKind
from campaignspec.history.staging import StagedEvents
from campaignspec.history.stream import Instants, Stream

_NO_KEY: Final = -1
_AT_ONCE: Final = 100_000
"""So many rows are fetched at a time."""

_SPARSE: Final = 4
"""Ids that are whole numbers are looked up by place, where there are at most so many a row."""
_DIGITS: Final = 18
"""So many digits a whole number of 64 bits holds in any case."""

_ABSENT: Final = -(2**63)
"""Stands for a missing amount or day on the way from the database: no column can hold it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Arrived:
    """What a file says, each row at its place of arrival.

    Attributes:
        keys: To which stream a row belongs, `_NO_KEY` where a place has no row.
        rows: The customer of each row.
        ts: The instants.
        values: A column by property: codes, numbers, micro-units, days or flags, with a mark
            where one is missing.
    """

    keys: npt.NDArray[np.signedinteger[Any]]
    rows: npt.NDArray[np.int32]
    ts: Instants
    values: Sequence[npt.NDArray[Any]]

    @classmethod
    def empty(cls, length: int, kinds: Iterable[ValueKind], n_keys: int) -> _Arrived:
        """Make arrays for so many places, and none of their rows."""
        return cls(
            keys=np.full(length, _NO_KEY, np.int8 if n_keys < 2**7 else np.int32),
            rows=np.zeros(length, np.int32),
            ts=np.empty(length, np.int64),
            values=[np.empty(length, np.int8 if _is_flag(k) else DTYPES[k]) for k in kinds],
        )


def as_it_is(_key: Key, stream: Stream) -> Stream:
    """Keep a stream in memory."""
    return stream


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fetched:
    """What was fetched of a staged table; the database is not needed any more.

    Attributes:
        place: Where it was read.
        customers: The ids, ascending, each once.
        keys: The streams.
        properties: Kind by property.
        words: For each property of texts its words, ascending; None for the others.
        arrived: The rows.
    """

    place: str
    customers: pa.Array
    keys: Sequence[Key]
    properties: Mapping[str, ValueKind]
    words: Sequence[Texts | None]
    arrived: _Arrived


def collect(
    connection: duckdb.DuckDBPyConnection, source: StagedEvents, keep: Keep = as_it_is
) -> Piece:
    """Make a piece of a staged table.

    Args:
        connection: The database.
        source: The table, or the view of a file.
        keep: Takes the streams one by one, so that not all of them must be held in memory.

    Raises:
        HistoryError: A value is not as declared; up to five are named.
    """
    return sort(fetch(connection, source), keep)


def fetch(connection: duckdb.DuckDBPyConnection, source: StagedEvents) -> Fetched:
    """Read a staged table.

    Raises:
        HistoryError: A value is not as declared; up to five are named. Or a file has got another
            id since it was first passed over.
    """
    length = _length(connection, source)
    ids = _whole_ids(connection, source, length) or number_ids(connection, source.table)
    keys = _number_keys(connection, source)
    words = [
        _number_words(connection, source, n) if kind is ValueKind.TEXT else None
        for n, kind in enumerate(source.properties.values())
    ]
    arrived = _Arrived.empty(length, source.properties.values(), len(keys))
    with connection.sql(_query(source, ids)).to_arrow_reader(_AT_ONCE) as batches:
        is_as_declared = _put_all(arrived, batches, source, ids)
    if not is_as_declared and source.unchecked is not None:
        source.unchecked.complain(connection)
    return Fetched(
        place=str(source.file),
        customers=number_whole_ids(arrived.rows, arrived.keys != _NO_KEY, ids)
        if isinstance(ids, range)
        else ids.customers,
        keys=keys,
        properties=source.properties,
        words=words,
        arrived=arrived,
    )


def sort(fetched: Fetched, keep: Keep = as_it_is) -> Piece:
    """Make a piece of what was fetched; ``keep`` takes the streams one by one."""
    is_in_time = is_ascending(fetched.arrived.ts)
    streams = {
        key: keep(key, _stream(fetched, number, is_in_time=is_in_time))
        for number, key in enumerate(fetched.keys)
    }
    return Piece(place=fetched.place, customers=fetched.customers, streams=streams)


def _number_keys(connection: duckdb.DuckDBPyConnection, source: StagedEvents) -> Sequence[Key]:
    """Number the streams, in the table ``key_of`` where the rows name them."""
    if source.constant:
        return [source.constant]
    names = ", ".join(f"k{n}" for n in range(source.key))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE key_of AS "  # noqa: S608 (own names)
        f"SELECT *, CAST(row_number() OVER (ORDER BY {names}) - 1 AS INTEGER) AS code "
        f"FROM (SELECT DISTINCT {names} FROM {source.table})"
    )
    return connection.execute(f"SELECT {names} FROM key_of ORDER BY code").fetchall()  # noqa: S608 (own names)


def _number_words(
    connection: duckdb.DuckDBPyConnection, source: StagedEvents, number: int
) -> Texts:
    """Number the texts of a property in ascending order, in a table ``words_0`` and so on."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE words_{number} AS "  # noqa: S608 (own names)
        "SELECT word, CAST(row_number() OVER (ORDER BY word) - 1 AS INTEGER) AS code "
        f"FROM (SELECT DISTINCT p{number} AS word FROM {source.table}) WHERE word IS NOT NULL"
    )
    query = f"SELECT word FROM words_{number} ORDER BY code"  # noqa: S608 (own name)
    words = connection.sql(query).to_arrow_table().column(0)
    return np.asarray(words.to_numpy(zero_copy_only=False), dtype=np.object_)


def _length(connection: duckdb.DuckDBPyConnection, source: StagedEvents) -> int:
    """Count the places of arrival."""
    query = f"SELECT coalesce(max({source.arrival}) + 1, 0) FROM {source.table}"  # noqa: S608 (own names)
    return int(connection.execute(query).fetchall()[0][0])


def _whole_ids(
    connection: duckdb.DuckDBPyConnection, source: StagedEvents, length: int
) -> range | None:
    """Return between what whole numbers all ids lie, where these are not many more than rows."""
    kind = connection.execute(f"SELECT typeof(customer) FROM {source.table} LIMIT 1").fetchone()  # noqa: S608 (own name)
    if kind is None or kind[0] == "VARCHAR":
        return None
    low, high = connection.execute(
        f"SELECT min(customer), max(customer) FROM {source.table}"  # noqa: S608 (own name)
    ).fetchall()[0]
    if low is None or low < 0 or high - low > _SPARSE * length + 1000 or high >= 10**_DIGITS:
        return None
    return range(low, high + 1)


def number_whole_ids(
    rows: npt.NDArray[np.int32], is_there: npt.NDArray[np.bool_], ids: range
) -> pa.Array:
    """Number the customers by their ids' text where ids are whole numbers: no text is compared.

    Digits from the left compare as texts do when they are written with noughts up to one length;
    of two that are the same then, the shorter one, which is the lesser, comes first.

    Args:
        rows: For each row its id, counted from the first of ``ids``; becomes the customer's row.
        is_there: Whether there is a row at a place.
        ids: All numbers that may occur.

    Returns:
        The ids in ascending order of their texts.
    """
    occurs = np.zeros(len(ids), np.bool_)
    occurs[rows if is_there.all() else rows[is_there]] = True
    found = np.flatnonzero(occurs)
    numbers = found + ids.start
    digits = np.searchsorted(10 ** np.arange(1, _DIGITS, dtype=np.int64), numbers, side="right") + 1
    longest = int(digits.max(initial=1))
    order = stable_order(numbers * 10 ** (longest - digits))
    row_of = np.zeros(len(ids), np.int32)
    row_of[found[order]] = np.arange(len(found), dtype=np.int32)
    for begin in range(0, len(rows), _AT_ONCE):
        part = rows[begin : begin + _AT_ONCE]
        part[:] = row_of[part]
    return pa.array(numbers[order]).cast(pa.large_string())


def _query(source: StagedEvents, ids: range | Numbered) -> str:
    """Ask for everything in numbers, of which none is missing: they need no masks.

    A customer is a whole number counted from the first of all, or the hash of a text.
    """
    kinds = list(source.properties.values())
    joins = []
    if isinstance(ids, range):
        customer = f"CAST(coalesce(customer - {ids.start}, 0) AS INTEGER)"
    else:
        customer = ids.hashed
    code = "0" if source.constant else f"coalesce(key_of.code, {_NO_KEY})"
    known = ", known, known_aware" if source.knows else ""
    values = "".join(f", {_value(n, kind)}" for n, kind in enumerate(kinds))
    if not source.constant:
        names = " AND ".join(f"s.k{n} = key_of.k{n}" for n in range(source.key))
        joins.append(f"LEFT JOIN key_of ON {names}")
    joins += [
        f"LEFT JOIN words_{n} ON s.p{n} = words_{n}.word"
        for n, kind in enumerate(kinds)
        if kind is ValueKind.TEXT
    ]
    return (
        f"SELECT {source.arrival} AS place, CAST({code} AS INTEGER) AS code, "  # noqa: S608 (own names)
        f'{customer} AS customer, "at", aware, bad{values}{known} '
        f"FROM {source.table} s {' '.join(joins)}"
    )


def _value(number: int, kind: ValueKind) -> str:
    if kind is ValueKind.TEXT:
        return f"coalesce(words_{number}.code, {NO_WORD}) AS v{number}"
    if kind is ValueKind.NUMBER:
        return f"coalesce(p{number}, CAST('nan' AS DOUBLE)) AS v{number}"
    if _is_flag(kind):
        return f"coalesce(CAST(p{number} AS TINYINT), -1) AS v{number}"
    return f"coalesce(p{number}, CAST({_ABSENT} AS BIGINT)) AS v{number}"


def _is_flag(kind: ValueKind) -> bool:
    return kind is ValueKind.BOOLEAN


def _put_all(
    arrived: _Arrived,
    batches: Iterable[pa.RecordBatch],
    source: StagedEvents,
    ids: range | Numbered,
) -> bool:
    """Put everything at its place, up to a value that is not as declared; False if there is one."""
    zone = zone_table(source.zone)
    for batch in batches:
        if pc.any(batch.column("bad")).as_py():
            return False
        place, customers = (batch.column(name).to_numpy() for name in ("place", "customer"))
        try:
            arrived.rows[place] = customers if isinstance(ids, range) else ids.rows.find(customers)
        except LookupError as error:
            raise HistoryError(
                f"{source.file}: was changed while it was read; read it again"
            ) from error
        _put(arrived, batch, zone, knows=source.knows)
    return True


def _put(arrived: _Arrived, batch: pa.RecordBatch, zone: ZoneTable, *, knows: bool) -> None:
    place = batch.column("place").to_numpy()
    arrived.keys[place] = batch.column("code").to_numpy()
    ts = _instants(batch, "at", "aware", zone)
    if knows:
        # What is known of before it happens counts from when it happens.
        known = _instants(batch, "known", "known_aware", zone)
        is_known = batch.column("known").is_valid().to_numpy(zero_copy_only=False)
        ts = np.where(is_known, np.maximum(ts, known), ts)
    arrived.ts[place] = ts
    for number, values in enumerate(arrived.values):
        values[place] = batch.column(f"v{number}").to_numpy()


def _instants(batch: pa.RecordBatch, name: str, aware_name: str, zone: ZoneTable) -> Instants:
    """Move what the wall clock showed to instants; what came with an offset is one already."""
    micros: Instants = batch.column(name).fill_null(0).to_numpy()
    aware = batch.column(aware_name).fill_null(True).to_numpy(zero_copy_only=False)
    if zone.name == "UTC" or aware.all():
        return micros
    return np.where(aware, micros, zone.to_instant(micros))


def _stream(fetched: Fetched, number: int, *, is_in_time: bool) -> Stream:
    """Take a stream out of the rows.

    It may be as long as the file, and memory is what is short here: each array is let go as soon
    as it has served.
    """
    arrived = fetched.arrived
    mine = np.flatnonzero(arrived.keys == number).astype(np.int32)
    rows = arrived.rows[mine]
    counts = np.bincount(rows, minlength=len(fetched.customers))
    if is_in_time:
        order = None if is_ascending(rows) else stable_order(rows)
    else:
        order = order_of_events(rows, arrived.ts[mine])
    del rows
    if order is not None:
        mine = mine[order]
        del order
    columns = zip(fetched.properties.items(), arrived.values, fetched.words, strict=True)
    return Stream(
        ts=arrived.ts[mine],
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        properties={name: _column(kind, v[mine], known) for (name, kind), v, known in columns},
    )


def _column(kind: ValueKind, values: npt.NDArray[Any], words: Texts | None) -> Column:
    """Turn values, with a mark where one is missing, into a column."""
    if words is not None:
        return _texts(values, words)
    if kind is ValueKind.NUMBER:
        return Column(kind=kind, values=values, missing=np.isnan(values))
    if _is_flag(kind):
        return Column(kind=kind, values=values == 1, missing=values < 0)
    missing = values == _ABSENT
    values[missing] = 0
    return Column(kind=kind, values=values, missing=missing)


def _texts(codes: npt.NDArray[np.int32], words: Texts) -> Column:
    """Keep of all words those that occur."""
    occurs = np.zeros(len(words) + 1, np.bool_)
    occurs[codes] = True
    occurs[NO_WORD] = False
    anew = np.append(np.cumsum(occurs[:-1], dtype=np.int32) - 1, NO_WORD).astype(np.int32)
    return Column(
        kind=ValueKind.TEXT,
        values=anew[codes],
        missing=codes == NO_WORD,
        words=words[occurs[:-1]],
    )
