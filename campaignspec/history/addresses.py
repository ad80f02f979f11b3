"""The addresses of one kind: where a channel reaches each customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from campaignspec.digests import packed_texts
from campaignspec.history.column import Column, Flags

if TYPE_CHECKING:
    import pyarrow as pa


class Addresses:
    """One address a customer, as Arrow keeps texts: one behind the other.

    An empty text is no address.

    Args:
        packed: The texts, by row; none is missing.
    """

    def __init__(self, packed: pa.LargeStringArray) -> None:
        self.packed = packed

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Addresses:
        """Lay out addresses; None is none."""
        return cls(packed_texts([text or "" for text in texts]))

    @classmethod
    def of_column(cls, column: Column) -> Addresses:
        """Lay out the texts of a column."""
        import pyarrow as pa

        words = packed_texts([*column.words.tolist(), ""])
        return cls(words.take(pa.array(np.where(column.missing, len(column.words), column.values))))

    def __len__(self) -> int:
        return len(self.packed)

    def __getitem__(self, row: int) -> str | None:
        return self.packed[row].as_py() or None

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.tolist())

    def tolist(self) -> list[str | None]:
        """Return all addresses, None where there is none."""
        return [text or None for text in self.packed.to_pylist()]

    @property
    def known(self) -> Flags:
        """Of whom there is an address."""
        _, bounds, _ = self.packed.buffers()
        first = self.packed.offset
        return np.diff(np.frombuffer(bounds, np.int64)[first : first + len(self) + 1]) > 0

    @property
    def texts(self) -> pa.LargeStringArray:
        """The addresses as texts, missing where there is none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        return pc.if_else(pa.array(self.known), self.packed, pa.scalar(None, pa.large_string()))

    def moved(self, rows: npt.NDArray[np.int64], size: int) -> Addresses:
        """Return the addresses, each in another row.

        Args:
            rows: The new row of each.
            size: How many rows there are; in the others there is no address.
        """
        import pyarrow as pa

        places = np.full(size, -1, np.int64)
        places[rows] = np.arange(len(self))
        found = self.packed.take(pa.array(places, mask=places < 0))
        return Addresses(found.fill_null(""))
