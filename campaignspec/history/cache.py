"""Histories and pieces on disk: one array a file, mapped into memory when it is read again.

A folder is named after the fingerprint of what it was built from, so it is never out of date.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from campaignspec.errors import HistoryError
from campaignspec.history.addresses import Addresses
from campaignspec.history.history import History
from campaignspec.history.piece import Keep, Key, Piece
from campaignspec.history.shelf import ShelfReader, ShelfWriter, placed
from campaignspec.history.staging import Since
from campaignspec.history.stream import Stream
from campaignspec.people.resolution import PEOPLE_SCHEMA, REJECTIONS_SCHEMA, Resolution

FORMAT: Final = 5
"""Raised when the layout of columns changes; it is part of every fingerprint."""

_PIECES: Final = "pieces"
_CURSORS: Final = "cursors"
_KEPT: Final = 4
"""So many histories are kept, those used last."""
_FRESH_SECONDS: Final = 86_400.0
"""A piece of which nothing is made is removed when it is older: another process may be at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a history was made from.

    Attributes:
        frame: Equal where everything but the list of pieces is equal.
        pieces: The names of the pieces of each source that tells of events, in order.
    """

    frame: str
    pieces: Sequence[Sequence[str]]

    def continues(self, other: Made) -> bool:
        """Say whether this is made from what ``other`` is made from, and from more."""
        return self.frame == other.frame and all(
            list(mine[: len(theirs)]) == list(theirs)
            for mine, theirs in zip(self.pieces, other.pieces, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A piece that was read by a cursor.

    Attributes:
        piece: The piece's name.
        since: How far its source had been read then; None where it had no rows.
    """

    piece: str
    since: Since | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """What was read of a source by its cursor.

    Attributes:
        content: What the source's content was at the last look; None where nothing tells.
        batches: The pieces, in the order of the cursor.
    """

    content: str | None
    batches: tuple[Batch, ...]


