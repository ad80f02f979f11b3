"""Whether segments are as large, and as separate, as they are expected to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from campaignspec.audience import Audience
from campaignspec.clock import Instant
from campaignspec.quality.outcome import Outcome, Verdict
from campaignspec.spec.audience import Expectation, Segment
from campaignspec.spec.kinds import Threshold


def expectations_met(
    audience: Audience, exclusive: Sequence[Sequence[str]], at: Instant
) -> Iterator[Outcome]:
    """Hold segments against what is expected of them at an instant.

    Args:
        audience: The project's traits and segments over its history.
        exclusive: Groups of segments of which nobody may match two at once.
        at: The instant.

    Yields:
        One outcome a limit, by the segments' names, then one a group.
    """
    for name in sorted(audience.segments):
        segment: Segment = audience.segments[name]
        if segment.expect is not None:
            yield from _sizes(audience, name, segment.expect, at)
    for group in exclusive:
        yield _apart(audience, group, at)


def _sizes(audience: Audience, name: str, expect: Expectation, at: Instant) -> Iterator[Outcome]:
    everybody = len(audience.history.customers)
    size = int(_members(audience, name, at).sum())
    share = size / everybody if everybody else 0.0
    if expect.size is not None:
        yield _held(name, "size", expect.size, size, f"{size:,} customers", expect)
    if expect.share is not None:
        found = f"{size:,} of {everybody:,} customers ({100 * share:.1f}%)"
        yield _held(name, "share", expect.share, share, found, expect)


def _held(
    name: str, what: str, limit: Threshold, value: float, found: str, expect: Expectation
) -> Outcome:
    met = limit.is_met_by(value)
    return Outcome(
        subject=f"segment {name}",
        test=f"expect {what} {limit}",
        verdict=Verdict.PASSED if met else Verdict.FAILED,
        found=found,
        advice=""
        if met
        else f"`campaignspec segment {name}` shows its size over time; correct the data, the "
        "rule, or the expectation",
        loc=expect.loc,
    )


def _apart(audience: Audience, group: Sequence[str], at: Instant) -> Outcome:
    """Count who matches two segments of a group."""
    times = np.zeros(len(audience.history.customers), np.int64)
    for name in group:
        times += _members(audience, name, at)
    both = int((times > 1).sum())
    return Outcome(
        subject=f"segments {', '.join(group)}",
        test="exclusive",
        verdict=Verdict.FAILED if both else Verdict.PASSED,
        found=f"{both:,} customers match two of them" if both else "nobody matches two of them",
        advice="take them apart in their rules, or with `exclude:`" if both else "",
        rows=len(times),
        failing=both,
    )


def _members(audience: Audience, name: str, at: Instant) -> np.ndarray:
    rows = np.arange(len(audience.history.customers))
    return audience.matches(name, rows, np.full(rows.shape, at))
