"""Add to what is wrong with a project what is poor about it, and mend what a machine may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from campaignspec.api.check import Checkup, check
from campaignspec.api.validate import only_of
from campaignspec.diagnostics import Diagnostic, in_order
from campaignspec.errors import CampaignspecError
from campaignspec.lint import Scope, lint
from campaignspec.lint.fixing import apply_fixes
from campaignspec.project import Project
from campaignspec.project.world import Day

if TYPE_CHECKING:
    from campaignspec.audience import Audience

_ROUNDS = 20
"""More rounds than any file has fixes at one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What a machine did about findings.

    Attributes:
        fixed: The findings that are gone, with what was done about each, in order.
        files: The files that were changed, by their names as shown, sorted.
    """

    fixed: tuple[Diagnostic, ...]
    files: tuple[str, ...]


def with_lint(checkup: Checkup, *, today: date, values: bool = False) -> Checkup:
    """Add the findings of the lint; a project with errors is returned as it is.

    Args:
        checkup: What was found so far.
        today: The day by which waivers end.
        values: Whether the data are read, for rules that need numbers; they say less without.

    Raises:
        HistoryError: A source cannot be read.
    """
    project, library = checkup.project, checkup.library
    if project is None or library is None:
        return checkup
    audience = _audience(project) if values else None
    scope = Scope(project=project, library=library, day=Day(today), audience=audience)
    return replace(checkup, diagnostics=lint(scope, checkup.diagnostics))


def _audience(project: Project) -> Audience:
    # What reads data takes longer to import than most projects take to check.
    from campaignspec.api.history import history_of
    from campaignspec.assembly import audience_of

    return audience_of(project, history_of(project))


def only(checkup: Checkup, codes: tuple[str, ...]) -> Checkup:
    """Keep the warnings of some codes, and all errors: a project with errors is never fine.

    Raises:
        UsageError: A code does not exist.
    """
    return replace(checkup, diagnostics=only_of(checkup.diagnostics, codes))


def mend(start: Path, *, today: date, codes: tuple[str, ...] = ()) -> Mended:
    """Do what is safe about warnings, in the files of the project that ``start`` is in.

    Only text is changed where a finding says so: comments and the order of keys stay. It is done
    again until nothing changes, and a project that would no longer be valid is put back as it
    was.

    Args:
        start: A folder in the project.
        today: The day from which dates are counted, and by which waivers end.
        codes: The findings to be mended; all, if not given.

    Raises:
        ProjectNotFoundError: There is no project.
        UsageError: A code does not exist.
        CampaignspecError: A file cannot be written, or the fixes broke the project; everything is
            as it was.
    """
    before: dict[str, bytes] = {}
    fixed: list[Diagnostic] = []
    for _ in range(_ROUNDS):
        checkup = only(with_lint(check(start), today=today), codes)
        if before and checkup.project is None:
            _restore(before)
            first = checkup.diagnostics[0]
            raise CampaignspecError(
                f"a fix broke {first.span.file}: {first.message}; everything is as it was"
            )
        texts = _on_disk(checkup)
        changed, done = apply_fixes(checkup.diagnostics, texts)
        if not changed:
            break
        fixed += done
        for file in changed:
            before.setdefault(file, Path(file).read_bytes())
        _write(changed, before)
    return Mended(fixed=in_order(fixed), files=tuple(sorted(before)))


def _on_disk(checkup: Checkup) -> Mapping[str, str]:
    """Return the texts that fixes are about, with their own line ends and byte order marks."""
    files = {e.span.file for d in checkup.diagnostics if d.fix for e in d.fix.edits}
    return {file: Path(file).read_bytes().decode("utf-8") for file in files}


def _write(changed: Mapping[str, str], before: Mapping[str, bytes]) -> None:
    try:
        for file, text in changed.items():
            Path(file).write_bytes(text.encode("utf-8"))
    except OSError as error:
        _restore(before)
        raise CampaignspecError(
            f"{error.filename} cannot be written: {error.strerror}; everything is as it was"
        ) from error


def _restore(before: Mapping[str, bytes]) -> None:
    for file, raw in before.items():
        Path(file).write_bytes(raw)
