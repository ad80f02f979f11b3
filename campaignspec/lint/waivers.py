"""Findings that somebody has decided to live with, until a day and for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from campaignspec.diagnostics import Diagnostic, Severity
from campaignspec.lint.evidence import COUNTED
from campaignspec.lint.scope import Scope, advice
from campaignspec.spec.waiver import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A waiver and the files that it is about: all, or those of one campaign's folder."""

    waiver: Waiver
    folder: PurePosixPath | None

    def hides(self, finding: Diagnostic) -> bool:
        """Say whether it is about a finding, whatever the day."""
        file = PurePosixPath(finding.span.file)
        here = self.folder is None or file.is_relative_to(self.folder)
        return here and self.waiver.ignore == finding.code and finding.severity is Severity.WARNING


def without_waived(scope: Scope, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what is waived, and say which waivers are over or idle."""
    found, placed = list(findings), list(_placed(scope))
    in_force = [each for each in placed if not _is_over(each.waiver, scope.today)]
    yield from (f for f in found if not any(each.hides(f) for each in in_force))
    for each in placed:
        hides = any(each.hides(finding) for finding in found)
        yield from _about(scope, each.waiver, hides=hides)


def _placed(scope: Scope) -> Sequence[_Placed]:
    return [
        *(_Placed(waiver=s, folder=None) for s in scope.project.settings.lint),
        *(
            _Placed(waiver=s, folder=PurePosixPath(campaign.loc.file).parent)
            for campaign in scope.campaigns
            for s in campaign.lint
        ),
    ]


def _is_over(waiver: Waiver, today: date) -> bool:
    return today > waiver.until


def _about(scope: Scope, waiver: Waiver, *, hides: bool) -> Iterator[Diagnostic]:
    """Say what is wrong with a waiver itself."""
    code = waiver.ignore
    if not hides and code in COUNTED and scope.audience is None:
        return
    if not hides:
        yield advice(
            "LNT002",
            f"`{code}` is found nowhere here, so there is nothing to waive",
            scope.span(waiver.loc / "ignore"),
            "remove the waiver",
        )
    elif _is_over(waiver, scope.today):
        yield advice(
            "LNT001",
            f"`{code}` was to be looked at again after {waiver.until}, because: {waiver.reason}",
            scope.span(waiver.loc / "until"),
            "mend what it hides, or give it a new end with a reason that still holds",
        )
