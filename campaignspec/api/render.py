"""Show messages as personas or customers would get them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from campaignspec.api.check import Checkup, FindingsError
from campaignspec.api.history import history_of
from campaignspec.api.names import customer_row, require
from campaignspec.api.period import instant_of, period_of
from campaignspec.assembly import audience_of
from campaignspec.clock import Clock, Instant, parse_instant, to_datetime
from campaignspec.connector import MessageClass
from campaignspec.content import Library, RenderError, TemplateKey
from campaignspec.content.preview import Preview, part_of, warnings_of
from campaignspec.diagnostics import Diagnostic
from campaignspec.errors import UsageError
from campaignspec.history import History
from campaignspec.history.history import Roll
from campaignspec.ledger.queue import Queued
from campaignspec.plugins import load_connector
from campaignspec.project import Project
from campaignspec.project.walk import Templated, message_of, step_name, templated_of
from campaignspec.runner.rendering import Renderer
from campaignspec.simulate.person import Life, history_of_lives
from campaignspec.spec.case import Happens, Person
from campaignspec.spec.channel import Scalar
from campaignspec.spec.kinds import Name
from campaignspec.spec.offer import Offer, SharedCode
from campaignspec.spec.persona import Persona
from campaignspec.spec.publishing import Post
from campaignspec.spec.shape import EMPTY

SAMPLE_CODE: Final = "SAMPLE-CODE"
"""What stands for the code that each customer gets of an offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who reads messages.

    Attributes:
        id: Their id in the history.
        title: One line about them.
        history: What is known of them.
        at: The instant they are looked at.
        locale: The language they read, where their record does not say it.
        segments: Segments that are taken as given.
    """

    id: str
    title: str
    history: History
    at: Instant
    locale: str | None = None
    segments: Mapping[str, bool] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which messages are shown; all, where nothing is chosen.

    Attributes:
        message: The message's name.
        campaign: The campaign.
        channel: The channel.
        locale: The language, in place of each reader's own.
    """

    message: str | None = None
    campaign: str | None = None
    channel: str | None = None
    locale: str | None = None


def persona_reader(project: Project, name: str, *, at: str | None, clock: Clock) -> Reader:
    """Return a persona as a reader.

    Args:
        project: The linked project.
        name: The persona's name.
        at: A date, or a date and time; what the persona says, if not given: its own instant, that
            of its last event, or else now.
        clock: Tells what now is.

    Raises:
        UsageError: There is no such persona, or the time is none.
    """
    require(name, project.personas, "persona")
    persona = project.personas[name]
    person = Person(
        id=name,
        timezone=persona.timezone,
        attributes=_attributes(project, persona),
        consent=persona.consent,
    )
    history = history_of_lives(project, [Life(person=person, timeline=persona.events)], ())
    listed = (each.listed for each in project.segments.values() if each.listed)
    nobody = Roll(rows=np.zeros(0, np.int64))
    return Reader(
        id=name,
        title=persona.title or "",
        history=replace(history, lists=MappingProxyType(dict.fromkeys(listed, nobody))),
        at=instant_of(project, at) if at else _moment(project, persona, clock),
        locale=persona.locale,
        segments=MappingProxyType({str(k): value for k, value in persona.segments.items()}),
    )


def customer_reader(project: Project, customer: str, *, at: str | None) -> Reader:
    """Return a customer of the project's history as a reader.

    Args:
        project: The linked project.
        customer: The customer's id.
        at: A date, or a date and time; the history's end, if not given.

    Raises:
        UsageError: There is no such customer, or the time is none.
        HistoryError: A source cannot be read.
    """
    history = history_of(project)
    customer_row(history, customer)
    now = instant_of(project, at) if at else period_of(project, history, first=None, last=None).end
    return Reader(id=customer, title="", history=history, at=now)


