"""Where a project is, and which files belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
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
    return root, *_projects_below(root, _DEPTH)


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
    channels, personas, offers = root / CHANNELS, root / PERSONAS, root / OFFERS
    campaigns = _campaigns(root)
    return ProjectFiles(
        settings=root / SETTINGS,
        audiences=tuple(path for path in audiences if path.is_file()),
        channels=channels if channels.is_file() else None,
        personas=personas if personas.is_file() else None,
        offers=offers if offers.is_file() else None,
        journeys=root / JOURNEYS if (root / JOURNEYS).is_file() else None,
        kpis=root / KPIS if (root / KPIS).is_file() else None,
        programmes=root / PROGRAMMES if (root / PROGRAMMES).is_file() else None,
        campaigns=campaigns,
        tests=tuple(test for path in campaigns for test in _tests_beside(path)),
    )


def _tests_beside(campaign: Path) -> list[Path]:
    with os.scandir(campaign.parent) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(_TEST)]
    return [campaign.parent / name for name in sorted(names)]


def _campaigns(root: Path) -> tuple[Path, ...]:
    """Find each campaign once, under its real place when links lead to it as well."""
    found: dict[Path, Path] = {}
    for folder in _folders(root, _DEPTH):
        path = folder / CAMPAIGN
        if path.is_file():
            real = path.resolve()
            known = found.setdefault(real, path)
            if known != path:
                found[real] = min(known, path, key=lambda each: _detour(each, root))
    return tuple(sorted(found.values()))


def _detour(path: Path, root: Path) -> tuple[bool, Path]:
    relative = path.relative_to(root)
    return root.resolve() / relative != path.resolve(), path


def _folders(above: Path, depth: int) -> Iterator[Path]:
    """Walk the folders below one, at most ``depth`` down, so that no loop of links matters."""
    for folder in _open_folders(above):
        if (folder / SETTINGS).is_file():  # a project of its own
            continue
        yield folder
        if depth > 1:
            yield from _folders(folder, depth - 1)


def _projects_below(above: Path, depth: int) -> Iterator[Path]:
    for folder in _open_folders(above):
        if (folder / SETTINGS).is_file():
            yield folder
        if depth > 1:
            yield from _projects_below(folder, depth - 1)


def _open_folders(above: Path) -> list[Path]:
    """Return the folders in one that may hold anything of a project, sorted."""
    with os.scandir(above) as entries:
        names = [
            entry.name
            for entry in entries
            if not entry.name.startswith(".") and entry.name not in _SKIPPED and entry.is_dir()
        ]
    return [above / name for name in sorted(names)]
