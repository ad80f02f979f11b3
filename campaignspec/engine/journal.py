"""The facts of one sweep, columnar while it runs, a table at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.digests import Ids
from campaignspec.engine.facts import SCHEMA, Kind
from campaignspec.engine.present import pick

Rows = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

NOBODY: Final = -1
"""The row of nobody: of what is done for everybody at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Facts that differ only in who, when and how much.

    Attributes:
        campaign: The campaign's name.
        kind: What happened.
        node: Where in the journey.
        edge: The way taken out of the node, if one was.
        channel: The channel, for messages and answers.
        reason: Why, where there is a reason.
        rows: The customers, as rows of the history.
        keys: What tells the customer's enrolments apart; None where nothing does.
        at: When.
        enrolment: Each customer's enrolment number.
        seq: Each fact's number in its enrolment.
        value: Micro-units, or None where the kind has no value.
    """

    campaign: str
    kind: Kind
    node: str
    edge: str | None = None
    channel: str | None = None
    reason: str | None = None
    rows: Rows
    keys: Texts | None = None
    at: npt.NDArray[np.int64]
    enrolment: npt.NDArray[np.int32]
    seq: npt.NDArray[np.int32]
    value: npt.NDArray[np.int64] | None = None

    def only(self, mask: npt.NDArray[np.bool_]) -> Batch:
        """Return the facts that a mask marks."""
        columns = pick(mask, self.rows, self.at, self.enrolment, self.seq, self.keys, self.value)
        rows, at, enrolment, seq, keys, value = columns
        return Batch(  # `replace` takes longer than to take what most batches hold
            campaign=self.campaign,
            kind=self.kind,
            node=self.node,
            edge=self.edge,
            channel=self.channel,
            reason=self.reason,
            rows=rows,
            keys=keys,
            at=at,
            enrolment=enrolment,
            seq=seq,
            value=value,
        )


def to_table(batches: Sequence[Batch], ids: Ids) -> pa.Table:
    """Put batches into one table with the columns and the order of all facts.

    Args:
        batches: The facts.
        ids: The customers' ids, by row; they ascend.
    """
    batches = [batch for batch in batches if len(batch.rows)]
    if not batches:
        return SCHEMA.empty_table()
    sizes = [len(batch.rows) for batch in batches]
    columns = {name: np.concatenate([getattr(b, name) for b in batches]) for name in _OWN}
    batch_of = np.repeat(np.arange(len(batches), dtype=np.int32), sizes)
    keys = _keys(batches, sizes)
    order = _order(columns, batches, batch_of, keys)
    batch_of = batch_of[order]
    arrays = {
        "at": pa.array(columns["at"][order], pa.timestamp("us", tz="UTC")),
        "customer": _customers(ids, columns["rows"][order]),
        "enrolment": pa.array(columns["enrolment"][order]),
        "seq": pa.array(columns["seq"][order]),
        "value": _values(batches, sizes, order, batch_of),
        "key": pa.nulls(len(order), pa.string()) if keys is None else keys.take(order),
        **{name: _texts(batches, name, batch_of) for name in _CONSTANTS},
    }
    return pa.table([arrays[name] for name in SCHEMA.names], schema=SCHEMA)


_OWN = ("rows", "at", "enrolment", "seq")
_CONSTANTS = ("campaign", "kind", "node", "edge", "channel", "reason")
_ROOM = 63
"""The bits of a number by which facts are sorted."""
_SMALL_ROOM = 31
"""The bits of one that takes half the memory."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of facts, as codes into an ascending dictionary; -1 is no key."""

    codes: npt.NDArray[np.int32]
    words: list[str]

    def take(self, places: npt.NDArray[np.intp]) -> pa.Array:
        codes = self.codes[places]
        return pa.array(self.words, pa.string()).take(pa.array(codes, mask=codes < 0))


def _order(
    columns: Mapping[str, npt.NDArray[Any]],
    batches: Sequence[Batch],
    batch_of: npt.NDArray[np.int32],
    keys: _Keys | None,
) -> npt.NDArray[np.intp]:
    """Say in which order facts stand: the places of `ORDER`, where customers' ids are rows.

    Batches ascend by customer, and mostly follow each other in time. So facts are sorted by
    customer and instant by a sort that merges what ascends already; what ties then is mostly in
    its order, too, and sorted only where it is not.
    """
    rows, at = columns["rows"] - NOBODY, columns["at"]
    since = at - at.min()
    surplus = _bits(rows) + _bits(since) - _ROOM
    fine = np.int64(max(surplus, 0))
    """What of an instant has no room beside a row: it is looked at among those that tie."""
    coarse = (rows << np.int64(_bits(since) - fine)) | (since >> fine)
    order = np.argsort(coarse, kind="stable")
    ranks = [
        *((since & ((1 << fine) - 1),) if fine else ()),
        _codes([(batch.campaign,) for batch in batches])[batch_of],
        columns["enrolment"],
        columns["seq"],
        _codes([(batch.kind.value, batch.node) for batch in batches])[batch_of],
        *(() if keys is None else (keys.codes,)),
    ]
    return _settled(order, coarse, ranks)


