"""The history of a project, kept ready beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from campaignspec.errors import HistoryError
from campaignspec.history import History
from campaignspec.history.blocked import with_blocked
from campaignspec.history.declared import load_declared
from campaignspec.history.lists import with_lists
from campaignspec.history.watching import Watch
from campaignspec.project import Project
from campaignspec.spec.policy import SuppressList

CACHE = ".campaignspec/cache"


def history_of(project: Project) -> History:
    """Load the project's history.

    Raises:
        HistoryError: A source cannot be read as declared.
    """
    with _told_where(project):
        history = load_declared(project.settings, root=project.root, cache=project.root / CACHE)
        return with_blocked(
            with_lists(history, _lists(project), project.root),
            _blocked(project),
            project.root,
            _region(project),
        )


def watch_of(project: Project) -> Watch:
    """Look at the project's sources, to see later whether they have changed.

    Raises:
        HistoryError: A file does not exist, or a database does not answer.
    """
    with _told_where(project):
        files = [*_lists(project), *(file for file, _ in _blocked(project))]
        return Watch(project.settings, project.root, files)


def _lists(project: Project) -> list[str]:
    return [each.listed for each in project.segments.values() if each.listed is not None]


def _blocked(project: Project) -> list[tuple[str, str]]:
    """Return the files of people who are to be left alone, and what they hold."""
    return [
        (each.list, each.by) for each in project.policies.suppress if isinstance(each, SuppressList)
    ]


def _region(project: Project) -> str | None:
    return None if project.settings.identity is None else project.settings.identity.region


@contextmanager
def _told_where(project: Project) -> Iterator[None]:
    try:
        yield
    except HistoryError as error:
        raise HistoryError(
            f"{error}\n(sources are declared in {project.root / 'campaignspec.yaml'}; "
            "`campaignspec import` writes the tables of known data sets)"
        ) from error
