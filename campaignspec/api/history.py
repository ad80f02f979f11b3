"""The history of a project, kept ready beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from campaignspec.errors import HistoryError
from campaignspec.history import History
from campaignspec.history.declared import load_declared
from campaignspec.history.lists import with_lists
from campaignspec.history.watching import Watch
from campaignspec.project import Project

CACHE = ".campaignspec/cache"


def history_of(project: Project) -> History:
    """Load the project's history.

    Raises:
        HistoryError: A source cannot be read as declared.
    """
    with _told_where(project):
        history = load_declared(project.settings, root=project.root, cache=project.root / CACHE)
        return with_lists(history, _lists(project), project.root)


def watch_of(project: Project) -> Watch:
    """Look at the project's sources, to see later whether they have changed.

    Raises:
        HistoryError: A file does not exist, or a database does not answer.
    """
    with _told_where(project):
        return Watch(project.settings, project.root, _lists(project))


def _lists(project: Project) -> list[str]:
    return [each.listed for each in project.segments.values() if each.listed is not None]


@contextmanager
def _told_where(project: Project) -> Iterator[None]:
    try:
        yield
    except HistoryError as error:
        raise HistoryError(
            f"{error}\n(sources are declared in {project.root / 'campaignspec.yaml'}; "
            "`campaignspec import` writes the tables of known data sets)"
        ) from error
