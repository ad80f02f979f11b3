"""Decisions about consent of people who go by several ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from campaignspec.history.column import Column
from campaignspec.history.piece import Key, Rows
from campaignspec.history.source import ValueKind
from campaignspec.history.staging import GRANTED
from campaignspec.history.stream import Stream
from campaignspec.people.consents import inherited


def inherit(
    decisions: Sequence[tuple[Mapping[Key, Stream], Rows]], person: Rows, size: int
) -> Mapping[Key, Stream]:
    """Make the streams of decisions of people, in which a refusal under any of their ids wins.

    Args:
        decisions: For each source its streams, and for each of their rows the number of the id
            that it stands for, or -1 where it stands for nobody.
        person: For each id the row of its person.
        size: The number of people.
    """
    found: dict[Key, list[tuple[Rows, Rows, npt.NDArray[np.bool_]]]] = {}
    for streams, ids in decisions:
        for key, stream in streams.items():
            named = ids[stream.rows()]
            known = named >= 0
            granted = stream.properties[GRANTED].values[known]
            found.setdefault(key, []).append((named[known], stream.ts[known], granted))
    return {key: _of_people(found[key], person, size) for key in sorted(found)}


def _of_people(
    parts: Sequence[tuple[Rows, Rows, npt.NDArray[np.bool_]]], person: Rows, size: int
) -> Stream:
    ids, ts, granted = (np.concatenate(column) for column in zip(*parts, strict=True))
    order, standing = inherited(person[ids], ids, ts, granted)
    column = Column(
        kind=ValueKind.BOOLEAN, values=standing, missing=np.zeros(len(standing), np.bool_)
    )
    return Stream.build(person[ids][order], ts[order], size, {GRANTED: column})
