"""What holds for every path of a journey, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from campaignspec.clock import DAY, Duration
from campaignspec.graph.analysis import Analysis, Path
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.money import Money


def analysis_text(graph: JourneyGraph, analysis: Analysis, currency: str) -> str:
    """Write an analysis for people."""
    return "\n".join(_lines(graph, analysis, currency)) + "\n"


def analysis_data(graph: JourneyGraph, analysis: Analysis, currency: str) -> dict[str, Any]:
    """Return an analysis as plain data; lengths in microseconds, money in micro-units."""
    return {"campaign": graph.campaign, "currency": currency, **asdict(analysis)}


def _lines(graph: JourneyGraph, analysis: Analysis, currency: str) -> Iterator[str]:
    yield f"{graph.campaign}: what holds for every path"
    yield ""
    yield f"longest stay    {_stay(analysis)}"
    yield f"most messages   {_messages(analysis)}"
    yield f"cost at most    {Money(micros=analysis.cost, currency=currency)}"
    for label, nodes in (
        ("nobody reaches", analysis.unreachable),
        ("nothing behind", analysis.dead_ends),
        ("waits in vain", analysis.hopeless),
    ):
        if nodes:
            yield f"{label:<15} {', '.join(nodes)}"
    yield f"paths           {analysis.paths:,}"
    if analysis.listed:
        yield ""
        yield from _table([_row(path, currency) for path in analysis.listed])


def _stay(analysis: Analysis) -> str:
    if analysis.stay is None:
        return f"no bound: {', '.join(analysis.unbounded)}"
    return _length(analysis.stay)


def _messages(analysis: Analysis) -> str:
    channels = ", ".join(f"{name} {number}" for name, number in analysis.by_channel.items())
    return f"{analysis.messages}" + (f" ({channels})" if channels else "")


def _row(path: Path, currency: str) -> tuple[str, str, str, str, str]:
    return (
        path.outcome,
        f"{path.messages} sent",
        "no bound" if path.stay is None else f"≤ {_length(path.stay)}",
        f"≤ {Money(micros=path.cost, currency=currency)}",
        ", ".join(path.ways),
    )


def _length(micros: int) -> str:
    """Write a length as people say it: ``34d 10h``, ``90m``."""
    days, rest = divmod(micros, DAY)
    if not days or not rest:
        return str(Duration(micros))
    return f"{days}d {Duration(rest)}"


def _table(rows: list[tuple[str, str, str, str, str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True))
        yield "  ".join((*cells, row[4])).rstrip()
