"""What came of tests, for people: a line a test, and two timelines of one that failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from campaignspec.api.cases import CampaignTests, Tried
from campaignspec.graph.label import edge_label
from campaignspec.graph.nodes import Edge
from campaignspec.graph.width import cells, pad
from campaignspec.simulate.bench import clock
from campaignspec.simulate.case import CaseResult
from campaignspec.simulate.coverage import Coverage
from campaignspec.simulate.fuzzing import Found
from campaignspec.simulate.never import never_text
from campaignspec.simulate.paste import as_test
from campaignspec.simulate.scene import Mismatch
from campaignspec.simulate.timeline import Mark, Row

_INDENT: Final = " " * 6
_TIMED: Final = frozenset(
    {"entered", "refused", "messages", "suppressed", "done", "conversions", "ends"}
)
"""The expectations that a timeline shows whole."""


def campaign_lines(
    tests: CampaignTests, *, width: int, story: bool, coverage: bool
) -> Iterator[str]:
    """Tell what came of the tests of a campaign.

    Args:
        tests: What came of them.
        width: How many cells a line may take.
        story: Whether good tests are told, too.
        coverage: Whether all ways of the journey are listed.
    """
    for tried in tests.tried:
        yield from _test_lines(tests.campaign, tried, width=width, story=story)
    if tests.coverage is not None:
        yield from _coverage_lines(tests.coverage, whole=coverage)
    if tests.fuzzed:
        yield from _fuzz_lines(tests, width)


def summary_line(done: Sequence[CampaignTests]) -> str:
    """Count what passed and what failed, in all campaigns."""
    good = [tried.result.passed for tests in done for tried in tests.tried]
    found = sum(len(tests.found) for tests in done)
    fuzzed = sum(tests.fuzzed for tests in done)
    rules = "1 rule" if found == 1 else f"{found} rules"
    people = f"; {fuzzed:,} random customers, {rules} broken" if fuzzed else ""
    return f"{sum(good)} passed, {len(good) - sum(good)} failed{people}"


def timeline_lines(result: CaseResult, width: int) -> Iterator[str]:
    """Set what was expected beside what came, or one under the other where that is too wide."""
    times = ["" if row.at is None else clock(row.at, result.zone) for row in result.rows]
    when = max(map(cells, times), default=0)
    if not any(row.expected for row in result.rows):
        for row, time in zip(result.rows, times, strict=True):
            yield f"{pad(time, when)} {row.mark} {row.actual}"
        return
    expected = max((cells(row.expected) for row in result.rows), default=0)
    expected = max(expected, len("expected"))
    actual = max((cells(row.actual) for row in result.rows), default=0)
    if when + 2 + expected + 3 + actual > width:
        yield from _narrow(result.rows, times, when)
        return
    yield f"{'':<{when}}  {pad('expected', expected)}   actual"
    for row, time in zip(result.rows, times, strict=True):
        line = f"{pad(time, when)}  {pad(row.expected, expected)} {row.mark} {row.actual}"
        yield line.rstrip()


def _narrow(rows: Sequence[Row], times: Sequence[str], when: int) -> Iterator[str]:
    yield "- expected, + came, = both"
    for row, time in zip(rows, times, strict=True):
        at = pad(time, when)
        match row.mark:
            case Mark.OTHER:
                yield f"- {at}  {row.expected}"
                yield f"+ {at}  {row.actual}"
            case Mark.MISSING:
                yield f"- {at}  {row.expected}"
            case _:
                yield f"{row.mark} {at}  {row.actual}"


def _test_lines(campaign: str, tried: Tried, *, width: int, story: bool) -> Iterator[str]:
    result = tried.result
    if result.passed:
        yield f"pass  {campaign}: {result.case.test}"
        if story:
            yield f"{_INDENT}what happened"
            yield from (f"{_INDENT}  {line}" for line in result.story or ("nothing",))
        return
    yield f"FAIL  {campaign}: {result.case.test}"
    yield f"{_INDENT}{tried.file}:{tried.line}"
    yield from _failure_lines(result, width)


def _failure_lines(result: CaseResult, width: int) -> Iterator[str]:
    if result.rows:
        lines = timeline_lines(result, width - len(_INDENT))
        yield from (f"{_INDENT}{line}" for line in lines)
    else:
        yield f"{_INDENT}nothing happened"
    for mismatch in result.mismatches:
        if mismatch.what not in _TIMED or not result.rows:
            lines = _mismatch_lines(mismatch, width - len(_INDENT))
            yield from (f"{_INDENT}{line}" for line in lines)


def _mismatch_lines(mismatch: Mismatch, width: int) -> Iterator[str]:
    if mismatch.what == "never":
        yield f"never: {mismatch.expected[0]}"
        yield from (f"  but {line}" for line in mismatch.actual)
        return
    yield f"{mismatch.what}"
    yield from _side("expected", mismatch.expected, width)
    yield from _side("actual", mismatch.actual, width)


def _side(name: str, items: Sequence[str], width: int) -> Iterator[str]:
    """Write what stands on one side, as many items in a line as fit."""
    line = f"  {name:<8}  {items[0]}"
    for item in items[1:]:
        if cells(f"{line}, {item}") >= width:
            yield f"{line},"
            line = f"{'':<12}{item}"
        else:
            line = f"{line}, {item}"
    yield line


def _coverage_lines(coverage: Coverage, *, whole: bool) -> Iterator[str]:
    missing = coverage.missing
    total = len(coverage.ways)
    rest = f"; not walked: {', '.join(map(_way, missing))}" if missing and not whole else ""
    yield f"ways  {coverage.graph.campaign}: {coverage.taken} of {total} walked{rest}"
    if whole:
        for edge in coverage.graph.edges:
            place = edge.source, edge.label
            walked = coverage.walked[place]
            mark = "." if place in coverage.closed else " " if walked else "-"
            why = ": nobody can come so late" if place in coverage.closed else ""
            yield f"    {mark} {walked:>3}  {_way(edge)} → {edge.target}{why}"


def _way(edge: Edge) -> str:
    label = edge_label(edge)
    return f"{edge.source} > {label}" if label else edge.source


def _fuzz_lines(tests: CampaignTests, width: int) -> Iterator[str]:
    if not tests.found:
        yield f"pass  {tests.campaign}: never, on {tests.fuzzed:,} random customers"
    for found in tests.found:
        yield from _found_lines(tests, found, width)


def _found_lines(tests: CampaignTests, found: Found, width: int) -> Iterator[str]:
    yield f"FAIL  {tests.campaign}: never {never_text(found.never)}"
    which = f"random customer {found.number:,} of {tests.fuzzed:,}"
    if not found.alone:
        yield f"{_INDENT}{which}, and only when the others are there: they share a limit"
        return
    yield f"{_INDENT}{which}, made as small as it still fails"
    lines = timeline_lines(found.result, width - len(_INDENT))
    yield from (f"{_INDENT}{line}" for line in lines)
    yield f"{_INDENT}as a test"
    yield from (f"  {line}" for line in as_test(found.result.case).splitlines())
