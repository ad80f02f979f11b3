"""Words of SQL: names and texts, quoted."""

from __future__ import annotations

from typing import Final

ROW: Final = '"number of the row"'
"""The column with a row's number, beside the columns of a file."""


def quoted(name: str) -> str:
    """Quote a column's name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"
