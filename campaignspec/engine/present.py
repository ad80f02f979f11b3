"""Which numbers occur in a column: by counting, where sorting or hashing would cost far more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Number = TypeVar("Number", np.int32, np.int64)

_DENSE: Final = 20
"""Of a mask that does not mark one of so many, rows are taken sooner by their places; measured."""
_MANY: Final = 1 << 14
_NARROW: Final = 2
_FEW: Final = 24
"""So many numbers, of so many bytes, are compared so often while they are counted once."""


def present(codes: npt.NDArray[Any]) -> list[int]:
    """Return the different codes of a column, ascending.

    Args:
        codes: Small whole numbers, none less than -1.
    """
    if is_one(codes):  # mostly, and told in no time
        return [int(codes[0])]
    if len(codes) >= _MANY and codes.itemsize <= _NARROW and (highest := int(codes.max())) < _FEW:
        return [code for code in range(-1, highest + 1) if (codes == code).any()]
    found: list[int] = (np.flatnonzero(np.bincount(codes + 1)) - 1).tolist()
    return found


def parted(codes: npt.NDArray[Any], *columns: Rows) -> Iterator[tuple[int, tuple[Rows, ...]]]:
    """Part columns by a column of codes; yield each code that occurs, and its rows."""
    found = present(codes)
    if len(found) == 1:
        yield found[0], columns
        return
    for code in found:
        here = np.flatnonzero(codes == code)
        yield code, tuple(column.take(here) for column in columns)


def is_one(column: npt.NDArray[Any]) -> bool:
    """Say whether a column is one number over and over; of most others the ends say it."""
    return len(column) > 0 and bool(column[0] == column[-1] and (column == column[0]).all())


def lean(column: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return a column that is to be kept; one number over and over is kept once."""
    return repeated(column[:1], len(column)) if is_one(column) else column


def repeated(number: npt.NDArray[Number], size: int) -> npt.NDArray[Number]:
    """Return a column that is one number over and over, which takes the memory of one.

    Args:
        number: A column of one.
        size: How long the column is.
    """
    # `np.broadcast_to` takes ten times as long.
    column = np.ndarray((size,), number.dtype, number.copy(), strides=(0,))
    column.flags.writeable = False
    return column


def writable(column: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return a column that may be written to: the column itself, or a copy of what `repeated`."""
    return column if column.flags.writeable else column.copy()


def some_of(column: npt.NDArray[Any], places: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    """Return some numbers of a column; of one number over and over nothing is copied."""
    return column.take(places) if column.strides[0] else column[: len(places)]


def pick(mask: npt.NDArray[np.bool_], *columns: Any) -> Iterator[Any]:
    """Yield what a mask marks of each of several columns; nothing of one that is None.

    Of a mask that marks nearly all, the mask itself is soonest: whole stretches are copied.
    """
    places = mask.nonzero()[0]
    is_dense = len(places) > len(mask) - len(mask) // _DENSE
    for column in columns:
        if column is None:
            yield None
        elif is_dense and column.strides[0]:
            yield column[mask]
        else:
            yield some_of(column, places)


def kept(mask: npt.NDArray[np.bool_], first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Return the rows of two columns that a mask marks; far faster than indexing with it."""
    places = np.flatnonzero(mask)
    if len(places) == len(mask):
        return first, second
    return first.take(places), second.take(places)


def united(columns: Iterable[Rows], size: int) -> Rows:
    """Return all rows of several columns, ascending, each once.

    Args:
        columns: Rows of a table.
        size: How many rows the table has.
    """
    marked = np.zeros(size, np.bool_)
    for rows in columns:
        marked[rows] = True
    return np.flatnonzero(marked)
