"""A small shop's campaign on a bench, and what comes of a case there."""

from __future__ import annotations

from pathlib import Path

from shop import write_shop

from campaignspec.document import load_text
from campaignspec.project import Project, load_project
from campaignspec.simulate.bench import Bench
from campaignspec.simulate.case import CaseResult, try_case
from campaignspec.spec.case import TestCase, TestFile
from campaignspec.spec.read import read

CAMPAIGNS = Path(__file__).parents[1] / "campaigns"


def shop_project(root: Path) -> Project:
    """Write the shop and load it."""
    loaded = load_project(write_shop(root / "shop"), relative_to=root)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project


def real_project() -> Project:
    """Load the example project."""
    loaded = load_project(CAMPAIGNS, relative_to=CAMPAIGNS)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project


def case_of(text: str) -> TestCase:
    """Read one case."""
    lines = text.strip().splitlines()
    entry = "\n".join(["tests:", f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])])
    document = load_text(entry + "\n", "some.test.yaml").value
    assert document is not None
    reading = read(document, TestFile)
    assert reading.value is not None, reading.diagnostics
    return reading.value.tests[0]


def tried(bench: Bench, text: str) -> CaseResult:
    """Say what comes of a case."""
    return try_case(bench, case_of(text))
