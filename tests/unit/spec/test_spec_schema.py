from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import sections

from campaignspec.document import load_text
from campaignspec.spec.read import walk
from campaignspec.spec.schema import SCHEMAS, schema_of, schema_text
from campaignspec.spec.schema_check import check_schema
from campaignspec.spec.write import write
from campaignspec.spec.yaml_text import yaml_text

ROOT = Path(__file__).parents[3]
LAW = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# No kind reads "? ?", and no pattern allows it.
_JUNK = (7, 1.5, True, None, "? ?", [], {}, ["x"], {"x": "y"})


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_one_the_types_make(name: str) -> None:
    committed = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")

    assert committed == schema_text(SCHEMAS[name]), "run: make generate"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_speaks_plainly(name: str) -> None:
    schema = schema_of(SCHEMAS[name])

    jsonschema.Draft202012Validator.check_schema(schema)

    text = json.dumps(schema)
    assert "oneOf" not in text
    assert "unevaluatedProperties" not in text
    for section in [schema, *schema["$defs"].values()]:
        for spec in section.get("properties", {}).values():
            assert spec["description"]


def test_a_property_carries_its_meaning_for_people_in_flight() -> None:
    schema = schema_of(SCHEMAS["campaign"])

    assert schema["properties"]["title"]["x-change"] == "metadata"
    assert schema["$defs"]["Send"]["properties"]["class"]["default"] == "promotional"


@given(st.data())
@LAW
def test_the_reader_and_the_schema_judge_alike(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(list(SCHEMAS.values())))
    value = data.draw(sections(section))
    plain = _mutated(write(value), data)
    document = load_text(yaml_text(plain), "x.yaml").value
    assert document is not None
    assert document.data == plain

    read = [d for d in walk(document, section).diagnostics if d.code != "SPC208"]
    checked = check_schema(document, section)

    assert bool(read) == bool(checked), (read, checked, document.text)


def _mutated(plain: Any, data: st.DataObject) -> Any:
    """Spoil one place, or two, of plain data."""
    spoilt = copy.deepcopy(plain)
    for _ in range(data.draw(st.integers(0, 2))):
        places = list(_places(spoilt))
        if not places:
            break
        holder, step = data.draw(st.sampled_from(places))
        match data.draw(st.sampled_from(("replace", "remove", "rename", "add"))):
            case "replace":
                holder[step] = copy.deepcopy(data.draw(st.sampled_from(_JUNK)))
            case "remove":
                del holder[step]
            case "rename" if isinstance(holder, dict):
                holder[f"{step} x"] = holder.pop(step)
            case "add" if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(("colour", "send", "wait", "event")))] = "x"
            case _:
                holder[step] = "? ?"
    return spoilt


def _places(data: Any) -> Any:
    if isinstance(data, dict | list):
        steps = list(data) if isinstance(data, dict) else range(len(data))
        for step in steps:
            yield data, step
            yield from _places(data[step])


def test_importing_the_language_loads_no_validator() -> None:
    code = (
        "import sys, campaignspec.spec; "
        "sys.exit(any(m in sys.modules for m in ('jsonschema', 'networkx', 'duckdb', 'jinja2')))"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert done.returncode == 0


def test_what_only_the_schema_objects_to_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from campaignspec.spec import read, schema_check

    stricter = {"properties": {"campaign": {"enum": ["other"]}}}
    validator = jsonschema.Draft202012Validator(stricter)
    monkeypatch.setattr(schema_check, "_validator", lambda _: validator)
    document = load_text("campaign: a\nenter: {on: {event: e}}\njourney: []\n", "x.yaml").value
    assert document is not None

    result = read(document, SCHEMAS["campaign"])

    assert result.value is None
    assert [(d.code, d.span.line, d.span.column) for d in result.diagnostics] == [("SPC203", 1, 11)]
