"""Read and check a whole project: files, names, connectors, templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaignspec.cache import Cache, cache_of
from campaignspec.content import Library, read_library
from campaignspec.diagnostics import Diagnostic, has_errors, in_order
from campaignspec.errors import CampaignspecError, ExitCode
from campaignspec.graph.case_paths import check_paths
from campaignspec.project import Project, find_root, load_project
from campaignspec.project.connectors import check_connectors
from campaignspec.project.discover import SETTINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What became of a project.

    Attributes:
        project: The linked project; None when anything in it is wrong.
        library: Its templates; None when anything is wrong.
        diagnostics: All findings, in order of position.
        texts: Every file's text by the name it is shown under.
    """

    project: Project | None
    library: Library | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


class FindingsError(CampaignspecError):
    """A command needs a project without errors, and this one has some.

    Attributes:
        checkup: What was found.
    """

    exit_code = ExitCode.FINDINGS

    def __init__(self, checkup: Checkup) -> None:
        super().__init__(f"{len(checkup.diagnostics)} findings")
        self.checkup = checkup


def check(start: Path, *, packs: Path | None = None) -> Checkup:
    """Check the project that ``start`` is in; nothing is executed, no data are read.

    Args:
        start: A folder in the project.
        packs: Where it is kept what files say, for the next time; nowhere, if not given.

    Raises:
        ProjectNotFoundError: There is no project.
        UsageError: A file is there and cannot be opened.
    """
    root = find_root(start)
    with cache_of(root, packs) as cache:
        return _checked(root, cache)


def _checked(root: Path, cache: Cache) -> Checkup:
    here = Path.cwd()
    loaded = load_project(root, relative_to=here, cache=cache)
    if loaded.project is None:
        return Checkup(
            project=None, library=None, diagnostics=loaded.diagnostics, texts=loaded.texts
        )
    connectors = check_connectors(loaded.project)
    if has_errors(connectors):
        findings = in_order([*loaded.diagnostics, *connectors])
        return Checkup(project=None, library=None, diagnostics=findings, texts=loaded.texts)
    library, in_templates = read_library(loaded.project, relative_to=here, cache=cache)
    in_paths = check_paths(loaded.project)
    findings = in_order([*loaded.diagnostics, *connectors, *in_templates, *in_paths])
    failed = has_errors(findings)
    return Checkup(
        project=None if failed else loaded.project,
        library=None if failed else library,
        diagnostics=findings,
        texts={**loaded.texts, **library.texts},
    )


def opened(start: Path) -> tuple[Project, Library]:
    """Return the project that ``start`` is in, with its templates.

    Raises:
        FindingsError: Anything in it is wrong.
        ProjectNotFoundError: There is none.
    """
    checkup = check(start)
    if checkup.project is None or checkup.library is None:
        raise FindingsError(checkup)
    return checkup.project, checkup.library


def folder_named(start: Path, names: Sequence[str]) -> tuple[Path, tuple[str, ...]]:
    """Tell a folder on the command line from names of campaigns: it comes alone.

    A campaign's own folder, which is no project, stands for the campaign.
    """
    if len(names) == 1 and (Path(names[0]) / SETTINGS).is_file():
        return Path(names[0]), ()
    return start, tuple(names)
