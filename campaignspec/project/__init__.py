"""A project: its files found, read as one, and linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from campaignspec.project.connectors import check_connectors
    from campaignspec.project.discover import find_root
    from campaignspec.project.load import Loaded, load_project
    from campaignspec.project.project import Project

__all__ = ["Loaded", "Project", "check_connectors", "find_root", "load_project"]

_HOMES = {
    "Loaded": "load",
    "Project": "project",
    "check_connectors": "connectors",
    "find_root": "discover",
    "load_project": "load",
}


def __getattr__(name: str) -> Any:
    # Who only finds the files of a project need not know the language they are written in, which
    # takes longer to import than the files of most projects take to be compared.
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
