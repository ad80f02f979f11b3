"""Where the facts of a migrated project come from: events to name, values to take out of JSON.

Other tools keep whole documents with an event; here an event has columns of declared kinds.
A `Plan` says which events the definitions speak of and which values they look at. It is shown
to the person who moves, and `extract` turns it into the query that makes the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaignspec.migrate.json_path import JsonPath
from campaignspec.spec.kinds import Name
from campaignspec.spec.sources import ColumnKind


class Form(StrEnum):
    """What is made of a value on the way into a column."""

    TEXT = "text"
    """Its text; numbers as they are written, lists and objects as JSON; an empty one is missing."""
    NUMBER = "number"
    """The number that it is or spells."""
    DATE = "date"
    """The day, in UTC, of a time in ISO 8601 or in milliseconds since 1970."""
    SECONDS = "seconds"
    """The same time as seconds since 1970."""
    TRUTH = "truth"
    """Whether it is, or spells, true."""
    INCLUDES = "includes"
    """Whether the list that it is has an element."""
    CONTAINS = "contains"
    """Whether its text has a part."""
    BEGINS = "begins"
    """Whether its text begins with a part."""
    ENDS = "ends"
    """Whether its text ends with a part."""
    EQUALS = "equals"
    """Whether one of several values is a text."""

    @property
    def kind(self) -> ColumnKind:
        """What a column of it holds."""
        match self:
            case Form.TEXT:
                return ColumnKind.TEXT
            case Form.NUMBER | Form.SECONDS:
                return ColumnKind.NUMBER
            case Form.DATE:
                return ColumnKind.DATE
            case _:
                return ColumnKind.BOOLEAN


class Beside(StrEnum):
    """A value that stands beside an event's document."""

    AT = "at"
    """When it happened."""
    ANONYMOUS = "anonymousId"
    """The id that somebody had before they were known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One value out of a document, made fit for a column.

    Attributes:
        places: Where it stands; of several places the first that holds something.
        form: What is made of it.
        item: For the forms that ask, what is asked for.
    """

    places: tuple[JsonPath | Beside, ...]
    form: Form
    item: str = ""


class Act(StrEnum):
    """Which of another tool's events are meant."""

    IDENTIFY = "identify"
    """Those that set traits."""
    TRACK = "track"
    """What somebody did, by its name."""
    ANY = "any"
    """All."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Some of another tool's events.

    Attributes:
        act: Which kind.
        name: For `Act.TRACK` what they are called, or begin with.
        is_prefix: Whether ``name`` is only the beginning.
    """

    act: Act
    name: str = ""
    is_prefix: bool = False

    def __str__(self) -> str:
        match self.act:
            case Act.TRACK:
                return f"{self.name}{'*' if self.is_prefix else ''}"
            case Act.IDENTIFY:
                return "every identify event"
            case Act.ANY:
                return "every event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which events and values the migrated definitions need.

    Attributes:
        events: What becomes the events of a name; one of theirs may become several of ours.
        properties: What becomes a property of every event.
        attributes: What becomes an attribute of every customer.
    """

    events: dict[Name, Happening]
    properties: dict[Name, Taken]
    attributes: dict[Name, Taken]
