"""How many rows the sources had at the last good run of an environment, kept beside the project."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from campaignspec.errors import CampaignspecError

_FOLDER: Final = ".campaignspec/volumes"
_FORMAT: Final = 1


def good_volumes(root: Path, environment: str | None) -> Mapping[str, int]:
    """Return the rows by source at the last good run; none where there was none.

    A file that cannot be read counts as absent: the next good run writes it anew.
    """
    if environment is None:
        return {}
    try:
        kept = json.loads(_file(root, environment).read_text(encoding="utf-8"))
        return {str(name): int(rows) for name, rows in _rows(kept).items()}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return {}


def keep_volumes(root: Path, environment: str, rows: Mapping[str, int]) -> None:
    """Keep the rows by source of a good run, whole or not at all.

    Raises:
        CampaignspecError: The file cannot be written.
    """
    path = _file(root, environment)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    text = json.dumps({"format": _FORMAT, "rows": dict(sorted(rows.items()))}, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            half.write_text(f"{text}\n", encoding="utf-8")
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise CampaignspecError(f"{path} cannot be written: {error.strerror or error}") from error


def _file(root: Path, environment: str) -> Path:
    return root / _FOLDER / f"{environment}.json"


def _rows(kept: Mapping[str, Any]) -> Mapping[str, int]:
    rows: Mapping[str, int] = kept["rows"] if kept["format"] == _FORMAT else {}
    return rows