class Cache:
    """A folder that keeps histories, and the pieces that they are made from.

    A history or a piece is named after the fingerprint of what it was built from, so it is never
    out of date. Arrays that a history has in common with a piece are stored once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def history(self, fingerprint: str) -> History | None:
        """Return a history, or None where it is absent or damaged."""
        place = self._folder / fingerprint
        try:
            found = _Reader(place).history(fingerprint)
        except (OSError, ValueError):
            return None
        _touch(place)
        return found

    def keep(self, history: History, made: Made) -> None:
        """Keep a history, in place of a damaged one of the same fingerprint, and tidy up."""
        with placed(self._folder / history.fingerprint) as draft:
            _Writer(draft).history(history, made)
        self._tidy()

    def before(self, made: Made) -> tuple[History, Made] | None:
        """Find the kept history of which the one to be made is most nearly a continuation."""
        best: tuple[int, str, Made] | None = None
        for name, other in self._histories():
            length = sum(map(len, other.pieces))
            if made.continues(other) and (best is None or length > best[0]):
                best = (length, name, other)
        if best is None:
            return None
        history = self.history(best[1])
        return None if history is None else (history, best[2])

    def piece(self, name: str) -> Piece | None:
        """Return a piece, or None where it is absent or damaged."""
        place = self._folder / _PIECES / name
        try:
            reader = ShelfReader(place)
            content = reader.content
            piece = Piece(
                place=content["place"],
                customers=reader.packed(content["customers"]),
                streams=_Streams(reader),
            )
        except (OSError, ValueError):
            return None
        _touch(place)
        return piece

    def forget(self, made: Made) -> None:
        """Remove the pieces that a history is made from."""
        for name in {name for names in made.pieces for name in names}:
            shutil.rmtree(self._folder / _PIECES / name, ignore_errors=True)

    def settle(self, name: str, collect: Callable[[Keep], Piece]) -> Piece:
        """Keep a piece, whose streams are written as they are made, and map it into memory."""
        place = self._folder / _PIECES / name
        with placed(place) as draft:
            writer = ShelfWriter(draft)
            written: list[Any] = []

            def keep(key: Key, stream: Stream) -> Stream:
                written.append([list(key), writer.stream(stream)])
                return Stream.empty(0)

            piece = collect(keep)
            writer.finish(
                {
                    "place": piece.place,
                    "customers": writer.texts(piece.customers),
                    "streams": written,
                }
            )
        settled = self.piece(name)
        if settled is None:
            raise HistoryError(f"{place}: what was just written there cannot be read")
        return settled

    def batches(self, source: str) -> Batches | None:
        """Return what was read of a source by its cursor; None where that is not all there."""
        try:
            written = json.loads(self._cursor(source).read_text(encoding="utf-8"))
            batches = [
                Batch(piece=name, since=None if since is None else Since(**since))
                for name, since in written["batches"]
            ]
        except (OSError, ValueError):
            return None
        if any(not (self._folder / _PIECES / batch.piece).is_dir() for batch in batches):
            return None
        return Batches(content=written["content"], batches=tuple(batches))

    def keep_batches(self, source: str, batches: Batches) -> None:
        """Note what was read of a source by its cursor."""
        place = self._cursor(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        listed = [
            [batch.piece, None if batch.since is None else asdict(batch.since)]
            for batch in batches.batches
        ]
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        draft.write_text(json.dumps({"content": batches.content, "batches": listed}), "utf-8")
        draft.replace(place)

    def _cursor(self, source: str) -> Path:
        return self._folder / _CURSORS / source

    def _histories(self) -> Iterator[tuple[str, Made]]:
        if not self._folder.is_dir():
            return
        for folder in sorted(self._folder.iterdir()):
            try:
                made = ShelfReader(folder).content["made"]
            except (OSError, ValueError, KeyError):
                continue
            yield folder.name, Made(frame=made["frame"], pieces=made["pieces"])

    def _tidy(self) -> None:
        """Remove all but the last few histories, and pieces that none of these is made from."""
        by_age = sorted(self._histories(), key=lambda each: -_age(self._folder / each[0]))
        for name, _ in by_age[:-_KEPT]:
            shutil.rmtree(self._folder / name, ignore_errors=True)
        used = {name for _, made in by_age[-_KEPT:] for pieces in made.pieces for name in pieces}
        pieces = self._folder / _PIECES
        for piece in pieces.iterdir() if pieces.is_dir() else ():
            if piece.name not in used and _age(piece) > _FRESH_SECONDS:
                shutil.rmtree(piece, ignore_errors=True)


def _touch(place: Path) -> None:
    """Note that a folder was used; one that may only be read is used all the same."""
    with suppress(OSError):
        os.utime(place)


def _age(place: Path) -> float:
    try:
        return time.time() - place.stat().st_mtime
    except OSError:  # another process has removed it
        return 0


class _Streams(Mapping[Key, Stream]):
    """The streams of a piece, each mapped into memory when it is first asked for."""

    def __init__(self, reader: ShelfReader) -> None:
        self._reader = reader
        self._refs = {tuple(key): refs for key, refs in reader.content["streams"]}
        self._known: dict[Key, Stream] = {}

    def __getitem__(self, key: Key) -> Stream:
        if key not in self._known:
            self._known[key] = self._reader.stream(self._refs[key])
        return self._known[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._refs)

    def __len__(self) -> int:
        return len(self._refs)

    def __contains__(self, key: object) -> bool:
        return key in self._refs


class _Writer(ShelfWriter):
    """Writes a history."""

    def history(self, history: History, made: Made) -> None:
        """Write a history, and what it was made from."""
        content = {
            "customers": self.texts(np.array(history.customers, dtype=np.object_)),
            "attributes": {name: self.column(c) for name, c in history.attributes.items()},
            "addresses": {k: self.texts(each.packed) for k, each in history.addresses.items()},
            "zones": list(history.zones),
            "zone_of": self.array(history.zone_of),
            "zone_known": None if history.zone_known is None else self.array(history.zone_known),
            "streams": self.streams({(key,): s for key, s in history.streams.items()}),
            "messages": self.streams({(key,): s for key, s in history.messages.items()}),
            "consents": self.streams({(*key,): s for key, s in history.consents.items()}),
            "resolution": self._resolution(history.resolution),
            "first": history.first,
            "last": history.last,
            "made": {"frame": made.frame, "pieces": [list(names) for names in made.pieces]},
        }
        self.finish(content)

    def _resolution(self, resolution: Resolution | None) -> list[Any] | None:
        if resolution is None:
            return None
        return [self._table(table) for table in (resolution.people, resolution.rejections)]

    def _table(self, table: pa.Table) -> dict[str, Any]:
        """Write a table of lineage: texts as texts, and row numbers, -1 where none is known."""
        return {
            name: self.array(column.fill_null(-1).to_numpy())
            if column.type == pa.int64()
            else self.texts(column.to_numpy())
            for name, column in zip(table.column_names, table.columns, strict=True)
        }


class _Reader(ShelfReader):
    """Reads what `_Writer` wrote, and raises where it does not find it so."""

    def history(self, fingerprint: str) -> History:
        """Read the history."""
        content = self.content
        return History(
            customers=tuple(self.texts(content["customers"]).tolist()),
            attributes={name: self.column(c) for name, c in content["attributes"].items()},
            addresses={k: Addresses(self.packed(r)) for k, r in content["addresses"].items()},
            zones=tuple(content["zones"]),
            zone_of=self.array(content["zone_of"]),
            zone_known=None if content["zone_known"] is None else self.array(content["zone_known"]),
            streams={key: s for (key,), s in self.streams(content["streams"]).items()},
            messages={key: s for (key,), s in self.streams(content["messages"]).items()},
            consents={(a, b): s for (a, b), s in self.streams(content["consents"]).items()},
            fingerprint=fingerprint,
            resolution=self._resolution(content["resolution"]),
            first=content["first"],
            last=content["last"],
        )

    def _resolution(self, tables: list[Any] | None) -> Resolution | None:
        if tables is None:
            return None
        people, rejections = tables
        return Resolution(
            people=self._table(people, PEOPLE_SCHEMA),
            rejections=self._table(rejections, REJECTIONS_SCHEMA),
        )

    def _table(self, refs: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
        arrays = []
        for field in schema:
            if field.type == pa.int64():
                numbers = self.array(refs[field.name])
                arrays.append(pa.array(numbers, mask=numbers < 0))
            else:
                arrays.append(self.packed(refs[field.name]))
        return pa.Table.from_arrays(arrays, schema=schema)
