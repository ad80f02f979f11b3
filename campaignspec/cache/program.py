"""What the program is, down to its bytes: what it made is not for another."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from campaignspec.cache.keeping import digest

_HERE = Path(__file__).parents[1]


@cache
def program_digest() -> bytes | None:
    """Return what the program is, down to its bytes; None if it does not lie in files.

    Readings depend on Python, on the parsers of YAML and Jinja, and, by the names of time zones,
    on the data of zones as well.
    """
    import zoneinfo
    from importlib.metadata import PackageNotFoundError, version

    parts: list[str | bytes] = [sys.version]
    try:
        parts += [version(name) for name in ("PyYAML", "Jinja2", "tzdata")]
        sources = sorted(sources_below(os.fspath(_HERE)))
        for path in sources:
            parts += [path, Path(path).read_bytes()]
    except (PackageNotFoundError, OSError):
        return None
    for place in zoneinfo.TZPATH:
        with suppress(OSError):
            parts.append(str(Path(place).stat().st_mtime_ns))
    return digest(*parts) if sources else None


def sources_below(folder: str) -> Iterator[str]:
    """Yield the paths of Python's source files in a folder and in those below it, in no order.

    Raises:
        OSError: A folder cannot be listed.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield entry.path
            elif entry.is_dir(follow_symlinks=False) and entry.name != "__pycache__":
                yield from sources_below(entry.path)
