"""From staged tables to streams: one stream for each kind of event, from all files that have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import DAY, ZoneTable, local_day, zone_table
from campaignspec.errors import HistoryError
from campaignspec.history.column import Column, concatenate
from campaignspec.history.fetching import column_from_arrow, integers_from_arrow, rows_from_arrow
from campaignspec.history.source import ValueKind
from campaignspec.history.sql import literal
from campaignspec.history.staging import StagedEvents
from campaignspec.history.stream import Instants, Stream

Key: TypeAlias = tuple[str, ...]

_SUMMED: Final = frozenset({ValueKind.NUMBER, ValueKind.MONEY})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """The events of one stream in one file, in order of arrival within a customer's instant."""

    file: Path
    rows: npt.NDArray[np.int64]
    ts: Instants
    properties: Mapping[str, Column]


def collect_streams(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[StagedEvents], size: int
) -> Mapping[Key, Stream]:
    """Make the streams of all events in the staged tables, in ascending order of keys.

    Args:
        connection: The database, with the table ``ids``.
        sources: The tables; a stream may have events in several.
        size: The number of customers.

    Raises:
        HistoryError: Two files declare a property of the same events with different kinds.
    """
    parts: dict[Key, list[_Part]] = {}
    for source in sources:
        for key in _keys(connection, source):
            parts.setdefault(key, []).append(_part(connection, source, key))
    return {key: _join(key, parts[key], size) for key in sorted(parts)}


def _keys(connection: duckdb.DuckDBPyConnection, source: StagedEvents) -> Sequence[Key]:
    if source.constant:
        return [source.constant]
    names = ", ".join(f"k{n}" for n in range(source.key))
    return connection.execute(f"SELECT DISTINCT {names} FROM {source.table}").fetchall()  # noqa: S608 (own names)


def _part(connection: duckdb.DuckDBPyConnection, source: StagedEvents, key: Key) -> _Part:
    table = _fetch(connection, source, key)
    rows = rows_from_arrow(table)
    zone = zone_table(source.zone)
    part = _Part(
        file=source.file,
        rows=rows,
        ts=_instants(table, zone),
        properties={
            name: column_from_arrow(table.column(f"p{n}"), kind)
            for n, (name, kind) in enumerate(source.properties.items())
        },
    )
    happened = _one_per_day(part, zone) if source.one_per_day else part
    return replace(happened, ts=happened.ts + source.known_after)


def _fetch(connection: duckdb.DuckDBPyConnection, source: StagedEvents, key: Key) -> pa.Table:
    names = ['"at"', "aware", *(f"p{n}" for n in range(len(source.properties)))]
    conditions = [f"k{n} = {literal(key[n])}" for n in range(source.key)]
    return connection.sql(
        f"SELECT row, {', '.join(names)} FROM {source.table} JOIN ids USING (customer) "  # noqa: S608 (own names, quoted values)
        f'WHERE {" AND ".join(conditions) or "true"} ORDER BY row, "at", n'
    ).to_arrow_table()


def _instants(table: pa.Table, zone: ZoneTable) -> Instants:
    """Move what the wall clock showed to instants; what came with an offset is one already."""
    micros = integers_from_arrow(table.column("at"))
    aware = table.column("aware").to_numpy()
    return np.where(aware, micros, zone.to_instant(micros))


def _one_per_day(part: _Part, zone: ZoneTable) -> _Part:
    """Sum the events of each customer's calendar day into one at the day's end."""
    days = local_day(zone.to_local(part.ts))
    order = np.lexsort((days, part.rows))
    rows, days = part.rows[order], days[order]
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (rows[1:] != rows[:-1]) | (days[1:] != days[:-1])
    starts = np.flatnonzero(begins)
    return _Part(
        file=part.file,
        rows=rows[starts],
        ts=zone.to_instant((days[starts] + 1) * DAY),
        properties={
            name: _summed(column.take(order), starts)
            for name, column in part.properties.items()
            if column.kind in _SUMMED
        },
    )


def _summed(column: Column, starts: npt.NDArray[np.intp]) -> Column:
    """Sum the values from each start to the next; a sum of nothing but missing is missing."""
    if len(starts) == 0:
        return column
    missing = np.logical_and.reduceat(column.missing, starts)
    sums: npt.NDArray[Any] = np.add.reduceat(np.nan_to_num(column.values), starts)
    if column.kind is ValueKind.NUMBER:
        sums = np.where(missing, np.nan, sums)
    return Column(kind=column.kind, values=sums, missing=missing)


def _join(key: Key, parts: Sequence[_Part], size: int) -> Stream:
    if len(parts) == 1:
        return Stream.build(parts[0].rows, parts[0].ts, size, parts[0].properties)
    kinds = _kinds(key, parts)
    columns = {
        name: concatenate(
            [part.properties.get(name, Column.absent(kind, len(part.ts))) for part in parts]
        )
        for name, kind in kinds.items()
    }
    rows = np.concatenate([part.rows for part in parts])
    return Stream.build(rows, np.concatenate([part.ts for part in parts]), size, columns)


def _kinds(key: Key, parts: Sequence[_Part]) -> Mapping[str, ValueKind]:
    kinds: dict[str, ValueKind] = {}
    for part in parts:
        for name, column in part.properties.items():
            if kinds.setdefault(name, column.kind) is not column.kind:
                raise HistoryError(
                    f"{part.file}: {name!r} of {' '.join(key)!r} is {column.kind} here "
                    f"and {kinds[name]} in another file"
                )
    return kinds
