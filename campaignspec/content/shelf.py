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
from campaignspec.project.discover import SUFFIX, TEMPLATES
from campaignspec.spec.content_kinds import parse_locale

SHARED: Final = "_shared"


class Shelf:
    """The template files of a project, each listed and read once.

    Paths are texts here: there are more templates than other files, and making `Path`s of them
    took longer than reading them.

    Attributes:
        texts: The texts that were read, by the name they are shown under.
    """

    def __init__(self, project: Project, relative_to: Path) -> None:
        self.texts: dict[str, str] = {}
        self._project = project
        self._base = f"{relative_to.resolve().as_posix().rstrip('/')}/"
        self._listed: dict[str, tuple[str, ...]] = {}
        self._sources: dict[str, Source] = {}
        self._resolved: dict[str, str] = {}
        self._digests: dict[tuple[str, str], bytes] = {}
        self._beside: dict[str, tuple[str, str]] = {}

    def files(self, campaign: str, message: str, channel: str) -> Mapping[str, str]:
        """Return the templates of a message by what stands between channel and ``.j2``.

        The campaign's own folder goes before the project's. What has nothing there is under
        ``""``.
        """
        found: dict[str, str] = {}
        for folder in self._folders(campaign):
            beside = f"{folder}/{message}"
            for name in self._names(beside):
                suffix = self._suffix(name, channel)
                if suffix is not None:
                    found.setdefault(suffix, f"{beside}/{name}{SUFFIX}")
        return found

    def messages(self, campaign: str) -> tuple[str, ...]:
        """Return the messages that have a folder beside the campaign."""
        folder = self._project.folders[campaign] / TEMPLATES
        return tuple(sorted(path.name for path in folder.glob("*") if path.name != SHARED))

    def source(self, path: str) -> Source:
        """Return a file's text; what is not UTF-8 in it is written as a question mark."""
        source = self._source(path)
        self.texts[source.file] = source.text
        return source

    def shared(self, campaign: str, locale: str) -> SharedTexts:
        """Return the shared texts that a campaign's templates of a language may include."""

        def read(name: str) -> Source | None:
            path = next(self._shared_paths(campaign, name, locale), None)
            return None if path is None else self.source(path)

        folders = (f"{folder}/{SHARED}" for folder in self._folders(campaign))
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

    def _source(self, path: str) -> Source:
        if path not in self._sources:
            self._sources[path] = Source(text=_text_of(path), file=self._shown(path))
        return self._sources[path]

    def _shared_paths(self, campaign: str, name: str, locale: str) -> Iterator[str]:
        for ending in (*(f".{each}" for each in fallbacks(locale) if each), ""):
            for folder in self._folders(campaign):
                beside = f"{folder}/{SHARED}"
                if f"{name}{ending}" in self._names(beside):
                    yield f"{beside}/{name}{ending}{SUFFIX}"

    def _folders(self, campaign: str) -> tuple[str, str]:
        if campaign not in self._beside:
            folders = self._project.folders[campaign], self._project.root
            own, shared = (f"{folder.as_posix().rstrip('/')}/{TEMPLATES}" for folder in folders)
            self._beside[campaign] = own, shared
        return self._beside[campaign]

    def _names(self, folder: str) -> tuple[str, ...]:
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

    def _shown(self, path: str) -> str:
        full = self._real(path)
        if not full.startswith(self._base):
            return full
        return full.removeprefix(self._base)

    def _real(self, path: str) -> str:
        """Follow the links on a path; what lies above is looked up once for all that is in it."""
        if path not in self._resolved:
            above, _, name = path.rpartition("/")
            plain = above and name not in {"", ".", ".."} and not os.path.islink(path)  # noqa: PTH114
            resolved = f"{self._real(above)}/{name}" if plain else Path(path).resolve().as_posix()
            self._resolved[path] = resolved
        return self._resolved[path]


def _text_of(path: str) -> str:
    """Read a text, its line ends made alike, by a third of the steps of `Path.read_text`."""
    with open(path, "rb") as file:  # noqa: PTH123
        text = file.read().decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def templates_in(folder: Path) -> list[Path]:
    """Return all templates, shared texts as well, in a folder of templates, sorted."""
    found = []
    for message in _scanned(folder, lambda entry: entry.is_dir()):
        names = _scanned(folder / message, lambda entry: entry.name.endswith(SUFFIX))
        found += [folder / message / name for name in names]
    return found


def _scanned(folder: str | Path, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
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
