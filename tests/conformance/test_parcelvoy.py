"""Parcelvoy's own cases: a rule, a user with events, and whether the rule holds."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest
from conformance.folder import cases
from conformance.tables import Answers, history_of

from campaignspec.migrate import migrate_parcelvoy

CASES = cases("parcelvoy_rules.json")["cases"]


def times(value: Any) -> list[int]:
    """List the times in a document: milliseconds since 1970."""
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return [time for inner in inside for time in times(inner)]
    return [value] if isinstance(value, int) and value > 1_000_000_000_000 else []


NOW = max(times(CASES)) * 1000
"""When the cases were written, in microseconds: the latest time that they hold."""


def ask(rule: Any, user: dict[str, Any], events: list[dict[str, Any]]) -> bool:
    """Say whether a rule holds of a user, by the segment that was made of it."""
    migration = migrate_parcelvoy([{"name": "asked", "type": "dynamic", "rule": rule}])
    assert not [note for note in migration.notes if not note.carried], migration.notes
    who = str(user.get("id"))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            """CREATE TABLE raw (arrival INT, type TEXT, customer TEXT, anonymous_id TEXT,
            event TEXT, "at" TIMESTAMPTZ, message_id TEXT, doc JSON)"""
        )
        connection.execute("CREATE TABLE users (customer TEXT, doc JSON)")
        connection.execute("INSERT INTO users VALUES (?, ?)", [who, json.dumps(user)])
        for arrival, event in enumerate(events):
            connection.execute(
                "INSERT INTO raw VALUES (?, 'track', ?, NULL, ?, make_timestamptz(?), NULL, ?)",
                [arrival, who, event["name"], NOW - 1_000_000, json.dumps(event)],
            )
        history = history_of(migration.plan, connection, view="users")
    return Answers(migration, history, NOW).is_in("asked", who)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_rule_holds_where_it_holds_at_parcelvoy(case):
    held = ask(case["rule"], case["input"]["user"], case["input"]["events"])

    assert held == case["expected"]


USER = {"id": "u", "name": "Anna", "visits": 3, "tags": ["a", "b"], "vip": False, "note": ""}


def leaf(kind: str, path: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"type": kind, "group": "user", "path": path, "operator": operator} | (
        {"value": value[0]} if value else {}
    )


def wrapper(operator: str, *children: Any) -> dict[str, Any]:
    return {"type": "wrapper", "group": "user", "operator": operator, "children": list(children)}


YES, NO = leaf("string", "$.name", "=", "Anna"), leaf("string", "$.name", "=", "Bob")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (leaf("string", "$.name", "!=", "Bob"), True),
        (leaf("string", "$.city", "!=", "Omsk"), False),
        (leaf("string", "$.city", "is not set"), True),
        (leaf("string", "$.note", "empty"), True),
        (leaf("string", "$.name", "contains", "nn"), True),
        (leaf("string", "$.name", "not contain", "nn"), False),
        (leaf("string", "$.city", "not contain", "nn"), False),
        (leaf("string", "$.name", "starts with", "An"), True),
        (leaf("string", "$.name", "not start with", "An"), False),
        (leaf("string", "$.name", "ends with", "na"), True),
        (leaf("number", "$.visits", "=", 3), True),
        (leaf("number", "$.visits", "!=", "3"), False),
        (leaf("number", "$.visits", "<", 3), False),
        (leaf("number", "$.visits", ">", 2.5), True),
        (leaf("number", "$.name", ">", 2), False),
        (leaf("boolean", "$.vip", "=", False), True),
        (leaf("boolean", "$.vip", "!=", False), False),
        (leaf("boolean", "$.missing", "!=", True), False),
        (leaf("array", "$.tags", "contains", "a"), True),
        (leaf("array", "$.tags", "contains", "c"), False),
        (leaf("array", "$.tags", "not contain", "c"), True),
        (leaf("array", "$.missing", "not contain", "c"), False),
        (wrapper("or", NO, YES), True),
        (wrapper("none", NO, NO), True),
        (wrapper("none", NO, YES), False),
        (wrapper("xor", NO, YES, NO), True),
        (wrapper("xor", YES, YES), False),
        (wrapper("and", wrapper("or", NO, YES), wrapper("none", NO)), True),
    ],
    ids=str,
)
def test_every_operator_means_what_it_means_there(rule, expected):
    assert ask(rule, USER, []) is expected


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ({"operator": ">=", "count": 2}, True),
        ({"operator": ">", "count": 2}, False),
        ({"operator": "=", "count": 0}, False),
        ({"count": 2, "period": {"type": "rolling", "unit": "day", "value": 1}}, True),
    ],
    ids=str,
)
def test_events_are_counted_by_their_frequency(frequency, expected):
    rule = {
        "type": "wrapper",
        "group": "event",
        "path": "$.name",
        "operator": "and",
        "value": "buy",
        "frequency": frequency,
    }

    assert ask(rule, USER, [{"name": "buy"}, {"name": "buy"}, {"name": "look"}]) is expected
