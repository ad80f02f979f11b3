"""Random traits, all of them sound, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine_kit.story import PROPERTIES

from campaignspec.clock import Duration
from campaignspec.history import ValueKind
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import Rule
from campaignspec.spec.traits import (
    Average,
    Count,
    DaysSince,
    Distinct,
    First,
    FirstValue,
    LastValue,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Ratio,
    Sum,
    Trait,
)

OF_EVENTS = (Count, Count, Latest, First, DaysSince, MedianGap)
OF_AMOUNTS = (Sum, Sum, Average, Average, Minimum, Maximum)
OF_ANYTHING = (Distinct, LastValue, FirstValue)
SUMMABLE = frozenset({ValueKind.MONEY, ValueKind.NUMBER})


def draw_trait(
    pick: Callable[[Sequence[Any]], Any],
    event: str,
    *,
    where: Rule | None,
    within: Duration | None,
    others: Mapping[str, Trait],
) -> Trait:
    """Draw a trait that looks at an event, or divides two of the others."""
    names = [name for name in others if is_divisible(name, others)]
    properties = PROPERTIES[event]
    texts = [name for name, kind in properties.items() if kind is ValueKind.TEXT]
    sorts = (*OF_EVENTS, *OF_AMOUNTS, *OF_ANYTHING)
    sort = pick(sorts + (MostFrequent,) * bool(texts) + (Ratio,) * 2 * bool(names))
    if sort is Ratio:
        return Ratio(ratio=Name(pick(names)), to=Name(pick(names)))
    window: dict[str, Any] = {}
    if sort not in {Latest, First, DaysSince, LastValue, FirstValue}:
        window["within"] = within
    verb = next(iter(sort.__dataclass_fields__))
    if sort in OF_EVENTS:
        return _trait(sort, {verb: Name(event), "where": where} | window)
    amounts = [name for name, kind in properties.items() if kind in SUMMABLE]
    held = texts if sort is MostFrequent else amounts if sort in OF_AMOUNTS else [*properties]
    return _trait(sort, {verb: Property(f"{event}.{pick(held)}"), "where": where} | window)


def is_divisible(name: str, traits: Mapping[str, Trait]) -> bool:
    """Say whether a ratio may be made of a trait."""
    trait = traits[name]
    return not isinstance(trait, DaysSince) and kind_of(trait, traits) in SUMMABLE


def kind_of(trait: Trait, traits: Mapping[str, Trait]) -> ValueKind | None:
    """Say what a trait holds; an instant is None."""
    match trait:
        case Latest() | First():
            return None
        case Count() | Distinct() | DaysSince() | MedianGap():
            return ValueKind.NUMBER
        case Ratio():
            kinds = [kind_of(traits[name], traits) for name in (trait.ratio, trait.to)]
            is_money = kinds == [ValueKind.MONEY, ValueKind.NUMBER]
            return ValueKind.MONEY if is_money else ValueKind.NUMBER
        case _:
            path = str(getattr(trait, next(iter(type(trait).__dataclass_fields__))))
            event, name = path.rsplit(".", 1)
            return PROPERTIES[event][name]


def _trait(sort: Callable[..., Trait], keys: Mapping[str, Any]) -> Trait:
    return sort(**keys)
