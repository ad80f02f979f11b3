"""Attributes: what customers' records say, as of an instant where their history is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from campaignspec.audience.values import Instants, Moments, Rows, Values, picked
from campaignspec.clock import DAY
from campaignspec.history import Column, History, ValueKind

TIMEZONE = "timezone"
"""The attribute that every customer has."""


def attribute_values(history: History, name: str, rows: Rows, at: Moments) -> Values:
    """Return an attribute's values: those of the latest change, where changes are known."""
    changes = history.changes.get(name)
    if changes is None:
        return Values.of_column(_column(history, name), rows)
    return picked(changes.properties["value"], changes.index_latest(rows, at))


def attribute_changes(history: History, name: str) -> Iterator[tuple[Rows, Instants]]:
    """Yield when an attribute may change: when its record does; and when a date comes."""
    column, changes = _column(history, name), history.changes.get(name)
    rows: Rows = np.arange(len(column))
    if changes is not None:
        column, rows = changes.properties["value"], changes.rows()
        yield rows, changes.ts
    if column.kind is ValueKind.DATE:
        known = np.flatnonzero(~column.missing)
        yield rows[known], column.values[known] * DAY


def _column(history: History, name: str) -> Column:
    """Return an attribute's column; the time zone is one that every customer has."""
    if name == TIMEZONE and name not in history.attributes:
        return history.timezones
    return history.attributes[name]
