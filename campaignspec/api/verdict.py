"""What is found of one campaign beside what all share, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from campaignspec.diagnostics import Diagnostic
from campaignspec.lint.told import Told
from campaignspec.project.named import Named
from campaignspec.project.world import Answer, are_still_true

Findings = tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is found of a campaign's templates, and of the paths that its tests expect.

    Attributes:
        found: The findings.
        texts: The names of the texts that were read.
    """

    found: Findings
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What the lint says of a campaign.

    Attributes:
        found: The findings, waived or not.
        told: What rules over all campaigns ask of it.
        day: The day on which it was looked at, if anything hangs on that.
    """

    found: Findings
    told: Told
    day: date | None

    def holds_on(self, day: date) -> bool:
        """Say whether the same would be said on a day."""
        return self.day in {None, day}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is found of one campaign; of the later stages nothing where they were not come to.

    Attributes:
        named: What the campaign is called.
        linked: What is found in its files, and in what they say of each other.
        done: What of it no connector can carry out.
        shown: What is found of its templates.
        linted: What the lint says of it.
        answers: The files that were asked for, and whether they were there.
        kept: What of it is kept in the cache, by its keys.
    """

    named: Named
    linked: Findings
    done: Findings | None = None
    shown: Shown | None = None
    linted: Linted | None = None
    answers: tuple[Answer, ...] = ()
    kept: tuple[bytes, ...] = ()

    def holds(self) -> bool:
        """Say whether the files that were asked for are there, or not, as they were."""
        return are_still_true(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedVerdict:
    """What is found in the files that all campaigns share.

    Attributes:
        key: What it was made from.
        linked: The findings, in what they say of each other and of campaigns' names.
        answers: The files that were asked for, and whether they were there.
        kept: What of it is kept in the cache, by its keys.
    """

    key: bytes
    linked: Findings
    answers: tuple[Answer, ...]
    kept: tuple[bytes, ...]

    def holds(self) -> bool:
        """Say whether the files that were asked for are there, or not, as they were."""
        return are_still_true(self.answers)
