"""Judge a programme: rehearse all its campaigns together, and count its orders once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from campaignspec.api.names import require
from campaignspec.api.simulate import simulate
from campaignspec.audience import Audience, Moment
from campaignspec.clock import Instant
from campaignspec.history import Stream, ValueKind
from campaignspec.measure.programme import Joint, Longs, Orders, joint
from campaignspec.money import MICROS
from campaignspec.project import Project
from campaignspec.spec.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A programme and what became of it in a rehearsal.

    Attributes:
        name: Its name.
        programme: What is judged.
        owners: The department of each campaign, where one is named.
        joint: Its profit and loss.
        start: The instant after which the rehearsal began.
        end: The last instant that counted.
    """

    name: str
    programme: Programme
    owners: Mapping[str, str]
    joint: Joint
    start: Instant
    end: Instant


def judge(
    project: Project, name: str, *, first: str | None = None, last: str | None = None
) -> Judged:
    """Rehearse a programme's campaigns together over a period, and measure it.

    Raises:
        UsageError: A name or a date does not exist.
        FindingsError: A data test names a column that is not there.
        HistoryError: A source cannot be read.
    """
    require(name, project.programmes, "programme")
    programme = project.programmes[name]
    campaigns = [str(campaign) for campaign in programme.campaigns]
    rehearsal = simulate(project, campaigns=campaigns, first=first, last=last).rehearsal
    audience = rehearsal.assembly.world.audience
    orders = _orders(audience, programme, rehearsal.start, rehearsal.end)
    found = joint(
        rehearsal.facts,
        orders,
        audience.history.row_of,
        campaigns,
        within=programme.order.within.micros,
        margin=programme.margin.fraction,
        cac=programme.cac.micros if programme.cac else 0,
    )
    owners = {each: project.campaigns[each].owner for each in campaigns}
    return Judged(
        name=name,
        programme=programme,
        owners={each: owner for each, owner in owners.items() if owner is not None},
        joint=found,
        start=rehearsal.start,
        end=rehearsal.end,
    )


def _orders(audience: Audience, programme: Programme, start: Instant, end: Instant) -> Orders:
    """Collect the orders of a period; which is a customer's first is told by all of history."""
    order = programme.order
    stream = audience.events(order.event, order.where)
    rows, at = stream.rows(), stream.ts
    inside = np.flatnonzero((at > start) & (at <= end))
    is_first = np.ones(rows.shape, np.bool_)
    is_first[1:] = rows[1:] != rows[:-1]
    own = np.ones(inside.shape, np.bool_)
    if programme.halo is not None:
        moment = Moment(rows=rows[inside], at=at[inside], event=(stream, inside))
        own = audience.holds(programme.halo.own, moment)
    return Orders(
        customer=rows[inside].astype(np.int64),
        at=at[inside],
        worth=_worth(stream, str(order.value), inside),
        own=own,
        first=is_first[inside],
    )


def _worth(stream: Stream, name: str, index: Longs) -> Longs:
    """Return what events are worth, micro-units; nothing where they have no value."""
    if name not in stream.properties:
        return np.zeros(index.shape, np.int64)
    column = stream.properties[name].take(index)
    known = np.where(column.missing, 0, column.values)
    if column.kind is ValueKind.MONEY:
        return np.asarray(known, np.int64)
    return np.asarray(np.rint(known * MICROS), np.int64)
