"""What may be written in a ``personas.yaml``: made-up customers, for previews and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.spec.case import Happens
from campaignspec.spec.channel import Scalar
from campaignspec.spec.content_kinds import Locale
from campaignspec.spec.kinds import Moment, Name, ZoneName
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A made-up customer: who they are, and what has happened to them."""

    title: str | None = key("One line for people.", Change.METADATA, default=None)
    timezone: ZoneName | None = key(
        "Their zone; the project's, if not given.", Change.METADATA, default=None
    )
    locale: Locale | None = key(
        "The language they read; as their attributes say, if not given.",
        Change.METADATA,
        default=None,
    )
    attributes: Mapping[Name, Scalar] = key(
        "Attributes that differ from missing.", Change.METADATA, default=EMPTY
    )
    consent: Mapping[Name, bool] = key(
        "By channel, whether they agreed; all channels, if not given.",
        Change.METADATA,
        default=EMPTY,
    )
    events: tuple[Happens, ...] = key(
        "What has happened, on their own clock; traits and segments are computed from it.",
        Change.METADATA,
        default=(),
    )
    segments: Mapping[Name, bool] = key(
        "Segments that are taken as given; all others are computed.",
        Change.METADATA,
        default=EMPTY,
    )
    at: Moment | None = key(
        "The instant they are looked at; that of their last event, if not given.",
        Change.METADATA,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Personas:
    """Made-up customers by name."""

    personas: Mapping[Name, Persona] = key("The personas by name.", Change.METADATA)
    loc: Loc = location()
