"""Audiences in advertising systems: who is in them, and how they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.connector import MessageClass
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """People whom the advertising system finds because they are like those of the audience."""

    size: Share = key("The share of the region's people that it may grow to.", Change.SETUP)
    region: Name | None = key("Where they are looked for.", Change.SETUP, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One audience of an advertising system.

    Only who can be recognised there, agreed, and is not suppressed is handed over; each person
    once. The audience is not handed over at all while fewer are in it than the minimum.
    """

    via: Name = key("The channel: an advertising system.", Change.SETUP)
    mirror: Name | None = key(
        "The segment that it mirrors: who comes to match is added, who ceases to is taken out.",
        Change.ROUTING,
        default=None,
    )
    lookalike: Lookalike | None = key(
        "Whether people like these are to be found.", Change.SETUP, default=None
    )
    minimum: int | None = key(
        "The fewest people that it needs; never below what the system itself asks for.",
        Change.SETUP,
        default=None,
    )
    class_: MessageClass = key(
        "Why people are advertised to; decides on consent.",
        Change.POLICY,
        default=MessageClass.PROMOTIONAL,
    )
    loc: Loc = location()
