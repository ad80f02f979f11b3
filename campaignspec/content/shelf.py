"""Where templates lie: beside a campaign or beside the project, a file a channel and language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

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

    def files(self, campaign: str, message: str, channel: str) -> Mapping[str, Path]:
        """Return the templates of a message by what stands between channel and ``.j2``.

        The campaign's own folder goes before the project's. What has nothing there is under
        ``""``.
        """
        found: dict[str, Path] = {}
        for folder in self._folders(campaign):
            for name in self._names(folder / message):
                suffix = self._suffix(name, channel)
                if suffix is not None:
                    found.setdefault(suffix, folder / message / f"{name}{SUFFIX}")
        return found

    def messages(self, campaign: str) -> tuple[str, ...]:
        """Return the messages that have a folder beside the campaign."""
        folder = self._project.folders[campaign] / TEMPLATES
        return tuple(sorted(path.name for path in folder.glob("*") if path.name != SHARED))

    def source(self, path: Path) -> Source:
        """Return a file's text; what is not UTF-8 in it is written as a question mark."""
        if path not in self._sources:
            shown = self._shown(path)
            text = path.read_text(encoding="utf-8", errors="replace")
            self.texts[shown] = text
            self._sources[path] = Source(text=text, file=shown)
        return self._sources[path]

    def shared(self, campaign: str, locale: str) -> SharedTexts:
        """Return the shared texts that a campaign's templates of a language may include."""

        def read(name: str) -> Source | None:
            path = next(self._shared_paths(campaign, name, locale), None)
            return None if path is None else self.source(path)

        folders = (folder / SHARED for folder in self._folders(campaign))
        names = {name.partition(".")[0] for folder in folders for name in self._names(folder)}
        return SharedTexts(names=tuple(sorted(names)), read=read)

    def _shared_paths(self, campaign: str, name: str, locale: str) -> Iterator[Path]:
        for ending in (*(f".{each}" for each in fallbacks(locale) if each), ""):
            for folder in self._folders(campaign):
                if f"{name}{ending}" in self._names(folder / SHARED):
                    yield folder / SHARED / f"{name}{ending}{SUFFIX}"

    def _folders(self, campaign: str) -> tuple[Path, Path]:
        return self._project.folders[campaign] / TEMPLATES, self._project.root / TEMPLATES

    def _names(self, folder: Path) -> tuple[str, ...]:
        if folder not in self._listed:
            paths = sorted(folder.glob(f"*{SUFFIX}"))
            self._listed[folder] = tuple(p.name.removesuffix(SUFFIX) for p in paths if p.is_file())
        return self._listed[folder]

    def _suffix(self, name: str, channel: str) -> str | None:
        """Return what a file's name has behind the channel; None if it is another channel's."""
        if name == channel:
            return ""
        if name.startswith(f"{channel}.") and name not in self._project.channels:
            return name.removeprefix(f"{channel}.")
        return None

    def _shown(self, path: Path) -> str:
        full = path.resolve()
        return (
            full.relative_to(self._base).as_posix()
            if full.is_relative_to(self._base)
            else str(full)
        )


def is_locale(text: str) -> bool:
    """Say whether a text names a language as files do: ``ru``, ``zh-CN``."""
    try:
        parse_locale(text)
    except ValueError:
        return False
    return True
