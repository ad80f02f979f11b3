"""What a journey may do besides sending: tasks, calls, records, marks, ad audiences, site slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.clock import DAY, Duration
from campaignspec.connector import MessageClass
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.kinds import Name
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location
from campaignspec.spec.sources import ColumnKind

Scalar: TypeAlias = bool | int | float | str

_VIA = "The channel; may be left out when only one channel can do this."
_NAME = "The step's own name, where the same is done twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Ask a question by a message; `wait: {for: {answered: …}}` waits for the answer."""

    survey: Name = key("The message: its folder under `templates/`.", Change.CONTENT)
    answer: OnEvent = key(
        "The event that is the answer; of those after the message, the first.", Change.ROUTING
    )
    via: Name | None = key(_VIA, Change.IDENTITY, default=None)
    class_: MessageClass = key(
        "Why it is sent; decides on consent, caps and hours.",
        Change.POLICY,
        default=MessageClass.SERVICE,
    )
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Give one of our own people something to do for the customer."""

    task: Name = key("The task: its folder under `templates/`.", Change.CONTENT)
    answer: OnEvent | None = key(
        "The event that says that it is done; what `answered` waits for.",
        Change.ROUTING,
        default=None,
    )
    via: Name | None = key(_VIA, Change.IDENTITY, default=None)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Call another program, and keep what it answers."""

    webhook: Name = key("What the call is named.", Change.IDENTITY)
    facts: tuple[Name, ...] = key(
        "The traits and attributes that are told.", Change.CONTENT, default=()
    )
    keep: Mapping[Name, ColumnKind] = key(
        "What is kept of the answer, and of what kind it is.", Change.ROUTING, default=EMPTY
    )
    assume: Mapping[Name, Scalar] = key(
        "What a rehearsal takes for the answer; without it nobody answers there.",
        Change.SETUP,
        default=EMPTY,
    )
    via: Name | None = key(_VIA, Change.IDENTITY, default=None)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """Write into the customer's record in the CRM: its stage, and the reason for it."""

    write_back: Mapping[Name, str] = key("The fields and their new values.", Change.ROUTING)
    via: Name | None = key(_VIA, Change.IDENTITY, default=None)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMarks:
    """Remember something about the customer; every later step of any journey may ask for it."""

    set: Mapping[Name, Scalar] = key("The marks and their new values.", Change.ROUTING)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTo:
    """Put the customer into an audience of an advertising system."""

    add_to: Name = key("The audience, as `destinations` names it.", Change.ROUTING)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFrom:
    """Take the customer out of an audience of an advertising system."""

    remove_from: Name = key("The audience, as `destinations` names it.", Change.ROUTING)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Show something in a place of the site or the app that is kept for the customer."""

    show: Name = key("The message: its folder under `templates/`.", Change.CONTENT)
    slot: Name = key("The place on the site.", Change.ROUTING)
    for_: Duration = key("How long it is shown.", Change.TIMING, default=Duration(7 * DAY))
    class_: MessageClass = key(
        "Why it is shown; decides on consent.", Change.POLICY, default=MessageClass.PROMOTIONAL
    )
    via: Name | None = key(_VIA, Change.IDENTITY, default=None)
    name: Name | None = key(_NAME, Change.IDENTITY, default=None)
    loc: Loc = location()


Acting: TypeAlias = Task | Webhook | WriteBack | AddTo | RemoveFrom | Show
"""What is done outside, by a connector, and is no message."""
