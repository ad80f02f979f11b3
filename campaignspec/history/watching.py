"""Whether a project's sources have changed: asked at every tick, so at little cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from campaignspec.errors import HistoryError
from campaignspec.history.declared import places_of
from campaignspec.history.place import Database, Place
from campaignspec.history.postgres import (
    at_one_instant,
    digest_of_database,
    greatest,
    settled_writes,
)
from campaignspec.history.sqlite_file import parts_of
from campaignspec.history.telling import files_of
from campaignspec.spec.project import Settings


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
        self._places = (*places_of(settings, root), *listed)
        self._tables: dict[tuple[Database, str | None], _Seen] = {}
        self.first = self.look()

    def look(self) -> tuple[str, ...]:
        """Return what the sources look like now: different where they have changed.

        Raises:
            HistoryError: A file does not exist, or a database does not answer.
        """
        with at_one_instant():
            return tuple(
                self._look_at(each, cursor)
                for place, cursor in self._places
                for each in files_of(place)
            )

    def _look_at(self, place: Place, cursor: str | None) -> str:
        return self._ask(place, cursor) if isinstance(place, Database) else _outside_of(place)

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


def _outside_of(file: Path) -> str:
    try:
        stats = [(part, part.stat()) for part in parts_of(file)]
    except FileNotFoundError as error:
        raise HistoryError(f"{file}: the file does not exist") from error
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from error
    return "\n".join(f"{part} {stat.st_mtime_ns} {stat.st_size}" for part, stat in stats)
