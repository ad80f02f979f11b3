"""`campaignspec explain --customer`: a person's whole story, from whatever holds the facts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.api.simulate import simulate
from campaignspec.cli import main
from campaignspec.cli.explain_command import command
from campaignspec.errors import LedgerError, UsageError
from campaignspec.history.importers import IMPORTERS
from campaignspec.ledger.facts_file import read_facts, write_facts

Golden = Callable[[str, str], None]
ROOT = Path(__file__).parents[3]

TEXT = {"type": "string", "minLength": 1}
MAYBE = {"type": ["string", "null"]}
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T.*\+00:00$"}
VALUE = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": TEXT},
    "minProperties": 2,
    "maxProperties": 2,
}
EVENT = {
    "type": "object",
    "required": ["at", "properties"],
    "additionalProperties": False,
    "properties": {
        "at": INSTANT,
        "properties": {"type": "object", "additionalProperties": VALUE},
    },
}
PROOF = {
    "type": ["object", "null"],
    "required": ["condition", "holds", "evidence", "since", "event", "parts"],
    "additionalProperties": False,
    "properties": {
        "condition": TEXT,
        "holds": {"type": "boolean"},
        "evidence": {"type": ["object", "null"]},
        "since": MAYBE,
        "event": {"anyOf": [EVENT, {"type": "null"}]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/proof"}},
    },
}
BECAUSE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["text", "line", "events", "proof"],
        "additionalProperties": False,
        "properties": {
            "text": TEXT,
            "line": MAYBE,
            "events": {"type": "array", "items": EVENT},
            "proof": {"$ref": "#/$defs/proof"},
        },
    },
}
FACT = {
    "type": "object",
    "required": [
        *("at", "seq", "kind", "node", "edge", "channel", "reason", "value"),
        *("text", "line", "because"),
    ],
    "additionalProperties": False,
    "properties": {
        "at": INSTANT,
        "seq": {"type": "integer", "minimum": -1},
        **dict.fromkeys(("kind", "node", "text"), TEXT),
        **dict.fromkeys(("edge", "channel", "reason", "line"), MAYBE),
        "value": {"type": ["integer", "null"]},
        "because": BECAUSE,
    },
}
SCHEMA = {
    "type": "object",
    "$defs": {"proof": PROOF},
    "required": [
        *("format_version", "customer", "zone", "home", "currency", "source", "start", "end"),
        *("chapters", "silences"),
    ],
    "additionalProperties": False,
    "properties": {
        "format_version": {"const": "1.0"},
        **dict.fromkeys(("customer", "zone", "home", "currency", "source"), TEXT),
        **dict.fromkeys(("start", "end"), INSTANT),
        "chapters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["campaign", "enrolment", "key", "facts", "standing"],
                "additionalProperties": False,
                "properties": {
                    "campaign": TEXT,
                    "enrolment": {"type": "integer", "minimum": 0},
                    "key": MAYBE,
                    "facts": {"type": "array", "items": FACT, "minItems": 1},
                    "standing": MAYBE,
                },
            },
        },
        "silences": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["campaign", "text", "line", "because"],
                "additionalProperties": False,
                "properties": {"campaign": TEXT, "text": TEXT, "line": MAYBE, "because": BECAUSE},
            },
        },
    },
}
"""What programs may rely on; a change of it is a change of `format_version`."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_shop(tmp_path)


@pytest.fixture
def facts(shop: Path) -> Path:
    project, _ = opened(shop)
    path = Path("build/facts.parquet")
    write_facts(simulate(project, campaigns=()).rehearsal.facts, path)
    return path


