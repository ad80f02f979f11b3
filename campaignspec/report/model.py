"""What a report is about, and the parts that every form of it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from campaignspec.graph.nodes import JourneyGraph
from campaignspec.measure.provenance import Provenance
from campaignspec.measure.result import Result
from campaignspec.measure.summary import Summary
from campaignspec.spec.campaign import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One campaign in a report.

    Attributes:
        campaign: As it is written, for its words and its promises.
        graph: As it is compiled, for its drawing and its fingerprint.
        result: As it is measured.
    """

    campaign: Campaign
    graph: JourneyGraph
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What of a campaign is told on a terminal.

    Attributes:
        graph: As it is compiled.
        result: The numbers that add up.
    """

    graph: JourneyGraph
    result: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report.

    Attributes:
        project: The project's name.
        title: One line for people.
        zone: The time zone in which dates are written.
        sections: The campaigns, in the order in which they are shown.
    """

    project: str
    title: str
    zone: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One of the numbers that matter.

    Attributes:
        label: What it counts.
        value: The number, as it is written.
        note: What it consists of.
        provenance: How much it can be trusted.
    """

    label: str
    value: str
    note: str
    provenance: Provenance


class State(StrEnum):
    """Whether a promise was kept."""

    GOOD = "good"
    BAD = "bad"
    CROSSED = "crossed"
    EARLY = "early"
    UNKNOWN = "unknown"


STATES: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.GOOD: "✓ met",
        State.BAD: "✗ missed",
        State.CROSSED: "✗ crossed",
        State.EARLY: "too early",
        State.UNKNOWN: "not judged",
    }
)
"""What readers see of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: What stands in it.
        note: What stands below it, smaller.
        state: Whether it tells of a promise kept or broken.
        provenance: Set where the cell tells how much its row can be trusted.
        bar: Set where a bar is drawn: its length, between 0 and 1.
    """

    text: str
    note: str = ""
    state: State | None = None
    provenance: Provenance | None = None
    bar: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table.

    Attributes:
        cells: One a column.
        is_part: Whether it is a part of the row above that is not a part.
    """

    cells: tuple[Cell, ...]
    is_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, whatever it is written in.

    Attributes:
        name: A word for machines.
        title: Its heading.
        note: What a reader should know before reading it.
        columns: Their heads.
        numeric: The columns that hold numbers.
        rows: In order; the first cell of each names it.
    """

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    numeric: frozenset[int]
    rows: tuple[Row, ...]
