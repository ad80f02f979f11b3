"""All that is found of a project, and what it stands on beside the project's files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.world import Answer, are_still_true


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that is found of a project.

    Attributes:
        diagnostics: All findings, in order of position.
        campaigns: The names of its campaigns, sorted; None when anything is wrong.
        files: The files in which findings are shown in their lines.
        answers: The files that were asked for, and whether they were there.
        day: The day, if anything was found that hangs on it.
    """

    diagnostics: tuple[Diagnostic, ...]
    campaigns: tuple[str, ...] | None
    files: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
    day: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the same would be found again, on some day, in the same files."""
        return self.day in {None, day} and are_still_true(self.answers)
