"""Journeys of other tools become campaigns that validate and can be rehearsed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.api.check import check
from campaignspec.cli import main
from campaignspec.migrate import DIFFERENCES, migrate_dittofeed, migrate_parcelvoy
from campaignspec.migrate.folder import write_folder

Golden = Callable[[str, str], None]

BOUGHT = {
    "id": "seg-bought",
    "name": "bought",
    "definition": {
        "entryNode": {"type": "Performed", "id": "p", "event": "order"},
        "nodes": [],
    },
}
WELCOME: dict[str, Any] = {
    "id": "j1",
    "name": "Welcome series",
    "canRunMultiple": True,
    "definition": {
        "entryNode": {"type": "EventEntryNode", "event": "signup", "child": "hello"},
        "exitNode": {"type": "ExitNode"},
        "nodes": [
            {
                "type": "MessageNode",
                "id": "hello",
                "name": "Hello",
                "child": "pause",
                "subscriptionGroupId": "g1",
                "variant": {"type": "Email", "templateId": "t-hello"},
            },
            {
                "type": "DelayNode",
                "id": "pause",
                "child": "morning",
                "variant": {"type": "Second", "seconds": 172800},
            },
            {
                "type": "DelayNode",
                "id": "morning",
                "child": "bought?",
                "variant": {
                    "type": "LocalTime",
                    "hour": 9,
                    "minute": 30,
                    "allowedDaysOfWeek": [1, 5],
                },
            },
            {
                "type": "WaitForNode",
                "id": "bought?",
                "timeoutSeconds": 432000,
                "timeoutChild": "draw",
                "segmentChildren": [{"id": "thanks", "segmentId": "seg-bought"}],
            },
            {
                "type": "RandomCohortNode",
                "id": "draw",
                "children": [
                    {"id": "coupon", "percent": 50, "name": "Coupon"},
                    {"id": "thanks", "percent": 50, "name": "None"},
                ],
            },
            {
                "type": "MessageNode",
                "id": "coupon",
                "name": "Coupon",
                "child": "thanks",
                "variant": {"type": "Sms", "templateId": "t-coupon"},
            },
            {
                "type": "SegmentSplitNode",
                "id": "thanks",
                "variant": {
                    "type": "Boolean",
                    "segment": "seg-bought",
                    "trueChild": "thank-you",
                    "falseChild": "ExitNode",
                },
            },
            {
                "type": "MessageNode",
                "id": "thank-you",
                "name": "Thank you",
                "child": "ExitNode",
                "variant": {"type": "Email", "templateId": "t-thanks"},
            },
        ],
    },
}
EVENTS = [
    {"type": "identify", "userId": "u1", "timestamp": "2024-01-01T00:00:00Z", "traits": {}},
    {"type": "identify", "userId": "u2", "timestamp": "2024-01-01T00:00:00Z", "traits": {}},
    {"type": "track", "userId": "u1", "event": "signup", "timestamp": "2024-01-02T08:10:00Z"},
    {"type": "track", "userId": "u2", "event": "signup", "timestamp": "2024-01-03T08:10:00Z"},
    {"type": "track", "userId": "u1", "event": "order", "timestamp": "2024-01-06T12:00:00Z"},
]


def export(tmp_path: Path, **parts: Any) -> Path:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(parts))
    return file


def test_a_journey_of_every_node_becomes_a_campaign(tmp_path: Path, golden: Golden):
    migration = migrate_dittofeed(segments=[BOUGHT], properties=[], journeys=[WELCOME])

    write_folder(migration, "Dittofeed", tmp_path)

    assert [note for note in migration.notes if not note.carried] == []
    assert [d for d in check(tmp_path).diagnostics if d.severity == "error"] == []
    written = (tmp_path / "Welcome-series/campaign.yaml").read_text()
    golden("migrate/welcome-series.yaml", written)


def test_what_is_moved_can_be_rehearsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    events = tmp_path / "events.jsonl"
    lines = [json.dumps({"messageId": str(n), "properties": {}, **e}) for n, e in enumerate(EVENTS)]
    events.write_text("\n".join(lines))
    file = export(tmp_path, segments=[BOUGHT], journeys=[WELCOME])
    folder = tmp_path / "moved"

    moving = ["import", "dittofeed", str(file), "--out", str(folder), "--events", str(events)]
    dates = ["--from", "2024-01-01", "--to", "2024-01-31"]
    for command in (moving, ["simulate", "Welcome-series", "--project", str(folder), *dates]):
        with pytest.raises(SystemExit) as leaving:
            main(command)
        assert leaving.value.code == 0, capsys.readouterr().err

    assert "Entries 2 exact 2 customers" in " ".join(capsys.readouterr().out.split())


PARCELVOY: dict[str, Any] = {
    "name": "re-engage",
    "steps": {
        "in": {
            "type": "entrance",
            "data": {"trigger": "event", "event_name": "signup", "multiple": True},
            "children": [{"external_id": "d"}],
        },
        "out": {"type": "exit", "data": {"entrance_uuid": "in", "event_name": "order"}},
        "d": {
            "type": "delay",
            "data": {"format": "duration", "days": 1, "hours": 2, "minutes": 0},
            "children": [{"external_id": "g"}],
        },
        "g": {
            "type": "gate",
            "data": {
                "rule": {
                    "type": "string",
                    "group": "user",
                    "path": "$.plan",
                    "operator": "=",
                    "value": "pro",
                }
            },
            "children": [
                {"external_id": "a", "path": "yes"},
                {"external_id": "x", "path": "no"},
            ],
        },
        "x": {
            "type": "experiment",
            "data": {},
            "children": [
                {"external_id": "a", "data": {"ratio": 1}},
                {"external_id": "t", "data": {"ratio": 2}},
            ],
        },
        "a": {"type": "action", "data": {"campaign_id": 7}, "children": [{"external_id": "t"}]},
        "t": {
            "type": "delay",
            "data": {"format": "time", "time": "18:00"},
            "children": [{"external_id": "b"}],
        },
        "b": {"type": "action", "data": {"campaign_id": 8}, "children": []},
    },
}
SENT = [
    {"id": 7, "name": "Pro tips", "channel": "email"},
    {"id": 8, "name": "Evening", "channel": "push"},
]


def test_a_journey_of_parcelvoy_becomes_a_campaign(tmp_path: Path, golden: Golden):
    migration = migrate_parcelvoy([], journeys=[PARCELVOY], campaigns=SENT)

    write_folder(migration, "Parcelvoy", tmp_path)

    assert [note for note in migration.notes if not note.carried] == []
    assert [d for d in check(tmp_path).diagnostics if d.severity == "error"] == []
    written = (tmp_path / "re-engage/campaign.yaml").read_text()
    golden("migrate/re-engage.yaml", written)


def broken(**change: Any) -> dict[str, Any]:
    journey = json.loads(json.dumps(WELCOME))
    nodes = {node["id"]: node for node in journey["definition"]["nodes"]}
    for key, value in change.items():
        nodes[key].update(value)
    return dict(journey)


@pytest.mark.parametrize(
    ("journey", "code"),
    [
        (broken(pause={"child": "hello"}), "circle"),
        (broken(pause={"child": "nowhere"}), "broken"),
        (broken(pause={"type": "Teleport"}), "unknown"),
        (broken(hello={"variant": {"type": "Fax"}}), "unknown"),
        (broken(pause={"variant": {"type": "Never"}}), "unknown"),
        (broken(draw={"children": [{"id": "coupon", "percent": 130}]}), "broken"),
        ({"name": "x"}, "broken"),
    ],
)
def test_a_journey_that_cannot_come_over_leaves_only_its_note(journey: Any, code: str):
    migration = migrate_dittofeed(segments=[BOUGHT], properties=[], journeys=[journey])

    assert [note.code for note in migration.notes if not note.carried] == [code]
    assert migration.campaigns == {}
    assert migration.messages.names == {}


def test_a_journey_that_asks_for_a_lost_segment_is_lost_too():
    migration = migrate_dittofeed(segments=[], properties=[], journeys=[WELCOME])

    assert [note.code for note in migration.notes if not note.carried] == ["segment"]


@pytest.mark.parametrize(
    ("step", "data", "code"),
    [
        ("d", {"type": "update", "data": {"template": "{}"}}, "update"),
        ("d", {"type": "link", "data": {"target_id": 2}}, "link"),
        ("d", {"data": {"format": "date", "date": "{{ x }}"}}, "date-of-template"),
        ("d", {"children": [{"external_id": "g"}, {"external_id": "t"}]}, "parallel"),
        ("b", {"children": [{"external_id": "d"}]}, "circle"),
        ("out", {"type": "entrance", "data": {"trigger": "none"}}, "entrances"),
        ("t", {"data": {"format": "time", "time": "late"}}, "broken"),
    ],
)
def test_what_parcelvoy_can_and_we_cannot_is_named(step: str, data: Any, code: str):
    journey = json.loads(json.dumps(PARCELVOY))
    journey["steps"][step].update(data)

    migration = migrate_parcelvoy([], journeys=[journey], campaigns=SENT)

    assert [note.code for note in migration.notes if not note.carried] == [code]


WHOLE = {"dittofeed": WELCOME, "parcelvoy": PARCELVOY}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "id", "data", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the ways to every value in a document."""
    inside = (
        (value.items() if isinstance(value, dict) else enumerate(value))
        if isinstance(value, dict | list)
        else ()
    )
    return [path, *(way for key, inner in inside for way in places(inner, (*path, key)))]


@given(
    st.sampled_from([place for place in places(WHOLE) if len(place) > 1]),
    st.sampled_from([place for place in places(WHOLE) if len(place) > 1]),
    JUNK,
)
def test_no_damage_to_a_journey_ends_in_a_traceback(one: Any, other: Any, junk: Any):
    document = json.loads(json.dumps(WHOLE))
    for place in (one, other):
        _damage(document, place, junk)

    first = migrate_dittofeed(segments=[BOUGHT], properties=[], journeys=[document["dittofeed"]])
    second = migrate_parcelvoy([], journeys=[document["parcelvoy"]], campaigns=SENT)

    assert {note.code for note in (*first.notes, *second.notes)} <= DIFFERENCES.keys()


def _damage(document: Any, place: tuple[Any, ...], junk: Any) -> None:
    for step in place[:-1]:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return  # damaged before
    if isinstance(document, dict | list):
        with suppress(IndexError, TypeError):
            document[place[-1]] = junk
