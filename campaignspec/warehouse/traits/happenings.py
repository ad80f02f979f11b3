"""Traits of events as such: how many, the latest, the first, how long ago, how far apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlglot import exp

from campaignspec.clock import DAY
from campaignspec.project.names import FactKind
from campaignspec.spec.traits import Count, DaysSince, First, Latest, MedianGap
from campaignspec.warehouse.frames import SEEN
from campaignspec.warehouse.layout import AT, N
from campaignspec.warehouse.shelf import WHO
from campaignspec.warehouse.traits.translating import Asked, Expressed
from campaignspec.warehouse.traits.walks import (
    PLACE,
    VALUE,
    count_events,
    events_of,
    first_instant,
    in_order,
    last_instant,
)
from campaignspec.warehouse.value import Value
from campaignspec.warehouse.words import (
    ascending,
    column,
    divide,
    double,
    is_known,
    named,
    over,
    row_number,
    whole,
    within_brackets,
)

_GAPS: Final = "gaps"
_RANKED: Final = "ranked"
_MANY: Final = "many"


def _count(trait: Count, asked: Asked) -> Value:
    found = count_events(asked, events_of(trait, asked), trait.within)
    return Value(kind=FactKind.NUMBER, tree=found, always=True)


def _latest(trait: Latest, asked: Asked) -> Value:
    return Value(kind=FactKind.INSTANT, tree=last_instant(asked, events_of(trait, asked)))


def _first(trait: First, asked: Asked) -> Value:
    return Value(kind=FactKind.INSTANT, tree=first_instant(asked, events_of(trait, asked)))


def _days_since(trait: DaysSince, asked: Asked) -> Value:
    latest = last_instant(asked, events_of(trait, asked))
    passed = exp.paren(exp.Sub(this=asked.sheet.frame.at, expression=latest))
    return Value(kind=FactKind.NUMBER, tree=whole_days(passed))


def whole_days(passed: exp.Expr) -> exp.Expr:
    """Count the whole days in microseconds that are not negative.

    Without the rest the division is exact in doubles, whatever a database makes of ``/``.
    """
    rest = exp.Mod(this=passed, expression=whole(DAY))
    days = exp.paren(exp.Sub(this=passed.copy(), expression=rest))
    return divide(double(days), double(whole(DAY)))


def _median_gap(trait: MedianGap, asked: Asked) -> Value:
    events, frame = events_of(trait, asked), asked.sheet.frame
    fields = asked.translator.relation(trait.median_gap).fields
    group = fields[trait.by].column if trait.by is not None else None

    def make() -> exp.Select:
        apart = [frame.who] if group is None else [frame.who, column(group, SEEN)]
        seen = frame.see(events, trait.within)
        if group is not None:
            seen = seen.where(is_known(column(group, SEEN)))
        gaps = seen.select(
            named(frame.who, WHO),
            named(exp.Sub(this=column(AT, SEEN), expression=_earlier(apart)), VALUE),
            named(in_order(*(part.copy() for part in apart)), PLACE),
        )
        return median(gaps)

    stem = f"gaps_of_{events}{f'_by_{group}' if group else ''}{frame.suffix(trait.within)}"
    key = ("gaps", frame, events, group, trait.within)
    part = asked.translator.shelf.part(key, stem, make)
    days = divide(asked.sheet.column(part, VALUE), double(whole(DAY)))
    return Value(kind=FactKind.NUMBER, tree=days)


def _earlier(apart: Sequence[exp.Expr]) -> exp.Window:
    """Find the instant of the event before; not by LAG, which ClickHouse has another word for."""
    frame = exp.WindowSpec(
        kind="ROWS", start=whole(1), start_side="PRECEDING", end=whole(1), end_side="PRECEDING"
    )
    order = [ascending(column(AT, SEEN)), ascending(column(N, SEEN))]
    return over(exp.Max(this=column(AT, SEEN)), apart, order, frame)


def median(gaps: exp.Select) -> exp.Select:
    """Take each one's median of the values that are not in the first place.

    The one or two in the middle are those whose rank, doubled, is from the number of values to
    two more. Databases differ in what they call a median; this is arithmetic.

    Args:
        gaps: `WHO`, `VALUE` and `PLACE`; the first place has no value.
    """
    who, value = column(WHO, _GAPS), column(VALUE, _GAPS)
    ranked = (
        exp.select(
            named(who, WHO),
            named(value, VALUE),
            named(row_number([who.copy()], [ascending(value.copy())]), PLACE),
            named(over(exp.Count(this=exp.Star()), [who.copy()]), _MANY),
        )
        .from_(within_brackets(gaps, _GAPS))
        .where(exp.GT(this=column(PLACE, _GAPS), expression=whole(1)))
    )
    many = column(_MANY, _RANKED)
    middle = exp.Between(
        this=exp.Mul(this=whole(2), expression=column(PLACE, _RANKED)),
        low=many,
        high=exp.Add(this=many.copy(), expression=whole(2)),
    )
    total, count = exp.Sum(this=column(VALUE, _RANKED)), exp.Count(this=exp.Star())
    return (
        exp.select(
            named(column(WHO, _RANKED), WHO),
            named(divide(double(total), double(count)), VALUE),
        )
        .from_(within_brackets(ranked, _RANKED))
        .where(middle)
        .group_by(column(WHO, _RANKED))
    )


HAPPENINGS: Final[Mapping[type, Expressed]] = {
    Count: _count,
    Latest: _latest,
    First: _first,
    DaysSince: _days_since,
    MedianGap: _median_gap,
}
