"""The tables of a report: each form writes the same ones."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.measure.cohort import Tally
from campaignspec.measure.provenance import SENTENCES, Provenance, Quantity, provenance_of
from campaignspec.report import format as written
from campaignspec.report.experiment_table import experiment_table
from campaignspec.report.kpi_tables import kpi_table, lift_table
from campaignspec.report.model import Cell, Row, Section, Table
from campaignspec.report.offer_table import offer_table
from campaignspec.report.review_tables import review_tables


def tables(section: Section) -> tuple[Table, ...]:
    """Return the tables that have something to say, in the order in which they are shown."""
    every = (
        funnel_table(section),
        kpi_table(section),
        lift_table(section),
        *(experiment_table(section, reading) for reading in section.result.experiments),
        *review_tables(section),
        channel_table(section),
        offer_table(section),
        reason_table(section),
        assumption_table(section),
    )
    return tuple(table for table in every if table.rows)


def funnel_table(section: Section) -> Table:
    """Show how many got how far, and what became of the others."""
    return Table(
        name="funnel",
        title="From the entry to the goal",
        note="Shares are of all entries. An entry is one enrolment: who may come again counts "
        "again.",
        columns=("Step", "Number", "Share", "", "Class"),
        numeric=frozenset({1, 2}),
        rows=tuple(_funnel_rows(section)),
    )


def _funnel_rows(section: Section) -> Iterator[Row]:
    result, goal = section.result, section.graph.goal
    funnel, treated = result.funnel, result.funnel.treated
    entries = provenance_of(Quantity.ENTRIES, simulated=result.simulated)
    touches = provenance_of(Quantity.TOUCHES, simulated=result.simulated)
    outcome = provenance_of(Quantity.CONVERSIONS, simulated=result.simulated) if goal else touches
    whole = funnel.entries

    def row(label: str, number: int, provenance: Provenance, *, is_part: bool = False) -> Row:
        fraction = number / whole if whole else None
        cells = (
            Cell(text=label),
            Cell(text=written.count(number)),
            Cell(text=written.share(fraction)),
            Cell(text="", bar=fraction or 0.0),
            Cell(text=provenance.value, provenance=provenance),
        )
        return Row(cells=cells, is_part=is_part)

    yield _refusals("Met the entry and might not enter", funnel.refused, entries)
    yield from (_refusal(reason, number) for reason, number in funnel.refused)
    yield row("Entered", whole, entries)
    yield row("held out", funnel.held_out.entries, entries, is_part=True)
    yield row("treated", treated.entries, entries, is_part=True)
    yield row("Got at least one message", funnel.touched, touches)
    yield row("Did the last step", funnel.completed, touches)
    if goal is not None:
        yield row("Treated, reached the goal", treated.converted, outcome)
    yield row("Treated, left early", treated.left, outcome)
    if goal is not None:
        yield row("Treated, window over without the goal", treated.ended, outcome)
    yield row("Treated, still open", treated.open, outcome)


def _refusals(label: str, refused: Tally, provenance: Provenance) -> Row:
    number = sum(count for _, count in refused)
    cells = (label, written.count(number), "", "")
    end = Cell(text=provenance.value, provenance=provenance)
    return Row(cells=(*(Cell(text=text) for text in cells), end))


def _refusal(reason: str, number: int) -> Row:
    cells = (reason or "no reason given", written.count(number), "", "", "")
    return Row(cells=tuple(Cell(text=text) for text in cells), is_part=True)


def channel_table(section: Section) -> Table:
    """Show what was sent, answered and paid, by channel."""
    result = section.result
    touches = provenance_of(Quantity.TOUCHES, simulated=result.simulated)
    answers = provenance_of(Quantity.ANSWERS, simulated=result.simulated)
    return Table(
        name="channels",
        title="Messages by channel",
        note=f"All numbers are {touches}."
        if touches is answers
        else f"Sent, not sent, failed and cost are {touches}; opened, clicked and opted out are "
        f"{answers}.",
        columns=(
            "Channel",
            "Sent",
            "Not sent",
            "Failed",
            "Opened",
            "Clicked",
            "Opted out",
            "Cost",
        ),
        numeric=frozenset(range(1, 8)),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=use.channel),
                    Cell(text=written.count(use.sent)),
                    Cell(text=written.count(sum(number for _, number in use.suppressed))),
                    Cell(text=written.count(use.failed)),
                    _answers(use.opened, use.sent),
                    _answers(use.clicked, use.sent),
                    _answers(use.unsubscribed, use.sent),
                    Cell(text=written.micros(use.cost, result.currency)),
                )
            )
            for use in result.channels
        ),
    )


def _answers(number: int, sent: int) -> Cell:
    return Cell(text=written.count(number), note=written.share(number / sent if sent else None))


def reason_table(section: Section) -> Table:
    """Show why messages were not sent, or had to wait, and why people left."""
    funnel = section.result.funnel
    groups = (
        *((f"Not sent: {use.channel}", use.suppressed) for use in section.result.channels),
        ("Had to wait", funnel.deferred),
        ("Failed", funnel.failed),
        ("Left the journey", funnel.left),
    )
    whole = max((number for _, reasons in groups for _, number in reasons), default=1)
    rows = (
        Row(
            cells=(
                Cell(text=reason or "no reason given"),
                Cell(text=what),
                Cell(text=written.count(number)),
                Cell(text="", bar=number / whole),
            )
        )
        for what, reasons in groups
        for reason, number in reasons
    )
    return Table(
        name="reasons",
        title="Why not, and why no longer",
        note="",
        columns=("Reason", "What happened", "Number", ""),
        numeric=frozenset({2}),
        rows=tuple(rows),
    )


def assumption_table(section: Section) -> Table:
    """List what a rehearsal takes for granted, and from where."""
    result = section.result
    rows = [
        Row(cells=(Cell(text=item.name), Cell(text=item.value), Cell(text=item.basis)))
        for item in result.assumptions
    ]
    if result.simulated and section.graph.goal is not None:
        cells = (
            "effect of messages",
            "none",
            "The history is replayed as it was; nobody buys more, or less, for a message.",
        )
        rows.append(Row(cells=tuple(Cell(text=text) for text in cells)))
    return Table(
        name="assumptions",
        title="What is assumed",
        note="Numbers that are “assumed” rest on these.",
        columns=("About", "Taken as", "Basis"),
        numeric=frozenset(),
        rows=tuple(rows),
    )


def reading_help() -> tuple[tuple[Provenance, str], ...]:
    """Explain the classes of numbers."""
    return tuple(SENTENCES.items())
