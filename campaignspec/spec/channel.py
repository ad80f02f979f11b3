"""What may be written in a ``channels.yaml``: channels, and the policies for all touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from campaignspec.connector import MessageClass
from campaignspec.money import Money
from campaignspec.spec.content_kinds import Length
from campaignspec.spec.destination import Destination
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.kinds import Name
from campaignspec.spec.mix import Mix
from campaignspec.spec.policy import Capacity, Consent, OpenHours, Policies
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location

Scalar: TypeAlias = bool | int | float | str


class ConfirmedBy(StrEnum):
    """What confirms a consent, where no event does."""

    STATE = "state"
    """The source of consents: its state is `confirmed`, and no longer `pending`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One means of contact."""

    connector: Name = key("The installed connector that delivers.", Change.SETUP)
    from_: str | None = key("The sender that people see.", Change.POLICY, default=None)
    cost: Money | None = key("What one message costs.", Change.MEASURE, default=None)
    address: Name | None = key(
        "The kind of address it delivers to, where the connector takes any: phone, wechat.",
        Change.SETUP,
        default=None,
    )
    with_: Mapping[str, Scalar] = key("The connector's own settings.", Change.SETUP, default=EMPTY)
    longest: Mapping[Name, Length] = key(
        "How long parts of messages may be, where the connector does not know it.",
        Change.POLICY,
        default=EMPTY,
    )
    consent: Mapping[MessageClass, Consent] = key(
        "What classes of messages need by this channel, where it is not what `policies` say.",
        Change.POLICY,
        default=EMPTY,
    )
    confirmed_by: OnEvent | ConfirmedBy | None = key(
        "What confirms a consent given for this channel (double opt-in): an event, or the "
        "`state` itself, where a source of consents says `confirmed`.",
        Change.POLICY,
        default=None,
    )
    hours: OpenHours | None = key(
        "The only hours in which it may be used, on the customer's clock.",
        Change.POLICY,
        default=None,
    )
    capacity: Capacity | None = key(
        "How many messages it can carry; transactional ones always go.",
        Change.POLICY,
        default=None,
    )
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The means of contact, and the rules for using them."""

    channels: Mapping[Name, Channel] = key("Channels by name.", Change.SETUP)
    policies: Policies | None = key("Rules for every touch.", Change.POLICY, default=None)
    destinations: Mapping[Name, Destination] = key(
        "Audiences in advertising systems, by name.", Change.SETUP, default=EMPTY
    )
    mixes: Mapping[Name, Mix] = key(
        "Several channels for one message, by name: one is chosen for each customer.",
        Change.ROUTING,
        default=EMPTY,
    )
    loc: Loc = location()
