"""Make a project of one's own that works at once."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from campaignspec.api.sample import SampleSize, write_sample
from campaignspec.document.scalars import read_plain
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.project.discover import SETTINGS
from campaignspec.spec.schema import write_schemas

_NAME: Final = "my-shop"
"""The project's name as the starter files write it."""

_NAMED: Final = (SETTINGS, "README.md")
"""The starter files that hold the project's name."""

_HIDDEN: Final = "dot-"
"""How the names of hidden files begin in the package: tools that pack it skip hidden ones."""

_ALLOWED: Final = frozenset({".git"})
"""What may stand in the folder already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A new project.

    Attributes:
        folder: Where it is.
        name: What it is called.
        sample: How many customers and orders its made-up data have.
    """

    folder: Path
    name: str
    sample: SampleSize


def init(folder: Path) -> Begun:
    """Make a project in a new or empty folder, whole or not at all.

    It is made in a folder of its own beside the wanted one, and moved when it is complete.

    Raises:
        UsageError: There is something in the folder already.
        CampaignspecError: The folder cannot be written.
    """
    folder = folder.absolute()
    _require_empty(folder)
    name = project_name(folder.resolve().name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".campaignspec-", dir=folder.parent) as made:
            project = Path(made, "project")
            sample = _make(project, name)
            _move(project, folder)
    except OSError as error:
        raise CampaignspecError(f"{folder} cannot be made: {error.strerror or error}") from error
    return Begun(folder=folder, name=name, sample=sample)


def project_name(folder: str) -> str:
    """Return a folder's name as a project's name, as far as it can be one."""
    name = re.sub(r"[^\w.-]+", "-", folder).strip("-.")
    name = re.sub(r"^[\W\d_]+", "", name)
    return name if name and isinstance(read_plain(name), str) else _NAME


def _require_empty(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is not a folder; name a new one")
    if folder.is_dir() and (found := {path.name for path in folder.iterdir()} - _ALLOWED):
        some = ", ".join(sorted(found)[:3])
        more = ", …" if len(found) > 3 else ""
        raise UsageError(f"{folder} is not empty (it holds {some}{more}); name a new folder")


def _make(project: Path, name: str) -> SampleSize:
    project.mkdir()
    _copy(files("campaignspec") / "starter", project)
    for file in _NAMED:
        path = project / file
        path.write_text(path.read_text(encoding="utf-8").replace(_NAME, name), encoding="utf-8")
    schemas = project / "schemas"
    schemas.mkdir()
    write_schemas(schemas)
    return write_sample(project / "data")


def _copy(source: Traversable, target: Path) -> None:
    for item in source.iterdir():
        path = target / item.name.replace(_HIDDEN, ".", 1 if item.name.startswith(_HIDDEN) else 0)
        if item.is_dir():
            path.mkdir()
            _copy(item, path)
        else:
            path.write_bytes(item.read_bytes())


def _move(project: Path, folder: Path) -> None:
    """Move a complete project to its place.

    An existing folder is kept, somebody may stand in it; the settings come last, because
    without them the rest is not yet a project.
    """
    if not folder.exists():
        project.rename(folder)
        return
    for path in sorted(project.iterdir(), key=lambda path: path.name == SETTINGS):
        shutil.move(path, folder / path.name)
