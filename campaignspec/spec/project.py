"""What may be written in a ``campaignspec.yaml``: where facts come from, and where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.clock import HOUR, Duration
from campaignspec.spec.channel import Channel
from campaignspec.spec.content_kinds import Locale
from campaignspec.spec.emitting import Emitted
from campaignspec.spec.identity import Identity
from campaignspec.spec.kinds import Name, Share, ZoneName
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location
from campaignspec.spec.sources import Source
from campaignspec.spec.waiver import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelResponse:
    """How people are assumed to answer messages of one channel."""

    opened: Share = key("The share of messages that are opened.", Change.SETUP)
    clicked: Share = key(
        "The share of opened messages that are clicked.", Change.SETUP, default=Share(0.0)
    )
    unsubscribed: Share = key(
        "The share of opened messages that are answered by an opt-out.",
        Change.SETUP,
        default=Share(0.0),
    )
    within: Duration = key(
        "How long after sending the last answers come; half come in the first quarter.",
        Change.SETUP,
        default=Duration(48 * HOUR),
    )
    basis: str = key("Where these numbers are from.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseModel:
    """A named set of assumptions about answers, for rehearsals."""

    seed: str = key("The seed of its draws.", Change.SETUP)
    channels: Mapping[Name, ChannelResponse] = key("Assumptions by channel.", Change.SETUP)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A place where campaigns run."""

    ledger: str = key(
        "What holds state and facts: an SQLite file, or a PostgreSQL database by its URI.",
        Change.SETUP,
    )
    schema: str | None = key(
        "PostgreSQL: the schema of the ledger's tables, which hold nothing else; `campaignspec`, "
        "if not given.",
        Change.SETUP,
        default=None,
    )
    campaigns: tuple[Name, ...] = key(
        "The campaigns that run here; all, if not given.", Change.SETUP, default=()
    )
    channels: Mapping[Name, Channel] = key(
        "Channels that are set up differently here.", Change.SETUP, default=EMPTY
    )
    responses: Name | None = key(
        "A response model that answers in place of people; for rehearsals only.",
        Change.SETUP,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Locales:
    """Which languages messages are written in, and who reads which."""

    default: Locale = key(
        "The language of templates without one in their names, and of everybody else.",
        Change.CONTENT,
    )
    by: Name | None = key(
        "The attribute of customers that holds their language: `ru`, `zh-CN`.",
        Change.CONTENT,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A project: its sources, its assumptions and its environments."""

    spec: int = key("The version of the language: 1.", Change.SETUP)
    project: Name = key("The project's name.", Change.IDENTITY)
    title: str | None = key("One line for people.", Change.METADATA, default=None)
    timezone: ZoneName = key(
        "The zone of dates on the command line, and of customers without one of their own.",
        Change.POLICY,
    )
    currency: str = key("The currency of all amounts, ISO 4217.", Change.SETUP)
    tick: Duration = key(
        "How often the runner acts; every entry, wait and message falls on a tick.",
        Change.TIMING,
        default=Duration(HOUR),
    )
    sources: tuple[Source, ...] = key("The tables that hold the history.", Change.SETUP)
    identity: Identity | None = key(
        "How records of several tables become people; without it, each id is a person.",
        Change.IDENTITY,
        default=None,
    )
    responses: Mapping[Name, ResponseModel] = key(
        "Named assumptions about how people answer.", Change.SETUP, default=EMPTY
    )
    environments: Mapping[Name, Environment] = key(
        "Where campaigns run, by name.", Change.SETUP, default=EMPTY
    )
    locales: Locales | None = key(
        "The languages of messages; one, without it.", Change.CONTENT, default=None
    )
    emits: Mapping[Name, Emitted] = key(
        "The events that journeys emit with `emit:`, by name.", Change.ROUTING, default=EMPTY
    )
    links: Mapping[Name, str] = key(
        "Web addresses by name, for `{{ link('name') }}` in templates.",
        Change.CONTENT,
        default=EMPTY,
    )
    tracking: Mapping[Name, str] = key(
        "What is added to the address of every `link`, by the name of the parameter; `{campaign}`, "
        "`{message}`, `{step}`, `{channel}`, `{class}`, `{locale}` and `{link}` are filled in.",
        Change.CONTENT,
        default=EMPTY,
    )
    lifecycle: Name | None = key(
        "The lifecycle trait by which touches are tagged: every campaign says in `serves` which "
        "of its stages it is for.",
        Change.METADATA,
        default=None,
    )
    lint: tuple[Waiver, ...] = key(
        "Warnings that are shown nowhere in the project, each with a reason and an end.",
        Change.METADATA,
        default=(),
    )
    loc: Loc = location()
