"""What may be written in a ``*.test.yaml``: a customer, a timeline, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.money import Money
from campaignspec.spec.channel import Scalar
from campaignspec.spec.kinds import Ending, Moment, Name, Passage, Threshold, ZoneName
from campaignspec.spec.never import Never
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The customer of a test."""

    like: Name | None = key(
        "The persona whom the customer is like; what is said here comes on top.",
        Change.METADATA,
        default=None,
    )
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
        "By experiment, or split with a name, the arm the customer draws.",
        Change.METADATA,
        default=EMPTY,
    )
    id: str | None = key(
        "The customer's id, by which chance is drawn where the test does not say what comes of it.",
        Change.METADATA,
        default=None,
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
class Calls:
    """Another program asks for the customer to enter: `on: {call: …}`."""

    call: Name = key("What the call is named.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    properties: Mapping[Name, Scalar] = key(
        "What the call brings: the property by which enrolments are told apart.",
        Change.METADATA,
        default=EMPTY,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OptsIn:
    """The customer agrees to messages of a channel."""

    agreed: Name = key("The channel.", Change.METADATA)
    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    loc: Loc = location()


Occurrence: TypeAlias = Happens | Calls | Opens | Clicks | OptsOut | OptsIn


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedMessage:
    """A message that must be sent. What is not said of it may be anything."""

    send: Name = key("The send step's name.", Change.METADATA)
    at: Moment | None = key("When, on the customer's clock.", Change.METADATA, default=None)
    via: Name | None = key("The channel.", Change.METADATA, default=None)
    arm: Name | None = key(
        "An arm that the customer has drawn before.", Change.METADATA, default=None
    )
    cost: Money | None = key("What it costs.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contained(ExpectedMessage):
    """A message that must be among those that are sent."""

    times: int | None = key(
        "How often exactly; at least once, if not given.", Change.METADATA, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A message that must be suppressed, and why."""

    send: Name = key("The send step's name.", Change.METADATA)
    reason: Name = key("The policy rule that suppresses it.", Change.METADATA)
    at: Moment | None = key("When, on the customer's clock.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something other than a message that must be done: a task, a grant, an emitted event."""

    step: str = key("The step's name, or what the graph calls it.", Change.METADATA)
    at: Moment | None = key("When, on the customer's clock.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An entry that must be refused."""

    reason: Name = key(
        "Why: `enrolled`, `once` or `too-soon`, or the rule that refuses it.", Change.METADATA
    )
    at: Moment | None = key("When, on the customer's clock.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A goal that must be reached."""

    at: Moment = key("When, on the customer's clock.", Change.METADATA)
    value: Money | None = key("What it is worth.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What must come of it. What is not named is not checked."""

    entered: tuple[Moment, ...] | None = key(
        "The exact list of entries.", Change.METADATA, default=None
    )
    refused: tuple[Refusal, ...] | None = key(
        "The exact list of refused entries, in order.", Change.METADATA, default=None
    )
    messages: tuple[ExpectedMessage, ...] | None = key(
        "The exact list of messages, in order.", Change.METADATA, default=None
    )
    contains: tuple[Contained, ...] = key(
        "Messages that are sent, whatever else is.", Change.METADATA, default=()
    )
    suppressed: tuple[Silence, ...] | None = key(
        "The exact list of suppressed messages, in order.", Change.METADATA, default=None
    )
    done: tuple[Deed, ...] | None = key(
        "The exact list of deeds, in order: of all that is done and is no message.",
        Change.METADATA,
        default=None,
    )
    path: tuple[Passage, ...] = key(
        "Steps that are done, in order, each with the way taken if it matters: "
        "`timing > early`; others may lie between.",
        Change.METADATA,
        default=(),
    )
    conversions: tuple[Conversion, ...] | None = key(
        "The exact list of goals reached, in order.", Change.METADATA, default=None
    )
    cost: Threshold | None = key(
        "What all messages and deeds together may cost: `<= 0.01 USD`.",
        Change.METADATA,
        default=None,
    )
    ends: Ending | None = key(
        "How the last enrolment ends: `goal`, `left long-gone`, `completed`, `expired` or `open`, "
        "and when if it matters: `goal at 2017-03-04 09:00`; `never entered` without one.",
        Change.METADATA,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One reviewer's question."""

    __test__ = False

    test: str = key("The question, as a sentence.", Change.METADATA)
    customer: Person | Name = key(
        "Who: a persona by its name, or somebody for this test.", Change.METADATA, default=Person()
    )
    timeline: tuple[Occurrence, ...] = key(
        "What happens, in any order.", Change.METADATA, default=()
    )
    from_: Moment | None = key(
        "When to begin looking; just before the first entry of the timeline, if not given.",
        Change.METADATA,
        default=None,
    )
    until: Moment | None = key(
        "When to stop looking; 90 days after the last entry of the timeline, if not given.",
        Change.METADATA,
        default=None,
    )
    expect: Expect = key("What must come of it.", Change.METADATA, default=Expect())
    never: tuple[Never, ...] = key("What must not happen in it.", Change.METADATA, default=())
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFile:
    """The tests of the campaign in the same folder."""

    __test__ = False

    never: tuple[Never, ...] = key(
        "What must not happen in any test of the campaign, nor with `test --fuzz` to anybody.",
        Change.METADATA,
        default=(),
    )
    tests: tuple[TestCase, ...] = key("The tests.", Change.METADATA)
    loc: Loc = location()
