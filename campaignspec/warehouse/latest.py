"""Customers read by a cursor, in SQL: of each the row that arrived last."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from campaignspec.warehouse.layout import CUSTOMER, N
from campaignspec.warehouse.words import (
    column,
    descending,
    named,
    row_number,
    whole,
    within_brackets,
)

_ROWS: Final = "rows_arrived"
_LATEST: Final = "latest"
_BEHIND: Final = "behind"


def latest_rows(rows: exp.Select) -> exp.Select:
    """Take of each customer the row that arrived last.

    Args:
        rows: Rows with ``customer`` and ``n``, their number in the order of arrival.
    """
    behind = row_number([column(CUSTOMER, _ROWS)], [descending(column(N, _ROWS))])
    kept = rows.named_selects
    counted = exp.select(*(column(name, _ROWS) for name in kept), named(behind, _BEHIND)).from_(
        within_brackets(rows, _ROWS)
    )
    return (
        exp.select(*(column(name, _LATEST) for name in kept))
        .from_(within_brackets(counted, _LATEST))
        .where(exp.EQ(this=column(_BEHIND, _LATEST), expression=whole(1)))
    )
