"""Where templates lie: beside a campaign or beside the project, a file a channel and language."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from campaignspec.cache import digest
from campaignspec.content.locales import fallbacks
from campaignspec.content.source import SharedTexts, Source
from campaignspec.project import Project
from campaignspec.spec.content_kinds import parse_locale

TEMPLATES: Final = "templates"
SHARED: Final = "_shared"
SUFFIX: Final = ".j2"


class Shelf:
    """The template files of a project, each listed and read once.

    Attributes:
        texts: The texts that were read, by the name they are shown under.
    """

    def __init__(self, project: Project, relative_to: Path) -> None:
        self.texts: dict[str, str] = {}
        self._project = project
        self._base = relative_to.resolve()
        self._listed: dict[Path, tuple[str, ...]] = {}
        self._sources: dict[Path, Source] = {}
        self._resolved: dict[Path, Path] = {}
        self._digests: dict[tuple[str, str], bytes] = {}
        self._beside: dict[str, tuple[Path, Path]] = {}

    def files(self, campaign: str, message: str, channel: str) -> Mapping[str, Path]:
        """Return the templates of a message by what stands between channel and ``.j2``.

        The campaign's own folder goes before the project's. What has nothing there is under
        ``""``.
        """
        found: dict[str, Path] = {}
        for folder in self._folders(campaign):
            beside = folder / message
            for name in self._names(beside):
                suffix = self._suffix(name, channel)
                if suffix is not None:
                    found.setdefault(suffix, beside / f"{name}{SUFFIX}")
        return found

    def messages(self, campaign: str) -> tuple[str, ...]:
        """Return the messages that have a folder beside the campaign."""
        folder = self._project.folders[campaign] / TEMPLATES
        return tuple(sorted(path.name for path in folder.glob("*") if path.name != SHARED))

    def source(self, path: Path) -> Source:
        """Return a file's text; what is not UTF-8 in it is written as a question mark."""
        source = self._source(path)
        self.texts[source.file] = source.text
        return source

    def shared(self, campaign: str, locale: str) -> SharedTexts:
        """Return the shared texts that a campaign's templates of a language may include."""

        def read(name: str) -> Source | None:
            path = next(self._shared_paths(campaign, name, locale), None)
            return None if path is None else self.source(path)

        folders = (folder / SHARED for folder in self._folders(campaign))
        names = {name.partition(".")[0] for folder in folders for name in self._names(folder)}
        return SharedTexts(names=tuple(sorted(names)), read=read)

    def digest(self, campaign: str, locale: str) -> bytes:
        """Return what stands for all shared texts that templates of a language may include."""
        place = (campaign, locale)
        if place not in self._digests:
            names = self.shared(campaign, locale).names
            paths = (next(self._shared_paths(campaign, name, locale), None) for name in names)
            found = [self._source(path) for path in paths if path is not None]
            parts = (part for each in found for part in (each.file, each.text))
            self._digests[place] = digest(*names, *parts)
        return self._digests[place]

    def _source(self, path: Path) -> Source:
        if path not in self._sources:
            text = path.read_text(encoding="utf-8", errors="replace")
            self._sources[path] = Source(text=text, file=self._shown(path))
        return self._sources[path]

    def _shared_paths(self, campaign: str, name: str, locale: str) -> Iterator[Path]:
        for ending in (*(f".{each}" for each in fallbacks(locale) if each), ""):
            for folder in self._folders(campaign):
                if f"{name}{ending}" in self._names(folder / SHARED):
                    yield folder / SHARED / f"{name}{ending}{SUFFIX}"

    def _folders(self, campaign: str) -> tuple[Path, Path]:
        if campaign not in self._beside:
            own = self._project.folders[campaign] / TEMPLATES
            self._beside[campaign] = own, self._project.root / TEMPLATES
        return self._beside[campaign]

    def _names(self, folder: Path) -> tuple[str, ...]:
        if folder not in self._listed:
            names = _scanned(folder, _is_template)
            self._listed[folder] = tuple(name.removesuffix(SUFFIX) for name in names)
        return self._listed[folder]

    def _suffix(self, name: str, channel: str) -> str | None:
        """Return what a file's name has behind the channel; None if it is another channel's."""
        if name == channel:
            return ""
        if name.startswith(f"{channel}.") and name not in self._project.channels:
            return name.removeprefix(f"{channel}.")
        return None

    def _shown(self, path: Path) -> str:
        # What lies above a file is looked up once for all files of a folder.
        full = path.resolve() if path.is_symlink() else self._real(path.parent) / path.name
        return (
            full.relative_to(self._base).as_posix()
            if full.is_relative_to(self._base)
            else str(full)
        )

    def _real(self, folder: Path) -> Path:
        if folder not in self._resolved:
            self._resolved[folder] = folder.resolve()
        return self._resolved[folder]


def templates_in(folder: Path) -> list[Path]:
    """Return all templates, shared texts as well, in a folder of templates, sorted."""
    found = []
    for message in _scanned(folder, lambda entry: entry.is_dir()):
        names = _scanned(folder / message, lambda entry: entry.name.endswith(SUFFIX))
        found += [folder / message / name for name in names]
    return sorted(found)


def _scanned(folder: Path, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    """Return the names in a folder that are wanted, sorted; none of one that is not there."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if wanted(entry))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_template(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(SUFFIX) and entry.is_file()


def is_locale(text: str) -> bool:
    """Say whether a text names a language as files do: ``ru``, ``zh-CN``."""
    try:
        parse_locale(text)
    except ValueError:
        return False
    return True
