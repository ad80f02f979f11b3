"""Random traits, all of them sound, and what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine_kit.story import ATTRIBUTES, PROPERTIES

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.history import ValueKind
from campaignspec.spec.groups import wants_key
from campaignspec.spec.habits import (
    Affinity,
    Bucket,
    BucketHash,
    CalendarPeriod,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.kinds import Name, Property, Share
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.rfm import Facet, Rfm
from campaignspec.spec.rule import Rule
from campaignspec.spec.traits import (
    Average,
    Count,
    DaysSince,
    Distinct,
    First,
    FirstValue,
    GroupedTrait,
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

OF_EVENTS = (
    *(Count, Count, Latest, First, DaysSince, MedianGap),
    *(Tenure, Streak, ShareOf, NewOrReturning, PreferredHour),
)
OF_AMOUNTS = (Sum, Sum, Average, Average, Minimum, Maximum)
OF_ANYTHING = (Distinct, LastValue, FirstValue)
OF_TEXTS = (MostFrequent, Affinity, Interest)
OF_NO_EVENT = (PreferredChannel, Bucket, ValueAgo, Tenure)
WITHOUT_WINDOW = frozenset({Latest, First, DaysSince, LastValue, FirstValue, Tenure, Streak})
SUMMABLE = frozenset({ValueKind.MONEY, ValueKind.NUMBER})
PASTS = (Duration(HOUR), Duration(12 * HOUR), Duration(DAY), Duration(3 * DAY))

Pick = Callable[[Sequence[Any]], Any]


def draw_trait(
    pick: Pick,
    event: str,
    *,
    where: Rule | None,
    fits: Callable[[], Rule],
    within: Duration | None,
    others: Mapping[str, Trait],
) -> Trait:
    """Draw a trait that looks at an event, or is made of others.

    Args:
        pick: Draws one of several.
        event: The event.
        where: Which of the events count.
        fits: Draws another rule over the event's properties.
        within: The window.
        others: The traits that are there.
    """
    divisible = [name for name in others if is_divisible(name, others)]
    texts, numbers = (_held(event, kind) for kind in (ValueKind.TEXT, ValueKind.NUMBER))
    sorts = (*OF_EVENTS, *OF_AMOUNTS, *OF_ANYTHING, *OF_NO_EVENT)
    sorts += OF_TEXTS * bool(texts) + (Nps,) * bool(numbers) + (Ratio,) * 2 * bool(divisible)
    sort = pick(sorts)
    if sort is Ratio:
        return Ratio(ratio=Name(pick(divisible)), to=Name(pick(divisible)))
    if sort in OF_NO_EVENT and not (sort is Tenure and pick((True, False))):
        return _of_no_event(pick, sort, within, others)
    keys: dict[str, Any] = {"where": fits() if sort is ShareOf else where}
    if sort not in WITHOUT_WINDOW:
        keys["within"] = within or (Duration(2 * DAY) if sort is NewOrReturning else None)
    if sort in GroupedTrait.__args__ and texts and pick((True, False, False)):
        keys["by"] = Name(pick(texts))
    return _trait(sort, keys | _looked_at(pick, sort, event) | _own_keys(pick, sort, fits))


def is_divisible(name: str, traits: Mapping[str, Trait]) -> bool:
    """Say whether a ratio may be made of a trait."""
    trait = traits[name]
    return (
        not _grows_by_time(trait, traits)
        and not wants_key(trait)
        and kind_of(trait, traits) in SUMMABLE
    )


def kind_of(trait: Trait, traits: Mapping[str, Trait]) -> ValueKind | None:
    """Say what a trait holds; an instant is None."""
    match trait:
        case Latest() | First():
            return None
        case Count() | Distinct() | DaysSince() | MedianGap() | Tenure() | Streak() | ShareOf():
            return ValueKind.NUMBER
        case PreferredHour() | Bucket():
            return ValueKind.NUMBER
        case NewOrReturning() | Nps() | PreferredChannel() | Lifecycle():
            return ValueKind.TEXT
        case Rfm():
            return ValueKind.TEXT if trait.facet is Facet.CELL else ValueKind.NUMBER
        case ValueAgo():
            if trait.value in traits:
                return kind_of(traits[trait.value], traits)
            return ATTRIBUTES[trait.value]
        case Ratio():
            kinds = [kind_of(traits[name], traits) for name in (trait.ratio, trait.to)]
            is_money = kinds == [ValueKind.MONEY, ValueKind.NUMBER]
            return ValueKind.MONEY if is_money else ValueKind.NUMBER
        case _:
            path = str(getattr(trait, next(iter(type(trait).__dataclass_fields__))))
            event, name = path.rsplit(".", 1)
            return PROPERTIES[event][name]


def _grows_by_time(trait: Trait, traits: Mapping[str, Trait]) -> bool:
    if isinstance(trait, ValueAgo) and trait.value in traits:
        return _grows_by_time(traits[trait.value], traits)
    return isinstance(trait, DaysSince | Tenure)


def _of_no_event(
    pick: Pick, sort: Any, within: Duration | None, others: Mapping[str, Trait]
) -> Trait:
    if sort is PreferredChannel:
        return PreferredChannel(preferred_channel=Name("message.opened"), within=within)
    if sort is Bucket:
        return Bucket(bucket=pick(("x", "ваза")), hash=pick(tuple(BucketHash)))
    if sort is Tenure:
        return Tenure(tenure=Name("day"))
    names = [name for name, trait in others.items() if not wants_key(trait)]
    return ValueAgo(value=Name(pick((*names, *names, "day", "city"))), ago=pick(PASTS))


def _looked_at(pick: Pick, sort: Any, event: str) -> Mapping[str, Any]:
    """Choose the event, or its property."""
    verb = next(iter(sort.__dataclass_fields__))
    if sort in OF_EVENTS:
        return {verb: Name(event)}
    held = [*PROPERTIES[event]]
    if sort in OF_AMOUNTS:
        held = _held(event, *SUMMABLE)
    elif sort in OF_TEXTS:
        held = _held(event, ValueKind.TEXT)
    elif sort is Nps:
        held = _held(event, ValueKind.NUMBER)
    return {verb: Property(f"{event}.{pick(held)}")}


def _own_keys(pick: Pick, sort: Any, fits: Callable[[], Rule]) -> Mapping[str, Any]:
    if sort is Streak:
        return {"per": pick(tuple(CalendarPeriod))}
    if sort is ShareOf:
        return {"among": fits() if pick((True, False)) else None}
    if sort is Affinity:
        return {"at_least": Share(pick((0.0, 0.25, 0.3, 0.5, 0.6, 1.0)))}
    if sort is Interest:
        ends = Property(pick(("buy.sku", "visit.page", "message.opened.channel")))
        return {"without": ends, "at_least": pick((1, 1, 2, 3))}
    return {}


def _held(event: str, *kinds: ValueKind) -> list[str]:
    return [name for name, kind in PROPERTIES[event].items() if kind in kinds]


def _trait(sort: Callable[..., Trait], keys: Mapping[str, Any]) -> Trait:
    return sort(**keys)
