"""A project that is nothing but its sources, for tests of data."""

from __future__ import annotations

from pathlib import Path

from campaignspec.clock import parse_instant
from campaignspec.project import Project, load_project
from campaignspec.quality.data_tests import Judged, judge
from campaignspec.quality.outcome import Outcome
from campaignspec.quality.table_checks import Now

HEAD = """\
spec: 1
project: shop
timezone: Europe/Moscow
currency: RUB
"""
NOW = parse_instant("2025-03-10 12:00", "Europe/Moscow")


def project_of(root: Path, sources: str, **files: str) -> Project:
    """Write a project with these sources and files, and load it; ``crm`` becomes ``crm.csv``."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "campaignspec.yaml").write_text(f"{HEAD}{sources}", encoding="utf-8")
    for name, text in files.items():
        (root / f"{name}.csv").write_text(text, encoding="utf-8")
    loaded = load_project(root, relative_to=root)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project


def judged(project: Project, *, now: int = NOW, good: dict[str, int] | None = None) -> Judged:
    """Judge a project's data at an instant."""
    return judge(project, Now(at=now, latest=now), good or {})


def outcome_of(root: Path, test: str, crm: str, **extra: str) -> Outcome:
    """Judge one test of a table of customers; ``test`` is its YAML in one line."""
    sources = f"sources:\n  - customers: crm.csv\n    tests:\n      - {{{test}}}\n"
    (outcome,) = judged(project_of(root, sources, crm=crm, **extra)).outcomes
    return outcome
