"""Who the customers are: ids in dense rows, attributes, addresses and zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.clock import is_known_zone
from campaignspec.history.addresses import Addresses
from campaignspec.history.column import NO_WORD, Column, fill, scatter
from campaignspec.history.fetching import column_from_arrow, rows_from_arrow
from campaignspec.history.history import History
from campaignspec.history.source import ValueKind
from campaignspec.history.staging import StagedCustomers

_ZONE = "zone"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What is known of each customer.

    Attributes:
        attributes: A column by attribute.
        addresses: By kind of address.
        zones: The zones that customers have, and the default, each once.
        zone_of: For each customer an index into ``zones``.
        zone_known: Whose zone is known; the others' is the default.
    """

    attributes: Mapping[str, Column]
    addresses: Mapping[str, Addresses]
    zones: tuple[str, ...]
    zone_of: npt.NDArray[np.int32]
    zone_known: npt.NDArray[np.bool_]


def number_customers(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], seen: Sequence[pa.Array] = ()
) -> tuple[str, ...]:
    """Give every customer a row, in ascending order of ids.

    Leaves the table ``ids`` of ``customer`` and ``row`` in the database.

    Args:
        connection: The database.
        tables: Tables with a column ``customer``.
        seen: Ids that are known from elsewhere.
    """
    everybody = [f"SELECT customer FROM {table}" for table in tables]  # noqa: S608 (own names)
    for number, ids in enumerate(seen):
        connection.register(f"seen_{number}", pa.table({"customer": ids}))
        everybody.append(f"SELECT customer FROM seen_{number}")  # noqa: S608 (own name)
    listed = " UNION ALL ".join(everybody) or "SELECT NULL::VARCHAR AS customer LIMIT 0"
    connection.execute(
        "CREATE TEMP TABLE ids AS "  # noqa: S608 (own names)
        "SELECT customer, row_number() OVER (ORDER BY customer) - 1 AS row "
        f"FROM (SELECT DISTINCT customer FROM ({listed}))"
    )
    for number in range(len(seen)):
        connection.unregister(f"seen_{number}")
    ids = connection.sql("SELECT customer FROM ids ORDER BY row").to_arrow_table()
    return tuple(ids.column(0).to_pylist())


def read_profile(
    connection: duckdb.DuckDBPyConnection,
    sources: Sequence[StagedCustomers],
    size: int,
    default_zone: str,
) -> Profile:
    """Lay out the customers' tables by row; where several know a value, the first one wins."""
    attributes: dict[str, Column] = {}
    addresses: dict[str, Column] = {}
    zones: dict[str, Column] = {}
    for source in sources:
        named = {f"a{n}": (attributes, *item) for n, item in enumerate(source.attributes.items())}
        named |= {
            f"d{n}": (addresses, kind, ValueKind.TEXT) for n, kind in enumerate(source.addresses)
        }
        named |= {_ZONE: (zones, _ZONE, ValueKind.TEXT)} if source.has_zone else {}
        table = connection.sql(
            f"SELECT ids.row, t.* FROM {source.table} t JOIN ids USING (customer) ORDER BY row"  # noqa: S608 (own name)
        ).to_arrow_table()
        rows = rows_from_arrow(table)
        for column, (known, name, kind) in named.items():
            found = scatter(column_from_arrow(table.column(column), kind), rows, size)
            known[name] = fill(known[name], found) if name in known else found
    names, zone_of, zone_known = _zones(zones.get(_ZONE), size, default_zone)
    return Profile(
        attributes=attributes,
        addresses={kind: Addresses.of_column(column) for kind, column in addresses.items()},
        zones=names,
        zone_of=zone_of,
        zone_known=zone_known,
    )


def move_profile(
    history: History, rows: npt.NDArray[np.int64], size: int, default_zone: str
) -> Profile:
    """Return what a history knows of its customers, each in another row.

    Args:
        history: The history.
        rows: The new row of each of its customers.
        size: How many rows there are; of the others nothing is known.
        default_zone: The zone of customers without a known one.
    """
    zone_of = np.full(size, history.zones.index(default_zone), np.int32)
    zone_of[rows] = history.zone_of
    zone_known = np.zeros(size, np.bool_)
    zone_known[rows] = True if history.zone_known is None else history.zone_known
    return Profile(
        attributes={n: scatter(column, rows, size) for n, column in history.attributes.items()},
        addresses={kind: known.moved(rows, size) for kind, known in history.addresses.items()},
        zones=history.zones,
        zone_of=zone_of,
        zone_known=zone_known,
    )


def _zones(
    column: Column | None, size: int, default_zone: str
) -> tuple[tuple[str, ...], npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Number the zones that customers have; a missing or unknown zone is the default.

    Returns:
        The zones, the number of each customer's, and whose zone is known.
    """
    column = column or Column.absent(ValueKind.TEXT, size)
    usable = [is_known_zone(zone) for zone in column.words]
    meant = [
        zone if known else default_zone for zone, known in zip(column.words, usable, strict=True)
    ]
    names = sorted({*meant, default_zone})
    number = {zone: n for n, zone in enumerate(names)}
    by_code = [number[zone] for zone in (*meant, default_zone)]
    assert NO_WORD == -1  # noqa: S101 (a missing zone takes the last entry, the default)
    zone_of = np.array(by_code, np.int32)[column.values]
    return tuple(names), zone_of, np.array([*usable, False], np.bool_)[column.values]
