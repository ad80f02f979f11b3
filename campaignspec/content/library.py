"""All templates of a project: found beside the campaigns, checked against what may be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from campaignspec.connector import Connector
from campaignspec.content.reading import read_template
from campaignspec.content.template import Template, VariableTree
from campaignspec.diagnostics import Checked, Diagnostic, Span, in_order, nearest
from campaignspec.plugins import load_connector
from campaignspec.project import Project
from campaignspec.project.walk import sends_of
from campaignspec.spec.journey import Send
from campaignspec.spec.sources import CustomersSource

TEMPLATES = "templates"
SUFFIX = ".j2"


@dataclass(frozen=True, slots=True)
class TemplateKey:
    """Which template: one message of one campaign for one channel."""

    campaign: str
    message: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A project's templates.

    Attributes:
        templates: By campaign, message and channel.
        texts: The templates' texts by the name they are shown under, for findings.
    """

    templates: Mapping[TemplateKey, Template]
    texts: Mapping[str, str]


def read_library(project: Project, *, relative_to: Path) -> tuple[Library, tuple[Diagnostic, ...]]:
    """Read the template of every send step, and say what is wrong with them.

    A template is looked for in the campaign's own folder, then in the project's.
    """
    templates: dict[TemplateKey, Template] = {}
    texts: dict[str, str] = {}
    findings: list[Diagnostic] = []
    variables = variables_of(project)
    for key, step in _sends(project):
        path = _find(project, key)
        if path is None:
            findings.append(_missing(project, key, step))
            continue
        shown = _shown(path, relative_to)
        if shown not in texts:
            texts[shown] = path.read_text(encoding="utf-8", errors="replace")
        checked = _read(project, key, texts[shown], shown, variables)
        findings += checked.diagnostics
        if checked.value is not None:
            templates[key] = checked.value
    library = Library(templates=MappingProxyType(templates), texts=MappingProxyType(texts))
    return library, in_order(findings)


def variables_of(project: Project) -> VariableTree:
    """Return the names that templates may use."""
    attributes = {
        str(name): None
        for source in project.settings.sources
        if isinstance(source, CustomersSource)
        for name in source.attributes
    }
    return {
        "customer": {"id": None, **attributes},
        "traits": {str(name): None for name in project.traits},
        "campaign": {"name": None, "title": None},
    }


def _read(
    project: Project, key: TemplateKey, text: str, shown: str, variables: VariableTree
) -> Checked[Template]:
    connector: type[Connector] = load_connector(project.channels[key.channel].connector)
    return read_template(
        text,
        file=shown,
        parts=connector.capabilities.parts,
        optional_parts=connector.capabilities.optional_parts,
        escaped_parts=connector.capabilities.escaped_parts,
        variables=variables,
    )


def _find(project: Project, key: TemplateKey) -> Path | None:
    folders = (project.folders[key.campaign], project.root)
    paths = (f / TEMPLATES / key.message / f"{key.channel}{SUFFIX}" for f in folders)
    return next((path for path in paths if path.is_file()), None)


def _missing(project: Project, key: TemplateKey, step: Send) -> Diagnostic:
    wanted = f"{TEMPLATES}/{key.message}/{key.channel}{SUFFIX}"
    known = sorted({path.name for path in (project.folders[key.campaign] / TEMPLATES).glob("*")})
    meant = nearest(key.message, known)
    advice = f"did you mean `{meant}`? Or write" if meant and meant != key.message else "write"
    return Diagnostic(
        code="REF304",
        message=f"there is no template for message `{key.message}` on channel `{key.channel}`",
        span=_span(project, step),
        help=f"{advice} {wanted}, in the campaign's folder or the project's",
    )


def _span(project: Project, step: Send) -> Span:
    return project.documents[step.loc.file].span((*step.loc.path, "send"))


def _sends(project: Project) -> Iterator[tuple[TemplateKey, Send]]:
    only = next(iter(project.channels), "")
    for name, campaign in project.campaigns.items():
        for step in sends_of(campaign):
            yield TemplateKey(name, step.send, step.via or only), step


def _shown(path: Path, relative_to: Path) -> str:
    base = relative_to.resolve()
    full = path.resolve()
    return full.relative_to(base).as_posix() if full.is_relative_to(base) else str(full)
