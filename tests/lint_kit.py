"""What the lint says of a campaign in a tiny project, for tests of single rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tiny_project import CLEAN, load_files

from campaignspec.content import Library
from campaignspec.diagnostics import Diagnostic
from campaignspec.lint import Scope
from campaignspec.lint.rules import lint
from campaignspec.project.world import Day

_NOTHING = Library(templates={}, texts={})


def warnings(root: Path, code: str, files: dict[str, str]) -> list[Diagnostic]:
    """Return the findings of one code in a tiny project, some files of which are others."""
    clean = {name: text for name, text in CLEAN.items() if name != "win-back/some.test.yaml"}
    loaded = load_files(root, clean | files)
    assert loaded.project is not None, [each.message for each in loaded.diagnostics]
    scope = Scope(project=loaded.project, library=_NOTHING, day=Day(date(2017, 1, 1)))
    return [each for each in lint(scope) if each.code == code]
