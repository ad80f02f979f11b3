"""What rules about identity may name: fields of customers, and sources of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from campaignspec.project.scope import Part
from campaignspec.spec.project import Settings

CUSTOMER: Final = "customer"
"""The field that is a record's id."""

NAME_FIELDS: Final = ("given_name", "family_name", "patronymic")
"""The attributes that names give."""

PHONE_TYPE: Final = "phone_type"
"""The attribute that says what sort of line a phone is."""


def made_attributes(part: Part[Settings]) -> frozenset[str]:
    """Return the attributes that rules about identity make, besides those that are declared."""
    if not part.data or "identity" not in part.data:
        return frozenset()
    customers = customers_of(part)
    names = (
        frozenset(NAME_FIELDS) if any("names" in source for source in customers) else frozenset()
    )
    phones = any("phone" in _mapping(source, "addresses") for source in customers)
    return names | ({PHONE_TYPE} if phones else frozenset())


def fields_of(part: Part[Settings]) -> frozenset[str]:
    """Return the fields that records of customers have, without their ids."""
    found = set(made_attributes(part))
    for source in customers_of(part):
        found |= {str(name) for name in _mapping(source, "addresses")}
        found |= {str(name) for name in _mapping(source, "attributes")}
    return frozenset(found)


def customers_of(part: Part[Settings]) -> list[dict[str, Any]]:
    """Return the sources of customers as written."""
    sources = part.data.get("sources") if part.data else None
    listed = sources if isinstance(sources, list) else []
    return [source for source in listed if isinstance(source, dict) and "customers" in source]


def called(source: Mapping[str, Any]) -> str:
    """Return what a source of customers is called: its name, or else its file's."""
    name = source.get("name")
    return name if isinstance(name, str) else PurePosixPath(str(source["customers"])).stem


def _mapping(source: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    held = source.get(key)
    return held if isinstance(held, dict) else {}
