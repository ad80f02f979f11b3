"""`campaignspec schema export`: a project's own names, and nothing refused that was accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shop import write_shop
from strategies import sections

from campaignspec.api.schemas import export_schemas, known_names
from campaignspec.cli import main
from campaignspec.document import load_text
from campaignspec.project.discover import find_files
from campaignspec.project.load import read_files
from campaignspec.spec.schema import SCHEMAS, schema_of
from campaignspec.spec.schema_names import schema_with_names
from campaignspec.spec.write import write

ROOT = Path(__file__).parents[3]
PROJECTS = [ROOT / "campaigns"]
PROJECTS += [path.parent for path in sorted(ROOT.glob("examples/*/campaignspec.yaml"))]


def files_of(root: Path) -> Iterator[tuple[str, Path]]:
    found = find_files(root)
    yield "project", found.settings
    yield from (("audiences", path) for path in found.audiences)
    yield from (("channels", path) for path in (found.channels,) if path)
    yield from (("campaign", path) for path in found.campaigns)
    yield from (("test", path) for path in found.tests)


def exported(root: Path, out: Path) -> dict[str, Any]:
    written = export_schemas(root, out=out).schemas
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in written.items()}


@pytest.mark.parametrize("root", PROJECTS, ids=lambda path: path.name)
def test_every_file_is_valid_against_its_projects_own_schema(root: Path, tmp_path: Path) -> None:
    schemas = exported(root, tmp_path)

    for kind, path in files_of(root):
        document = load_text(path.read_text(encoding="utf-8"), path.name).value
        assert document is not None
        jsonschema.Draft202012Validator.check_schema(schemas[kind])
        errors = list(jsonschema.Draft202012Validator(schemas[kind]).iter_errors(document.data))
        assert [error.message for error in errors] == [], path


def test_names_stand_where_they_are_completed(tmp_path: Path) -> None:
    root = write_shop(tmp_path / "shop", customers=1)

    schemas = exported(root, tmp_path / "out")

    definitions = schemas["campaign"]["$defs"]
    assert definitions["OnEvent"]["properties"]["event"]["$ref"] == "#/$defs/event_name"
    assert definitions["event_name"]["anyOf"][0] == {"enum": ["order.placed", "site.visited"]}
    assert definitions["segment_name"]["anyOf"][0] == {"enum": ["quiet"]}
    assert "hello" in definitions["step_name"]["anyOf"][0]["enum"]
    assert "Traits: last_visit, orders_total, spend_30d." in definitions["Rule"]["description"]
    person = schemas["test"]["$defs"]["Person"]["properties"]
    assert set(person["attributes"]["properties"]) == {"city", "first_name", "timezone"}
    property_ = schemas["audiences"]["$defs"]["Property"]["anyOf"][0]
    assert property_ == {"enum": ["order.placed.amount", "site.visited.amount"]}


def test_a_name_that_is_new_is_no_error_in_the_editor(tmp_path: Path) -> None:
    root = write_shop(tmp_path / "shop", customers=1)
    validator = jsonschema.Draft202012Validator(exported(root, tmp_path / "out")["campaign"])
    campaign = {
        "campaign": "x",
        "enter": {"on": {"event": "never.heard.of"}},
        "journey": [{"send": "new", "via": "pigeon"}],
    }

    assert list(validator.iter_errors(campaign)) == []
    campaign["enter"] = {"on": {"event": "not a name"}}
    assert list(validator.iter_errors(campaign)) != []


def test_a_project_with_mistakes_still_gives_its_names(tmp_path: Path) -> None:
    root = write_shop(tmp_path / "shop", customers=1)
    (root / "welcome" / "campaign.yaml").write_text("campaign: welcome\njourny: []\n", "utf-8")

    schemas = exported(root, tmp_path / "out")

    assert schemas["campaign"]["$defs"]["segment_name"]["anyOf"][0] == {"enum": ["quiet"]}


@given(st.data())
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
def test_names_change_nothing_about_what_is_accepted(data: st.DataObject) -> None:
    known = known_names(read_files(ROOT / "campaigns", relative_to=ROOT))
    section = data.draw(st.sampled_from(list(SCHEMAS.values())))
    plain = write(data.draw(sections(section)))
    if plain and data.draw(st.booleans()):
        plain = {**plain, data.draw(st.sampled_from(sorted(plain))): "? ?"}

    general = jsonschema.Draft202012Validator(schema_of(section))
    own = jsonschema.Draft202012Validator(schema_with_names(section, known))

    assert own.is_valid(plain) == general.is_valid(plain)


def test_the_command_prints_the_comments_for_the_heads_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_shop(tmp_path / "shop", customers=1)
    monkeypatch.chdir(root)

    with pytest.raises(SystemExit) as left:
        main(["schema", "export"])

    assert not left.value.code
    shown = capsys.readouterr().out
    assert (
        "at the head of come-back/campaign.yaml and 1 more:\n"
        "  # yaml-language-server: $schema=../schemas/campaign.schema.json\n"
    ) in shown
    assert (root / "schemas" / "test.schema.json").is_file()
