"""`campaignspec explain`: what a finding means, for people and for machines."""

from __future__ import annotations

import json

import pytest

from campaignspec.cli import main
from campaignspec.diagnostics import CODES
from campaignspec.diagnostics.codes import FAMILIES
from campaignspec.diagnostics.examples import example_of


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


def test_a_finding_is_explained_by_what_is_wrong_what_is_said_and_what_is_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call("explain", "REF301") == 0

    said = capsys.readouterr().out
    wrong, said_to_it, right = (
        said.index(text)
        for text in (
            "    enter:\n      on: {segment: quiet-28-day}\n",
            "error REF301 unknown-name",
            "    enter:\n      on: {segment: quiet-28-days}\n",
        )
    )
    assert said.startswith("REF301 unknown-name: A name refers to something")
    assert wrong < said_to_it < right


@pytest.mark.parametrize("name", ["ref301", "unknown-name", "Unknown-Name"])
def test_a_finding_has_two_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("explain", name) == 0

    assert capsys.readouterr().out.startswith("REF301 ")


def test_machines_get_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("explain", "REF301", "--format", "json") == 0

    told = json.loads(capsys.readouterr().out)

    assert told["code"] == "REF301"
    assert told["family"] == "Names"
    assert set(told["example"]) == {"file", "wrong", "output", "right"}


def test_all_findings_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("explain", "--list") == 0
    text = capsys.readouterr().out
    assert call("explain", "--list", "--format", "json") == 0
    listed = json.loads(capsys.readouterr().out)

    assert [each["code"] for each in listed] == list(CODES)
    assert all(f"  {code}  " in text for code in CODES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("REF399",), "did you mean"),
        (("unknown-nam",), "did you mean 'unknown-name'?"),
        (("zzz",), "see `campaignspec explain --list`"),
        ((), "Name one code"),
        (("REF301", "--list"), "Name one code"),
    ],
)
def test_what_cannot_be_meant_is_a_wrong_call(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("explain", *arguments) == 2

    assert said in capsys.readouterr().err


def test_every_family_is_explained_and_every_example_is_about_its_code() -> None:
    for code in CODES:
        assert code[:3] in FAMILIES
        example = example_of(code)
        if example is not None:
            assert f" {code} " in example.output.splitlines()[0]
            assert example.right or example.file.endswith("journeys.yaml")  # a file too many
            assert example.right != example.wrong
