"""Columns of numbers as PostgreSQL reads them: arrays, number behind number, none put into text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import psycopg

_BIGINT: Final = 20
_BIGINTS: Final = 1016
"""The server's numbers for its types ``bigint`` and ``bigint[]``, the same everywhere."""
_ONE: Final = np.dtype([("size", ">i4"), ("number", ">i8")])


@dataclass(frozen=True, slots=True)
class Numbers:
    """An array of numbers for a statement, of which none is missing.

    Attributes:
        numbers: Whole numbers, of any width.
    """

    numbers: npt.NDArray[np.integer[Any]]

    def written(self) -> bytes:
        """Write them as ``array_recv`` of the server's ``arrayfuncs.c`` reads them."""
        size = len(self.numbers)
        if not size:
            return np.array([0, 0, _BIGINT], ">i4").tobytes()
        head = np.array([1, 0, _BIGINT, size, 1], ">i4")  # dimensions, nulls, type, size, first
        each = np.empty(size, _ONE)
        each["size"], each["number"] = 8, self.numbers
        return head.tobytes() + each.tobytes()


def send_numbers(db: psycopg.Connection[Any]) -> None:
    """Let a connection send `Numbers`."""
    from psycopg.adapt import Dumper
    from psycopg.pq import Format

    class NumbersDumper(Dumper):
        format = Format.BINARY
        oid = _BIGINTS

        def dump(self, obj: Numbers) -> bytes:
            return obj.written()

    db.adapters.register_dumper(Numbers, NumbersDumper)
