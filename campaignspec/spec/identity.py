"""Who is who: how records of several tables become people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from campaignspec.spec.kinds import Name, Region
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


class NameOrder(StrEnum):
    """Which name comes first in a full name, where its words do not say."""

    FAMILY_FIRST = "family-first"
    GIVEN_FIRST = "given-first"


class Ids(StrEnum):
    """Whose ids a table of customers holds."""

    SHARED = "shared"
    """Ids that other tables use for the same people."""
    OWN = "own"
    """Ids of its own, which may be those of other people elsewhere."""


class Unmatched(StrEnum):
    """What becomes of a row whose phone or e-mail belongs to no customer."""

    NEW = "new"
    """It makes a new person."""
    REJECT = "reject"
    """It is left out."""


class Newest(StrEnum):
    """Which of several values wins."""

    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameColumns:
    """The columns that hold people's names: one with full names, or one for each part."""

    full: str | None = key("The column with full names.", Change.SETUP, default=None)
    order: NameOrder = key(
        "What comes first in full names, where neither a patronymic nor a known name tells.",
        Change.SETUP,
        default=NameOrder.FAMILY_FIRST,
    )
    given: str | None = key("The column with given names.", Change.SETUP, default=None)
    family: str | None = key("The column with family names.", Change.SETUP, default=None)
    patronymic: str | None = key("The column with patronymics.", Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """How the rows of a table name people."""

    field: Name = key(
        "What the column `customer` holds: `phone`, `email`, or `customer`, an id.",
        Change.IDENTITY,
    )
    ids_of: Name | None = key(
        "The table of customers whose own ids these are.", Change.IDENTITY, default=None
    )
    unmatched: Unmatched = key(
        "What becomes of rows that belong to no customer: `new` makes a new person of each phone "
        "or e-mail, `reject` leaves them out.",
        Change.IDENTITY,
        default=Unmatched.NEW,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How records of several tables become people; without it, each id is a person."""

    region: Region = key(
        "Where phone numbers without a country code are meant, in two letters: `RU`, `CN`.",
        Change.IDENTITY,
    )
    match: tuple[Name | tuple[Name, ...], ...] = key(
        "What makes two records one person, the strongest first: a field, or a list of fields "
        "that must all be equal.",
        Change.IDENTITY,
    )
    at_most: int = key(
        "A phone or e-mail that more customers share joins nobody, and is nobody's address.",
        Change.IDENTITY,
        default=5,
    )
    differ: tuple[Name, ...] = key(
        "Fields that keep records apart where both have a value and the values differ.",
        Change.IDENTITY,
        default=(),
    )
    keep: Mapping[Name, Newest | tuple[Name, ...]] = key(
        "Which value a person gets, by field: that of the first source in a list, or the "
        "`newest`; elsewhere that of the first source that has one.",
        Change.IDENTITY,
        default=EMPTY,
    )
    provider_rules: bool = key(
        "Whether `i.vanov+shop@gmail.com` is `ivanov@gmail.com`, as it is for Gmail.",
        Change.IDENTITY,
        default=False,
    )
    loc: Loc = location()
