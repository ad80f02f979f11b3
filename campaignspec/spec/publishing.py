"""What a campaign publishes for everybody: posts on social platforms, by plan."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.money import Money
from campaignspec.spec.kinds import LocalTime, Moment, Name, Offset
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something that is published on some platforms, at an instant or in a phase."""

    post: Name = key("The message: its folder under `templates/`.", Change.CONTENT)
    on: tuple[Name, ...] = key("The channels: the platforms.", Change.IDENTITY)
    at: Moment | None = key(
        "When, on the project's clock; or say the phase.", Change.TIMING, default=None
    )
    phase: Name | None = key(
        "The phase of the campaign's calendar in which it is published, each time round.",
        Change.TIMING,
        default=None,
    )
    day: Offset = key("How many days into the phase.", Change.TIMING, default=Offset(0))
    time: LocalTime = key(
        "The time of day, in a phase, on the project's clock.",
        Change.TIMING,
        default=LocalTime(12 * 60),
    )
    kol: Name | None = key(
        "The opinion leader who publishes it, if it is not ourselves.",
        Change.METADATA,
        default=None,
    )
    cost: Money | None = key(
        "What one post costs, the opinion leader's fee included.", Change.MEASURE, default=None
    )
    code: str | None = key(
        "The code that it shows; the platform's connector is told it.",
        Change.CONTENT,
        default=None,
    )
    name: Name | None = key(
        "The post's own name, where a message is published twice.", Change.IDENTITY, default=None
    )
    loc: Loc = location()
