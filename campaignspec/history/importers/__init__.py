"""Importers: public data sets turned into the canonical tables of a history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from campaignspec.history.importers.completejourney import import_completejourney

IMPORTERS: Final[Mapping[str, Callable[[Path], Mapping[str, int]]]] = {
    "completejourney": import_completejourney,
}
"""By name, what writes ``customers``, ``events``, ``messages`` and ``consents`` as Parquet files
into a folder and returns the number of rows of each."""

__all__ = ["IMPORTERS", "import_completejourney"]
