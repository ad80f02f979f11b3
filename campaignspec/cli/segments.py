"""Writing what segments look like: for people, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from campaignspec.api.segment import Look, Sample, SegmentLook, Turnover
from campaignspec.cli.matrices import matrix_data, matrix_lines
from campaignspec.cli.values import instant_data, value_data, value_text
from campaignspec.clock import format_instant
from campaignspec.graph.width import cells, pad
from campaignspec.quality.reach import Reach
from campaignspec.spec.kinds import Threshold

_FORMAT_VERSION: Final = "1.0"
_BARS: Final = "▁▂▃▄▅▆▇█"
_NAMED: Final = 5
"""How many ids are named that are no customer's."""


def look_lines(look: Look) -> Iterator[str]:
    """Write what segments look like, one after the other, then how they overlap."""
    start, end = (format_instant(at, look.zone) for at in (look.period.start, look.period.end))
    yield f"{look.customers:,} customers; from {start} to {end} ({look.zone})"
    for segment in look.segments:
        yield ""
        yield from _segment(look, segment)
    for matrix in look.matrices:
        yield ""
        yield from matrix_lines(matrix)
    if not (look.segments or look.matrices):
        yield "no segments are defined"
    if len(look.segments) > 1:
        yield ""
        yield from _overlap(look)
    for group, several in look.exclusive:
        yield ""
        found = f"{several:,} customers match" if several else "nobody matches"
        yield f"exclusive  {', '.join(group)}: {found} two of them"


def look_data(look: Look) -> dict[str, Any]:
    """Return what segments look like as plain data."""
    return {
        "format_version": _FORMAT_VERSION,
        "at": instant_data(look.at),
        "from": instant_data(look.period.start),
        "to": instant_data(look.period.end),
        "customers": look.customers,
        "segments": [_segment_data(look, segment) for segment in look.segments],
        "overlap": {
            "segments": [segment.name for segment in look.segments],
            "sizes": [list(row) for row in look.overlap],
        },
        "matrices": [matrix_data(matrix) for matrix in look.matrices],
        "exclusive": [
            {"segments": list(group), "in_several": several} for group, several in look.exclusive
        ],
    }


def _segment(look: Look, segment: SegmentLook) -> Iterator[str]:
    yield f"{segment.name}  {segment.title}" if segment.title else segment.name
    at = format_instant(look.at, look.zone)
    share = f" ({100 * segment.size / look.customers:.1f}%)" if look.customers else ""
    rows = [
        ("rule", " ".join(segment.rule.split())),
        ("size", f"{segment.size:,} customers{share} at {at}"),
        *(("expected", _expectation(*expected)) for expected in segment.expected),
        *(("list", _unknown(*listed)) for listed in segment.unknown),
        ("over time", _over_time(segment)),
        ("entered", _turnover(segment.entered)),
        ("left", _turnover(segment.left)),
        *(
            (
                reach.channel,
                _reach(reach),
            )
            for reach in segment.reach
        ),
        *(
            ("samples" if not number else "", _sample(look, sample))
            for number, sample in enumerate(segment.samples)
        ),
    ]
    wide = max(cells(label) for label, _ in rows)
    for label, text in rows:
        yield f"  {pad(label, wide)}  {text}"


def _expectation(what: str, limit: Threshold, met: bool) -> str:  # noqa: FBT001 - as it is told
    return f"{what} {limit}: {'met' if met else 'not met'}"


def _unknown(file: str, unknown: tuple[str, ...]) -> str:
    if not unknown:
        return f"everybody in {file} is a customer"
    named = ", ".join(map(repr, unknown[:_NAMED]))
    others = f" and {len(unknown) - _NAMED:,} others" if len(unknown) > _NAMED else ""
    return f"{len(unknown):,} in {file} are no customers: {named}{others}"


def _over_time(segment: SegmentLook) -> str:
    sizes = [size for _, size in segment.sizes]
    most = max(sizes)
    bars = "".join(_BARS[round(size / most * (len(_BARS) - 1)) if most else 0] for size in sizes)
    return f"{bars}  {sizes[0]:,} at the start, {most:,} at most, {sizes[-1]:,} at the end"


def _reach(reach: Reach) -> str:
    return (
        f"{reach.both:,} can be reached: {reach.addressed:,} have an address, "
        f"{reach.agreed:,} consent to promotional messages"
    )


def _turnover(turnover: Turnover) -> str:
    return f"{turnover.times:,} times, {turnover.customers:,} different customers"


def _sample(look: Look, sample: Sample) -> str:
    traits = ", ".join(
        f"{name} = {value_text(value, zone=look.zone, currency=look.currency)}"
        for name, value in sample.traits
    )
    return f"{sample.label}  {traits}".rstrip()


def _overlap(look: Look) -> Iterator[str]:
    """Write the sizes of intersections; columns have the rows' numbers."""
    names = [f"{n} {segment.name}" for n, segment in enumerate(look.segments, start=1)]
    first = max(cells(name) for name in names)
    wide = max(len(f"{size:,}") for row in look.overlap for size in row)
    numbers = "  ".join(f"{n:>{wide}}" for n in range(1, len(names) + 1))
    yield f"{pad('overlap', first + 2)}  {numbers}"
    for name, row in zip(names, look.overlap, strict=True):
        yield f"  {pad(name, first)}  {'  '.join(f'{size:>{wide},}' for size in row)}"


def _segment_data(look: Look, segment: SegmentLook) -> dict[str, Any]:
    return {
        "name": segment.name,
        "title": segment.title,
        "rule": segment.rule,
        "size": segment.size,
        "share": segment.size / look.customers if look.customers else None,
        "expected": [
            {"of": what, "limit": str(limit), "met": met} for what, limit, met in segment.expected
        ],
        "unknown": [{"file": file, "ids": list(ids)} for file, ids in segment.unknown],
        "over_time": [{"at": instant_data(at), "size": size} for at, size in segment.sizes],
        "entered": _turnover_data(segment.entered),
        "left": _turnover_data(segment.left),
        "reach": [
            {
                "channel": reach.channel,
                "addressed": reach.addressed,
                "agreed": reach.agreed,
                "both": reach.both,
            }
            for reach in segment.reach
        ],
        "samples": [
            {
                "label": sample.label,
                "traits": {name: value_data(value) for name, value in sample.traits},
            }
            for sample in segment.samples
        ],
    }


def _turnover_data(turnover: Turnover) -> dict[str, int]:
    return {"times": turnover.times, "customers": turnover.customers}
