"""Data tests: what must be true of a source's table before a run sends anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.kinds import Share
from campaignspec.spec.shape import Change, Loc, key, location


class Only(StrEnum):
    """What a test that fails does instead of stopping a run."""

    WARN = "warn"


class Target(StrEnum):
    """Whose ids a column may hold."""

    CUSTOMERS = "customers"
    PRODUCTS = "products"


_AT_MOST = "The share of the rows that may fail it; none, if not given."
_ONLY = "`warn`: a run goes on when it fails."


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """No value stands in a column twice; empty cells do not count."""

    unique: str = key("The column.", Change.SETUP)
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNull:
    """No cell of a column is empty."""

    not_null: str = key("The column.", Change.SETUP)
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedValues:
    """Every value of a column is one of a few; empty cells do not count."""

    accepted_values: str = key("The column.", Change.SETUP)
    values: tuple[int | float | str, ...] = key("The values that are expected.", Change.SETUP)
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """A pattern fits every value of a column; empty cells do not count."""

    matches: str = key("The column.", Change.SETUP)
    pattern: str = key(
        "A regular expression that must fit somewhere in the value: `'^\\+7\\d{10}$'`; single "
        "quotes keep its backslashes.",
        Change.SETUP,
    )
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationships:
    """Every value of a column is the id of somebody or something that is there."""

    relationships: str = key("The column.", Change.SETUP)
    to: Target = key(
        "`customers` or `products`: whatever stands in a source of them.", Change.SETUP
    )
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Every value of a column lies between two bounds; empty cells do not count."""

    range: str = key("The column.", Change.SETUP)
    from_: float | date | None = key(
        "The least value that is expected.", Change.SETUP, default=None
    )
    to: float | date | None = key(
        "The greatest value that is expected.", Change.SETUP, default=None
    )
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFuture:
    """No instant or date of a column is later than now; empty cells do not count."""

    no_future: str = key("The column.", Change.SETUP)
    at_most: Share | None = key(_AT_MOST, Change.SETUP, default=None)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """The newest row is not older than this."""

    fresh: Duration = key("How old the newest row may be.", Change.SETUP)
    by: str | None = key(
        "The column with the row's instant; the source's own, if not given.",
        Change.SETUP,
        default=None,
    )
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """There are about as many rows as at the environment's last good run."""

    volume: Share = key("By how much their number may differ.", Change.SETUP)
    only: Only | None = key(_ONLY, Change.SETUP, default=None)
    loc: Loc = location()


ColumnTest: TypeAlias = (
    Unique | NotNull | AcceptedValues | Matches | Relationships | Range | NoFuture
)
"""The tests that look at each value of a column."""

TableTest: TypeAlias = Fresh | Volume
"""The tests that look at a table as a whole."""

DataTest: TypeAlias = (
    Unique | NotNull | AcceptedValues | Matches | Relationships | Range | NoFuture | Fresh | Volume
)
