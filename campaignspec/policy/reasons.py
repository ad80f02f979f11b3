"""Why a message was not sent, or waits: one sentence a rule, the same wherever it is told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from campaignspec.policy.ruling import Reason

SENTENCES: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.NO_ADDRESS: "The customer has no address for the channel.",
        Reason.UNSUBSCRIBED: "The customer answered a message of the channel by an opt-out.",
        Reason.CONSENT: "The customer did not agree to messages of this class.",
        Reason.QUIET_HOURS: "It is too late or too early in the customer's day.",
        Reason.CAP: "The customer has had as many messages as a cap allows.",
        Reason.EXPIRED: "The message would go later than it is valid.",
        Reason.BLOCKED_SEGMENT: "The customer is in a segment that `suppress` names.",
        Reason.BLOCKED_LIST: "The customer, or the address, stands in a list that `suppress` "
        "names.",
        Reason.PAUSED: "An event that `suppress` names happened to the customer, and its time is "
        "not over.",
        Reason.AGE: "The customer is too young for the campaign's category, or the day of birth "
        "is not known.",
        Reason.BANNED_CHANNEL: "The campaign's category may not use the channel.",
        Reason.CHANNEL_HOURS: "The channel may not be used at this hour of the customer's day.",
        Reason.REGULATED_HOURS: "The campaign's category may not speak at this hour of the "
        "customer's day.",
        Reason.OUTRANKED: "A campaign of higher priority has the customer.",
        Reason.EXCLUSIVE: "The customer entered another campaign of an exclusive group first.",
        Reason.RATIO: "The customer has had too little service for one more promotion.",
        Reason.BUDGET: "There is no money left for the message.",
        Reason.CAPACITY: "The channel carries as many messages as it can.",
        Reason.SHARE: "Every channel that may be used has had its share of the mix's messages.",
        Reason.NO_CHANNEL: "No channel of the mix may be used for the customer.",
    }
)
"""By rule, what it means that it objects."""
