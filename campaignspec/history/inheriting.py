"""Decisions about consent of people who go by several ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.history.column import Column
from campaignspec.history.piece import Key, Rows
from campaignspec.history.source import ValueKind
from campaignspec.history.staging import CONFIRMED, GRANTED
from campaignspec.history.stream import Stream
from campaignspec.people.consents import inherited

_Flags: TypeAlias = npt.NDArray[np.bool_]
_Decisions: TypeAlias = tuple[Rows, Rows, _Flags, _Flags]
"""Decisions of ids, in columns: whose, when, whether a yes, and whether a confirmed one."""


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
    found: dict[Key, list[_Decisions]] = {}
    for streams, ids in decisions:
        for key, stream in streams.items():
            named, said = ids[stream.rows()], stream.properties[GRANTED]
            known = (named >= 0) & ~said.missing
            confirmed = stream.properties[CONFIRMED].values[known]
            found.setdefault(key, []).append(
                (named[known], stream.ts[known], said.values[known], confirmed)
            )
    return {key: _of_people(found[key], person, size) for key in sorted(found)}


def _of_people(parts: Sequence[_Decisions], person: Rows, size: int) -> Stream:
    ids, ts, granted, confirmed = (np.concatenate(column) for column in zip(*parts, strict=True))
    order, standing = inherited(person[ids], ids, ts, granted)
    properties = {GRANTED: _column(standing), CONFIRMED: _column(standing & confirmed[order])}
    return Stream.build(person[ids][order], ts[order], size, properties)


def _column(flags: _Flags) -> Column:
    return Column(kind=ValueKind.BOOLEAN, values=flags, missing=np.zeros(len(flags), np.bool_))
