"""Exports that are not whole: said by name, never by a traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.errors import MigrationError, UsageError
from campaignspec.migrate import DIFFERENCES, migrate_dittofeed, migrate_parcelvoy, read_dittofeed
from campaignspec.migrate.folder import write_folder
from campaignspec.migrate.tables import open_dittofeed


def trait(operator: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Trait", "id": "t", "path": "env", "operator": operator, **more}


IS_TEST = {"type": "Equals", "value": "test"}
GOOD = {"name": "good", "definition": {"entryNode": trait(IS_TEST), "nodes": []}}


def segment(entry: Any, *nodes: Any) -> dict[str, Any]:
    return {"name": "wrong", "definition": {"entryNode": entry, "nodes": list(nodes)}}


def both(*children: str, key: str = "and") -> dict[str, Any]:
    return {"type": "And", "id": key, "children": list(children)}


def performed(**more: Any) -> dict[str, Any]:
    return {"type": "Performed", "id": "p", "event": "buy", **more}


LOST = [
    ("unknown", "'Telepathy' is not known", segment({"type": "Telepathy", "id": "1"})),
    ("unknown", "without a type is not known", segment({"id": "1"})),
    ("unknown", "operator 'Smells'", segment(trait({"type": "Smells"}))),
    ("unknown", "comparison '~'", segment(performed(timesOperator="~"))),
    ("unknown", "time operator 'Then'", segment(performed(timeOperator="Then"))),
    ("broken", "the entry node is no object", segment("And")),
    ("broken", "has no text `path`", segment({"type": "Trait", "operator": IS_TEST})),
    ("broken", "the operator is no object", segment(trait(None))),
    ("broken", "`value` of a node of type 'LessThan'", segment(trait({"type": "LessThan"}))),
    ("broken", "[1] is nothing to compare", segment(trait({"type": "Equals", "value": [1]}))),
    ("broken", "is no path", segment(trait(IS_TEST, path="!*("))),
    ("broken", '"soon" is no time', segment(performed(
        timeOperator="AfterAbsolute", absoluteTimestamp="soon"))),
    ("broken-tree", "no node '9', which 'and' names", segment(both("9"))),
    ("broken-tree", "has no children", segment(both())),
    ("broken-tree", "in a circle: a → b → a", segment(
        both("a", key="entry"), both("b", key="a"), both("a", key="b"))),
    ("keyed", "began the journey", segment({"type": "KeyedPerformed", "event": "x", "key": "k"})),
    ("broadcast", "a broadcast", segment({"type": "Broadcast", "id": "1"})),
    ("static-list", "by hand", segment({"type": "Manual", "id": "1", "version": 1})),
    ("window", "holds nothing", segment(performed(withinSeconds=0))),
    ("window", "longer than", segment(performed(withinSeconds=1e12))),
    ("unwritable", "no rule can say it", segment(trait({"type": "Equals", "value": "'\""}))),
    ("unwritable", "no rule can say it", segment(trait({"type": "LessThan", "value": 1e40}))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "sentence", "definition"), LOST, ids=[row[1] for row in LOST])
def test_a_segment_that_cannot_be_said_is_left_behind_and_named(code, sentence, definition):
    migration = migrate_dittofeed(segments=[definition, GOOD], properties=[])

    (note,) = migration.notes
    assert (note.code, note.name, note.carried) == (code, "wrong", False)
    assert sentence in note.sentence
    assert migration.segments == {"good": "good"}
    assert list(migration.audiences.traits) == ["env"]
    assert list(migration.plan.events) == ["identify"]


PROPERTIES = [
    ("file", {"type": "File", "name": "invoice"}),
    ("many-values", {"type": "PerformedMany", "or": [{"event": "x"}]}),
    ("keyed", {"type": "KeyedPerformed", "event": "x", "path": "y", "key": "k"}),
    ("unknown", {"type": "Oracle"}),
    ("broken", {"type": "Trait"}),
    ("broken", {"type": "Group", "entry": "1", "nodes": {}}),
    ("broken-tree", {"type": "Group", "entry": "1", "nodes": []}),
    ("broken-tree", {"type": "Group", "entry": "1", "nodes": [
        {"type": "AnyOf", "id": "1", "children": ["1"]}]}),
    ("unknown", {"type": "Group", "entry": "1", "nodes": [
        {"type": "Performed", "id": "1", "event": "x", "path": "y"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "definition"), PROPERTIES)
def test_a_user_property_that_cannot_be_said_is_left_behind_and_named(code, definition):
    properties = [{"name": "wrong", "definition": definition}]

    migration = migrate_dittofeed(segments=[], properties=properties)

    assert [(note.code, note.carried) for note in migration.notes] == [(code, False)]
    assert not migration.audiences.traits


def rule(**more: Any) -> dict[str, Any]:
    return {"type": "string", "group": "user", "path": "$.name", "operator": "=", **more}


def joined(operator: str, *children: Any) -> dict[str, Any]:
    return {"type": "wrapper", "group": "user", "operator": operator, "children": list(children)}


RULES = [
    ("unknown", rule(type="colour", value="red")),
    ("unknown", rule(operator="resembles", value="x")),
    ("unknown", joined("nand", rule(value="x"))),
    ("unknown", rule(type="number", operator="is prime", value=1)),
    ("broken", joined("and")),
    ("broken", rule(path=None, value="x")),
    ("broken", rule(type="number", value="many")),
    ("broken", rule(type="boolean", value="perhaps")),
    ("broken", rule(type="date", value="soon")),
    ("template", rule(value="{{ user.city }}")),
    ("template", rule(type="date", operator=">", value='{{addDate "now" 1 "days"}}')),
    ("unwritable", joined("xor", *[rule(value=str(n)) for n in range(9)])),
]


@pytest.mark.parametrize(("code", "wrong"), RULES, ids=lambda part: json.dumps(part)[:60])
def test_a_list_that_cannot_be_said_is_left_behind_and_named(code, wrong):
    migration = migrate_parcelvoy([{"name": "wrong", "type": "dynamic", "rule": wrong}])

    assert [(note.code, note.carried) for note in migration.notes] == [(code, False)]
    assert not migration.plan.attributes


def test_a_rule_that_is_nested_without_end_is_left_behind():
    deep = rule(value="x")
    for _ in range(200):
        deep = joined("and", deep, rule(value="y"))

    (note,) = migrate_parcelvoy([{"name": "deep", "rule": deep}]).notes

    assert note.code == "broken-tree"


def test_a_list_of_people_chosen_by_hand_is_left_behind():
    (note,) = migrate_parcelvoy([{"name": "vips", "type": "static"}]).notes

    assert note.code == "static-list"


def test_a_journey_without_steps_is_named_as_left_behind():
    (note,) = migrate_dittofeed(segments=[], properties=[], journeys=[{"name": "welcome"}]).notes

    assert (note.part, note.name, note.code) == ("journey", "welcome", "broken")


WHOLE = {
    "segments": [definition for *_, definition in LOST] + [GOOD],
    "properties": [{"name": "p", "definition": definition} for _, definition in PROPERTIES],
    "lists": [{"name": "l", "rule": wrong} for _, wrong in RULES],
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "id", "path", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the ways to every value in a document, however deep."""
    inside = (
        (value.items() if isinstance(value, dict) else enumerate(value))
        if isinstance(value, dict | list)
        else ()
    )
    return [path, *(way for key, inner in inside for way in places(inner, (*path, key)))][:4000]


