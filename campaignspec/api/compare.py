"""Hold two tables of facts against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from campaignspec.engine.facts import ORDER

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact that only one of two tables has.

    Attributes:
        side: 0 for the first table, 1 for the second.
        fact: The fact's columns.
    """

    side: int
    fact: dict[str, Any]

    def __str__(self) -> str:
        words = [f"{name}={value}" for name, value in self.fact.items() if value is not None]
        return f"{'-+'[self.side]} {' '.join(words)}"


def differences(first: pa.Table, second: pa.Table) -> list[Difference]:
    """List the facts that only one of two tables has, each as often as it is too many."""
    if first.equals(second):
        return []
    # Most files that are held against each other are the same, and need no database.
    from campaignspec.history.reading import connect

    with connect() as db:
        db.register("first", first)
        db.register("second", second)
        found = [
            Difference(side=side, fact=fact)
            for side, query in enumerate((_only("first", "second"), _only("second", "first")))
            for fact in _rows(db, query)
        ]
    return sorted(found, key=lambda d: (*(_sortable(d.fact[n]) for n in ORDER), d.side))


def _rows(db: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    table: pa.Table = db.sql(query).to_arrow_table()
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _only(table: str, other: str) -> str:
    return f"SELECT * FROM {table} EXCEPT ALL SELECT * FROM {other}"  # noqa: S608 - own names


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is not None, value
