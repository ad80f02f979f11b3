"""What each trait holds, and how rules must name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from campaignspec.project.names import FactKind
from campaignspec.project.scope import Part
from campaignspec.spec.audience import Audiences
from campaignspec.spec.habits import (
    Affinity,
    Bucket,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.marks import Mark
from campaignspec.spec.rfm import SCORES, Facet, Rfm
from campaignspec.spec.shape import verb_of
from campaignspec.spec.traits import (
    Distinct,
    EventTrait,
    First,
    FirstValue,
    GroupedTrait,
    LastValue,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    PropertyTrait,
    Ratio,
)

EVENT_TRAITS: Final[tuple[type, ...]] = get_args(EventTrait)
"""The traits that look at the events of one name."""

PROPERTY_TRAITS: Final[tuple[type, ...]] = get_args(PropertyTrait)
"""Those of them that look at a property."""

GROUPED_TRAITS: Final[tuple[type, ...]] = get_args(GroupedTrait)
"""Those that a property may tell apart."""

SUMMABLE = frozenset({FactKind.NUMBER, FactKind.MONEY})
"""What can be added up."""

ORDERED = SUMMABLE | {FactKind.DATE}
"""What has a least and a greatest value."""

_TEXT: Final = frozenset({FactKind.TEXT})

_WANTED: Final[Mapping[type, frozenset[FactKind]]] = {
    Minimum: ORDERED,
    Maximum: ORDERED,
    MostFrequent: _TEXT,
    Affinity: _TEXT,
    Interest: _TEXT,
    Nps: frozenset({FactKind.NUMBER}),
    Distinct: frozenset(FactKind),
    LastValue: frozenset(FactKind),
    FirstValue: frozenset(FactKind),
}

_HELD: Final[Mapping[type, FactKind]] = {
    Latest: FactKind.INSTANT,
    First: FactKind.INSTANT,
    Distinct: FactKind.NUMBER,
    Nps: FactKind.TEXT,
    NewOrReturning: FactKind.TEXT,
    PreferredChannel: FactKind.TEXT,
}
"""What traits hold whatever they look at; others of events hold a number."""

Properties = Mapping[str, Mapping[str, FactKind | None]]
"""What each event's properties hold; None where that is unclear."""

Kinds = dict[str, FactKind | None]


def source_of(trait: type, written: str) -> tuple[str, str | None]:
    """Return the event that a trait looks at, and the property if it looks at one."""
    if trait in PROPERTY_TRAITS:
        event, _, name = written.rpartition(".")
        return event, name
    return written, None


def suits(trait: type, kind: FactKind) -> bool:
    """Say whether a trait can be computed of a property that holds a kind."""
    return kind in _WANTED.get(trait, SUMMABLE)


def wanted(trait: type) -> str:
    """Say what a trait can be computed of: "a number or an amount of money"."""
    *others, last = (kind for kind in FactKind if suits(trait, kind))
    return f"{', '.join(others)} or {last}" if others else last


def trait_kinds(
    audiences: tuple[Part[Audiences], ...],
    properties: Properties,
    attributes: Mapping[str, FactKind | None],
) -> Kinds:
    """Return what traits hold by name; None where that is unclear."""
    kinds: Kinds = {
        str(piece.loc.path[-2]): _kind(trait, piece.value, properties)
        for part in audiences
        for trait in (*EVENT_TRAITS, Tenure, Bucket)
        if trait is not Rfm
        for piece in part.pieces.values_of(trait, verb_of(trait))
    }
    kinds |= _kinds_of_many(audiences)
    made = {**_sections(audiences, Ratio), **_sections(audiences, ValueAgo)}
    for _ in made:
        kinds |= {name: _made_kind(trait, {**attributes, **kinds}) for name, trait in made.items()}
    return kinds


def keys_wanted(audiences: tuple[Part[Audiences], ...]) -> Mapping[str, bool]:
    """Return the traits that a property tells apart, and whether a rule must name its value.

    They are read off the plain data: a mistake elsewhere in a trait does not hide that it has
    `by`.
    """
    verbs = {verb_of(trait) for trait in GROUPED_TRAITS}
    return {
        str(name): verb_of(MedianGap) not in written
        for part in audiences
        for name, written in _written_traits(part)
        if "by" in written and verbs & set(written)
    }


def _kinds_of_many(audiences: tuple[Part[Audiences], ...]) -> Kinds:
    """Return what the facts of RFM traits hold, and the stages of lifecycles."""
    kinds: Kinds = {
        str(stage.loc.path[-3]): FactKind.TEXT
        for part in audiences
        for stage in part.pieces.values_of(Lifecycle, verb_of(Lifecycle))
    }
    kinds |= {name: FactKind[mark.mark.name] for name, mark in _sections(audiences, Mark).items()}
    for part in audiences:
        for piece in part.pieces.values_of(Rfm, verb_of(Rfm)):
            for facet in Facet:
                kind = FactKind.NUMBER if facet in SCORES else FactKind.TEXT
                kinds[f"{piece.loc.path[-2]}.{facet}"] = kind
    return kinds


def _written_traits(part: Part[Audiences]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    traits = part.data.get("traits") if part.data else None
    if isinstance(traits, dict):
        yield from ((name, each) for name, each in traits.items() if isinstance(each, dict))


def _sections(audiences: tuple[Part[Audiences], ...], kind: type[Any]) -> Mapping[str, Any]:
    return {
        str(section.loc.path[-1]): section
        for part in audiences
        for section in part.pieces.sections(kind)
    }


def _kind(trait: type, written: str, properties: Properties) -> FactKind | None:
    if trait in _HELD or trait not in PROPERTY_TRAITS:
        return _HELD.get(trait, FactKind.NUMBER)
    event, name = source_of(trait, written)
    kind = properties.get(event, {}).get(name or "")
    return kind if kind and suits(trait, kind) else None


def _made_kind(trait: Ratio | ValueAgo, kinds: Mapping[str, FactKind | None]) -> FactKind | None:
    """Return what a trait holds that is made of others."""
    if isinstance(trait, ValueAgo):
        return kinds.get(trait.value)
    above, below = kinds.get(trait.ratio), kinds.get(trait.to)
    if above is None or below is None:
        return None
    is_money = above is FactKind.MONEY and below is FactKind.NUMBER
    return FactKind.MONEY if is_money else FactKind.NUMBER
