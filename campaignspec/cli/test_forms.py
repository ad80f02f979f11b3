"""What came of tests, for machines: JSON of our own, and JUnit's XML for build servers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from campaignspec.api.cases import CampaignTests, Tried
from campaignspec.cli.test_text import timeline_lines
from campaignspec.clock import to_datetime
from campaignspec.graph.nodes import Edge
from campaignspec.simulate.case import CaseResult
from campaignspec.simulate.coverage import Coverage
from campaignspec.simulate.fuzzing import Found
from campaignspec.simulate.paste import as_test
from campaignspec.simulate.scene import Mismatch
from campaignspec.simulate.timeline import Row

FORMAT_VERSION: Final = "1.0"
_WIDE: Final = 120


def as_json(done: Sequence[CampaignTests]) -> str:
    """Write what came of tests as one JSON object."""
    return json.dumps(
        {
            "format_version": FORMAT_VERSION,
            "passed": sum(tried.result.passed for each in done for tried in each.tried),
            "failed": sum(not tried.result.passed for each in done for tried in each.tried),
            "campaigns": [_campaign(each) for each in done],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_junit(done: Sequence[CampaignTests]) -> str:
    """Write what came of tests as JUnit XML: a suite a campaign.

    A random customer who got what nobody may get is a failed test of its own.
    """
    suites = [line for each in done for line in _suite(each)]
    tests = sum(len(each.tried) + len(each.found) for each in done)
    failures = sum(_failures(each) for each in done)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="campaignspec" tests="{tests}" failures="{failures}">',
        *suites,
        "</testsuites>",
    ]
    return "\n".join(lines)


def _campaign(tests: CampaignTests) -> dict[str, Any]:
    return {
        "campaign": tests.campaign,
        "tests": [_tried(tried) for tried in tests.tried],
        "coverage": _coverage(tests.coverage) if tests.coverage else None,
        "random_customers": tests.fuzzed,
        "found": [_found(found) for found in tests.found],
    }


def _tried(tried: Tried) -> dict[str, Any]:
    result = tried.result
    return {
        "test": result.case.test,
        "file": tried.file,
        "line": tried.line,
        "passed": result.passed,
        "mismatches": [_mismatch(each) for each in result.mismatches],
        "timeline": [_row(row) for row in result.rows],
    }


def _mismatch(mismatch: Mismatch) -> dict[str, Any]:
    expected, actual = list(mismatch.expected), list(mismatch.actual)
    return {"what": mismatch.what, "expected": expected, "actual": actual}


def _row(row: Row) -> dict[str, Any]:
    return {
        "at": None if row.at is None else to_datetime(row.at).isoformat(),
        "expected": row.expected or None,
        "mark": row.mark.name.lower(),
        "actual": row.actual or None,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "ways": len(coverage.ways),
        "walked": coverage.taken,
        "missing": [_edge(edge) for edge in coverage.missing],
    }


def _edge(edge: Edge) -> dict[str, str]:
    return {"source": edge.source, "way": edge.label, "target": edge.target}


def _found(found: Found) -> dict[str, Any]:
    return {
        "customer": found.number,
        "alone": found.alone,
        "mismatches": [_mismatch(each) for each in found.result.mismatches],
        "test": as_test(found.result.case),
    }


def _failures(tests: CampaignTests) -> int:
    return sum(not tried.result.passed for tried in tests.tried) + len(tests.found)


def _suite(tests: CampaignTests) -> Iterator[str]:
    name, total = quoteattr(tests.campaign), len(tests.tried) + len(tests.found)
    yield f'  <testsuite name={name} tests="{total}" failures="{_failures(tests)}">'
    for tried in tests.tried:
        where = f' file={quoteattr(tried.file)} line="{tried.line}"'
        yield from _case(tests.campaign, tried.result, where)
    for found in tests.found:
        yield from _case(tests.campaign, found.result, "")
    yield "  </testsuite>"


def _case(campaign: str, result: CaseResult, where: str) -> Iterator[str]:
    opening = f"    <testcase classname={_attribute(campaign)} name={_attribute(result.case.test)}"
    if result.passed:
        yield f"{opening}{where}/>"
        return
    what = ", ".join(dict.fromkeys(mismatch.what for mismatch in result.mismatches))
    body = "\n".join(timeline_lines(result, _WIDE)) if result.rows else "nothing happened"
    yield f"{opening}{where}>"
    yield f"      <failure message={_attribute(what)}>{escape(_printable(body))}</failure>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """Leave out what XML 1.0 cannot hold, however it is written."""
    return "".join(letter for letter in text if letter in "\t\n" or ord(letter) >= 32)
