"""Dittofeed's own cases, replayed step by step over what was made of their definitions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conformance.folder import cases
from conformance.tables import Answers, history_of

from campaignspec.clock import parse_instant
from campaignspec.migrate import DIFFERENCES, migrate_dittofeed
from campaignspec.migrate.tables import open_dittofeed

CASES = [case for case in cases("dittofeed_segments.json")["cases"] if not case.get("skip")]


@dataclass
class Replay:
    """One case under way.

    Computed properties stand still between computations, so everything is remembered as it was
    at the last one.
    """

    folder: Path
    segments: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)
    events: list[Any] = field(default_factory=list)
    answers: Answers | None = None
    given: set[tuple[str, str]] = field(default_factory=set)

    def define(self, step: dict[str, Any]) -> None:
        # The cases name a segment's id after the segment.
        found = [{"id": f"seg:{one['name']}", **one} for one in step.get("segments", [])]
        self.segments |= {one["name"]: one for one in found}
        self.properties |= {one["name"]: one for one in step.get("userProperties", [])}

    def compute(self, now: str) -> None:
        migration = migrate_dittofeed(
            segments=list(self.segments.values()), properties=list(self.properties.values())
        )
        file = self.folder / "events.jsonl"
        file.write_text("".join(f"{json.dumps(event)}\n" for event in self.events), "utf-8")
        with open_dittofeed(file) as connection:
            history = history_of(migration.plan, connection)
        self.answers = Answers(migration, history, parse_instant(now))

    def wrong(self, users: list[Any]) -> list[tuple[str, str]]:
        """Return what is not as asserted: the definition's name, and how it differs."""
        assert self.answers is not None
        found = []
        for user in users:
            for name, expected in (user.get("segments") or {}).items():
                if self.answers.is_in(name, user["id"]) != bool(expected):
                    found.append((name, f"{user['id']} in {name!r}: {not expected}"))
            for name, expected in self._expected(user).items():
                value = self.answers.value(name, user["id"])
                if not _same(value, expected):
                    found.append((name, f"{name} of {user['id']}: {value!r}, not {expected!r}"))
        return found

    def told(self, name: str) -> set[str]:
        """Return why a definition may come out otherwise, as far as the migration says."""
        assert self.answers is not None
        notes = self.answers.migration.notes
        return {note.code for note in notes if note.name == name} & DIFFERENCES.keys()

    def _expected(self, user: dict[str, Any]) -> dict[str, Any]:
        """Add, as missing, what an assertion before this one gave and this one gives no more."""
        asserted = user.get("properties")
        if asserted is None:
            return {}
        before = {name: None for who, name in self.given if who == user["id"]}
        self.given |= {(user["id"], name) for name in asserted}
        return {**before, **asserted}


def replay(case: dict[str, Any], folder: Path) -> tuple[list[str], set[str]]:
    """Take every step of a case; steps about journeys are passed over, as journeys are.

    Returns:
        What came out otherwise for no reason that the migration told, and the told reasons.
    """
    run = Replay(folder)
    run.define(case)
    untold: list[str] = []
    reasons: set[str] = set()
    for step in case["steps"]:
        match step["type"]:
            case "SubmitEvents":
                run.events += step["events"]
            case "UpdateComputedProperty":
                run.define(step)
            case "ComputeProperties":
                run.compute(step["now"])
            case "Assert" if step.get("users"):
                for name, how in run.wrong(step["users"]):
                    told = run.told(name)
                    untold += [] if told else [how]
                    reasons |= told
    return untold, reasons


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_a_case_comes_out_as_at_dittofeed_or_differs_for_a_reason_that_is_told(case, tmp_path):
    untold, reasons = replay(case, tmp_path)

    assert not untold
    if reasons:
        pytest.xfail(f"differs as docs/reference/differences.md says: {', '.join(sorted(reasons))}")


def test_a_difference_is_told_and_not_taken_for_agreement(tmp_path):
    definition = {"type": "LastPerformed", "id": "1", "event": "test"}
    group = {"path": "group", "operator": {"type": "Exists"}}
    entry = {**definition, "hasProperties": [group]}
    event = {"type": "track", "userId": "u", "event": "test"}
    first = {**event, "timestamp": "2024-01-15T11:00:00Z", "properties": {"group": "a"}}
    last = {**event, "timestamp": "2024-01-15T11:30:00Z", "properties": {}}
    now = {"now": "2024-01-15T12:00:00Z"}
    case = {
        "segments": [{"name": "last", "definition": {"entryNode": entry, "nodes": []}}],
        "steps": [
            {"type": "SubmitEvents", "events": [first, last]},
            {"type": "ComputeProperties", **now},
            {"type": "Assert", "users": [{"id": "u", "segments": {"last": None}}], **now},
        ],
    }

    assert replay(case, tmp_path) == ([], {"last-performed"})


def _same(value: str | None, expected: Any) -> bool:
    """Hold a trait's text against a JSON value."""
    if value is None or expected is None or isinstance(expected, str):
        return value == expected
    return bool(json.loads(value) == expected)
