"""A story as tables of the layout, in DuckDB and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import psycopg
from engine_kit.story import ATTRIBUTES, PROPERTIES, Story

from campaignspec.history import ValueKind
from campaignspec.project.names import FactKind
from campaignspec.warehouse import Layout, make_layout

TYPES = {
    FactKind.TEXT: "TEXT",
    FactKind.NUMBER: "DOUBLE PRECISION",
    FactKind.MONEY: "BIGINT",
    FactKind.DATE: "BIGINT",
    FactKind.BOOLEAN: "BOOLEAN",
}
FACT_KINDS = {
    ValueKind.TEXT: FactKind.TEXT,
    ValueKind.NUMBER: FactKind.NUMBER,
    ValueKind.MONEY: FactKind.MONEY,
    ValueKind.DATE: FactKind.DATE,
    ValueKind.BOOLEAN: FactKind.BOOLEAN,
}
Rows = list[tuple[Any, ...]]


def story_layout() -> Layout:
    """Lay out what a story may tell."""
    return make_layout(
        {name: FACT_KINDS[kind] for name, kind in ATTRIBUTES.items()},
        {
            event: {name: FACT_KINDS[kind] for name, kind in held.items()}
            for event, held in PROPERTIES.items()
        },
    )


def definitions(layout: Layout) -> Iterator[str]:
    """Yield the statements that make a layout's tables; all of them are there without sqlglot."""
    events = {each.table: each for each in layout.events.values()}
    for table, relation in {"customers": layout.customers, **events}.items():
        fixed = ['"customer" TEXT']
        if table != "customers":
            fixed += ['"at" BIGINT', '"n" BIGINT']
        held = [f'"{each.column}" {TYPES[each.kind]}' for each in relation.fields.values()]
        yield f'CREATE TEMP TABLE "{table}" ({", ".join(fixed + held)})'


def rows_of(story: Story, layout: Layout) -> dict[str, Rows]:
    """Return the rows of every table; events are numbered as they arrived."""
    found: dict[str, Rows] = {
        "customers": [
            (person.id, *(person.attributes.get(name) for name in layout.customers.fields))
            for person in story
        ]
    }
    for event, relation in layout.events.items():
        told = [
            (person.id, each) for person in story for each in person.events if each.name == event
        ]
        found[relation.table] = [
            (customer, each.at, n, *(each.properties.get(name) for name in relation.fields))
            for n, (customer, each) in enumerate(told, start=1)
        ]
    return found


class DuckTables:
    """Answers queries about a story in DuckDB."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._session = duckdb.connect(config={"threads": 1})
        for statement in definitions(layout):
            self._session.execute(statement)

    def tell(self, story: Story) -> None:
        """Put a story in place of the one before."""
        for table, rows in rows_of(story, self._layout).items():
            self._session.execute(f'DELETE FROM "{table}"')  # noqa: S608 (own names)
            if rows:
                marks = ", ".join("?" for _ in rows[0])
                self._session.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)  # noqa: S608 (own names)

    def ask(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Run a query."""
        return self._session.execute(sql).fetchall()


class PostgresTables:
    """Answers queries about a story in PostgreSQL."""

    def __init__(self, layout: Layout, url: str) -> None:
        self._layout = layout
        self._session = psycopg.connect(url, autocommit=True)
        for statement in definitions(layout):
            self._session.execute(statement.encode())

    def tell(self, story: Story) -> None:
        """Put a story in place of the one before."""
        for table, rows in rows_of(story, self._layout).items():
            self._session.execute(f'TRUNCATE "{table}"'.encode())
            with self._session.cursor().copy(f'COPY "{table}" FROM STDIN'.encode()) as copy:
                for row in rows:
                    copy.write_row(row)

    def ask(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Run a query."""
        return self._session.execute(sql.encode()).fetchall()

    def close(self) -> None:
        """Leave the server."""
        self._session.close()
