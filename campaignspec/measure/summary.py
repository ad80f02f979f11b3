"""What is said of a campaign in few numbers, which add up over customers."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.clock import Instant
from campaignspec.measure.channels import ChannelUse
from campaignspec.measure.funnel import Funnel
from campaignspec.measure.lift import Lift


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Something that a rehearsal takes for granted.

    Attributes:
        name: What it is about: ``email opened``.
        value: What is assumed, as people read it: ``22%``.
        basis: Where it is from.
    """

    name: str
    value: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The numbers of one campaign that add up.

    Attributes:
        campaign: The campaign's name.
        start: The instant after which the period begins.
        end: The last instant in it.
        currency: Of all amounts.
        simulated: Whether it was rehearsed on history, or really happened.
        assumptions: What a rehearsal took for granted.
        funnel: How many got how far.
        channels: What was sent, answered and paid, by channel.
        lift: Treated against held out; None when the campaign has no goal.
    """

    campaign: str
    start: Instant
    end: Instant
    currency: str
    simulated: bool
    assumptions: tuple[Assumption, ...]
    funnel: Funnel
    channels: tuple[ChannelUse, ...]
    lift: Lift | None
