"""What a source holds, in a few characters: equal for equal content, wherever it lies."""

from __future__ import annotations

import hashlib
from pathlib import Path

from campaignspec.errors import HistoryError
from campaignspec.history.place import Database, Place
from campaignspec.history.sqlite_file import parts_of


def digest_of(place: Place) -> str:
    """Describe the content of a file by its bytes, and of a database by its rows.

    Raises:
        HistoryError: The file does not exist or cannot be read, or the database does not answer.
    """
    if isinstance(place, Database):
        from campaignspec.history.postgres import digest_of_database

        return digest_of_database(place)
    return "".join(_digest(part) for part in parts_of(place))


def kind_of(place: Place) -> str:
    """Return what says how a place is read: the ending of a file, or that it is a database."""
    return "postgresql" if isinstance(place, Database) else place.suffix.lower()


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise HistoryError(f"{file}: the file does not exist") from error
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from error
