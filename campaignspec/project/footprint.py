"""What a project is made of, as keys: they are others as soon as anything else is found.

There is a key for what all campaigns share, and one for each campaign, which holds the first. A key
stands for the bytes of files, the names that they are shown under, and which templates lie where.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from campaignspec.cache import digest
from campaignspec.errors import UsageError
from campaignspec.project.discover import SUFFIX, TEMPLATES, ProjectFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What a project was made of when it was looked at.

    Attributes:
        shared: The key of everything that is no campaign's own.
        campaigns: By the file of each campaign the key of everything it is made of: its file, its
            tests, its templates, and what is shared.
    """

    shared: bytes
    campaigns: Mapping[Path, bytes]

    def only(self, campaigns: Collection[Path]) -> Footprint:
        """Return the same of some of the campaigns alone."""
        some = {path: key for path, key in self.campaigns.items() if path in campaigns}
        return replace(self, campaigns=MappingProxyType(some))

    @property
    def whole(self) -> bytes:
        """The key of the whole project."""
        return digest(self.shared, *self.campaigns.values())


def footprint_of(found: ProjectFiles, *, relative_to: Path, besides: bytes) -> Footprint:
    """Read all files of a project, and return what they are.

    Args:
        found: The files.
        relative_to: The folder that file names are shown relative to, where they are below it.
        besides: The key of what is no file of the project, and everything in it depends on.

    Raises:
        UsageError: A file is there and cannot be opened.
    """
    base = relative_to.resolve()
    shared = _key_of_shared(found, base, besides)
    tests: dict[Path, list[Path]] = {}
    for path in found.tests:
        tests.setdefault(path.parent, []).append(path)
    return Footprint(
        shared=shared,
        campaigns=MappingProxyType(
            {
                path: digest(shared, *_of_campaign(path, tests.get(path.parent, ()), base))
                for path in found.campaigns
            }
        ),
    )


def shown(path: Path, base: Path) -> str:
    """Return the name that a file of definitions is shown under.

    Args:
        path: The file.
        base: The folder, without links in its path, that names below it are relative to.
    """
    return _below(os.fspath(path.absolute()), base) or (
        _below(os.path.join(os.path.realpath(path.parent), path.name), base)  # noqa: PTH118
        or path.absolute().as_posix()
    )


def bytes_of(path: Path) -> bytes:
    """Return what stands in a file.

    Raises:
        UsageError: It cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def _below(full: str, base: Path) -> str | None:
    above = os.path.join(base, "")  # noqa: PTH118 - with a separator at its end
    return full.removeprefix(above).replace(os.sep, "/") if full.startswith(above) else None


def _key_of_shared(found: ProjectFiles, base: Path, besides: bytes) -> bytes:
    root = found.settings.parent
    parts: list[str | bytes] = [besides, os.fspath(root), os.path.realpath(root), os.fspath(base)]
    for what, paths in (
        ("settings", (found.settings,)),
        ("audiences", found.audiences),
        ("channels", (found.channels,)),
        ("personas", (found.personas,)),
        ("offers", (found.offers,)),
        ("journeys", (found.journeys,)),
        ("kpis", (found.kpis,)),
        ("programmes", (found.programmes,)),
    ):
        parts.append(what)
        parts += _definitions((path for path in paths if path is not None), base)
    return digest(*parts, *_of_templates(root))


def _of_campaign(path: Path, tests: Sequence[Path], base: Path) -> Iterator[str | bytes]:
    yield os.fspath(path)
    yield from _definitions((path, *tests), base)
    yield from _of_templates(path.parent)


def _definitions(paths: Iterable[Path], base: Path) -> Iterator[str | bytes]:
    for path in paths:
        yield shown(path, base)
        yield bytes_of(path)


def _of_templates(folder: Path) -> Iterator[str | bytes]:
    """Yield what can be told of templates: each entry of their folders, and each text.

    Names are those of entries; where a link leads is told as well, as files are shown by their
    real places.
    """
    top = os.path.join(folder, TEMPLATES)  # noqa: PTH118 - thousands are listed
    yield os.path.realpath(top)
    for entry in _listed(top):
        yield from _told(entry)
        if entry.is_dir():
            for inner in _listed(entry.path):
                yield from _told(inner)
                if inner.name.endswith(SUFFIX) and inner.is_file():
                    yield _text(inner.path)


def _text(path: str) -> bytes:
    """Return what stands in one of thousands of templates; see `bytes_of`."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - faster than its `Path`
            return file.read()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def _told(entry: os.DirEntry[str]) -> Iterator[str]:
    kind = "folder" if entry.is_dir() else "file" if entry.is_file() else "neither"
    yield f"{kind} {entry.name}"
    if entry.is_symlink():
        yield os.path.realpath(entry.path)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by name; none of one that is not there."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=_name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name
