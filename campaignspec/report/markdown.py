"""Writes a report as Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from campaignspec.graph.mermaid import draw_mermaid
from campaignspec.report import format as written
from campaignspec.report.headlines import headlines
from campaignspec.report.model import STATES, Cell, Report, Section, Table
from campaignspec.report.tables import reading_help, tables

_MARKS = {state: f" {word}" if word[0] in "✓✗" else f" ({word})" for state, word in STATES.items()}
_ESCAPES = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"} | {"\n": " "})


def to_markdown(report: Report) -> str:
    """Write a report as GitHub's Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {_escaped(report.title)}"
    for section in report.sections:
        yield from _section(section, report.zone)
    yield from ("", "## How to read this", "")
    for provenance, sentence in reading_help():
        yield f"- **{provenance}**: {sentence}"


def _section(section: Section, zone: str) -> Iterator[str]:
    result, graph = section.result, section.graph
    yield from ("", f"## {_escaped(graph.title)}", "")
    how = "Rehearsed on history" if result.simulated else "Counted from a run"
    yield f"{how}, {written.period(result.start, result.end, zone)} ({_escaped(zone)})."
    if section.campaign.hypothesis:
        yield from ("", f"> {_escaped(section.campaign.hypothesis)}")
    yield from ("", "| | number | | class |", "|---|---:|---|---|")
    for line in headlines(section):
        cells = (line.label, f"**{_escaped(line.value)}**", _escaped(line.note), line.provenance)
        yield _joined(cells)
    yield from ("", "### The journey", "", "```mermaid")
    yield draw_mermaid(graph, result.counts).rstrip()
    yield "```"
    for table in tables(section):
        yield from _table(table)
    yield from ("", f"<sub>{_footer(section)}</sub>")


def _table(table: Table) -> Iterator[str]:
    kept = [
        place
        for place in range(len(table.columns))
        if any(row.cells[place].bar is None for row in table.rows)
        and (table.columns[place] or any(row.cells[place].text for row in table.rows))
    ]
    yield from ("", f"### {_escaped(table.title)}", "")
    if table.note:
        yield from (_escaped(table.note), "")
    yield _joined(table.columns[place] for place in kept)
    yield _joined("---:" if place in table.numeric else "---" for place in kept)
    for row in table.rows:
        part = "\N{EN DASH} " if row.is_part else ""
        cells = [_cell(row.cells[place]) for place in kept]
        yield _joined((part + cells[0], *cells[1:]))


def _cell(cell: Cell) -> str:
    note = f"<br><sub>{_escaped(cell.note)}</sub>" if cell.note else ""
    mark = _MARKS[cell.state] if cell.state else ""
    return f"{_escaped(cell.text)}{mark}{note}"


def _joined(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _footer(section: Section) -> str:
    graph = section.graph
    return _escaped(f"{graph.campaign} · fingerprint {graph.fingerprint} · seed {graph.seed}")


def _escaped(text: str) -> str:
    """Write what Markdown would read as its own marks as plain letters."""
    return text.translate(_ESCAPES)
