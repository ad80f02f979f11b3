"""The nodes at which people wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.waiting import (
    Happening,
    WaitBestHour,
    WaitBy,
    WaitDate,
    WaitDays,
    WaitPhase,
    WaitUntil,
)

NodeId: TypeAlias = str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayNode:
    """Holds people for a physical length of time."""

    id: NodeId
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTimeNode:
    """Holds people until a time of day on their own clock, or until hours that begin then."""

    id: NodeId
    until: WaitUntil


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysNode:
    """Holds people for days of their own calendar."""

    id: NodeId
    wait: WaitDays


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitNode:
    """Holds people for as many days as a trait says, or until the hour that it says."""

    id: NodeId
    wait: WaitBy | WaitBestHour


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadNode:
    """Holds people for a random share of a time, by a keyed draw.

    Attributes:
        spread: The time.
        seed: The draw's seed.
    """

    id: NodeId
    spread: Duration
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNode:
    """Holds people until a date in their record comes.

    Its edges are `NEXT`, and `MISSED` for those without the date, or for whom it is over.
    """

    id: NodeId
    wait: WaitDate


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseNode:
    """Holds people until a phase of the calendar begins.

    Its edges are `NEXT`, and `MISSED` for those who come after its last time.

    Attributes:
        wait: The phase.
        days: Its first and last day each time, numbered since 1970-01-01, earliest first.
    """

    id: NodeId
    wait: WaitPhase
    days: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenNode:
    """Holds people until something happens, but not for ever.

    Its edges are `IN_TIME` and `TOO_LATE`.

    Attributes:
        happening: What is waited for.
        at_most: How long.
        keep: The properties of the event that later steps may ask for.
    """

    id: NodeId
    happening: Happening
    at_most: Duration
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateNode:
    """Holds people until somebody has decided, once for all of them.

    Its edges are `APPROVED` and `NOT_APPROVED`.

    Attributes:
        by: Who decides: an owner.
        at_most: How long anybody waits; None for as long as it takes.
        assume: After how long a rehearsal takes it for approved, from each arrival.
    """

    id: NodeId
    by: str
    at_most: Duration | None
    assume: Duration


WaitNode: TypeAlias = (
    DelayNode
    | LocalTimeNode
    | DaysNode
    | TraitNode
    | SpreadNode
    | DateNode
    | PhaseNode
    | ListenNode
    | GateNode
)
