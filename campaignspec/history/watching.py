"""Whether a project's sources have changed: asked at every tick, so at little cost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from campaignspec.errors import HistoryError
from campaignspec.history.declared import places_of
from campaignspec.history.place import Database, Place
from campaignspec.history.postgres import (
    at_one_instant,
    digest_of_database,
    greatest,
    settled_writes,
)
from campaignspec.history.sqlite_file import SQLITE_ENDINGS, parts_of
from campaignspec.history.telling import files_of, is_pattern
from campaignspec.spec.project import Settings

Look: TypeAlias = tuple[object, ...]
"""What something looked like; to be held against another look, and for nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a table of a database was at the last look.

    Attributes:
        writes: Which transactions of its server were settled; None where that says nothing.
        mark: What its rows added up to.
    """

    writes: str | None
    mark: str


class Watch:
    """Looks at a project's sources again and again.

    Files are looked at from outside: which there are, how large, and when they were written. Of a
    database the rows are added up by its server, but only when somebody has written to the
    server since the last look; of a source with a cursor the greatest one is asked for instead.

    Attributes:
        first: What they looked like when the watch began.
    """

    def __init__(self, settings: Settings, root: Path, lists: Iterable[str] = ()) -> None:
        """Take note of what to look at.

        Args:
            settings: What the project's file says.
            root: The folder that the files' paths start from.
            lists: Files of people that segments list.

        Raises:
            HistoryError: As in `look`.
        """
        listed = [(root / name, None) for name in sorted(set(lists))]
        self._tables: dict[tuple[Database, str | None], _Seen] = {}
        self._looks = [self._how(*each) for each in (*places_of(settings, root), *listed)]
        self.first = self.look()

    def look(self) -> Look:
        """Return what the sources look like now: different where they have changed.

        Raises:
            HistoryError: A file does not exist, or a database does not answer.
        """
        with at_one_instant():
            return tuple([look() for look in self._looks])

    def _how(self, place: Place, cursor: str | None) -> Callable[[], object]:
        """Find out how to look at a place; paths are taken apart here, and not at every tick."""
        if isinstance(place, Database):
            return partial(self._ask, place, cursor)
        if is_pattern(place) or place.suffix.lower() in SQLITE_ENDINGS:
            return partial(_outside_of_all, place)
        return partial(_outside_of, str(place))

    def _ask(self, database: Database, cursor: str | None) -> str:
        writes = settled_writes(database)
        seen = self._tables.get((database, cursor))
        if seen is None or writes is None or writes != seen.writes:
            mark = greatest(database, cursor) if cursor else None
            if mark is None:
                mark = digest_of_database(database)
            seen = _Seen(writes=writes, mark=mark)
            self._tables[database, cursor] = seen
        return seen.mark


def _outside_of_all(place: Path) -> Look:
    """Look at the files that a place names just now, and at what lies beside them."""
    files = [file for file in files_of(place) if isinstance(file, Path)]
    return tuple(_outside_of(str(part)) for file in files for part in parts_of(file))


def _outside_of(file: str) -> Look:
    try:
        stat = os.stat(file)  # noqa: PTH116 (a path is taken apart anew each time)
    except FileNotFoundError as error:
        raise HistoryError(f"{file}: the file does not exist") from error
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from error
    return file, stat.st_mtime_ns, stat.st_size
