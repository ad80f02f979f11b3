"""Judging a project's sources by their data tests: each table is gone through once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from campaignspec.clock import DAY, HOUR, MINUTE, format_instant
from campaignspec.diagnostics import Diagnostic, Span, nearest
from campaignspec.errors import HistoryError
from campaignspec.history.many_files import open_all
from campaignspec.history.opening import open_table
from campaignspec.history.reading import connect
from campaignspec.history.sql import quoted
from campaignspec.history.table import unreadable
from campaignspec.project import Project
from campaignspec.quality.masking import masked
from campaignspec.quality.outcome import Example, Outcome, Verdict
from campaignspec.quality.sentences import advice_on, as_written, column_of, complaint
from campaignspec.quality.sources import Tested, sources_of
from campaignspec.quality.table_checks import Counted, Now, TableView, ids_of
from campaignspec.spec.data_tests import ColumnTest, DataTest, Fresh, Relationships, Target, Volume
from campaignspec.spec.shape import verb_of

_FEW: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the data tests of a project say.

    Attributes:
        outcomes: One a test, in the order in which they are written.
        rows: The rows of each source that has tests, by its label.
        findings: Tests that name a column which is not there; they have no outcome.
    """

    outcomes: tuple[Outcome, ...]
    rows: Mapping[str, int]
    findings: tuple[Diagnostic, ...]


def judge(project: Project, now: Now, good: Mapping[str, int]) -> Judged:
    """Hold every source against its data tests.

    Args:
        project: The linked project.
        now: The present, as the tests see it.
        good: The rows by source at the last good run, for `volume`; empty where there was none.

    Raises:
        HistoryError: A source cannot be read.
    """
    tested = [source for source in sources_of(project) if source.tests]
    outcomes: list[Outcome] = []
    findings: list[Diagnostic] = []
    rows: dict[str, int] = {}
    with connect() as connection:
        tests = [test for source in tested for test in source.tests]
        for target in {test.to for test in tests if isinstance(test, Relationships)}:
            _know(connection, project, target)
        for source in tested:
            found = _Judge(project, connection, source, now, good).judged()
            outcomes += found.outcomes
            findings += found.findings
            rows |= found.rows
    return Judged(outcomes=tuple(outcomes), rows=rows, findings=tuple(findings))


