"""What may be written in a ``*.test.yaml``: a customer, a timeline, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.spec.channel import Scalar
from campaignspec.spec.kinds import Moment, Name, ZoneName
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The customer of a test."""

    timezone: ZoneName | None = key("The customer's zone.", Change.METADATA, default=None)
    attributes: Mapping[Name, Scalar] = key(
        "Attributes that differ from missing.", Change.METADATA, default=EMPTY
    )
    consent: Mapping[Name, bool] = key(
        "By channel, whether the customer agreed; all channels, if not given.",
        Change.METADATA,
        default=EMPTY,
    )
    held_out: bool = key(
        "Whether the customer falls into the holdout.", Change.METADATA, default=False
    )
    arms: Mapping[Name, Name] = key(
        "By experiment, the arm the customer draws.", Change.METADATA, default=EMPTY
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happens:
    """An event of the timeline."""

    event: Name = key("The event's name.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    properties: Mapping[Name, Scalar] = key(
        "The event's properties.", Change.METADATA, default=EMPTY
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """The customer opens a message."""

    opened: Name = key("The send step's name.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """The customer clicks a link in a message."""

    clicked: Name = key("The send step's name.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptsOut:
    """The customer withdraws consent for a channel."""

    unsubscribed: Name = key("The channel.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    loc: Loc = location()


Occurrence: TypeAlias = Happens | Opens | Clicks | OptsOut


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedMessage:
    """A message that must be sent."""

    send: Name = key("The send step's name.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A message that must be suppressed, and why."""

    send: Name = key("The send step's name.", Change.METADATA)
    reason: Name = key("The policy rule that suppresses it.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must come of it. What is not named is not checked."""

    entered: tuple[Moment, ...] | None = key(
        "The exact list of entries.", Change.METADATA, default=None
    )
    messages: tuple[ExpectedMessage, ...] | None = key(
        "The exact list of messages, in order.", Change.METADATA, default=None
    )
    suppressed: tuple[Silence, ...] | None = key(
        "The exact list of suppressed messages, in order.", Change.METADATA, default=None
    )
    ends: str | None = key(
        "How the last enrolment ends: `goal at 2017-03-04 09:00`, `left at …`, "
        "`completed at …`, `expired at …`, or `open`.",
        Change.METADATA,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One reviewer's question."""

    __test__ = False

    test: str = key("The question, as a sentence.", Change.METADATA)
    customer: Person = key("Who.", Change.METADATA, default=Person())
    timeline: tuple[Occurrence, ...] = key("What happens, in any order.", Change.METADATA)
    until: Moment | None = key(
        "When to stop looking; 90 days after the last entry of the timeline, if not given.",
        Change.METADATA,
        default=None,
    )
    expect: Expect = key("What must come of it.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFile:
    """The tests of the campaign in the same folder."""

    __test__ = False

    tests: tuple[TestCase, ...] = key("The tests.", Change.METADATA)
    loc: Loc = location()
