"""Where a project is, and which files belong to it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from campaignspec.errors import ProjectNotFoundError

SETTINGS: Final = "campaignspec.yaml"
AUDIENCES: Final = "audiences.yaml"
CHANNELS: Final = "channels.yaml"
CAMPAIGN: Final = "campaign.yaml"
PERSONAS: Final = "personas.yaml"
OFFERS: Final = "offers.yaml"
JOURNEYS: Final = "journeys.yaml"
KPIS: Final = "kpis.yaml"
PROGRAMMES: Final = "programme.yaml"
TEMPLATES: Final = "templates"
"""The folder of templates, beside a campaign or beside the project."""

SUFFIX: Final = ".j2"
"""How the names of templates end."""

_TEST: Final = ".test.yaml"
_USUAL_FOLDER: Final = "campaigns"
_DEPTH: Final = 3
_SKIPPED: Final = frozenset({"build", "node_modules"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """The files of a project, sorted.

    Attributes:
        settings: The ``campaignspec.yaml``.
        audiences: ``audiences.yaml`` and ``audiences/*.yaml``, as far as they are there.
        channels: The ``channels.yaml``, if there is one.
        personas: The ``personas.yaml``, if there is one.
        offers: The ``offers.yaml``, if there is one.
        kpis: The ``kpis.yaml``, if there is one.
        programmes: The ``programme.yaml``, if there is one.
        journeys: The ``journeys.yaml``, if there is one.
        campaigns: Every ``campaign.yaml`` up to three folders down.
        tests: Every ``*.test.yaml`` beside one of them.
    """

    settings: Path
    audiences: tuple[Path, ...] = ()
    channels: Path | None = None
    personas: Path | None = None
    offers: Path | None = None
    journeys: Path | None = None
    kpis: Path | None = None
    programmes: Path | None = None
    campaigns: tuple[Path, ...] = ()
    tests: tuple[Path, ...] = ()

    def only(self, campaigns: Collection[Path]) -> ProjectFiles:
        """Return the same files, but of some of the campaigns alone."""
        folders = {path.parent for path in campaigns}
        return replace(
            self,
            campaigns=tuple(path for path in self.campaigns if path in campaigns),
            tests=tuple(path for path in self.tests if path.parent in folders),
        )


def find_root(start: Path) -> Path:
    """Return the folder of ``campaignspec.yaml``: here, in ``campaigns``, or above.

    Raises:
        ProjectNotFoundError: There is none.
    """
    here = start if start.is_dir() else start.parent
    here = here.absolute()
    for folder in (here, here / _USUAL_FOLDER, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise ProjectNotFoundError(
        f"no {SETTINGS} in {here}, in its folder {_USUAL_FOLDER}, or in any folder above; "
        "go to your project, or begin one with `campaignspec init`"
    )


def find_projects(start: Path) -> tuple[Path, ...]:
    """Return the project that ``start`` is in, and the projects in folders below it.

    Raises:
        ProjectNotFoundError: There is none.
    """
    root = find_root(start)
    return root, *(Path(each.path) for each in _projects_below(_opened(root), _DEPTH))


def find_files(root: Path) -> ProjectFiles:
    """List the files of the project in a folder.

    Raises:
        ProjectNotFoundError: The folder has no ``campaignspec.yaml``.
    """
    if not (root / SETTINGS).is_file():
        raise ProjectNotFoundError(
            f"no {SETTINGS} in {root}; begin a project with `campaignspec init`"
        )
    audiences = (root / AUDIENCES, *sorted(root.glob("audiences/*.yaml")))
    campaigns = _campaigns(root)
    return ProjectFiles(
        settings=root / SETTINGS,
        audiences=tuple(path for path in audiences if path.is_file()),
        channels=_if_there(root / CHANNELS),
        personas=_if_there(root / PERSONAS),
        offers=_if_there(root / OFFERS),
        journeys=_if_there(root / JOURNEYS),
        kpis=_if_there(root / KPIS),
        programmes=_if_there(root / PROGRAMMES),
        campaigns=tuple(campaigns),
        tests=tuple(test for path, folder in campaigns.items() for test in _tests(path, folder)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A folder as listed once.

    Attributes:
        path: Where it was found.
        real: Where it is, behind all links.
        files: The names of the files in it.
        folders: The names of the folders in it that may hold anything of a project, sorted.
        links: Which of all names are links.
    """

    path: str
    real: str
    files: frozenset[str]
    folders: tuple[str, ...]
    links: frozenset[str]


def _if_there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _tests(campaign: Path, folder: _Folder) -> list[Path]:
    names = sorted(name for name in folder.files if name.endswith(_TEST))
    return [campaign.parent / name for name in names]


def _campaigns(root: Path) -> dict[Path, _Folder]:
    """Find each campaign once, under its real place when links lead to it as well, sorted."""
    found: dict[str, tuple[bool, Path, _Folder]] = {}
    top = _opened(root)
    for folder in _folders(top, _DEPTH):
        if CAMPAIGN in folder.files:
            real = _join(folder.real, CAMPAIGN)
            real = os.path.realpath(real) if CAMPAIGN in folder.links else real
            straight = f"{top.real}{folder.path[len(top.path) :]}"
            place = (_join(straight, CAMPAIGN) != real, Path(folder.path, CAMPAIGN), folder)
            found[real] = min(found.get(real, place), place, key=_detour)
    return {path: folder for _, path, folder in sorted(found.values(), key=_path)}


def _join(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118 - so many that paths of `pathlib` are slow


def _detour(place: tuple[bool, Path, _Folder]) -> tuple[bool, Path]:
    return place[:2]


def _path(place: tuple[bool, Path, _Folder]) -> Path:
    return place[1]


def _folders(above: _Folder, depth: int) -> Iterator[_Folder]:
    """Walk the folders below one, at most ``depth`` down, so that no loop of links matters."""
    for folder in _inside(above):
        if SETTINGS in folder.files:  # a project of its own
            continue
        yield folder
        if depth > 1:
            yield from _folders(folder, depth - 1)


def _projects_below(above: _Folder, depth: int) -> Iterator[_Folder]:
    for folder in _inside(above):
        if SETTINGS in folder.files:
            yield folder
        if depth > 1:
            yield from _projects_below(folder, depth - 1)


def _inside(above: _Folder) -> Iterator[_Folder]:
    """Open the folders in one, but for templates, in which there are messages alone."""
    messages = bool(above.files & {CAMPAIGN, SETTINGS})
    for name in above.folders:
        if not (messages and name == TEMPLATES):
            real = None if name in above.links else _join(above.real, name)
            yield _opened(_join(above.path, name), real)


def _opened(path: str | Path, real: str | None = None) -> _Folder:
    files, folders, links = [], [], []
    with os.scandir(path) as entries:
        for entry in entries:
            name = entry.name
            if entry.is_symlink():
                links.append(name)
            # What is called like a test is one: that it cannot be read is said when it is.
            if name.endswith(_TEST) or entry.is_file():
                files.append(name)
            elif not name.startswith(".") and name not in _SKIPPED and entry.is_dir():
                folders.append(name)
    return _Folder(
        path=os.fspath(path),
        real=real or os.path.realpath(path),
        files=frozenset(files),
        folders=tuple(sorted(folders)),
        links=frozenset(links),
    )
