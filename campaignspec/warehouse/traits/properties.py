"""Traits of a property of events: its sum, average, extremes, and the values that it had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlglot import exp

from campaignspec.clock import Duration
from campaignspec.project.names import FactKind
from campaignspec.spec.traits import (
    Average,
    Distinct,
    FirstValue,
    LastValue,
    Maximum,
    Minimum,
    MostFrequent,
    Sum,
)
from campaignspec.warehouse.frames import SEEN, Frame
from campaignspec.warehouse.layout import Field
from campaignspec.warehouse.shelf import WHO, best_of
from campaignspec.warehouse.traits.translating import Asked, Expressed
from campaignspec.warehouse.traits.walks import (
    PLACE,
    VALUE,
    add_up,
    events_of,
    in_order,
    pick,
    property_field,
)
from campaignspec.warehouse.value import Value
from campaignspec.warehouse.words import (
    column,
    descending,
    divide,
    double,
    filled,
    is_known,
    named,
    row_number,
    whole,
    within_brackets,
)

_WORDS: Final = "words"
OFTEN: Final = "often"
COUNTED: Final = "counted"


def _sum(trait: Sum, asked: Asked) -> Value:
    held = property_field(trait, asked)
    found = total_of(asked, events_of(trait, asked), trait.within, held)
    return Value(kind=held.kind, tree=filled(found, whole(0)), always=True)


def _average(trait: Average, asked: Asked) -> Value:
    held, events = property_field(trait, asked), events_of(trait, asked)
    known = exp.Count(this=column(held.column, SEEN))
    count = add_up(asked, events, trait.within, f"known_{held.column}", known)
    total = total_of(asked, events, trait.within, held)
    below = exp.Nullif(this=double(count), expression=whole(0))
    return Value(kind=held.kind, tree=divide(double(total), below))


def total_of(asked: Asked, events: str, within: Duration | None, held: Field) -> exp.Column:
    """Sum a property of each one's events in a window; NULL without one that has it."""
    total = exp.Sum(this=column(held.column, SEEN))
    return add_up(asked, events, within, f"sum_{held.column}", total)


def _minimum(trait: Minimum, asked: Asked) -> Value:
    held = property_field(trait, asked)
    least = exp.Min(this=column(held.column, SEEN))
    events = events_of(trait, asked)
    found = add_up(asked, events, trait.within, f"least_{held.column}", least)
    return Value(kind=held.kind, tree=found)


def _maximum(trait: Maximum, asked: Asked) -> Value:
    held = property_field(trait, asked)
    most = exp.Max(this=column(held.column, SEEN))
    events = events_of(trait, asked)
    found = add_up(asked, events, trait.within, f"greatest_{held.column}", most)
    return Value(kind=held.kind, tree=found)


def _distinct(trait: Distinct, asked: Asked) -> Value:
    held = property_field(trait, asked).column
    different = exp.Count(this=exp.Distinct(expressions=[column(held, SEEN)]))
    events = events_of(trait, asked)
    found = add_up(asked, events, trait.within, f"distinct_{held}", different)
    return Value(kind=FactKind.NUMBER, tree=filled(found, whole(0)), always=True)


def _last_value(trait: LastValue, asked: Asked) -> Value:
    held = property_field(trait, asked)
    found = pick(asked, events_of(trait, asked), held.column, last=True)
    return Value(kind=held.kind, tree=found)


def _first_value(trait: FirstValue, asked: Asked) -> Value:
    held = property_field(trait, asked)
    found = pick(asked, events_of(trait, asked), held.column, last=False)
    return Value(kind=held.kind, tree=found)


def _most_frequent(trait: MostFrequent, asked: Asked) -> Value:
    events, frame = events_of(trait, asked), asked.sheet.frame
    held = property_field(trait, asked).column
    part = asked.translator.shelf.part(
        ("most frequent", frame, events, held, trait.within),
        f"most_frequent_{held}_of_{events}{frame.suffix(trait.within)}",
        lambda: best_of(
            ranked_words(tallied_words(frame, events, trait.within, held)), PLACE, VALUE
        ),
    )
    return Value(kind=FactKind.TEXT, tree=asked.sheet.column(part, VALUE))


def tallied_words(frame: Frame, events: str, within: Duration | None, held: str) -> exp.Select:
    """Count each one's words in a window: how often, and the place of the last."""
    words = (
        frame.see(events, within)
        .where(is_known(column(held, SEEN)))
        .select(
            named(frame.who, WHO),
            named(column(held, SEEN), VALUE),
            named(in_order(frame.who), PLACE),
        )
    )
    who, value = column(WHO, _WORDS), column(VALUE, _WORDS)
    return (
        exp.select(
            named(who, WHO),
            named(value, VALUE),
            named(exp.Count(this=exp.Star()), OFTEN),
            named(exp.Max(this=column(PLACE, _WORDS)), PLACE),
        )
        .from_(within_brackets(words, _WORDS))
        .group_by(who.copy(), value.copy())
    )


def ranked_words(counted: exp.Select) -> exp.Select:
    """Rank each one's words: the most frequent first, and of several the one seen last."""
    order = [descending(column(OFTEN, COUNTED)), descending(column(PLACE, COUNTED))]
    return exp.select(
        named(column(WHO, COUNTED), WHO),
        named(column(VALUE, COUNTED), VALUE),
        named(row_number([column(WHO, COUNTED)], order), PLACE),
    ).from_(within_brackets(counted, COUNTED))


PROPERTIES: Final[Mapping[type, Expressed]] = {
    Sum: _sum,
    Average: _average,
    Minimum: _minimum,
    Maximum: _maximum,
    Distinct: _distinct,
    MostFrequent: _most_frequent,
    LastValue: _last_value,
    FirstValue: _first_value,
}
