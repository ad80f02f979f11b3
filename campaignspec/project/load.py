"""From a folder to a linked project, or to everything that is wrong with its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from campaignspec.cache import NO_CACHE, Cache, digest
from campaignspec.diagnostics import Diagnostic, has_errors, in_order
from campaignspec.document import document_again, load_bytes, noted
from campaignspec.project.discover import ProjectFiles, find_files
from campaignspec.project.expand import matrices_in, segments_in, traits_in
from campaignspec.project.footprint import bytes_of, shown
from campaignspec.project.inline import inlined
from campaignspec.project.link import link
from campaignspec.project.mirroring import mirrors_of
from campaignspec.project.project import Project
from campaignspec.project.scope import Files, Part
from campaignspec.spec.audience import Audiences
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import TestCase, TestFile
from campaignspec.spec.channel import Channels
from campaignspec.spec.kpi_definition import Kpis
from campaignspec.spec.never import Never
from campaignspec.spec.offer import Offers
from campaignspec.spec.persona import Personas
from campaignspec.spec.policy import Policies
from campaignspec.spec.programme import Programmes
from campaignspec.spec.project import Settings
from campaignspec.spec.read import walk
from campaignspec.spec.reading import Pieces
from campaignspec.spec.shared_journey import Journeys

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a project's files.

    Attributes:
        project: The linked project; None when anything in it is wrong.
        diagnostics: All findings in all files, in order of position.
        texts: Every file's text by the name it is shown under, also of files that are not
            YAML, so that findings can be shown in their lines.
    """

    project: Project | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def load_project(root: Path, *, relative_to: Path, cache: Cache = NO_CACHE) -> Loaded:
    """Read all files of a project and link them; findings never stop the reading.

    Args:
        root: The folder of ``campaignspec.yaml``.
        relative_to: The folder that file names are shown relative to, where they are below it.
        cache: What keeps the readings of files.

    Raises:
        ProjectNotFoundError: There is no ``campaignspec.yaml``.
        UsageError: A file is there and cannot be opened.
    """
    read = read_found(find_files(root), relative_to=relative_to, cache=cache)
    diagnostics = in_order([*read.diagnostics, *link(read.files)])
    return Loaded(
        project=None if has_errors(diagnostics) else assembled(root, read.files),
        diagnostics=diagnostics,
        texts=read.texts,
    )


