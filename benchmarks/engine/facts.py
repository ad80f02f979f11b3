"""What happened, in three columns and a list of names: the same whoever wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)

Digests = dict[str, tuple[int, int]]
"""By name, how many facts have it, and a sum that tells their instants and customers."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """Facts in any order.

    Attributes:
        names: What happened and where: campaign, kind, node, and the reason or the way taken.
        what: For each fact a place in ``names``.
        at: When, in microseconds since 1970.
        row: To whom: the customer's row.
    """

    names: tuple[str, ...]
    what: npt.NDArray[np.int16]
    at: npt.NDArray[np.int64]
    row: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.at)


def digests(facts: Facts) -> Digests:
    """Sum facts up by name; equal sets of facts have equal digests, in whatever order they are.

    The sum is of one 64-bit hash a fact, splitmix64 of its instant and its customer, so that
    facts that are exchanged, lost or doubled show.
    """
    found = {}
    for place, name in enumerate(facts.names):
        mine = np.flatnonzero(facts.what == place)
        if len(mine):
            sums = _mixed(_mixed(facts.at[mine]) ^ facts.row[mine].astype(np.uint64))
            found[name] = (len(mine), int(sums.sum(dtype=np.uint64)))
    return found


def differences(ours: Facts, theirs: Facts, most: int = 10) -> list[str]:
    """Name facts that only one of two has: those marked ``-`` are the first's."""
    rows = [_texts(facts) for facts in (ours, theirs)]
    only = [("-", rows[0] - rows[1]), ("+", rows[1] - rows[0])]
    return [f"{mark} {row}" for mark, some in only for row in sorted(some)[:most]]


def together(parts: Sequence[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int64]]]) -> Facts:
    """Put facts together that come by name, with instants and rows."""
    names = tuple(dict.fromkeys(name for name, _, _ in parts))
    place = {name: number for number, name in enumerate(names)}
    codes = np.array([place[name] for name, _, _ in parts], np.int16)
    blank = [np.empty(0, np.int64)]
    return Facts(
        names=names,
        what=np.repeat(codes, [len(at) for _, at, _ in parts]),
        at=np.concatenate([*blank, *(at for _, at, _ in parts)]),
        row=np.concatenate([*blank, *(row for _, _, row in parts)]).astype(np.int32),
    )


def save(facts: Facts, file: Path) -> None:
    """Write facts to a file."""
    np.savez(file, names=np.array(facts.names), what=facts.what, at=facts.at, row=facts.row)


def load(file: Path) -> Facts:
    """Read facts from a file."""
    with np.load(file) as kept:
        return Facts(
            names=tuple(kept["names"].tolist()), what=kept["what"], at=kept["at"], row=kept["row"]
        )


def _texts(facts: Facts) -> set[str]:
    seconds = np.array(facts.at, "datetime64[us]").astype(str).tolist()
    rows = zip(seconds, facts.row.tolist(), facts.what.tolist(), strict=True)
    return {f"{at} row {row} {facts.names[what]}" for at, row, what in rows}


def _mixed(values: npt.NDArray[np.int64] | npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return splitmix64 of each value."""
    with np.errstate(over="ignore"):
        mixed = values.astype(np.uint64) + _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return np.asarray(mixed ^ (mixed >> np.uint64(31)))
