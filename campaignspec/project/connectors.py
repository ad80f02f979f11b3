"""Whether the connectors that channels name are installed, and set up as they want."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaignspec.diagnostics import Diagnostic, in_order, nearest
from campaignspec.document import Document
from campaignspec.plugins import ConnectorInfo, SettingProblem, check_settings, find_connectors
from campaignspec.project.doing import check_doing
from campaignspec.project.names import listed
from campaignspec.project.project import Project
from campaignspec.spec.channel import Channel


def check_connectors(project: Project) -> tuple[Diagnostic, ...]:
    """Check the connectors of all channels, also of those that environments set up otherwise.

    Raises:
        ConnectorError: An installed connector cannot be imported.
    """
    return check_channels(project) + check_doing(project)


def check_channels(project: Project) -> tuple[Diagnostic, ...]:
    """Check the connectors of all channels; see `check_connectors`."""
    installed = find_connectors()
    return in_order(
        finding
        for channel in _channels(project)
        for finding in _check(project.documents[channel.loc.file], channel, installed)
    )


def _channels(project: Project) -> Iterator[Channel]:
    yield from project.channels.values()
    for environment in project.settings.environments.values():
        yield from environment.channels.values()


def _check(
    document: Document, channel: Channel, installed: Mapping[str, ConnectorInfo]
) -> Iterator[Diagnostic]:
    info = installed.get(channel.connector)
    if info is None:
        yield _not_installed(document, channel, installed)
        return
    connector = info.load()
    for problem in check_settings(connector, channel.with_):
        yield _misconfigured(document, channel, problem, declared=frozenset(connector.settings))


def _not_installed(
    document: Document, channel: Channel, installed: Mapping[str, ConnectorInfo]
) -> Diagnostic:
    close = nearest(channel.connector, tuple(installed))
    meant = f"did you mean `{close}`? " if close else ""
    return Diagnostic(
        code="CNX901",
        message=f"no installed connector is called `{channel.connector}`",
        span=document.span((channel.loc / "connector").path),
        help=f"{meant}installed: {listed(installed) or 'none'}",
    )


def _misconfigured(
    document: Document, channel: Channel, problem: SettingProblem, *, declared: frozenset[str]
) -> Diagnostic:
    setting = (channel.loc / "with" / problem.key).path
    if problem.key not in channel.with_:
        span = document.span((channel.loc / "connector").path)
    elif problem.key in declared:
        span = document.span(setting)
    else:
        span = document.key_span(setting)
    return Diagnostic(code="CNX902", message=problem.message, span=span, help=problem.help)
