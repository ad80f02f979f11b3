"""The rules by which records become people, as a project declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any, Final, TypeAlias

MatchKey: TypeAlias = tuple[str, ...]
"""Fields that must all be equal for two records to be one person."""

CUSTOMER: Final = "customer"
"""The field that holds a record's id as its source writes it."""

PHONE: Final = "phone"
EMAIL: Final = "email"
PHONE_TYPE: Final = "phone_type"
GIVEN_NAME: Final = "given_name"
FAMILY_NAME: Final = "family_name"
PATRONYMIC: Final = "patronymic"
NAME_FIELDS: Final = (GIVEN_NAME, FAMILY_NAME, PATRONYMIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """Of several values the one whose record was changed last."""


Precedence: TypeAlias = tuple[str, ...] | Newest
"""Sources by name, the first with a value wins; or the newest value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How records become people.

    Attributes:
        region: Where phone numbers without a country code are meant, ISO 3166.
        match: What makes two records one person, the strongest first.
        at_most: A value that more customers share than this joins nobody.
        differ: Fields that two records of one person never have different values of.
        keep: Which value wins, by field; elsewhere that of the first source that has one.
        provider_rules: Whether e-mail addresses are compared as Gmail reads them.
    """

    region: str
    match: tuple[MatchKey, ...] = ()
    at_most: int = 5
    differ: tuple[str, ...] = ()
    keep: Mapping[str, Precedence] = field(default_factory=dict)
    provider_rules: bool = False


def written_key(key: MatchKey) -> str:
    """Write what two records share: "family_name + birthday"."""
    return " + ".join(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How the rows of a table name people, where not by an id that all tables share.

    Attributes:
        field: What their column of customers holds; `CUSTOMER` is an id.
        ids_of: The source of customers whose own ids they are.
        makes_people: Whether a value that belongs to no customer makes a new person.
        table: What the lineage of people calls the table.
    """

    field: str = CUSTOMER
    ids_of: str | None = None
    makes_people: bool = True
    table: str = ""


def own_id(source: str, written: str) -> str:
    """Write the id of a person whose source has ids of its own: ``crm:17``."""
    return f"{source}:{written}"


def described(identity: Identity) -> Mapping[str, Any]:
    """Describe rules by plain data, with all that phone numbers are judged by."""
    keep = [
        [name, list(rule) if isinstance(rule, tuple) else "newest"]
        for name, rule in sorted(identity.keep.items())
    ]
    return {**asdict(identity), "keep": keep, "phonenumbers": version("phonenumbers")}
