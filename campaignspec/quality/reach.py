"""Who can be reached by a channel, by the rules that every message passes when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import Instant
from campaignspec.connector import MessageClass
from campaignspec.engine.world import World
from campaignspec.policy.people import has_agreed

Rows: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many of some customers can be reached by a channel with messages of a class.

    Attributes:
        channel: The channel's name.
        message_class: Why messages are sent.
        addressed: How many have an address for it.
        agreed: How many have given the consent that the project's policies ask for.
        both: How many have both.
    """

    channel: str
    message_class: MessageClass
    addressed: int
    agreed: int
    both: int


def reach_of(
    world: World,
    channel: str,
    message_class: MessageClass,
    rows: Rows,
    at: Instant,
) -> Reach:
    """Count who can be reached, as of an instant.

    Opt-outs that an environment's ledger holds, caps and quiet hours come on top when a
    message is due.
    """
    addressed, agreed = _judged(world, channel, message_class, rows, at)
    return Reach(
        channel=channel,
        message_class=message_class,
        addressed=int(addressed.sum()),
        agreed=int(agreed.sum()),
        both=int((addressed & agreed).sum()),
    )


def reachable(
    world: World, message_class: MessageClass, rows: Rows, at: Instant
) -> npt.NDArray[np.bool_]:
    """Say who can be reached with messages of a class by any channel, as of an instant."""
    found = np.zeros(rows.shape, np.bool_)
    for channel in world.address_kinds:
        addressed, agreed = _judged(world, channel, message_class, rows, at)
        found |= addressed & agreed
    return found


def _judged(
    world: World, channel: str, message_class: MessageClass, rows: Rows, at: Instant
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Say who has an address, and who has given the consent that is asked for."""
    needed = world.rulebook.consent_needed(message_class, channel)
    agreed = has_agreed(world, rows, np.full(rows.shape, at), channel, message_class, needed)
    return world.reachable(rows, channel), agreed
