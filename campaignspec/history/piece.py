"""A piece of a history: what one file, or one batch of a source, says has happened.

A piece is settled. It is named after what it was read from, nothing is ever changed in it, and a
history is joined from pieces: one more file is one more piece, and the others are not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.history.column import concatenate
from campaignspec.history.sorting import Order, order_of_events
from campaignspec.history.stream import Stream

Key: TypeAlias = tuple[str, ...]
"""What names a stream: a type of event, a channel, or a channel and a purpose."""

Rows: TypeAlias = npt.NDArray[np.int64]

_FEW: Final = 4
"""How many times as many events are settled as are new, for the new ones to look up places."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Events of one source, sorted by customer, time and arrival.

    Attributes:
        place: Where they were read, as messages name it.
        customers: The ids as they are written there (large strings), ascending, each once.
        streams: The events by key; row ``n`` is ``customers[n]``.
    """

    place: str
    customers: pa.Array
    streams: Mapping[Key, Stream]


Keep: TypeAlias = Callable[[Key, Stream], Stream]
"""Is given each stream as soon as it is made, and returns what stands for it from then on."""


def move(stream: Stream, rows: Rows, size: int) -> Stream:
    """Return a stream with each customer in another row, of ``size`` rows in all.

    Args:
        stream: The stream.
        rows: The new row of each customer. Where two get the same one, events of one instant
            stand in the order of the old rows.
        size: How many rows there are.
    """
    lengths = np.diff(stream.offsets)
    if np.all(rows[1:] > rows[:-1]):
        counts = np.zeros(size, np.int64)
        counts[rows] = lengths
        offsets = np.concatenate(([0], np.cumsum(counts)))
        return replace(stream, offsets=offsets, memo={})
    return Stream.build(np.repeat(rows, lengths), stream.ts, size, stream.properties)


def join(streams: Sequence[Stream]) -> Stream:
    """Make one stream of several; events of one customer's instant stand in the order of streams.

    Few new events after many settled ones look up their places, and all others are copied in long
    runs: that takes as long as copying does. Otherwise everything is sorted.

    Args:
        streams: One or more streams of the same rows, with properties of the same names and kinds.
    """
    first, *others = streams
    if not others:
        return first
    ts = np.concatenate([stream.ts for stream in streams])
    if len(others) == 1 and len(others[0].ts) * _FEW <= len(first.ts):
        order: Order | None = _inserted(first, others[0])
    else:
        rows = np.concatenate([stream.rows() for stream in streams])
        order = order_of_events(rows, ts)
    columns = {
        name: concatenate([stream.properties[name] for stream in streams])
        for name in first.properties
    }
    if order is not None:
        ts = ts[order]
        columns = {name: column.take(order) for name, column in columns.items()}
    offsets = np.sum([stream.offsets for stream in streams], axis=0)
    return Stream(ts=ts, offsets=offsets, properties=columns)


def _inserted(settled: Stream, new: Stream) -> Order:
    """Find the order that puts each new event behind the settled ones up to its instant."""
    length = len(settled.ts) + len(new.ts)
    places = settled.index_after(new.rows(), new.ts) + np.arange(len(new.ts))
    is_new = np.zeros(length, np.bool_)
    is_new[places] = True
    order = np.empty(length, np.int64)
    order[places] = np.arange(len(settled.ts), length)
    order[~is_new] = np.arange(len(settled.ts))
    return order
