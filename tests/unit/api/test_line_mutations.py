"""One wrong line in any of our own files is said in that line, soon, and without a traceback."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest
from engine_kit.profile import NIGHTLY
from line_mutations import (
    MUTATIONS,
    TEMPLATE_MUTATIONS,
    Law,
    Mutant,
    mutant,
    template_mutant,
)

from campaignspec.api.analysis import journey_analysis
from campaignspec.api.check import Checkup, check
from campaignspec.api.lint import with_lint
from campaignspec.diagnostics import Diagnostic, render
from campaignspec.document import load_text
from campaignspec.spec import SCHEMAS
from campaignspec.spec.read import walk
from campaignspec.spec.schema_check import check_schema

ROOT = Path(__file__).parents[3]
PROJECTS = tuple(
    sorted(
        path.parent
        for folder in ("campaigns", "examples", "campaignspec/starter")
        for path in (ROOT / folder).rglob("campaignspec.yaml")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    )
)
LIMIT = 5
"""Seconds of the processor that a look at one project may take."""

Said: TypeAlias = tuple[str, str, str]
"""What is said: code, message, file."""

TODAY = date(2026, 11, 22)
KINDS = tuple(MUTATIONS)
TEMPLATE_KINDS = tuple(TEMPLATE_MUTATIONS)
FEW = 4
FEW_IN_TEMPLATES = 1
"""How many of the kinds are tried on a file at each change; at night it is all, twenty times."""


def sources(project: Path) -> Iterator[Path]:
    """Yield what people wrote: definitions and templates, not data."""
    for path in sorted(project.rglob("*")):
        parts = path.relative_to(project).parts
        if path.suffix in {".yaml", ".j2"} and not any(p[0] == "." or p == "build" for p in parts):
            inner = any(
                (above / "campaignspec.yaml").is_file()
                for above in path.parents
                if above.is_relative_to(project) and above != project
            )
            if not inner:
                yield path


WRITTEN = [
    (project, path.relative_to(project)) for project in PROJECTS for path in sources(project)
]
FILES = [(project, file) for project, file in WRITTEN if file.suffix == ".yaml"]
TEMPLATES = [(project, file) for project, file in WRITTEN if file.suffix == ".j2"]


def tried(number: int, kinds: Sequence[str], few: int = FEW) -> Sequence[tuple[str, random.Random]]:
    """Return which mistakes are made in a file, so that over all files all kinds come up."""
    if NIGHTLY:
        return [(kind, random.Random(f"{number} {n}")) for kind in kinds for n in range(20)]
    first = number * few
    return [
        (kinds[place % len(kinds)], random.Random(str(place)))
        for place in range(first, first + few)
    ]


@contextmanager
def hurried() -> Iterator[None]:
    """Fail what takes longer than the limit, counted in time of the processor."""

    def late(*_: object) -> None:
        pytest.fail(f"it takes longer than {LIMIT} s")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture
def copied(tmp_path: Path, project: Path) -> Path:
    root = tmp_path / "project"
    for path in sources(project):
        to = root / path.relative_to(project)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    return root


@pytest.mark.parametrize(
    ("project", "file", "number"),
    [(*each, number) for number, each in enumerate(FILES)],
    ids=[f"{project.name}/{file}" for project, file in FILES],
)
def test_a_wrong_line_is_said_where_it_is(copied: Path, file: Path, number: int) -> None:
    text = (copied / file).read_text(encoding="utf-8")
    usual = {said(finding) for finding in check(copied).diagnostics}

    for kind, chance in tried(number, KINDS):
        wrong = mutant(text, kind, chance)
        if wrong is None:
            continue

        case = is_said_where_it_is(wrong, copied, file, usual)

        assert judged_alike(wrong.text, file), f"{kind}: {case}"


@pytest.mark.parametrize(
    ("project", "file", "number"),
    [(*each, number) for number, each in enumerate(TEMPLATES)],
    ids=[f"{project.name}/{file}" for project, file in TEMPLATES],
)
def test_a_wrong_line_of_a_template_is_said_in_it(copied: Path, file: Path, number: int) -> None:
    text = (copied / file).read_text(encoding="utf-8")
    usual = {said(finding) for finding in check(copied).diagnostics}

    for kind, chance in tried(number, TEMPLATE_KINDS, FEW_IN_TEMPLATES):
        wrong = template_mutant(text, kind, chance)
        if wrong is None:
            continue

        is_said_where_it_is(wrong, copied, file, usual)


def is_said_where_it_is(wrong: Mutant, root: Path, file: Path, usual: AbstractSet[Said]) -> str:
    """Hold what is found of a project with a wrong line to the law; return the case as a text."""
    (root / file).write_text(wrong.text, encoding="utf-8")
    with hurried():
        checkup = looked_at(root)
        shown = render(checkup.diagnostics, sources=checkup.texts, form="text")
    case = f"line {wrong.line} of {file}: {wrong.was}\n{shown}"
    for finding in checkup.diagnostics:
        assert is_there(finding, checkup.texts[finding.span.file]), case
    found = [each for each in checkup.diagnostics if said(each) not in usual]
    assert is_obeyed(wrong, found, file), case
    return case


def looked_at(root: Path) -> Checkup:
    """Look at a project as `validate` does, and at all paths of its journeys."""
    checkup = with_lint(check(root), today=TODAY)
    if checkup.project is not None:
        for campaign in checkup.project.campaigns:
            journey_analysis(checkup.project, campaign, "text")
    return checkup


def said(finding: Diagnostic) -> Said:
    """Return what is said of which file, wherever in it."""
    return finding.code, finding.message, finding.span.file


def judged_alike(text: str, file: Path) -> bool:
    """Say whether the reader, by which projects are read, and the published schema agree."""
    document = load_text(text, "x.yaml").value
    if document is None:
        return True
    section = SCHEMAS[kind_of(file)]
    read = [d for d in walk(document, section).diagnostics if not is_beyond_schemas(d)]
    return bool(read) == bool(check_schema(document, section))


def is_beyond_schemas(finding: Diagnostic) -> bool:
    """Say whether no schema can object: rules are a language of their own, zones a database."""
    return finding.code == "SPC208" or "is not a time zone" in finding.message


def kind_of(file: Path) -> str:
    """Return which schema a file is written to, by its name."""
    if file.name.endswith(".test.yaml"):
        return "test"
    if file.parent.name == "audiences":
        return "audiences"
    return {"campaignspec": "project", "programme": "programmes"}.get(file.stem, file.stem)


def is_there(finding: Diagnostic, text: str) -> bool:
    """Say whether a finding points into a line of its file."""
    lines = text.split("\n")
    span = finding.span
    begins = 1 <= span.line <= len(lines) and 1 <= span.column <= len(lines[span.line - 1]) + 1
    return begins and span.line <= span.end_line <= len(lines)


def is_obeyed(wrong: Mutant, found: Sequence[Diagnostic], file: Path) -> bool:
    """Say whether of a mistake that is said which must be."""
    here = [each for each in found if each.span.file.endswith(file.as_posix())]
    hit = any(each.span.line <= wrong.line <= each.span.end_line for each in here)
    word = wrong.was.strip().removeprefix("- ").partition(":")[0]
    match wrong.law:
        case Law.HERE:
            return hit
        case Law.HERE_OR_RIGHT:
            return hit or not found
        case Law.BY_NAME:
            named = (each.message + (each.help or "") for each in found)
            return hit or not found or any(word in text for text in named)
        case Law.ANYTHING:
            return True