def previews(checkup: Checkup, readers: Sequence[Reader], choice: Choice) -> tuple[Preview, ...]:
    """Render the chosen messages for each reader.

    Raises:
        FindingsError: Anything in the project is wrong.
        UsageError: Nothing is chosen by the names.
    """
    project, library = checkup.project, checkup.library
    if project is None or library is None:
        raise FindingsError(checkup)
    places = _places(project, library, choice)
    by_file: dict[str, list[Diagnostic]] = {}
    for finding in checkup.diagnostics:
        by_file.setdefault(finding.span.file, []).append(finding)
    return tuple(
        _preview(place, reader, renderer, library, choice.locale, by_file)
        for reader in readers
        for renderer in (_renderer(project, library, reader),)
        for place in places
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A message where it is sent."""

    campaign: str
    message: str
    channel: str
    step: str
    message_class: MessageClass


def _places(project: Project, library: Library, choice: Choice) -> tuple[_Place, ...]:
    """Return the chosen messages, each once for each campaign and channel."""
    steps = {
        (name, message_of(step)): step
        for name, campaign in project.campaigns.items()
        for step in reversed(list(templated_of(campaign)))
    }
    keys = {(key.campaign, key.message, key.channel) for key in library.templates}
    if choice.message is not None:
        require(choice.message, {message for _, message, _ in keys}, "message that is sent")
    if choice.campaign is not None:
        require(choice.campaign, project.campaigns, "campaign")
    if choice.channel is not None:
        require(choice.channel, project.channels, "channel")
    found = [
        _Place(
            campaign=campaign,
            message=message,
            channel=channel,
            step=_step_name(steps[campaign, message]) or message,
            message_class=getattr(steps[campaign, message], "class_", MessageClass.SERVICE),
        )
        for campaign, message, channel in sorted(keys)
        if choice.message in {None, message}
        and choice.campaign in {None, campaign}
        and choice.channel in {None, channel}
    ]
    if not found:
        raise UsageError("no message is sent by that campaign and channel; leave one of them out")
    return tuple(found)


def _renderer(project: Project, library: Library, reader: Reader) -> Renderer:
    return Renderer(
        project,
        library,
        audience_of(project, reader.history),
        graphs={},
        address_kinds={
            name: channel.address or load_connector(channel.connector).capabilities.address
            for name, channel in project.channels.items()
        },
        segments=reader.segments,
        offers=lambda queued: {
            name: _sample(offer, queued.at, project.settings.timezone)
            for name, offer in project.offers.items()
        },
    )


def _preview(
    place: _Place,
    reader: Reader,
    renderer: Renderer,
    library: Library,
    locale: str | None,
    findings: Mapping[str, Sequence[Diagnostic]],
) -> Preview:
    queued = Queued(
        key=f"preview:{place.step}",
        customer=reader.id,
        campaign=place.campaign,
        enrolment=1,
        node=place.step,
        message=place.message,
        channel=place.channel,
        message_class=place.message_class,
        at=reader.at,
        attempt=0,
    )
    key = renderer.key_of(queued, locale=locale or reader.locale)
    template = library.templates[key]
    blank = _blank(key, reader, template.file)
    blank = replace(
        blank, findings=tuple(each for file in template.files for each in findings.get(file, ()))
    )
    try:
        texts = renderer.parts(queued, key)
    except RenderError as error:
        return replace(blank, failure=str(error))
    parts = tuple(part_of(template, name, text) for name, text in texts.items())
    return replace(blank, parts=parts, warnings=tuple(warnings_of(template.limits, parts)))


def _blank(key: TemplateKey, reader: Reader, file: str) -> Preview:
    return Preview(
        campaign=key.campaign,
        message=key.message,
        channel=key.channel,
        locale=key.locale,
        reader=reader.id,
        title=reader.title,
        file=file,
    )


def _attributes(project: Project, persona: Persona) -> Mapping[Name, Scalar]:
    """Return a persona's attributes; their language is one, where customers have it as one."""
    locales = project.settings.locales
    if locales is None or locales.by is None or persona.locale is None:
        return persona.attributes
    return {locales.by: persona.locale, **persona.attributes}


def _sample(offer: Offer, at: Instant, zone: str) -> Mapping[str, Any]:
    """Return what is told of an offer as if it had just been given; codes are for customers."""
    shared = offer.codes.shared if isinstance(offer.codes, SharedCode) else None
    until = to_datetime(at + offer.valid_for.micros, zone) if offer.valid_for else None
    return {
        "code": shared or (SAMPLE_CODE if offer.codes else None),
        "valid_until": until,
        "title": offer.title,
    }


def _moment(project: Project, persona: Persona, clock: Clock) -> Instant:
    zone = persona.timezone or project.settings.timezone
    if persona.at is not None:
        return parse_instant(persona.at, zone)
    happened = [
        parse_instant(each.at, zone) for each in persona.events if isinstance(each, Happens)
    ]
    return max(happened) if happened else clock.now()


def _step_name(step: Templated) -> str | None:
    return step.name if isinstance(step, Post) else step_name(step)
