"""What policy says about a column of touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce

import numpy as np
import numpy.typing as npt


class Action(IntEnum):
    """What becomes of a touch."""

    ALLOW = 0
    DEFER = 1
    SUPPRESS = 2


class Reason(IntEnum):
    """Which rule objects; facts and reports name it by its slug, `reasons` says what it means."""

    NONE = 0
    NO_ADDRESS = 1
    UNSUBSCRIBED = 2
    CONSENT = 3
    QUIET_HOURS = 4
    CAP = 5
    EXPIRED = 6
    BLOCKED_SEGMENT = 7
    BLOCKED_LIST = 8
    PAUSED = 9
    AGE = 10
    BANNED_CHANNEL = 11
    CHANNEL_HOURS = 12
    REGULATED_HOURS = 13
    OUTRANKED = 14
    EXCLUSIVE = 15
    RATIO = 16
    BUDGET = 17
    CAPACITY = 18
    NO_CHANNEL = 19
    SHARE = 20

    @property
    def slug(self) -> str:
        """The rule's name as people read it: ``quiet-hours``."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One verdict a touch, in columns.

    Attributes:
        action: `Action` codes, int8.
        until: For deferred touches the instant to ask again, else 0; int64 microseconds.
        reason: `Reason` codes, int8; ``NONE`` for allowed touches.
    """

    action: npt.NDArray[np.int8]
    until: npt.NDArray[np.int64]
    reason: npt.NDArray[np.int8]

    def does(self, action: Action) -> npt.NDArray[np.bool_]:
        """Say to which touches an action is done."""
        return np.asarray(self.action == np.int8(action))  # the enumeration's own would be widened

    def of(self, some: npt.NDArray[np.int64]) -> Ruling:
        """Return the verdicts about some of the touches."""
        return Ruling(action=self.action[some], until=self.until[some], reason=self.reason[some])

    def put(self, some: npt.NDArray[np.int64], verdicts: Ruling) -> None:
        """Write other verdicts about some of the touches over those that stand here."""
        self.action[some], self.until[some] = verdicts.action, verdicts.until
        self.reason[some] = verdicts.reason


def allow(size: int) -> Ruling:
    """Allow every touch."""
    return Ruling(
        action=np.zeros(size, np.int8),
        until=np.zeros(size, np.int64),
        reason=np.zeros(size, np.int8),
    )


def suppress(where: npt.NDArray[np.bool_], reason: Reason) -> Ruling:
    """Suppress the touches ``where`` says, and allow the rest."""
    return Ruling(
        action=where * np.int8(Action.SUPPRESS),
        until=np.zeros(len(where), np.int64),
        reason=where * np.int8(reason),
    )


def objection(where: npt.NDArray[np.bool_], reason: Reason) -> Ruling | None:
    """Suppress as `suppress` does; None where nothing is suppressed."""
    return suppress(where, reason) if where.any() else None


def defer(where: npt.NDArray[np.bool_], until: npt.NDArray[np.int64], reason: Reason) -> Ruling:
    """Defer the touches ``where`` says until the given instants, and allow the rest."""
    return Ruling(
        action=where * np.int8(Action.DEFER),
        until=where * until,
        reason=where * np.int8(reason),
    )


def together(rulings: Iterable[Ruling | None]) -> Ruling | None:
    """Put rulings together, the first objection of each touch; None where there is none at all."""
    found = [ruling for ruling in rulings if ruling is not None]
    return reduce(first_objection, found) if found else None


def first_objection(first: Ruling, second: Ruling) -> Ruling:
    """Keep the first ruling where it objects, and take the second where it allows."""
    allows = first.does(Action.ALLOW)
    if allows.all():
        return second
    return Ruling(
        action=np.where(allows, second.action, first.action),
        until=np.where(allows, second.until, first.until),
        reason=np.where(allows, second.reason, first.reason),
    )
