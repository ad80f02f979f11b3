"""Snapshots: where some customers stood, so that they can be put back there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.engine.seats import Seating
from campaignspec.engine.state import Column, Rows, State
from campaignspec.history import LONG_AGO


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Columns of customers or of seats that are kept beside the state.

    Attributes:
        seating: Whose seats they are about; None for columns of customers.
        columns: The columns.
    """

    seating: Seating | None
    columns: Sequence[Column]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Where customers stood.

    Attributes:
        people: The customers, as places in the state, ascending.
        turn: The first step of the sweep that is not in it.
        parts: Of customers, then of each campaign's seats, the values of all columns.
    """

    people: Rows
    turn: int
    parts: tuple[tuple[Rows, tuple[Column, ...]], ...]


def taken(state: State, beside: Sequence[Beside], people: Rows, turn: int) -> Snapshot:
    """Note where customers stand."""
    parts = []
    for seating, columns in _tables(state, beside):
        places = people if seating is None else seating.places_of(people)
        parts.append((places, tuple(column[places] for column in columns)))
    return Snapshot(people=people, turn=turn, parts=tuple(parts))


def put_back(snapshot: Snapshot, state: State, beside: Sequence[Beside], people: Rows) -> None:
    """Put those of some customers back who are in a snapshot."""
    wanted = np.zeros(len(state.who), np.bool_)
    wanted[people] = True
    tables = _tables(state, beside)
    for (seating, columns), (places, values) in zip(tables, snapshot.parts, strict=True):
        here = np.flatnonzero(wanted[places if seating is None else seating.owner[places]])
        for column, value in zip(columns, values, strict=True):
            if column.ndim > 1 and column.shape[1] > value.shape[1]:
                # Room was made since for more messages: there were none in it.
                column[places[here], value.shape[1] :] = LONG_AGO
                column[places[here], : value.shape[1]] = value[here]
            else:
                column[places[here]] = value[here]


def _tables(
    state: State, beside: Sequence[Beside]
) -> list[tuple[Seating | None, tuple[Column, ...]]]:
    """List all columns, by whose seats they are about."""
    return [
        (None, tuple(state.columns())),
        *(
            (seating, tuple(every.columns()))
            for every, seating in zip(state.campaigns, state.seatings, strict=True)
        ),
        *((each.seating, tuple(each.columns)) for each in beside),
    ]
