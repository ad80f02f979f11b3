"""Wall clocks in SQL: a zone's offsets as rows, since databases differ on hours that come twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlglot import exp

from campaignspec.clock import DAY, Instant, zone_table
from campaignspec.warehouse.layout import AT, N
from campaignspec.warehouse.shelf import Shelf
from campaignspec.warehouse.words import column, filled, named, table, whole, within_brackets

_AWARE: Final = "aware"
_ROWS: Final = "rows_read"
_ENDLESS: Final = 2**62
OFFSET: Final = "offset_micros"
"""The column of an offset, added to an instant to give what the wall clock shows."""
_COLUMNS: Final = ("since", "until", "offset_before", OFFSET)
"""When an offset begins to hold, when it ceases to, the one before it, and itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone of the time zone database.

    Attributes:
        name: Its name.
        until: Instants that are much later do not matter.
        shelf: Where the table of its offsets is put, once.
    """

    name: str
    until: Instant
    shelf: Shelf

    @property
    def offsets(self) -> Sequence[tuple[int, int]]:
        """When each offset begins, and the offset; the first has always been."""
        clock = zone_table(self.name)
        matter = clock.starts <= self.until + 2 * DAY
        starts = np.where(np.arange(len(clock.starts)) == 0, -_ENDLESS, clock.starts)
        return list(zip(starts[matter].tolist(), clock.offsets[matter].tolist(), strict=True))

    @property
    def fixed(self) -> int | None:
        """The offset, where it has always been the same."""
        (_, first), *others = self.offsets
        return None if others else first

    def table(self) -> str:
        """Return the name of the table of its offsets: one row each, with what it holds from."""
        return self.shelf.part(
            ("zone", self.name), f"zone_{self.name.replace('/', '_')}", self._rows
        )

    def _rows(self) -> exp.Select:
        offsets = self.offsets
        ends = [*(since for since, _ in offsets[1:]), _ENDLESS]
        before = [offsets[0][1], *(offset for _, offset in offsets[:-1])]
        rows = [
            (since, until, earlier, offset)
            for (since, offset), until, earlier in zip(offsets, ends, before, strict=True)
        ]
        return exp.select(*(column(name, "offsets") for name in _COLUMNS)).from_(
            exp.values(rows, alias="offsets", columns=_COLUMNS)
        )


def settled(
    rows: exp.Select, zone: Zone, kept: Sequence[str], *, name: str = AT, aware: str = _AWARE
) -> exp.Select:
    """Turn what a wall clock showed into instants; what came with an offset is one already.

    A local time that daylight saving skips becomes the instant of the jump, a repeated one its
    first occurrence, as in the store.

    Args:
        rows: ``n``, the instants, whether each gave its offset, and the kept columns.
        zone: The wall clock's.
        kept: Columns that stay as they are.
        name: The column of the instants.
        aware: The column that says whether an instant gave its offset.
    """
    shown, exact = column(name, _ROWS), column(aware, _ROWS)
    read = within_brackets(rows, _ROWS)
    stay = [column(each, _ROWS) for each in (N, *kept)]
    fixed = zone.fixed
    if fixed is not None:
        moved = _less(shown.copy(), whole(fixed))
        instant = shown if fixed == 0 else _either(exact, shown, moved)
        return exp.select(*stay, named(instant, name)).from_(read)
    offsets = zone.table()
    met = exp.and_(
        exp.GTE(
            this=shown, expression=_sum(column("since", offsets), column("offset_before", offsets))
        ),
        exp.LT(
            this=shown.copy(), expression=_sum(column("until", offsets), column(OFFSET, offsets))
        ),
    )
    moved = exp.Greatest(
        this=_less(shown.copy(), column(OFFSET, offsets)),
        expressions=[column("since", offsets)],
    )
    return (
        exp.select(*stay, named(_either(exact, shown.copy(), moved), name))
        .from_(read)
        .join(table(offsets), on=met, join_type="left")
    )


def later_of(rows: exp.Select, kept: Sequence[str], other: str) -> exp.Select:
    """Take the later of the instant and another one, where that one is known.

    Args:
        rows: ``n``, ``at``, the other instant and the kept columns.
        kept: Columns that stay as they are.
        other: The column of the other instant.
    """
    at, also = column(AT, _ROWS), column(other, _ROWS)
    later = exp.Greatest(this=at, expressions=[filled(also, at.copy())])
    stay = [column(each, _ROWS) for each in (N, *kept)]
    return exp.select(*stay, named(later, AT)).from_(within_brackets(rows, _ROWS))


def _either(aware: exp.Expr, yes: exp.Expr, no: exp.Expr) -> exp.Case:
    return exp.Case(ifs=[exp.If(this=aware, true=yes)], default=no)


def _sum(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.Add(this=one, expression=other)


def _less(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.Sub(this=one, expression=other)
