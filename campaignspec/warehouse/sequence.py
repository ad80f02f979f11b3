"""Sequences in SQL: step by step, each step's events with the best way to them.

As in the audience's room, the best way to an event is the one whose first event is the latest,
since it stays in the window longest. A way is true from its instant on until its first event is
too old or, for an absence that holds at once, until the event comes that must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from sqlglot import exp

from campaignspec.clock import Instant
from campaignspec.spec.conditions import Followed
from campaignspec.spec.rule import Rule
from campaignspec.spec.sequence import Absence, Following
from campaignspec.warehouse.frames import SEEN, Frame, Sheet
from campaignspec.warehouse.layout import AT, CUSTOMER, N
from campaignspec.warehouse.shelf import WHO, Shelf
from campaignspec.warehouse.words import column, is_known, named, table, whole

_WAY: Final = "way"
_HAPPENED: Final = "happened"
"""The instant of a way's last event; the step's own may be later, at the end of an absence."""
_STARTED: Final = "started"
_BROKEN: Final = "broken"
_KEPT: Final = (CUSTOMER, AT, _HAPPENED, N, _STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Which events can matter, where one instant is asked about.

    Attributes:
        after: They are later than this; None is no limit.
        until: They are not later than this; None is no limit.
    """

    after: Instant | None = None
    until: Instant | None = None

    def keeps(self) -> Iterator[exp.Expr]:
        """Yield the conditions on `SEEN`."""
        if self.after is not None:
            yield exp.GT(this=column(AT, SEEN), expression=whole(self.after))
        if self.until is not None:
            yield exp.LTE(this=column(AT, SEEN), expression=whole(self.until))


class Translator(Protocol):
    """What sequences are written with."""

    @property
    def shelf(self) -> Shelf:
        """The query's parts so far."""

    def events(self, name: str, where: Rule | None) -> str:
        """Return the table of the events of one name whose properties fit a rule."""


def followed(condition: Followed, translator: Translator, sheet: Sheet) -> exp.Expr:
    """Say whether a sequence is true for those on a sheet."""
    frame = sheet.frame
    ways = _ways(condition, translator, _cut(condition, frame))
    true: list[exp.Expr] = [
        exp.or_(
            exp.Is(this=column(_BROKEN, SEEN), expression=exp.Null()),
            exp.GT(this=column(_BROKEN, SEEN), expression=frame.at),
        ),
    ]
    if condition.within is not None:
        recent = exp.GT(this=column(_STARTED, SEEN), expression=frame.after(condition.within))
        true.append(recent)

    def make() -> exp.Select:
        return frame.see(ways, None).select(named(frame.who, WHO)).where(*true).distinct()

    key = ("followed", frame, ways, condition.within)
    part = translator.shelf.part(key, f"followed_{ways}{frame.suffix(condition.within)}", make)
    return is_known(sheet.column(part, WHO))


def _cut(condition: Followed, frame: Frame) -> _Cut:
    if frame.now is None:
        return _Cut()
    until = frame.now - frame.ago
    after = None if condition.within is None else until - condition.within.micros
    return _Cut(after=after, until=until)


def _ways(condition: Followed, translator: Translator, cut: _Cut) -> str:
    """Return the table of the ways through a sequence."""
    first, *others = condition.steps
    if isinstance(first, Absence):
        raise AssertionError("linked sequences begin with an event")  # noqa: TRY004 (not a type of Python's)
    way, name = _begin(first, translator, cut), str(first.event)
    done: tuple[Following | Absence, ...] = (first,)
    for step in others:
        done = (*done, step)
        if isinstance(step, Following):
            way = _follow(way, step, translator, done, cut, same=step.event == name)
            name = str(step.event)
        else:
            way = _spare(way, step, translator, done, cut, same=step.not_ == name)
    return way


