"""Findings that somebody has decided to live with, until a day and for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import PurePosixPath

from campaignspec.diagnostics import Diagnostic, Severity
from campaignspec.lint.evidence import COUNTED
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.told import Told, Waived
from campaignspec.spec.waiver import Waiver


def without_waived(
    scope: Scope, told: Sequence[Told], findings: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Leave out what is waived, and say which waivers are over or idle.

    Args:
        scope: What all campaigns share.
        told: What is known of each campaign.
        findings: All that was found.
    """
    found = list(findings)
    placed = [waived(scope, each) for each in scope.project.settings.lint]
    placed += [each for campaign in told for each in campaign.waivers]
    in_force = [each for each in placed if not _is_over(each.waiver, scope.today)]
    yield from (f for f in found if not any(_hides(each, f) for each in in_force))
    for each in placed:
        hides = any(_hides(each, finding) for finding in found)
        yield from _about(scope, each, hides=hides)


def waived(scope: Scope, waiver: Waiver, file: str | None = None) -> Waived:
    """Return a waiver with its places.

    Args:
        scope: What it stands in.
        waiver: The waiver.
        file: The file of the campaign that it is about, if it is not about all files.
    """
    return Waived(
        waiver=waiver,
        code=scope.span(waiver.loc / "ignore"),
        until=scope.span(waiver.loc / "until"),
        folder=None if file is None else PurePosixPath(file).parent.as_posix(),
    )


def _hides(waived: Waived, finding: Diagnostic) -> bool:
    """Say whether a waiver is about a finding, whatever the day."""
    if waived.waiver.ignore != finding.code or finding.severity is not Severity.WARNING:
        return False
    file = PurePosixPath(finding.span.file)
    return waived.folder is None or file.is_relative_to(waived.folder)


def _is_over(waiver: Waiver, today: date) -> bool:
    return today > waiver.until


def _about(scope: Scope, waived: Waived, *, hides: bool) -> Iterator[Diagnostic]:
    """Say what is wrong with a waiver itself."""
    waiver = waived.waiver
    code = waiver.ignore
    if not hides and code in COUNTED and scope.audience is None:
        return
    if not hides:
        yield advice(
            "LNT002",
            f"`{code}` is found nowhere here, so there is nothing to waive",
            waived.code,
            "remove the waiver",
        )
    elif _is_over(waiver, scope.today):
        yield advice(
            "LNT001",
            f"`{code}` was to be looked at again after {waiver.until}, because: {waiver.reason}",
            waived.until,
            "mend what it hides, or give it a new end with a reason that still holds",
        )
