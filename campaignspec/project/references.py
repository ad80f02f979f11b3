"""What a section refers to: every name in it, with what the name may stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from campaignspec.project.places import ENTRY_PLACES, PLACES, Sort
from campaignspec.project.walk import leaves_of
from campaignspec.spec.journey import Goal
from campaignspec.spec.kinds import Property
from campaignspec.spec.offer import RedeemedBy
from campaignspec.spec.policy import SuppressEvent
from campaignspec.spec.rule import Answered, InSegment, Offered, Replied, Rule
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import Key, is_section, keys_of
from campaignspec.spec.traits import Trait

_OVER_PROPERTIES: Final = frozenset(
    {*get_args(Trait), Goal, Following, Absence, RedeemedBy, SuppressEvent}
)
"""The sections whose own rules ask events, not customers."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name as it is used.

    Attributes:
        sorts: What it may stand for; the first of them that has such a name is meant.
        name: The name.
    """

    sorts: tuple[Sort, ...]
    name: str


def references_of(section: Any) -> Iterator[Reference]:
    """Yield every name that a section refers to, in the order it is written.

    Names of traits and attributes in rules are told; properties of events in rules are not.
    """
    kind: type = type(section)
    facts = kind not in _OVER_PROPERTIES
    for key in _referring(kind):
        value = getattr(section, key.attribute)
        if value is None:  # as most keys that are not written
            continue
        if key.of_entries and isinstance(value, Mapping):
            yield from (Reference(key.of_entries, str(name)) for name in value)
        if key.is_property:
            yield Reference((Sort.EVENT,), value.rpartition(".")[0])
        else:
            yield from _within(value, key.sorts, facts=facts)


@dataclass(frozen=True, slots=True)
class _Referring:
    """A key that may refer to anything.

    Attributes:
        attribute: The attribute that holds its value.
        sorts: What its value, or each in it, may name.
        of_entries: What the names of its entries may name.
        is_property: Whether it names an event with its property.
    """

    attribute: str
    sorts: tuple[Sort, ...]
    of_entries: tuple[Sort, ...]
    is_property: bool


@cache
def _referring(kind: type) -> tuple[_Referring, ...]:
    """Return the keys of a section that may refer to anything, at any depth."""
    return tuple(
        _Referring(
            attribute=key.attribute,
            sorts=PLACES.get((kind, key.name), ()),
            of_entries=ENTRY_PLACES.get((kind, key.name), ()),
            is_property=key.type is Property,
        )
        for key in keys_of(kind)
        if (kind, key.name) in PLACES
        or (kind, key.name) in ENTRY_PLACES
        or key.type is Property
        or key in deep_keys(kind)
    )


@cache
def deep_keys(kind: type) -> tuple[Key, ...]:
    """Return the keys of a section that may hold sections or rules, at any depth."""
    return tuple(key for key in keys_of(kind) if _is_deep(key.type))


def _is_deep(kind: Any) -> bool:
    return is_section(kind) or kind is Rule or any(_is_deep(part) for part in get_args(kind))


def _within(value: Any, sorts: tuple[Sort, ...], *, facts: bool) -> Iterator[Reference]:
    if isinstance(value, str):
        if sorts:
            yield Reference(sorts, str(value))
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item, sorts, facts=facts)
    elif is_section(type(value)):
        kind: type = type(value)
        if _referring(kind):  # most sections name nothing
            yield from references_of(value)
    elif isinstance(value, Rule):
        yield from _asked(value, facts=facts)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _within(item, sorts, facts=facts)


def _asked(rule: Rule, *, facts: bool) -> Iterator[Reference]:
    for leaf in leaves_of(rule.term):
        if isinstance(leaf, InSegment):
            yield Reference((Sort.SEGMENT,), leaf.segment)
        elif isinstance(leaf, Offered):
            yield Reference((Sort.OFFER,), leaf.offer)
        elif facts and not isinstance(leaf, Answered | Replied):
            yield Reference((Sort.TRAIT, Sort.ATTRIBUTE), leaf.fact.name)
