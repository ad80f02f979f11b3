"""What may be written under ``never`` of a ``*.test.yaml``: messages that nobody may get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.spec.entering import OnEvent, OnSegment
from campaignspec.spec.kinds import LocalTime, Name, Threshold
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Change, Loc, key, location
from campaignspec.spec.waiting import OnClicked, OnOpened

Earlier: TypeAlias = OnEvent | OnSegment | OnOpened | OnClicked
"""What may have happened to an enrolment before a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A part of the day; it may run over midnight."""

    from_: LocalTime = key("When it begins.", Change.METADATA)
    to: LocalTime = key("When it ends: the first minute after it.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Messages that must not be sent: those of which everything is true that is said here."""

    send: Name | None = key("Messages of this send step.", Change.METADATA, default=None)
    class_: MessageClass | None = key("Messages of this class.", Change.METADATA, default=None)
    via: Name | None = key("Messages of this channel.", Change.METADATA, default=None)
    after: Earlier | None = key(
        "Messages after this has happened since the entry.", Change.METADATA, default=None
    )
    between: Hours | None = key(
        "Messages at these hours of the customer's day.", Change.METADATA, default=None
    )
    for_: Rule | None = key(
        "Messages to customers of whom this is true at that instant.", Change.METADATA, default=None
    )
    messages: Threshold | None = key(
        "How many of them are too many: `> 2`; one is, if not given.",
        Change.METADATA,
        default=None,
    )
    within: Duration | None = key(
        "They are too many within this time (only with `messages`).", Change.METADATA, default=None
    )
    loc: Loc = location()
