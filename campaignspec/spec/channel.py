"""What may be written in a ``channels.yaml``: channels and the policies for all touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.money import Money
from campaignspec.spec.kinds import LocalTime, Name
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location

Scalar: TypeAlias = bool | int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One means of contact."""

    connector: Name = key("The installed connector that delivers.", Change.SETUP)
    from_: str | None = key("The sender that people see.", Change.POLICY, default=None)
    cost: Money | None = key("What one message costs.", Change.MEASURE, default=None)
    with_: Mapping[str, Scalar] = key("The connector's own settings.", Change.SETUP, default=EMPTY)
    loc: Loc = location()


class Consent(StrEnum):
    """What a class of messages needs: a yes, no refusal, or nothing."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    NOT_NEEDED = "not_needed"


class Per(StrEnum):
    """Calendar units of a cap."""

    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A limit on messages to one person; transactional messages neither count nor are capped."""

    at_most: int = key("How many messages.", Change.POLICY)
    per: Per | None = key(
        "`calendar_day`: per day of the customer's calendar.", Change.POLICY, default=None
    )
    within: Duration | None = key(
        "A rolling window: after `now` minus this.", Change.POLICY, default=None
    )
    class_: MessageClass | None = key("Only messages of this class.", Change.POLICY, default=None)
    channel: Name | None = key("Only messages of this channel.", Change.POLICY, default=None)
    loc: Loc = location()


class Otherwise(StrEnum):
    """What happens to a message that quiet hours forbid."""

    WAIT = "wait"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours of the customer's day in which nothing but transactional messages is sent."""

    from_: LocalTime = key("When they begin; they may run over midnight.", Change.POLICY)
    to: LocalTime = key("When they end: the first minute that is allowed.", Change.POLICY)
    otherwise: Otherwise = key(
        "`wait` until they end, or `drop` the message.", Change.POLICY, default=Otherwise.WAIT
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """Rules that every touch passes, in a rehearsal as in a run."""

    consent: Mapping[MessageClass, Consent] = key(
        "What each class of messages needs; `opt_in` if not given, and transactional messages "
        "need nothing.",
        Change.POLICY,
        default=EMPTY,
    )
    caps: tuple[Cap, ...] = key("Limits on messages to one person.", Change.POLICY, default=())
    quiet: QuietHours | None = key("Quiet hours.", Change.POLICY, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The means of contact, and the rules for using them."""

    channels: Mapping[Name, Channel] = key("Channels by name.", Change.SETUP)
    policies: Policies | None = key("Rules for every touch.", Change.POLICY, default=None)
    loc: Loc = location()
