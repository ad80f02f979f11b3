"""How a section of the language is declared: a frozen dataclass whose fields are its keys.

The declaration is the only one. The reader (`spec.read`), the writer (`spec.write`) and the
schema (`spec.schema`) walk it; none of them knows a key of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


class Change(StrEnum):
    """What a change of a key means for people who are in the journey."""

    METADATA = "metadata"
    CONTENT = "content"
    ENTRY = "entry"
    TIMING = "timing"
    ROUTING = "routing"
    MEASURE = "measure"
    POLICY = "policy"
    SETUP = "setup"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Loc:
    """Where in which file something is written.

    Attributes:
        file: The file as it is shown.
        path: The keys and list positions that lead to it.
    """

    file: str
    path: tuple[str | int, ...] = ()

    def __truediv__(self, step: str | int) -> Loc:
        return Loc(self.file, (*self.path, step))


NOWHERE = Loc("")

EMPTY: Mapping[Any, Any] = MappingProxyType({})
"""The default of a key that holds a mapping."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section, as declared.

    Attributes:
        name: The key as authors write it.
        attribute: The dataclass field that holds it.
        type: Its type, without the None of an optional key.
        summary: One sentence for editors and docs.
        required: Whether the section needs it.
        change: What a change of it means for people in flight.
    """

    name: str
    attribute: str
    type: Any
    summary: str
    required: bool
    change: Change


def key(summary: str, change: Change, *, default: Any = MISSING) -> Any:
    """Declare a key. Without a default it is required.

    A Python word that cannot be a field's name gets an underscore behind it: the field
    ``if_`` is the key ``if``.
    """
    metadata = {"summary": summary, "change": change}
    if default is EMPTY:
        return dataclasses.field(default_factory=lambda: EMPTY, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def location() -> Any:
    """Declare the field that remembers where a section is written; not a key."""
    return dataclasses.field(default=NOWHERE, compare=False, repr=False)


@cache
def keys_of(section: type) -> tuple[Key, ...]:
    """Return a section's keys in the order they are declared."""
    hints = get_type_hints(section, include_extras=True)
    fields = (f for f in dataclasses.fields(section) if "summary" in f.metadata)
    return tuple(
        Key(
            name=f.name.rstrip("_"),
            attribute=f.name,
            type=without_none(hints[f.name]),
            summary=f.metadata["summary"],
            required=f.default is MISSING and f.default_factory is MISSING,
            change=f.metadata["change"],
        )
        for f in fields
    )


def verb_of(section: type) -> str:
    """Return the key that says which member of a union a section is: its first."""
    return keys_of(section)[0].name


def is_section(kind: Any) -> bool:
    """Say whether a type is a section: a dataclass that declares keys."""
    return _declares_keys(kind)


@cache
def _declares_keys(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind) and any(
        "summary" in f.metadata for f in dataclasses.fields(kind)
    )


def members_of(kind: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the type itself alone."""
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)


def without_none(kind: Any) -> Any:
    """Return a type without None: an absent key is None, a written one never is."""
    members = tuple(member for member in members_of(kind) if member is not NoneType)
    return Union[members] if len(members) > 1 else members[0]  # noqa: UP007 - made at run time


def summary_of(section: type) -> str:
    """Return the first line of a section's docstring."""
    return (section.__doc__ or "").strip().partition("\n")[0]
