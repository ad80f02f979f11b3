"""Recency, frequency and money in SQL: ranked as of a midnight, or held against limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from sqlglot import exp

from campaignspec.clock import DAY, Instant, local_day, zone_table
from campaignspec.money import MICROS, Money
from campaignspec.project.names import FactKind
from campaignspec.spec.rfm import SCORES, CutOffs, Facet, Rfm
from campaignspec.spec.rule import AllOf, AnyOf, Compare, Known, Not, OneOf, Term
from campaignspec.warehouse import value as values
from campaignspec.warehouse.frames import SEEN, Frame, Sheet
from campaignspec.warehouse.inexpressible import refuse_trait
from campaignspec.warehouse.shelf import WHO
from campaignspec.warehouse.traits.translating import Asked, Expressed
from campaignspec.warehouse.traits.walks import (
    add_up,
    events_of,
    last_instant,
    property_field,
)
from campaignspec.warehouse.value import Value
from campaignspec.warehouse.words import (
    ascending,
    by_bytes,
    column,
    filled,
    is_known,
    named,
    number,
    over,
    table,
    text,
    whole,
)

_SCORE: Final = "score"


def _rfm(trait: Rfm, asked: Asked) -> Value:
    score = partial(_reached, trait, trait.cut_offs, asked) if trait.cut_offs else None
    score = score or partial(_ranked, trait, asked)
    match trait.facet:
        case None:
            raise AssertionError("a linked rule asks for one of an RFM's facts")
        case Facet.CELL:
            scores = {facet: Value(kind=FactKind.NUMBER, tree=score(facet)) for facet in SCORES}
            return Value(kind=FactKind.TEXT, tree=_cell(trait, scores))
        case facet:
            return Value(kind=FactKind.NUMBER, tree=score(facet))


def _cell(trait: Rfm, scores: Mapping[Facet, Value]) -> exp.Expr:
    """Name what three scores make; nothing without them, or where no rule holds."""
    if not trait.cells:
        return exp.cast(exp.Null(), exp.DataType.Type.TEXT)
    some = is_known(scores[Facet.RECENCY].tree.copy())
    return exp.Case(
        ifs=[
            exp.If(this=exp.and_(some.copy(), _fits(rule.term, scores)), true=text(name))
            for name, rule in trait.cells.items()
        ]
    )


def _fits(term: Term, scores: Mapping[Facet, Value]) -> exp.Expr:
    match term:
        case Compare():
            return values.compare(scores[Facet(term.fact.name)], term.operator, term.literal)
        case OneOf():
            return values.one_of(scores[Facet(term.fact.name)], term.literals)
        case Known():
            return values.known(scores[Facet(term.fact.name)], wanted=term.known)
        case Not():
            return exp.not_(_fits(term.term, scores))
        case AllOf():
            return exp.and_(*(_fits(part, scores) for part in term.terms))
        case AnyOf():
            return exp.or_(*(_fits(part, scores) for part in term.terms))
        case _:
            raise AssertionError("a linked cell is a rule over r, f and m")


# --- limits that are the same for everybody ---


def _reached(trait: Rfm, limits: CutOffs, asked: Asked, facet: Facet) -> exp.Expr:
    """Count the limits that a customer has reached, and one more."""
    measured = _measured(trait, asked, facet)
    match facet:
        case Facet.RECENCY:
            after = (asked.sheet.frame.after(limit) for limit in limits.r)
            reached: list[exp.Expr] = [
                exp.GT(this=measured.copy(), expression=each) for each in after
            ]
        case Facet.FREQUENCY:
            reached = [exp.GTE(this=measured.copy(), expression=whole(each)) for each in limits.f]
        case _:
            is_money = property_field(trait, asked).kind is FactKind.MONEY
            amounts = (_amount(each, is_money=is_money) for each in limits.m)
            reached = [exp.GTE(this=measured.copy(), expression=each) for each in amounts]
    score: exp.Expr = whole(1)
    for each in reached:
        step = exp.Case(ifs=[exp.If(this=each, true=whole(1))], default=whole(0))
        score = exp.Add(this=score, expression=step)
    return exp.Case(ifs=[exp.If(this=is_known(measured.copy()), true=score)])


def _amount(limit: Money | float, *, is_money: bool) -> exp.Expr:
    if isinstance(limit, Money):
        return whole(limit.micros)
    return whole(round(limit * MICROS)) if is_money else number(limit)


# --- ranks ---


def _ranked(trait: Rfm, asked: Asked, facet: Facet) -> exp.Expr:
    """Rank everybody with an event as of the latest midnight."""
    frame = asked.sheet.frame
    if frame.now is None:
        raise refuse_trait(asked.name, "ranks at the instant of every event are not in SQL")
    midnight = Frame.everybody(latest_midnight(asked.translator.zone, frame.now - frame.ago))
    sheet = Sheet(frame=midnight)
    measured = _measured(trait, replace(asked, sheet=sheet), facet)
    (tally,) = sheet.parts
    part = asked.translator.shelf.part(
        ("ranked", tally, measured, trait.bins),
        f"{facet}_of_{tally}",
        lambda: _cut(tally, measured, trait.bins),
    )
    return asked.sheet.column(part, _SCORE)


def _cut(tally: str, measured: exp.Expr, bins: int) -> exp.Select:
    """Cut customers into bins of equal size, by a measure and then by their ids."""
    who = column(WHO, tally)
    order = [ascending(measured.copy()), ascending(by_bytes(who.copy()))]
    return (
        exp.select(named(who, WHO), named(over(exp.Ntile(this=whole(bins)), [], order), _SCORE))
        .from_(table(tally))
        .where(is_known(measured.copy()))
    )


def latest_midnight(zone: str, at: Instant) -> Instant:
    """Return the latest midnight of a zone at or before an instant."""
    clock = zone_table(zone)
    day = int(local_day(clock.to_local(np.array([at])))[0])
    found = clock.to_instant(np.array([day - 1, day, day + 1]) * DAY)
    return int(found[found <= at].max())


def _measured(trait: Rfm, asked: Asked, facet: Facet) -> exp.Expr:
    """Measure each one's events in the window; NULL without one."""
    events, within = events_of(trait, asked), trait.within
    match facet:
        case Facet.RECENCY:
            return last_instant(asked, events, within)
        case Facet.FREQUENCY:
            return add_up(asked, events, within, "count", exp.Count(this=exp.Star()))
        case _:
            held = property_field(trait, asked).column
            spent = filled(exp.Sum(this=column(held, SEEN)), whole(0))
            return add_up(asked, events, within, f"all_{held}", spent)


RFM: Final[Mapping[type, Expressed]] = {Rfm: _rfm}
