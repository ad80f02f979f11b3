"""What each source tells: its pieces, taken from the cache or read now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, assert_never

import duckdb

from campaignspec.errors import HistoryError
from campaignspec.history.cache import Batch, Batches, Cache
from campaignspec.history.collecting import as_it_is, collect, fetch, sort
from campaignspec.history.joining import Told
from campaignspec.history.piece import Keep, Piece
from campaignspec.history.place import Database, Place
from campaignspec.history.reading import connect
from campaignspec.history.source import ConsentSource, EventSource, MessageSource
from campaignspec.history.staging import (
    CURSOR,
    Since,
    StagedEvents,
    stage_consents,
    stage_events,
    stage_messages,
)
from campaignspec.identity import fingerprint

Telling: TypeAlias = EventSource | MessageSource | ConsentSource
"""A source that tells what happened."""

_PATTERN: Final = frozenset("*?[")
_TABLE: Final = "told"
_LARGE: Final = 2**24
"""A file of so many bytes is read with a database of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a source that is read at once and then settled: one file, or one table.

    Attributes:
        source: The source, whose file is that of the part.
        name: The fingerprint of its content and of how it is read; names the piece.
        is_batch: Whether it is one of several batches, that cannot be read again one by one.
    """

    source: Telling
    name: str
    is_batch: bool = False


def files_of(place: Place) -> Sequence[Place]:
    """Return the files that a place names: itself, or those that a pattern fits, by name.

    Raises:
        HistoryError: No file fits a pattern.
    """
    if not isinstance(place, Path) or not is_pattern(place) or place.exists():
        return [place]
    fixed = [part for part in place.parts if not _PATTERN & set(part)]
    root = Path(*place.parts[: place.parts.index(_first_pattern(place))]) if fixed else Path()
    found = sorted(path for path in root.glob(str(place.relative_to(root))) if path.is_file())
    if not found:
        raise HistoryError(f"{place}: no file fits this pattern")
    return found


def is_pattern(place: Path) -> bool:
    """Say whether a place may name several files, if none is called so."""
    return bool(_PATTERN & set(str(place)))


def parts_of(source: Telling) -> Sequence[Telling]:
    """Return a source for each file that a source is read from."""
    return [replace(source, file=file) for file in files_of(source.file)]


def tell(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], cache: Cache | None) -> Told:
    """Return what a source tells.

    Args:
        connection: The database to read with.
        parts: Its parts, in the order of arrival.
        cache: Where pieces are kept, or None to read them each time.

    Raises:
        HistoryError: A file cannot be read as declared.
    """
    pieces = [_piece(connection, part, cache) for part in parts]
    source = parts[0].source
    if not isinstance(source, EventSource):
        return Told(pieces=pieces)
    return Told(
        pieces=pieces,
        zone=source.zone,
        one_per_day=source.one_per_day,
        known_after=source.known_after,
    )


def read_on(source: Telling, name: str, content: str | None, cache: Cache) -> Sequence[Part]:
    """Read what a source has got beyond the greatest cursor that was seen.

    Args:
        source: A source with a cursor.
        name: Names the source, wherever it stands by now.
        content: The fingerprint of its content; where it is what it was at the last look, nothing
            is read. None always looks.
        cache: Where batches are kept.

    Returns:
        The parts that were read before, and the new one, if there are new rows.

    Raises:
        HistoryError: A new row cannot be read as declared.
    """
    known = cache.batches(name)
    batches = known.batches if known else ()
    if known is None or content is None or known.content != content:
        batches = _with_new(source, name, batches, cache)
        cache.keep_batches(name, Batches(content=content, batches=batches))
    return [Part(source=source, name=batch.piece, is_batch=True) for batch in batches]


def _with_new(
    source: Telling, name: str, batches: tuple[Batch, ...], cache: Cache
) -> tuple[Batch, ...]:
    since = batches[-1].since if batches else None
    if since is None:  # there was no row yet
        batches = ()
    with connect() as db:
        staged = _stage(db, source, since)
        rank, value, count, content = db.execute(
            f"SELECT max({CURSOR}), arg_max({CURSOR}_text, {CURSOR}), count(*), "  # noqa: S608 (own names)
            f"bit_xor(hash({_TABLE})) FROM {_TABLE}"
        ).fetchall()[0]
        if batches and not count:
            return batches
        upto = None if rank is None else Since(rank=rank, value=value)
        piece = fingerprint({"source": name, "upto": rank, "rows": count, "content": content})
        cache.settle(piece, partial(collect, db, staged))
    return (*batches, Batch(piece=piece, since=upto))


def _piece(connection: duckdb.DuckDBPyConnection, part: Part, cache: Cache | None) -> Piece:
    if cache is None:
        return _read(connection, part.source, as_it_is)
    settled = cache.piece(part.name)
    if settled is not None:
        return settled
    if part.is_batch:
        raise FileNotFoundError(f"the batch {part.name} of {part.source.file} is not kept")
    return cache.settle(part.name, partial(_read, connection, part.source))


def _read(connection: duckdb.DuckDBPyConnection, source: Telling, keep: Keep) -> Piece:
    if isinstance(source.file, Path) and source.file.is_file():
        is_large = source.file.stat().st_size > _LARGE
    else:
        is_large = isinstance(source.file, Database)
    if is_large:
        # A database of its own, closed before anything is sorted, gives its memory back.
        with connect() as db:
            fetched = fetch(db, _stage(db, source))
        return sort(fetched, keep)
    staged = _stage(connection, source)
    piece = collect(connection, staged, keep)
    connection.execute(f"DROP {'TABLE' if staged.unchecked is None else 'VIEW'} {_TABLE}")
    return piece


def _stage(
    connection: duckdb.DuckDBPyConnection, source: Telling, since: Since | None = None
) -> StagedEvents:
    match source:
        case EventSource():
            return stage_events(connection, _TABLE, source, since)
        case MessageSource():
            return stage_messages(connection, _TABLE, source, since)
        case ConsentSource():
            return stage_consents(connection, _TABLE, source, since)
        case _:
            assert_never(source)


def _first_pattern(place: Path) -> str:
    return next(part for part in place.parts if _PATTERN & set(part))