PLACES = [place for place in places(WHOLE) if len(place) > 1]


@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_no_damage_to_a_document_ends_in_a_traceback(damages):
    document = copy.deepcopy(WHOLE)
    for place, junk in damages:
        _damage(document, place, junk)

    first = migrate_dittofeed(segments=document["segments"], properties=document["properties"])
    second = migrate_parcelvoy(document["lists"])

    assert {note.code for note in (*first.notes, *second.notes)} <= DIFFERENCES.keys()


def _damage(document: Any, place: tuple[Any, ...], junk: Any) -> None:
    for step in place[:-1]:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(document, dict) or (
        isinstance(document, list) and isinstance(place[-1], int) and place[-1] < len(document)
    ):
        document[place[-1]] = junk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"segments": [}', r"wrong\.json:1:15: this is no JSON"),
        ('{"segments": [NaN]}', "NaN is no number"),
        ("[]", 'an object with "segments" or "userProperties"'),
        ('{"lists": []}', 'an object with "segments" or "userProperties"'),
        ('{"segments": {}, "userProperties": 1}', 'under "userProperties" there should be a list'),
        ("[" * 100_000, "nested too deeply|no JSON"),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_its_place(tmp_path, text, said):
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(MigrationError, match=said):
        read_dittofeed(path)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(MigrationError, match="cannot be read"):
        read_dittofeed(tmp_path / "missing.json")


def test_a_file_in_another_encoding_is_said_to_be_none_of_utf_8(tmp_path):
    path = tmp_path / "old.json"
    path.write_bytes('{"segments": ["Привет"]}'.encode("cp1251"))

    with pytest.raises(MigrationError, match="is not UTF-8"):
        read_dittofeed(path)


@pytest.mark.parametrize(
    "line", ["no json", '{"type": "track", "userId": "u", "timestamp": "soon"}']
)
def test_events_that_are_none_are_refused(tmp_path, line):
    path = tmp_path / "events.jsonl"
    path.write_text(f"{line}\n", encoding="utf-8")

    with pytest.raises(MigrationError, match="one JSON object a line"):
        open_dittofeed(path)


@pytest.mark.parametrize("name", ["audiences.yaml", "moved.md"])
def test_nothing_that_is_there_is_overwritten(tmp_path: Path, name: str):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    migration = migrate_dittofeed(segments=[GOOD], properties=[])

    with pytest.raises(UsageError, match="is there already"):
        write_folder(migration, "Dittofeed", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"