def _know(connection: duckdb.DuckDBPyConnection, project: Project, target: Target) -> None:
    """Collect the ids of all customers, or of all products, that stand in a source of them."""
    connection.execute(f"CREATE TEMP TABLE {ids_of(target)} (id VARCHAR)")
    for source in sources_of(project):
        if source.offers is None or source.offers[0] is not target:
            continue
        _, column = source.offers
        with open_table(connection, source.file, source.read) as table:
            if column not in table.kinds:
                raise HistoryError(f"{source.file}: has no column {column!r}")
            raw = f"NULLIF(CAST({quoted(column)} AS VARCHAR), '')"
            connection.execute(
                f"INSERT INTO {ids_of(target)} "  # noqa: S608 (quoted)
                f"SELECT DISTINCT {raw} FROM {table.rows} WHERE {raw} IS NOT NULL"
            )


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges one source."""

    project: Project
    connection: duckdb.DuckDBPyConnection
    source: Tested
    now: Now
    good: Mapping[str, int]

    def judged(self) -> Judged:
        """Open the table, count once, and look at examples of what fails."""
        source = self.source
        with open_all(self.connection, source.file, source.read) as table:
            findings = tuple(self._unknown_columns(tuple(table.kinds)))
            unsound = {finding.span for finding in findings}
            tests = [test for test in source.tests if self._span(test) not in unsound]
            view = TableView(
                connection=self.connection, table=table, only=source.only, zone=source.zone
            )
            try:
                outcomes, rows = self._outcomes(view, tests)
            except duckdb.Error as error:
                raise unreadable(source.file, error) from error
        return Judged(outcomes=tuple(outcomes), rows={source.label: rows}, findings=findings)

    def _outcomes(
        self, view: TableView, tests: Sequence[DataTest]
    ) -> tuple[Sequence[Outcome], int]:
        columns = [test for test in tests if not isinstance(test, Fresh | Volume)]
        dated = [_dated(test, self.source) for test in tests if isinstance(test, Fresh)]
        counted = view.count(columns, dated, self.now)
        failing, newest = iter(counted.failing), iter(counted.newest)
        outcomes = []
        for test in tests:
            match test:
                case Fresh():
                    outcomes.append(self._fresh(test, next(newest), counted))
                case Volume():
                    outcomes.append(self._volume(test, counted))
                case _:
                    outcomes.append(self._column(view, test, next(failing), counted))
        return outcomes, counted.rows

    def _column(self, view: TableView, test: ColumnTest, failing: int, counted: Counted) -> Outcome:
        share = failing / counted.rows if counted.rows else 0.0
        allowed = test.at_most.fraction if test.at_most else 0.0
        verdict = Verdict.PASSED if share <= allowed else _against(test)
        bad = verdict is not Verdict.PASSED
        found = f"{failing:,} of {counted.rows:,} rows {complaint(test)}" if failing else ""
        return self._outcome(
            test,
            verdict,
            found=f"{found} ({_percent(share)})" if found else f"{counted.rows:,} rows",
            advice=advice_on(test) if bad else "",
            rows=counted.rows,
            failing=failing,
            examples=tuple(self._examples(view, test)) if bad else (),
        )

    def _examples(self, view: TableView, test: ColumnTest) -> Iterator[Example]:
        personal = self.source.is_personal(column_of(test))
        for row, value in view.examples(test, self.now):
            yield Example(row=row, value=masked(value or "", personal=personal))

    def _fresh(self, test: Fresh, newest: int | None, counted: Counted) -> Outcome:
        if newest is None:
            return self._outcome(
                test,
                _against(test),
                found="no row has an instant up to now",
                advice="see whether the export runs, and whether the right column is read",
                rows=counted.rows,
            )
        age = self.now.at - newest
        old = age > test.fresh.micros
        shown = format_instant(newest, self.project.settings.timezone)
        return self._outcome(
            test,
            _against(test) if old else Verdict.PASSED,
            found=f"the newest row is of {shown}, {_length(age)} ago",
            advice="see whether the export runs; nothing is sent on old facts" if old else "",
            rows=counted.rows,
        )

    def _volume(self, test: Volume, counted: Counted) -> Outcome:
        before = self.good.get(self.source.label)
        if before is None:
            found = f"{counted.rows:,} rows; no good run yet to hold them against"
            return self._outcome(test, Verdict.NEW, found=found, rows=counted.rows)
        off = abs(counted.rows - before) > test.volume.fraction * before
        change = f" ({100 * (counted.rows - before) / before:+.1f}%)" if before else ""
        return self._outcome(
            test,
            _against(test) if off else Verdict.PASSED,
            found=f"{counted.rows:,} rows, and {before:,} at the last good run{change}",
            advice="see whether the export is whole; if it is, allow more with `volume:`"
            if off
            else "",
            rows=counted.rows,
        )

    def _outcome(
        self,
        test: DataTest,
        verdict: Verdict,
        *,
        found: str,
        rows: int,
        advice: str = "",
        failing: int = 0,
        examples: tuple[Example, ...] = (),
    ) -> Outcome:
        return Outcome(
            subject=self.source.label,
            test=as_written(test),
            verdict=verdict,
            found=found,
            advice=advice,
            rows=rows,
            failing=failing,
            examples=examples,
            loc=test.loc,
        )

    def _unknown_columns(self, known: tuple[str, ...]) -> Iterator[Diagnostic]:
        for test in self.source.tests:
            column = _column_named(test, self.source)
            if column is not None and column not in known:
                close = nearest(column, known)
                listed = ", ".join(f"`{name}`" for name in known[:_FEW])
                more = ", …" if len(known) > _FEW else ""
                yield Diagnostic(
                    code="DAT801",
                    message=f"{self.source.label} has no column `{column}`",
                    span=self._span(test),
                    help=f"did you mean `{close}`?" if close else f"its columns: {listed}{more}",
                )

    def _span(self, test: DataTest) -> Span:
        key = "by" if isinstance(test, Fresh) and test.by else verb_of(type(test))
        return self.project.documents[test.loc.file].span((*test.loc.path, key))


def _column_named(test: DataTest, source: Tested) -> str | None:
    """Return the column that a test needs, if it needs one."""
    match test:
        case Fresh():
            return _dated(test, source)
        case Volume():
            return None
        case _:
            return column_of(test)


def _dated(test: Fresh, source: Tested) -> str:
    column = test.by or source.at
    assert column is not None, "a linked test of freshness has a column"  # noqa: S101
    return column


def _against(test: DataTest) -> Verdict:
    """Return what the failing of a test means."""
    return Verdict.FAILED if test.only is None else Verdict.WARNED


def _percent(share: float) -> str:
    return "<0.1%" if 0 < share < 0.0005 else f"{100 * share:.1f}%"


def _length(micros: int) -> str:
    """Write a length of time in its largest unit, rounded down."""
    for unit, length in (("d", DAY), ("h", HOUR)):
        if micros >= length:
            return f"{micros // length}{unit}"
    return f"{micros // MINUTE}m"
