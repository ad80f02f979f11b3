"""Look at segments: how many match, who comes and goes, and whether they can be reached."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.api.history import history_of
from campaignspec.api.matrix import MatrixLook, look_at_matrix, without_cells
from campaignspec.api.names import segments_of
from campaignspec.api.period import Period, instant_of, period_of
from campaignspec.assembly import assemble
from campaignspec.audience import Audience, Value, value_of
from campaignspec.audience.population import sizes
from campaignspec.clock import Instant
from campaignspec.connector import MessageClass
from campaignspec.engine.world import World
from campaignspec.errors import UsageError
from campaignspec.history import History
from campaignspec.history.sorting import distinct
from campaignspec.project import Project
from campaignspec.project.walk import leaves_of
from campaignspec.quality.reach import Reach, reach_of
from campaignspec.spec.audience import Expectation, Segment
from campaignspec.spec.conditions import Condition, Followed, Listed, conditions_of, write_segment
from campaignspec.spec.kinds import Threshold
from campaignspec.spec.rule import Age, Compare, InSegment, Known, OneOf

STRETCHES: Final = 12
"""Into how many stretches a period is cut to show a size over time."""

SAMPLES: Final = 3
"""How many customers are shown as samples."""

_Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A customer of a segment, without what would tell who it is.

    Attributes:
        label: Eight hexadecimal digits of the id's SHA-256, or the id where it was asked for.
        traits: The traits that the rule names, and what they are worth.
    """

    label: str
    traits: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """How often customers came to match a segment, or ceased to, in a period.

    Attributes:
        times: How often.
        customers: How many different customers.
    """

    times: int
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLook:
    """What one segment looks like.

    Attributes:
        name: The segment's name.
        title: One line for people, where there is one.
        rule: What is asked, a rule in its author's words.
        size: How many match.
        expected: Each limit of the size that is expected, what of, and whether it is met.
        unknown: By the files that list customers, the ids in them that are no customer's.
        sizes: Its size at instants from the period's start to its end.
        entered: Who came in the period.
        left: Who left in the period.
        reach: Who can be reached, by channel.
        samples: Some customers, chosen by hash.
    """

    name: str
    title: str | None
    rule: str
    size: int
    expected: tuple[tuple[str, Threshold, bool], ...]
    unknown: tuple[tuple[str, tuple[str, ...]], ...]
    sizes: tuple[tuple[Instant, int], ...]
    entered: Turnover
    left: Turnover
    reach: tuple[Reach, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What some segments look like at an instant, and over a period.

    Attributes:
        at: The instant of sizes, reach, samples and overlap.
        period: The period of sizes over time, and of who entered and left.
        zone: The project's time zone.
        currency: The project's currency.
        customers: How many customers there are.
        segments: The segments, as ordered.
        overlap: How many match both a row's and a column's segment, in the same order.
        matrices: The sizes of matrices of segments.
        exclusive: The groups of segments of which nobody should match two, and how many do;
            those of the segments shown.
    """

    at: Instant
    period: Period
    zone: str
    currency: str
    customers: int
    segments: tuple[SegmentLook, ...]
    overlap: tuple[tuple[int, ...], ...]
    matrices: tuple[MatrixLook, ...]
    exclusive: tuple[tuple[tuple[str, ...], int], ...]


def look_at_segments(
    project: Project,
    *,
    segments: Sequence[str] = (),
    at: str | None = None,
    first: str | None = None,
    last: str | None = None,
    show_ids: bool = False,
) -> Look:
    """Look at segments.

    Args:
        project: The linked project.
        segments: Names of segments and of matrices; all, if none is given, and no single cells.
        at: A date, whose beginning is meant, or a date and time; the period's end, if not given.
        first: The period's first date; the history's, if not given.
        last: The period's last date; ``at``, or the history's, if not given.
        show_ids: Whether samples are told by their ids.

    Raises:
        UsageError: A name or a date does not exist.
        HistoryError: A source cannot be read.
    """
    matrices = [name for name in segments or sorted(project.matrices) if name in project.matrices]
    names = _shown(project, segments)
    history = history_of(project)
    period, now = _times(project, history, at=at, first=first, last=last)
    world = _world(project, history, period)
    found = {name: _who(world.audience, name, now) for name in names}
    return Look(
        at=now,
        period=period,
        zone=project.settings.timezone,
        currency=project.settings.currency,
        customers=len(history.customers),
        segments=tuple(
            SegmentLook(
                name=name,
                title=project.segments[name].title,
                rule=write_segment(project.segments[name]),
                size=len(rows),
                expected=tuple(_expected(project.segments[name], len(rows), history)),
                unknown=tuple(_unknown(project.segments[name], history)),
                sizes=tuple(_sizes(world.audience, name, period, world.tick)),
                entered=_turnover(world.audience, name, period, into=True),
                left=_turnover(world.audience, name, period, into=False),
                reach=tuple(_reach(world, channel, rows, now) for channel in project.channels),
                samples=tuple(_samples(world.audience, name, rows, now, show_ids=show_ids)),
            )
            for name, rows in found.items()
        ),
        overlap=tuple(
            tuple(len(np.intersect1d(one, other, assume_unique=True)) for other in found.values())
            for one in found.values()
        ),
        matrices=tuple(look_at_matrix(project, world.audience, name, now) for name in matrices),
        exclusive=tuple(_in_several(project, world.audience, names, now)),
    )


def _shown(project: Project, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the segments to look at one by one; matrices are looked at as a whole."""
    if not wanted:
        return without_cells(project, segments_of(project, ()))
    single = [name for name in wanted if name not in project.matrices]
    return segments_of(project, single) if single else ()


def _expected(
    segment: Segment, size: int, history: History
) -> Iterator[tuple[str, Threshold, bool]]:
    """Yield what is expected of a segment's size, and whether it is so."""
    expect = segment.expect or Expectation()
    if expect.size is not None:
        yield "size", expect.size, expect.size.is_met_by(size)
    if expect.share is not None:
        share = size / len(history.customers) if history.customers else 0.0
        yield "share", expect.share, expect.share.is_met_by(share)


def _unknown(segment: Segment, history: History) -> Iterator[tuple[str, tuple[str, ...]]]:
    if segment.listed is not None:
        yield segment.listed, history.lists[segment.listed].unknown


def _in_several(
    project: Project, audience: Audience, shown: Sequence[str], at: Instant
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the groups of exclusive segments, and how many customers match two of them."""
    everybody = np.arange(len(audience.history.customers))
    for group in project.exclusive:
        if set(group) & set(shown):
            times = sum(audience.matches(name, everybody, at).astype(np.int64) for name in group)
            yield group, int(np.count_nonzero(np.asarray(times) > 1))


def _times(
    project: Project, history: History, *, at: str | None, first: str | None, last: str | None
) -> tuple[Period, Instant]:
    """Return the period and the instant; where only one has an end, the other has the same."""
    if at is None:
        period = period_of(project, history, first=first, last=last)
        return period, period.end
    now = instant_of(project, at)
    if last is not None:
        return period_of(project, history, first=first, last=last), now
    start = period_of(project, history, first=first, last=None).start
    if start >= now:
        raise UsageError(f"the period ends before it begins: {first or 'start'} to {at}")
    return Period(start=start, end=now), now


def _world(project: Project, history: History, period: Period) -> World:
    return assemble(project, history, campaigns=(), start=period.start, end=period.end).world


def _who(audience: Audience, segment: str, at: Instant) -> _Rows:
    rows = np.arange(len(audience.history.customers))
    return rows[audience.matches(segment, rows, at)]


def _sizes(
    audience: Audience, segment: str, period: Period, tick: int
) -> Iterator[tuple[Instant, int]]:
    """Yield the sizes at the period's two ends, and on ticks between them."""
    length = period.end - period.start
    between = ((period.start + length * n // STRETCHES) // tick * tick for n in range(1, STRETCHES))
    inside = sorted({at for at in between if period.start < at < period.end})
    at = (period.start, *inside, period.end)
    yield from zip(at, sizes(audience, segment, at), strict=True)


def _turnover(audience: Audience, segment: str, period: Period, *, into: bool) -> Turnover:
    turns = audience.turns(segment, (period.start, period.end))
    rows = turns.rows[turns.fits == into]
    return Turnover(times=len(rows), customers=len(distinct(rows)))


def _reach(world: World, channel: str, rows: _Rows, at: Instant) -> Reach:
    return reach_of(world, channel, MessageClass.PROMOTIONAL, rows, at)


def _samples(
    audience: Audience, segment: str, rows: _Rows, at: Instant, *, show_ids: bool
) -> Iterator[Sample]:
    customers = audience.history.customers
    hashed = ((hashlib.sha256(customers[row].encode()).hexdigest(), row) for row in rows)
    names = dict.fromkeys(_traits(audience, conditions_of(audience.segments[segment])))
    for digest, row in heapq.nsmallest(SAMPLES, hashed):
        yield Sample(
            label=customers[row] if show_ids else digest[:8],
            traits=tuple((name, value_of(audience, name, row, at)) for name in names),
        )


def _traits(audience: Audience, conditions: Sequence[Condition]) -> Iterator[str]:
    """Yield the traits that conditions name; attributes may be personal, and are left out."""
    for condition in conditions:
        if isinstance(condition, Followed | Listed):
            continue
        for leaf in leaves_of(condition):
            match leaf:
                case InSegment():
                    yield from _traits(audience, conditions_of(audience.segments[leaf.segment]))
                case Compare() | OneOf() | Known() | Age() if leaf.fact.name in audience.traits:
                    yield leaf.fact.name
                case _:
                    continue
