"""Move from another tool: its definitions, and its events where they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from campaignspec.migrate import Migration, read_dittofeed, read_parcelvoy
from campaignspec.migrate.folder import DATA, write_folder
from campaignspec.migrate.report import summary
from campaignspec.migrate.tables import open_dittofeed, write_tables

READERS: Final[Mapping[str, Callable[[Path], Migration]]] = {
    "Dittofeed": read_dittofeed,
    "Parcelvoy": read_parcelvoy,
}
"""What reads a tool's definitions, by the tool's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move has made.

    Attributes:
        files: The files of the project.
        tables: How many rows each table has, by its file; empty where no events were given.
        summary: What came over, in a few lines.
        lost: Whether anything was left behind.
    """

    files: tuple[Path, ...]
    tables: Mapping[Path, int] = field(default_factory=dict)
    summary: tuple[str, ...]
    lost: bool


def move(tool: str, file: Path, folder: Path, *, events: Path | None = None) -> Moved:
    """Read a tool's export and write it as a project.

    Args:
        tool: A key of `READERS`.
        file: Its definitions, in JSON.
        folder: The project's folder, made where there is none.
        events: Dittofeed's events, one JSON object a line; they become the project's tables.

    Raises:
        MigrationError: A file cannot be read, or is not such an export, or cannot be written.
        UsageError: The folder holds a project with audiences already.
    """
    migration = READERS[tool](file)
    connection = open_dittofeed(events) if events else None
    files = write_folder(migration, tool, folder)
    tables: dict[Path, int] = {}
    if connection is not None:
        with connection:
            rows = write_tables(migration.plan, connection, folder / DATA)
        tables = {folder / DATA / name: count for name, count in rows.items()}
    return Moved(
        files=files,
        tables=tables,
        summary=summary(migration),
        lost=any(not note.carried for note in migration.notes),
    )