def explain(*arguments: str) -> Result:
    """Run the command; what fails in it fails the test."""
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def said(*arguments: str) -> str:
    """Return what the command prints, if it has nothing to complain about."""
    result = explain(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("customer", ["c010", "c022", "c025"])
def test_a_story_is_told_to_be_read(customer: str, shop: Path, golden: Golden) -> None:
    golden(f"story/{customer}.txt", said("--customer", customer))


def test_the_year_of_a_household_is_told_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    written = shutil.ignore_patterns(".campaignspec", "fashion", "freight", "optics")
    shutil.copytree(ROOT / "campaigns", tmp_path / "campaigns", ignore=written)
    IMPORTERS["completejourney"](tmp_path / ".history")
    monkeypatch.chdir(tmp_path / "campaigns")

    golden("story/household.txt", said("--customer", "31"))


def test_a_story_is_the_same_to_programs_as_to_people(shop: Path, golden: Golden) -> None:
    golden("story/c022.json", said("--customer", "c022", "--format", "json"))


@pytest.mark.parametrize("number", range(0, 30, 3))
def test_a_story_for_programs_keeps_its_form(number: int, facts: Path) -> None:
    told = said("--customer", f"c{number:03}", "--facts", str(facts), "--format", "json")

    Draft202012Validator(SCHEMA).validate(json.loads(told))


def test_a_file_of_facts_tells_what_the_rehearsal_tells(facts: Path) -> None:
    rehearsed = said("--customer", "c003").splitlines()
    read = said("--customer", "c003", "--facts", str(facts)).splitlines()

    assert read[0] == rehearsed[0]
    assert read[2:] == rehearsed[2:]


def test_an_environment_tells_what_a_rehearsal_of_its_period_tells(shop: Path) -> None:
    period = ("--from", "2025-03-01", "--to", "2025-03-20")
    with pytest.raises(SystemExit) as leaving:
        main(("run", "--env", "rehearsal", *period))
    assert not leaving.value.code

    rehearsed = said("--customer", "c003", *period).splitlines()
    run = said("--customer", "c003", "--env", "rehearsal").splitlines()

    assert run[1].startswith("told from the ledger of rehearsal")
    assert run[0] == rehearsed[0]
    assert run[2:] == rehearsed[2:]


def test_one_campaign_may_be_told_alone(facts: Path) -> None:
    told = said("--customer", "c003", "--facts", str(facts), "--campaign", "welcome")

    assert "welcome, enrolment 1" in told
    assert "come-back" not in told


def test_the_time_is_told_by_the_persons_clock_or_in_utc(facts: Path) -> None:
    at_home = said("--customer", "c001", "--facts", str(facts))
    in_utc = said("--customer", "c001", "--facts", str(facts), "--utc")

    assert at_home.startswith("c001, by the clock of America/New_York\n")
    assert "2025-02-25 04:00  entered by the event order.placed" in at_home
    assert in_utc.startswith("c001, by the clock of UTC; at home in America/New_York\n")
    assert "2025-02-25 09:00  entered by the event order.placed" in in_utc
    assert "for the person it was 04:00 on Tuesday (America/New_York)" in in_utc


def test_what_was_written_by_other_rules_is_said_to_be_so(shop: Path, facts: Path) -> None:
    channels = shop / "channels.yaml"
    text = channels.read_text(encoding="utf-8")
    channels.write_text(text.replace('from: "21:00"', 'from: "23:30"'), encoding="utf-8")

    told = said("--customer", "c003", "--facts", str(facts))

    assert "as files and data are today, nothing objects" in told


def test_a_way_that_would_not_be_taken_today_is_said_to_be_so(shop: Path, facts: Path) -> None:
    customer = _who(facts, "branched", "spenders")
    campaign = shop / "welcome/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("spend_30d >= 500", "spend_30d >= 5000000"), encoding="utf-8")

    told = said("--customer", customer, "--facts", str(facts))

    assert "as files and data are today, the way is else" in told


def test_steps_that_are_gone_are_told_without_a_proof(shop: Path, facts: Path) -> None:
    campaign = shop / "welcome/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    renamed = text.replace("- send: hello\n", "- send: hello\n    name: greeting\n")
    campaign.write_text(renamed.replace("opened: hello", "opened: greeting"), encoding="utf-8")

    told = said("--customer", "c001", "--facts", str(facts))

    assert "sent hello by email, for 0.05 RUB\n    · the project has no such step any more" in told


def test_a_channel_that_refuses_a_message_is_quoted(facts: Path) -> None:
    table = read_facts(facts)
    refused = {
        **next(row for row in table.to_pylist() if row["customer"] == "c000"),
        "kind": "failed",
        "node": "hello",
        "channel": "email",
        "reason": "mailbox is full",
    }
    write_facts(pa.concat_tables([table, pa.Table.from_pylist([refused], table.schema)]), facts)

    told = said("--customer", "c000", "--facts", str(facts))

    assert "email refused hello by email for good: mailbox is full" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--customer", "c0003"), "no customer has the id 'c0003'; did you mean 'c003'?"),
        (
            ("--customer", "c003", "--campaign", "welcom"),
            "no campaign is called 'welcom'; did you mean 'welcome'?",
        ),
        (
            ("--customer", "c003", "--env", "rehearsl"),
            "no environment is called 'rehearsl'; did you mean 'rehearsal'?",
        ),
        (("--customer", "c003", "--facts", "none.parquet"), "none.parquet cannot be read"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest_name(
    arguments: tuple[str, ...], says: str, shop: Path
) -> None:
    with pytest.raises(UsageError, match=says.replace("?", r"\?")):
        explain(*arguments)


def test_an_environment_that_never_ran_has_no_story(shop: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger"):
        explain("--customer", "c003", "--env", "rehearsal")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("REF301", "--customer", "c003"), "Name one code or KPI"),
        (("REF301", "--campaign", "welcome"), "go with --customer"),
        (("--customer", "c", "--facts", "f", "--env", "e"), "--facts or --env"),
        (("--customer", "c", "--env", "e", "--from", "2025-03-01"), "knows its own period"),
        (("--customer", "c", "--env", "e", "--responses", "usual"), "leave it out"),
    ],
)
def test_what_cannot_go_together_is_refused(arguments: tuple[str, ...], says: str) -> None:
    result = explain(*arguments)

    assert result.exit_code == 2
    assert says in result.output


def _who(facts: Path, kind: str, edge: str) -> str:
    """Return the first customer to whom something happened."""
    rows: list[dict[str, Any]] = read_facts(facts).to_pylist()
    return next(str(row["customer"]) for row in rows if (row["kind"], row["edge"]) == (kind, edge))
