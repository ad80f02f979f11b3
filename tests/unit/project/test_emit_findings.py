"""Events that journeys emit: where they are heard, and where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CLEAN, SETTINGS, load_files, shown

DECLARED = CLEAN[SETTINGS] + "emits: {upgraded: {title: Somebody spends enough}}\n"
STEP = "journey:\n"
EMITTING = CLEAN[CAMPAIGN].replace(STEP, STEP + "  - emit: upgraded\n", 1)
GOAL = "goal: {event: order.placed, within: 30d, value: amount, where: items >= 1}"
OWN = "on: {event: order.placed, where: amount > 10 and orders_total = 1}"


def test_an_emitted_event_is_heard_by_entries_goals_leave_rules_and_waits(tmp_path: Path) -> None:
    text = (
        EMITTING.replace(OWN, "on: {event: upgraded}", 1)
        .replace(GOAL, "goal: {event: upgraded, within: 30d}", 1)
        .replace("leave:\n", "leave:\n  - when: {event: upgraded}\n", 1)
        .replace(STEP, STEP + "  - wait: {for: {event: upgraded}, at_most: 1d}\n", 1)
    )

    loaded = load_files(tmp_path, CLEAN | {SETTINGS: DECLARED, CAMPAIGN: text})

    assert [shown(finding) for finding in loaded.diagnostics] == []


def campaign(old: str, new: str) -> dict[str, str]:
    return {CAMPAIGN: EMITTING.replace(old, new, 1)}


def audiences(trait: str) -> dict[str, str]:
    return {AUDIENCES: CLEAN[AUDIENCES].replace("traits:\n", f"traits:\n  x: {trait}\n", 1)}


MISTAKES = [
    pytest.param("REF301", campaign("emit: upgraded", "emit: «upgrade»"),
                 "no emitted event is called `upgrade`", "`upgraded`?", id="not declared"),
    pytest.param("REF301", campaign("emit: upgraded", "emit: «visit»"),
                 "no emitted event is called `visit`", "`visit` is an event", id="of a source"),
    pytest.param("REF302",
                 {SETTINGS: DECLARED.replace("{upgraded:", "{«visit»: {title: x}, upgraded:")},
                 "a source has an event called `visit`, too", "a name of its own", id="twice"),
    pytest.param("JRN502", audiences("{count: «upgraded»}"), "no event of the history", "`set:`",
                 id="counted"),
    pytest.param("JRN502", campaign("goal:", "stages: {up: {event: «upgraded»}}\ngoal:"),
                 "no event of the history", "`set:`", id="a stage"),
    pytest.param("JRN502", campaign(OWN, "on: {event: upgraded, where: «city = 'Омск'»}"),
                 "nothing is asked of such an event", "`where` beside `on`", id="asked"),
    pytest.param("REF301", campaign(GOAL, "goal: {event: upgraded, within: 30d, value: «amount»}"),
                 "no property of `upgraded`", "", id="worth something"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "message", "advice"), MISTAKES)
def test_elsewhere_it_is_a_finding_where_it_stands(
    tmp_path: Path, code: str, files: dict[str, str], message: str, advice: str
) -> None:
    clean = CLEAN | {SETTINGS: DECLARED, CAMPAIGN: EMITTING} | files
    marked = next(text for text in clean.values() if "«" in text)
    line = next(number for number, text in enumerate(marked.splitlines(), 1) if "«" in text)
    column = marked.splitlines()[line - 1].index("«") + 1

    loaded = load_files(
        tmp_path,
        {name: text.replace("«", "").replace("»", "") for name, text in clean.items()},
    )

    (finding,) = loaded.diagnostics
    assert (finding.code, finding.span.line, finding.span.column) == (code, line, column)
    assert message in shown(finding)
    assert advice in shown(finding)
