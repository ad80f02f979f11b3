"""A small history in memory, made by the queries that a migration writes."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np

from campaignspec.audience import Audience, FactKind, Moment
from campaignspec.clock import SECOND
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.migrate import Migration
from campaignspec.migrate.columns import Plan
from campaignspec.migrate.extract import customers_query, events_query
from campaignspec.spec.rule import Fact


def history_of(plan: Plan, connection: duckdb.DuckDBPyConnection, *, view: str = "raw") -> History:
    """Run both queries on a connection that has the raw tables; instants are UTC."""
    people = connection.execute(customers_query(plan, view=view)).fetchall()
    found = connection.sql(events_query(plan))
    events = found.project('* REPLACE (epoch_us("at") AS "at")').fetchall()
    rows = {person[0]: row for row, person in enumerate(people)}
    ts = [at for _, at, *_ in events]
    by_name = {name: [event for event in events if event[2] == name] for name in plan.events}
    return History(
        customers=tuple(rows),
        attributes={
            str(name): _column(taken.form.kind, [person[at] for person in people])
            for at, (name, taken) in enumerate(plan.attributes.items(), 1)
        },
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(len(rows), np.int32),
        streams={name: _stream(plan, theirs, rows) for name, theirs in by_name.items()},
        messages={},
        consents={},
        fingerprint="cases",
        first=min(ts, default=0),
        last=max(ts, default=0),
    )


def _stream(plan: Plan, events: list[Any], rows: dict[str, int]) -> Stream:
    return Stream.build(
        np.array([rows[event[0]] for event in events], np.int64),
        np.array([event[1] for event in events], np.int64),
        len(rows),
        {
            str(name): _column(taken.form.kind, [event[at] for event in events])
            for at, (name, taken) in enumerate(plan.properties.items(), 3)
        },
    )


def _column(kind: str, values: list[Any]) -> Column:
    value_kind = ValueKind(kind)
    if value_kind is ValueKind.DATE:
        values = [None if v is None else v.toordinal() - 719163 for v in values]
    return Column.of(value_kind, values)


class Answers:
    """What a migration says of the people of a history at an instant."""

    def __init__(self, migration: Migration, history: History, now: int) -> None:
        self.migration = migration
        self.history = history
        self.now = now
        self.audience = Audience(
            history,
            traits=migration.audiences.traits,
            segments=migration.audiences.segments,
            tick=SECOND,
        )

    def is_in(self, segment: str, customer: str) -> bool:
        """Say whether somebody is in a segment of theirs; nobody is in one that was lost."""
        name = self.migration.segments.get(segment)
        row = self.history.row_of.get(customer)
        if name is None or row is None:
            return False
        return bool(self.audience.matches(name, np.array([row]), np.array([self.now]))[0])

    def value(self, prop: str, customer: str) -> str | None:
        """Return somebody's user property as text; `id` is there without being defined."""
        row = self.history.row_of.get(customer)
        if row is None or prop not in {*self.migration.properties, "id"}:
            return None
        name = self.migration.properties.get(prop)
        if name is None:
            return customer
        moment = Moment(rows=np.array([row]), at=np.array([self.now]))
        found = self.audience.values(Fact(name=name), moment)
        assert found.missing[0] or found.kind is FactKind.TEXT
        return None if found.missing[0] else str(found.words[found.data[0]])
