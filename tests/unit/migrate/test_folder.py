"""A migration on disk: a project that validates, and says what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from campaignspec.api.check import check
from campaignspec.cli import main
from campaignspec.migrate import migrate_dittofeed, migrate_parcelvoy
from campaignspec.migrate.folder import write_folder
from campaignspec.spec.audience import Audiences

LEAF = {"type": "Trait", "id": "t", "path": "a.b"}
OPERATORS = [
    {"type": "Equals", "value": "it's"},
    {"type": "NotEquals", "value": 10},
    {"type": "Equals", "value": ""},
    {"type": "Exists"},
    {"type": "NotExists"},
    {"type": "GreaterThanOrEqual", "value": 1.5},
    {"type": "LessThan", "value": -2},
    {"type": "Within", "windowSeconds": 604_801},
    {"type": "HasBeen", "value": "new", "comparator": "GTE", "windowSeconds": 3600},
    {"type": "HasBeen", "value": "new", "comparator": "LT", "windowSeconds": 3600},
    {"type": "AbsoluteTimestamp", "absoluteTimestamp": "2024-01-15", "direction": "after"},
    {"type": "AbsoluteTimestamp", "absoluteTimestamp": "2024-01-15T05:00Z", "direction": "before"},
]
PROPERTY = {"path": "in", "operator": {"type": "Exists"}}
LEAVES = [
    *({**LEAF, "operator": operator} for operator in OPERATORS),
    {"type": "Performed", "id": "p", "event": "*"},
    {"type": "Performed", "id": "p", "event": "identify", "times": 0, "timesOperator": "="},
    {"type": "Performed", "id": "p", "event": "buy!", "properties": [PROPERTY]},
    {
        "type": "Performed",
        "id": "p",
        "event": "buy",
        "timeOperator": "BeforeAbsolute",
        "absoluteTimestamp": "2024-01-15T05:00:00.250Z",
    },
    {"type": "LastPerformed", "id": "l", "event": "buy"},
    {"type": "LastPerformed", "id": "l", "event": "buy", "hasProperties": [PROPERTY]},
    {"type": "Email", "id": "e", "event": "DFEmailOpened", "templateId": "t-1"},
    {
        "type": "SubscriptionGroup",
        "id": "s",
        "subscriptionGroupId": "g",
        "subscriptionGroupType": "OptOut",
    },
    {"type": "SubscriptionGroupUnsubscribed", "id": "s", "subscriptionGroupId": "g"},
    {"type": "RandomBucket", "id": "r", "percent": 0.25},
    {"type": "Includes", "id": "i", "path": "tags", "item": "vip"},
    {"type": "Everyone", "id": "e"},
    {"type": "Manual", "id": "m", "version": 2},
]


def definitions() -> list[dict[str, object]]:
    leaves = [
        {
            "id": f"s{at}",
            "name": f"{leaf['type']} {at}",
            "definition": {"entryNode": leaf, "nodes": []},
        }
        for at, leaf in enumerate(LEAVES)
    ]
    entry = {"type": "Or", "id": "entry", "children": [str(at) for at in range(len(LEAVES))]}
    nodes = [{**leaf, "id": str(at)} for at, leaf in enumerate(LEAVES)]
    return [*leaves, {"name": "all", "id": "a", "definition": {"entryNode": entry, "nodes": nodes}}]


def test_every_kind_of_node_becomes_a_project_without_a_finding(tmp_path: Path):
    properties = [{"name": "who", "definition": {"type": "AnonymousId"}}]
    migration = migrate_dittofeed(segments=definitions(), properties=properties)

    write_folder(migration, "Dittofeed", tmp_path)

    checkup = check(tmp_path)
    assert [note for note in migration.notes if not note.carried] == []
    assert list(checkup.diagnostics) == []
    project = checkup.project
    assert project is not None
    assert Audiences(traits=project.traits, segments=project.segments) == migration.audiences


def test_lists_of_users_and_events_become_a_project_without_a_finding(tmp_path: Path):
    event = {
        "type": "wrapper",
        "group": "event",
        "path": "$.name",
        "operator": "or",
        "value": "buy",
        "children": [
            {
                "type": "string",
                "group": "user",
                "path": "$.sku",
                "operator": "contains",
                "value": "a",
            },
            {
                "type": "array",
                "group": "user",
                "path": "$.tags",
                "operator": "contains",
                "value": "b",
            },
        ],
    }
    date = {
        "type": "date",
        "group": "user",
        "path": "$.createdAt",
        "operator": "<",
        "value": '{{subDate "now" 2 "months"}}',
    }
    both = {"type": "wrapper", "operator": "and", "children": [event, date]}
    migration = migrate_parcelvoy([{"name": "buyers", "type": "dynamic", "rule": both}])

    write_folder(migration, "Parcelvoy", tmp_path)

    assert list(check(tmp_path).diagnostics) == []
    rule = migration.audiences.segments["buyers"].where
    assert str(rule) == "buy_count >= 1 and createdAt_date older than 60d"
    assert {note.code for note in migration.notes} == {"computed-column", "months", "time-by-day"}


def test_settings_that_are_there_are_kept(tmp_path: Path):
    (tmp_path / "campaignspec.yaml").write_text("mine", encoding="utf-8")
    migration = migrate_dittofeed(segments=definitions(), properties=[])

    files = write_folder(migration, "Dittofeed", tmp_path)

    assert [file.name for file in files] == ["audiences.yaml", "moved.md"]
    assert (tmp_path / "campaignspec.yaml").read_text(encoding="utf-8") == "mine"


def test_the_report_says_what_was_lost_and_what_data_is_needed(tmp_path: Path, golden):
    lost = {"name": "a | b", "definition": {"entryNode": {"type": "Telepathy"}, "nodes": []}}
    some = [one for one in definitions() if str(one["name"]).startswith(("Trait 7", "LastPerf"))]
    migration = migrate_dittofeed(
        segments=[*some, lost], properties=[{"name": "id", "definition": {"type": "Id"}}]
    )

    write_folder(migration, "Dittofeed", tmp_path)

    golden("migrate/moved.md", (tmp_path / "moved.md").read_text(encoding="utf-8"))


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


def test_the_command_writes_a_project_whose_segments_can_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    Path("all.json").write_text(json.dumps({"segments": definitions()}), encoding="utf-8")
    event = {
        "type": "track",
        "userId": "u1",
        "event": "buy",
        "timestamp": "2024-01-10T00:00:00Z",
        "properties": {"in": "yes"},
    }
    later = {**event, "timestamp": "2024-01-12T00:00:00Z"}
    lines = f"{json.dumps(event)}\n{json.dumps(later)}\n"
    Path("events.jsonl").write_text(lines, encoding="utf-8")

    assert call("import", "dittofeed", "all.json", "--events", "events.jsonl", "--out", "new") == 0

    assert "new/data/events.parquet  6 rows" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "new")
    assert call("segment", "Performed-15", "LastPerformed-17", "--at", "2024-01-11") == 0
    assert capsys.readouterr().out.count("1 customers (100.0%)") == 2


def test_an_export_that_is_none_leaves_with_the_code_of_a_failed_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "wrong.json"
    file.write_text("{", encoding="utf-8")

    assert call("import", "parcelvoy", str(file), "--out", str(tmp_path / "new")) == 3

    assert "wrong.json:1:2: this is no JSON" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