def _begin(step: Following, translator: Translator, cut: _Cut) -> str:
    events = translator.events(step.event, step.where)

    def make() -> exp.Select:
        at = column(AT, SEEN)
        return (
            exp.select(
                column(CUSTOMER, SEEN),
                at,
                named(at.copy(), _HAPPENED),
                column(N, SEEN),
                named(at.copy(), _STARTED),
                named(exp.cast(exp.Null(), exp.DataType.Type.BIGINT), _BROKEN),
            )
            .from_(table(events, SEEN))
            .where(*cut.keeps())
        )

    return translator.shelf.part(("way", (step,), cut), "way", make)


def _follow(
    way: str,
    step: Following,
    translator: Translator,
    done: tuple[Following | Absence, ...],
    cut: _Cut,
    *,
    same: bool,
) -> str:
    """Go on to the events that follow; each takes the way that began last."""
    events = translator.events(step.event, step.where)

    def make() -> exp.Select:
        at, before = column(AT, SEEN), column(AT, _WAY)
        met: list[exp.Expr] = [
            exp.EQ(this=column(CUSTOMER, SEEN), expression=column(CUSTOMER, _WAY)),
            exp.GTE(this=at, expression=before),
        ]
        if step.within is not None:
            until = exp.Add(this=before.copy(), expression=whole(step.within.micros))
            met.append(exp.LTE(this=at.copy(), expression=until))
        if same:
            met.append(_later())
        met += cut.keeps()
        columns = [column(name, SEEN) for name in (CUSTOMER, AT, N)]
        return (
            exp.select(
                *columns,
                named(at.copy(), _HAPPENED),
                named(exp.Max(this=column(_STARTED, _WAY)), _STARTED),
                named(exp.cast(exp.Null(), exp.DataType.Type.BIGINT), _BROKEN),
            )
            .from_(table(events, SEEN))
            .join(table(way, _WAY), on=exp.and_(*met), join_type="inner")
            .group_by(*(each.copy() for each in columns))
        )

    return translator.shelf.part(("way", done, cut), "way", make)


def _spare(
    way: str,
    step: Absence,
    translator: Translator,
    done: tuple[Following | Absence, ...],
    cut: _Cut,
    *,
    same: bool,
) -> str:
    """Keep the ways that no event breaks; or all, with when they are broken."""
    events = translator.events(step.not_, step.where)

    def make() -> exp.Select:
        at, before = column(AT, SEEN), column(AT, _WAY)
        over = exp.Add(this=before, expression=whole(step.within.micros))
        breaks: list[exp.Expr] = [
            exp.EQ(this=column(CUSTOMER, SEEN), expression=column(CUSTOMER, _WAY)),
            exp.GTE(this=at, expression=before.copy()),
            exp.LTE(this=at.copy(), expression=over),
        ]
        if same:
            breaks.append(_later())
        breaks += cut.keeps()
        broken = exp.Min(this=at.copy())
        kept = {name: column(name, _WAY) for name in _KEPT}
        shown = dict(kept) if step.at_once else {**kept, AT: over.copy()}
        query = (
            exp.select(*(named(tree.copy(), name) for name, tree in shown.items()))
            .select(named(broken, _BROKEN))
            .from_(table(way, _WAY))
            .join(table(events, SEEN), on=exp.and_(*breaks), join_type="left")
            .group_by(*(tree.copy() for tree in kept.values()))
        )
        return (
            query
            if step.at_once
            else query.having(exp.Is(this=broken.copy(), expression=exp.Null()))
        )

    return translator.shelf.part(("way", done, cut), "way", make)


def _later() -> exp.Expr:
    """Say that an event came after the way's last one, by time and arrival."""
    at, before = column(AT, SEEN), column(_HAPPENED, _WAY)
    arrived = exp.GT(this=column(N, SEEN), expression=column(N, _WAY))
    tied = exp.and_(exp.EQ(this=at.copy(), expression=before.copy()), arrived)
    return exp.paren(exp.or_(exp.GT(this=at, expression=before), tied))