def read_files(root: Path, *, relative_to: Path) -> Files:
    """Read all files of a project as far as they can be read, for those who ask for its names.

    Raises:
        ProjectNotFoundError: There is no ``campaignspec.yaml``.
        UsageError: A file is there and cannot be opened.
    """
    return read_found(find_files(root), relative_to=relative_to).files


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Files as read.

    Attributes:
        files: What they say.
        diagnostics: What is wrong with each of them by itself.
        texts: Every file's text by the name it is shown under.
        kept: By the same name, the key by which its reading is kept in the cache, if it is.
    """

    files: Files
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    kept: Mapping[str, bytes]


def read_found(found: ProjectFiles, *, relative_to: Path, cache: Cache = NO_CACHE) -> Read:
    """Read files as far as they can be read.

    Args:
        found: The files.
        relative_to: The folder that file names are shown relative to, where they are below it.
        cache: What keeps the readings of files.

    Raises:
        UsageError: A file is there and cannot be opened.
    """
    reader = _Reader(relative_to, cache)
    files = reader.files(found)
    return Read(
        files=files,
        diagnostics=tuple(reader.findings),
        texts=MappingProxyType(reader.texts),
        kept=MappingProxyType(reader.kept),
    )


class _Reader:
    """Reads one file after the other and keeps their texts and findings."""

    def __init__(self, relative_to: Path, cache: Cache) -> None:
        self.texts: dict[str, str] = {}
        self.findings: list[Diagnostic] = []
        self.kept: dict[str, bytes] = {}
        self._relative_to = relative_to.resolve()
        self._cache = cache

    def files(self, found: ProjectFiles) -> Files:
        campaigns = tuple(self._read(path, Campaign) for path in found.campaigns)
        by_folder = {part.folder: part for part in campaigns}
        tests = (self._read(path, TestFile) for path in found.tests)
        return Files(
            settings=self._read(found.settings, Settings),
            audiences=tuple(self._read(path, Audiences) for path in found.audiences),
            channels=self._read(found.channels, Channels) if found.channels else None,
            campaigns=campaigns,
            tests=tuple((test, by_folder[test.folder]) for test in tests),
            personas=self._read(found.personas, Personas) if found.personas else None,
            offers=self._read(found.offers, Offers) if found.offers else None,
            journeys=self._read(found.journeys, Journeys) if found.journeys else None,
            kpis=self._read(found.kpis, Kpis) if found.kpis else None,
            programmes=self._read(found.programmes, Programmes) if found.programmes else None,
        )

    def _read(self, path: Path, section: type[T]) -> Part[T]:
        """Read one file; one with a mistake is read for more mistakes, but has no value."""
        file, raw = shown(path, self._relative_to), bytes_of(path)
        key = digest("file", section.__name__, file, raw)
        kept = self._cache.get(key)
        if kept is None:
            return self._read_anew(path.parent, file, raw, section, key)
        self.kept[file] = key
        note, value, folded = kept
        pieces = Pieces.unfolded(file, folded)
        document = document_again(raw.decode(), file, note)
        self.texts[file] = document.text
        return Part(file=file, folder=path.parent, document=document, value=value, pieces=pieces)

    def _read_anew(
        self, folder: Path, file: str, raw: bytes, section: type[T], key: bytes
    ) -> Part[T]:
        """Read a file, and keep what was read if it is flawless.

        A mistake is not kept: it may lie in what is installed, such as the names of time zones,
        and be mended there.
        """
        loaded = load_bytes(raw, file)
        document = loaded.value
        self.findings += loaded.diagnostics
        self.texts[file] = document.text if document else raw.decode("utf-8-sig", "replace")
        if document is None:
            return Part(
                file=file, folder=folder, document=None, value=None, pieces=Pieces(), torn=True
            )
        torn = has_errors(loaded.diagnostics)
        # By its types alone: tests hold them to the published schema, which takes as long again.
        reading = walk(document, section)
        self.findings += reading.diagnostics
        if not (loaded.diagnostics or reading.diagnostics):
            self.kept[file] = key
            self._cache.put(key, (noted(document), reading.value, reading.pieces.folded()))
        return Part(
            file=file,
            folder=folder,
            document=document,
            value=None if torn else reading.value,
            pieces=reading.pieces,
            torn=torn,
        )


def assembled(root: Path, files: Files) -> Project:
    """Put together what was found to be sound: a project of the campaigns that are there.

    Args:
        root: The folder of ``campaignspec.yaml``.
        files: Files without an error.
    """
    campaigns = sorted(
        ((_sound(part).campaign, part) for part in files.campaigns), key=lambda each: each[0]
    )
    audiences = [_sound(part) for part in files.audiences]
    channels = _sound(files.channels) if files.channels else Channels(channels={})
    return Project(
        root=root,
        settings=_sound(files.settings),
        traits=MappingProxyType(traits_in(files.audiences)),
        segments=MappingProxyType(segments_in(files.audiences, root)),
        matrices=MappingProxyType(matrices_in(files.audiences, root)),
        channels=_joined([channels.channels]),
        policies=channels.policies or Policies(),
        destinations=_joined([channels.destinations]),
        mixes=_joined([channels.mixes]),
        mirrors=MappingProxyType(mirrors_of(channels.destinations)),
        campaigns=MappingProxyType({name: _whole(files, part) for name, part in campaigns}),
        folders=MappingProxyType({name: part.folder for name, part in campaigns}),
        tests=MappingProxyType({name: _tests(files, part) for name, part in campaigns}),
        nevers=MappingProxyType({name: _nevers(files, part) for name, part in campaigns}),
        documents=MappingProxyType({p.file: p.document for p in files.all() if p.document}),
        personas=_joined([_sound(files.personas).personas] if files.personas else []),
        offers=_joined([_sound(files.offers).offers] if files.offers else []),
        kpis=_sound(files.kpis) if files.kpis else Kpis(),
        programmes=_joined([_sound(files.programmes).programmes] if files.programmes else []),
        exclusive=tuple(group for part in audiences for group in part.exclusive),
    )


def _sound(part: Part[T]) -> T:
    if part.value is None:
        raise AssertionError(f"{part.file} has no value and no finding")
    return part.value


def _whole(files: Files, part: Part[Campaign]) -> Campaign:
    """Return a campaign with the shared journeys that it runs written out."""
    campaign = _sound(part)
    shared = _joined([_sound(files.journeys).journeys] if files.journeys else [])
    return replace(campaign, journey=inlined(campaign.journey, shared))


def _joined(mappings: Iterable[Mapping[Any, T]]) -> Mapping[str, T]:
    return MappingProxyType({name: value for each in mappings for name, value in each.items()})


def _nevers(files: Files, campaign: Part[Campaign]) -> tuple[Never, ...]:
    beside = (test for test, owner in files.tests if owner is campaign)
    return tuple(never for test in beside for never in _sound(test).never)


def _tests(files: Files, campaign: Part[Campaign]) -> tuple[TestCase, ...]:
    beside = (test for test, owner in files.tests if owner is campaign)
    return tuple(case for test in beside for case in _sound(test).tests)
