"""Whole days in SQL: a customer's events of a calendar day become one, at the day's end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from campaignspec.clock import DAY
from campaignspec.warehouse.layout import AT, N
from campaignspec.warehouse.words import column, named, table, whole, within_brackets
from campaignspec.warehouse.zones import OFFSET, Zone, settled

_EVENTS: Final = "events"
_DAYS: Final = "days"
_LOCAL: Final = "local"
_AWARE: Final = "aware"


def one_per_day(
    events: exp.Select, zone: Zone, apart: Sequence[str], summed: Sequence[str]
) -> exp.Select:
    """Make one event of each calendar day, at the next local midnight, with columns summed.

    Args:
        events: ``n``, ``at`` and the columns.
        zone: Where days begin.
        apart: The columns that tell events of one day apart.
        summed: The columns that are summed; a sum of nothing but NULL is NULL.
    """
    local, source = _local(events, zone)
    day_start = exp.Sub(this=local, expression=_rest(local.copy()))
    days = exp.select(
        *(named(column(name, _EVENTS), name) for name in (N, *apart, *summed)),
        named(exp.Add(this=exp.paren(day_start), expression=whole(DAY)), _LOCAL),
    ).from_(source[0])
    if source[1:]:
        days = days.join(source[1], on=source[2], join_type="inner")
    grouped = exp.select(
        *(column(name, _DAYS) for name in apart),
        named(exp.Min(this=column(N, _DAYS)), N),
        named(column(_LOCAL, _DAYS), AT),
        named(exp.false(), _AWARE),
        *(named(exp.Sum(this=column(name, _DAYS)), name) for name in summed),
    ).from_(within_brackets(days, _DAYS))
    grouped = grouped.group_by(*(column(name, _DAYS) for name in (*apart, _LOCAL)))
    return settled(grouped, zone, [*apart, *summed])


def _local(events: exp.Select, zone: Zone) -> tuple[exp.Expr, list[exp.Expr]]:
    """Return what the wall clock showed, and what to select it from."""
    at, read = column(AT, _EVENTS), within_brackets(events, _EVENTS)
    fixed = zone.fixed
    if fixed is not None:
        shown = at if fixed == 0 else exp.paren(exp.Add(this=at, expression=whole(fixed)))
        return shown, [read]
    name = zone.table()
    met = exp.and_(
        exp.GTE(this=at, expression=column("since", name)),
        exp.LT(this=at.copy(), expression=column("until", name)),
    )
    shown = exp.paren(exp.Add(this=at.copy(), expression=column(OFFSET, name)))
    return shown, [read, table(name), met]


def _rest(local: exp.Expr) -> exp.Expr:
    """Return the time of day, also before 1970."""
    rest = exp.paren(exp.Mod(this=local, expression=whole(DAY)))
    up = exp.paren(exp.Add(this=rest, expression=whole(DAY)))
    return exp.paren(exp.Mod(this=up, expression=whole(DAY)))
