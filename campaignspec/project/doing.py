"""Which channel does what a step asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from campaignspec.connector import Deed
from campaignspec.diagnostics import Diagnostic, in_order
from campaignspec.errors import ConnectorError
from campaignspec.plugins import load_connector
from campaignspec.project.names import listed
from campaignspec.project.project import Project
from campaignspec.project.walk import steps_of
from campaignspec.spec.acting import AddTo, RemoveFrom, Show, Survey, Task, Webhook, WriteBack
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.journey import Send
from campaignspec.spec.publishing import Post
from campaignspec.spec.shape import verb_of

Doing: TypeAlias = Send | Survey | Task | Webhook | WriteBack | AddTo | RemoveFrom | Show
"""The steps that a connector carries out."""

DEEDS: Final[Mapping[type, Deed]] = {
    Send: Deed.MESSAGE,
    Survey: Deed.MESSAGE,
    Task: Deed.TASK,
    Webhook: Deed.CALL,
    WriteBack: Deed.RECORD,
    AddTo: Deed.ADD,
    RemoveFrom: Deed.REMOVE,
    Show: Deed.SHOW,
}
"""What each of them asks a connector to do."""

_WORDS: Final[Mapping[Deed, str]] = {
    Deed.MESSAGE: "send messages",
    Deed.TASK: "give tasks",
    Deed.CALL: "call other programs",
    Deed.RECORD: "write into a CRM",
    Deed.ADD: "keep audiences",
    Deed.REMOVE: "keep audiences",
    Deed.SHOW: "show things on a site",
    Deed.POST: "publish",
}


Doers: TypeAlias = Mapping[Deed, tuple[str, ...]]
"""By deed, the channels that can do it, in the order they are written."""


def doers(channels: Mapping[str, Channel]) -> Doers:
    """Say which channels can do what; a channel whose connector is missing may do anything."""
    able = {name: _deeds(channel) for name, channel in channels.items()}
    return {deed: tuple(name for name in able if deed in able[name]) for deed in Deed}


def channel_of(project: Project, step: Doing, able: Doers) -> str:
    """Return the channel that carries a step out: the one it names, or the only one that can.

    Args:
        project: A linked project whose steps `check_doing` has found sound.
        step: The step.
        able: The project's `doers`.
    """
    return channel_named(project, step) or next(iter(able[DEEDS[type(step)]]), "")


def channels_of(project: Project, step: Doing, able: Doers) -> tuple[str, ...]:
    """Return the channels by which a step may be carried out: several only for a mix."""
    if isinstance(step, Send) and step.mix is not None:
        return tuple(project.mixes[step.mix].from_)
    return (channel_of(project, step, able),)


def channel_named(project: Project, step: Doing) -> str | None:
    """Return the channel that a step names, an audience by its destination."""
    match step:
        case AddTo():
            return project.destinations[step.add_to].via
        case RemoveFrom():
            return project.destinations[step.remove_from].via
        case _:
            return step.via


def check_doing(project: Project) -> tuple[Diagnostic, ...]:
    """Find steps that no channel, or not the channel that they name, can carry out."""
    table = doers(project.channels)
    each = (check_steps(project, campaign, table) for campaign in project.campaigns.values())
    return in_order((*check_shared(project, table), *(found for one in each for found in one)))


def check_steps(project: Project, campaign: Campaign, table: Doers) -> tuple[Diagnostic, ...]:
    """Find what a campaign does that no channel, or not the one that is named, can carry out."""
    steps = [step for step in steps_of(campaign) if isinstance(step, Doing)]
    return in_order(
        (
            *(finding for step in steps for finding in _check(project, step, table)),
            *(found for post in campaign.publish for found in _check_post(project, post, table)),
        )
    )


def check_shared(project: Project, table: Doers) -> tuple[Diagnostic, ...]:
    """Find the audiences and the mixes whose channels cannot do what these ask of them."""
    return in_order((*_check_destinations(project, table), *_check_mixes(project, table)))


def _deeds(channel: Channel) -> frozenset[Deed]:
    try:
        return load_connector(channel.connector).capabilities.deeds
    except ConnectorError:
        return frozenset(Deed)


def _check(project: Project, step: Doing, table: Doers) -> Iterator[Diagnostic]:
    if isinstance(step, Send) and step.mix is not None:
        return
    deed, named = DEEDS[type(step)], channel_named(project, step)
    able = table[deed]
    if named in able or (named is None and len(able) == 1):
        return
    document = project.documents[step.loc.file]
    if named is not None:
        message = f"the channel `{named}` cannot {_WORDS[deed]}"
    elif able:
        message = f"several channels can {_WORDS[deed]}, and the step names none"
    else:
        message = f"no channel can {_WORDS[deed]}"
    advice = (
        f"channels that can: {listed(able)}"
        if able
        else f"define a channel in channels.yaml whose connector can {_WORDS[deed]}"
    )
    yield Diagnostic(
        code="CNX903",
        message=message,
        span=document.key_span((*step.loc.path, verb_of(type(step)))),
        help=advice,
    )


def _check_destinations(project: Project, table: Doers) -> Iterator[Diagnostic]:
    able = table[Deed.ADD]
    for destination in project.destinations.values():
        if destination.via not in able:
            yield Diagnostic(
                code="CNX903",
                message=f"the channel `{destination.via}` cannot keep audiences",
                span=project.documents[destination.loc.file].span((*destination.loc.path, "via")),
                help=f"channels that can: {listed(able)}"
                if able
                else "define a channel in channels.yaml whose connector can keep audiences",
            )


def _check_mixes(project: Project, table: Doers) -> Iterator[Diagnostic]:
    able = table[Deed.MESSAGE]
    for mix in project.mixes.values():
        for place, channel in enumerate(mix.from_):
            if channel not in able:
                yield Diagnostic(
                    code="CNX903",
                    message=f"the channel `{channel}` cannot {_WORDS[Deed.MESSAGE]}",
                    span=project.documents[mix.loc.file].span((*mix.loc.path, "from", place)),
                    help=f"channels that can: {listed(able)}"
                    if able
                    else "define a channel in channels.yaml whose connector can send messages",
                )


def _check_post(project: Project, post: Post, table: Doers) -> Iterator[Diagnostic]:
    able = table[Deed.POST]
    for place, channel in enumerate(post.on):
        if channel not in able:
            yield Diagnostic(
                code="CNX903",
                message=f"the channel `{channel}` cannot publish",
                span=project.documents[post.loc.file].span((*post.loc.path, "on", place)),
                help=f"channels that can: {listed(able)}"
                if able
                else "define a channel in channels.yaml whose connector can publish",
            )
