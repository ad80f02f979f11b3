"""Judge a project's data before anything rests on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from campaignspec.api.check import Checkup, FindingsError
from campaignspec.assembly import audience_of
from campaignspec.clock import Clock, Instant
from campaignspec.diagnostics import in_order
from campaignspec.errors import DataTestError
from campaignspec.history import History
from campaignspec.project import Project
from campaignspec.quality.data_tests import Judged, judge
from campaignspec.quality.expectations import expectations_met
from campaignspec.quality.outcome import Outcome, Verdict, stopping, told
from campaignspec.quality.strangers import unknown_purposes
from campaignspec.quality.table_checks import Now
from campaignspec.quality.volumes import good_volumes


def judged_data(
    project: Project, now: Now, *, history: History, environment: str | None = None
) -> Judged:
    """Hold the sources against their data tests, and segments against what is expected of them.

    Args:
        project: The linked project.
        now: The present, as the tests see it.
        history: What the sources say.
        environment: Whose last good run the volumes are held against; without one they are
            not judged.

    Raises:
        FindingsError: A test names a column that is not there.
        HistoryError: A source cannot be read.
    """
    judged = judge(project, now, good_volumes(project.root, environment))
    if judged.findings:
        raise FindingsError(
            Checkup(
                project=None,
                library=None,
                diagnostics=in_order(judged.findings),
                texts={name: document.text for name, document in project.documents.items()},
            )
        )
    audience = audience_of(project, history)
    expected = expectations_met(audience, project.exclusive, now.at)
    unknown = unknown_purposes(history)
    return replace(judged, outcomes=(*judged.outcomes, *expected, *unknown))


@dataclass(frozen=True, slots=True)
class DataGuard:
    """Stands before a run, and lets it go on only with data that are what they should be.

    Attributes:
        project: The linked project.
        environment: The environment's name.
        clock: What tells the real time.
        end: On a virtual clock, the last instant that counts; None on the real one.
    """

    project: Project
    environment: str
    clock: Clock
    end: Instant | None

    def judged(self, history: History) -> Judged:
        """Hold the sources against their data tests, and segments against expectations, now.

        Args:
            history: What the sources say.

        Raises:
            DataTestError: A test fails that was not declared ``only: warn``.
            FindingsError: A test names a column that is not there.
            HistoryError: A source cannot be read.
        """
        now = now_of(self.clock, self.end)
        judged = judged_data(self.project, now, environment=self.environment, history=history)
        failed = stopping(judged.outcomes)
        if failed:
            count = f"{len(failed)} data test{'s' if len(failed) > 1 else ''} failed"
            lines = [f"nothing is sent: {count}", *(told(outcome) for outcome in failed)]
            raise DataTestError("\n".join(lines))
        return judged


def now_of(clock: Clock, end: Instant | None) -> Now:
    """Return the present: the clock's, or the end of a period that is looked at afterwards."""
    real = clock.now()
    return Now(at=real, latest=real) if end is None else Now(at=end, latest=max(end, real))


def objections(judged: Judged) -> tuple[Outcome, ...]:
    """Return what a rehearsal warns of: tests that fail, whether or not they would stop a run."""
    return tuple(
        outcome
        for outcome in judged.outcomes
        if outcome.verdict in {Verdict.FAILED, Verdict.WARNED}
    )