def _settled(
    order: npt.NDArray[np.intp], coarse: Rows, ranks: Sequence[npt.NDArray[Any]]
) -> npt.NDArray[np.intp]:
    """Put those that tie in a coarse order into that of further columns."""
    ranks = [rank for rank in ranks if rank.min() != rank.max()]
    sorted_by = coarse[order]
    same = sorted_by[1:] == sorted_by[:-1]
    ties = np.flatnonzero(same)
    if _ascend(order[ties], order[ties + 1], ranks):
        return order
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    places = order[tied]
    fine = _packed([rank[places] for rank in ranks])
    order[tied] = places[np.lexsort((fine, sorted_by[tied]))]
    return order


def _ascend(
    earlier: npt.NDArray[np.intp], later: npt.NDArray[np.intp], ranks: Sequence[npt.NDArray[Any]]
) -> bool:
    """Say whether no pair of facts stands the wrong way round, by the first rank that differs."""
    for rank in ranks:
        left, right = rank[earlier], rank[later]
        if (left > right).any():
            return False
        equal = left == right
        earlier, later = earlier[equal], later[equal]
    return True


def _packed(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Put columns into one number a row that orders rows as the columns do, the first first."""
    packed: npt.NDArray[Any] = np.zeros(len(columns[0]), np.int32)
    for column in columns:
        following = column - column.min()
        if _bits(packed) + _bits(following) > _ROOM:
            # Ranks of up to 2³¹ facts leave room for those of any other column.
            packed = np.unique(packed, return_inverse=True)[1]
            following = np.unique(following, return_inverse=True)[1]
        bits = _bits(following)
        if _bits(packed) + bits > _SMALL_ROOM:
            packed = packed.astype(np.int64)
        packed = (packed << bits) | following
    return packed


def _bits(numbers: npt.NDArray[Any]) -> int:
    return int(numbers.max(initial=0)).bit_length()


def _codes(values: Sequence[tuple[str, ...]]) -> npt.NDArray[np.int32]:
    """Number values, so that numbers ascend as the values do."""
    code_of = {value: code for code, value in enumerate(sorted(set(values)))}
    return np.array([code_of[value] for value in values], np.int32)


def _texts(batches: Sequence[Batch], name: str, batch_of: npt.NDArray[np.int32]) -> pa.Array:
    """Return a column whose texts are those of batches."""
    values = [getattr(batch, name) for batch in batches]
    if all(value is None for value in values):
        return pa.nulls(len(batch_of), pa.string())
    return pa.array(values, pa.string()).take(pa.array(batch_of))


def _customers(ids: Ids, rows: Rows) -> pa.Array:
    """Return the ids of ascending rows; nobody has an empty one."""
    nobody = int(np.searchsorted(rows, 0))
    blank = pa.repeat("", nobody)
    if nobody == len(rows):
        return blank
    first, last = int(rows[nobody]), int(rows[-1])
    known = ids.arrow.slice(first, last - first + 1).cast(pa.string())
    people = known.take(pa.array((rows[nobody:] - first).astype(np.int32)))
    return pa.concat_arrays([blank, people]) if nobody else people


def _values(
    batches: Sequence[Batch],
    sizes: Sequence[int],
    order: npt.NDArray[np.intp],
    batch_of: npt.NDArray[np.int32],
) -> pa.Array:
    blanks = [
        np.broadcast_to(np.int64(0), size) if batch.value is None else batch.value
        for batch, size in zip(batches, sizes, strict=True)
    ]
    empty = np.array([batch.value is None for batch in batches])
    return pa.array(np.concatenate(blanks)[order], mask=empty[batch_of])


def _keys(batches: Sequence[Batch], sizes: Sequence[int]) -> _Keys | None:
    """Return the keys of all facts; None without any."""
    if all(batch.keys is None for batch in batches):
        return None
    parts = [
        pa.nulls(size, pa.string()) if batch.keys is None else pa.array(batch.keys, pa.string())
        for batch, size in zip(batches, sizes, strict=True)
    ]
    coded = pa.chunked_array(parts).combine_chunks().dictionary_encode()
    found = coded.dictionary.to_pylist()
    words = sorted(word for word in found if word)
    rank = {word: code for code, word in enumerate(words)}
    ranks = np.array([rank.get(word, -1) for word in found], np.int32)
    return _Keys(np.append(ranks, np.int32(-1))[coded.indices.fill_null(-1).to_numpy()], words)
