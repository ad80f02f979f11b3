"""The history of a project, kept ready beside it."""

from __future__ import annotations

from campaignspec.errors import HistoryError
from campaignspec.history import History
from campaignspec.history.declared import load_declared
from campaignspec.project import Project

CACHE = ".campaignspec/cache"


def history_of(project: Project) -> History:
    """Load the project's history.

    Raises:
        HistoryError: A source cannot be read as declared.
    """
    try:
        return load_declared(project.settings, root=project.root, cache=project.root / CACHE)
    except HistoryError as error:
        raise HistoryError(
            f"{error}\n(sources are declared in {project.root / 'campaignspec.yaml'}; "
            "`campaignspec import` writes the tables of known data sets)"
        ) from error
