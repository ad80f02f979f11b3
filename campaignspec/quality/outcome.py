"""What became of a data test, and of the check of an audience's size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaignspec.spec.shape import NOWHERE, Loc


class Verdict(StrEnum):
    """What a test says of the data."""

    PASSED = "passed"
    WARNED = "warned"
    """It failed, and was declared ``only: warn``."""
    FAILED = "failed"
    NEW = "new"
    """There is nothing yet to hold the data against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row that fails a test.

    Attributes:
        row: Its number, as people find it in the file.
        value: What stands there, masked where it is personal; empty where nothing does.
    """

    row: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one test.

    Attributes:
        subject: The source or the segment that was tested: ``customers crm.csv``.
        test: The test as it is written: ``not_null: email, at_most: 2%``.
        verdict: What it says.
        found: What was found, in a few words.
        advice: What to do when it failed.
        rows: How many rows were looked at.
        failing: How many of them fail it.
        examples: Up to five of them, in the order of the file.
        loc: Where the test is written.
    """

    subject: str
    test: str
    verdict: Verdict
    found: str
    advice: str = ""
    rows: int = 0
    failing: int = 0
    examples: tuple[Example, ...] = ()
    loc: Loc = NOWHERE


def stopping(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Return the outcomes that stop a run."""
    return tuple(outcome for outcome in outcomes if outcome.verdict is Verdict.FAILED)


def told(outcome: Outcome) -> str:
    """Tell of an outcome in lines: what was tested, what was found, some rows, what to do."""
    lines = [f"{outcome.subject}: {outcome.test}: {outcome.found}"]
    lines += [f"  row {each.row}: {each.value or 'empty'}" for each in outcome.examples]
    more = outcome.failing - len(outcome.examples)
    lines += [f"  … and {more:,} more"] if outcome.examples and more > 0 else []
    return "\n".join([*lines, f"  {outcome.advice}"] if outcome.advice else lines)
