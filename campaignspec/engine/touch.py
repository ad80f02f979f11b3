"""What policy is told about the customers of a touch, from history and from the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from campaignspec.clock import ZoneTable
from campaignspec.engine.state import Instants, Rows, State
from campaignspec.engine.world import Mask, World
from campaignspec.policy.rules import counts
from campaignspec.spec.channel import Cap


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchFacts:
    """The facts for the customers at ``index`` of the state; see `campaignspec.policy.Facts`.

    Attributes:
        world: History and settings.
        state: What the engine itself has done.
        index: The places of the touches' customers in the state.
    """

    world: World
    state: State
    index: Rows

    def has_address(self, rows: Rows, channel: str) -> Mask:
        """Say who can be reached by the channel at all."""
        return self.world.reachable(rows, channel)

    def has_unsubscribed(self, rows: Rows, at: Instants, channel: str) -> Mask:
        """Say who answered a message of the channel by an opt-out, up to now."""
        del rows
        return self.state.unsubscribed[channel][self.index] <= at

    def consent(self, rows: Rows, at: Instants, channel: str, purpose: str) -> Instants:
        """Return 1 for consent granted, -1 for refused, 0 for never asked."""
        return self.world.consent(rows, at, channel, purpose)

    def kth_latest_message(self, rows: Rows, at: Instants, cap: Cap) -> Instants:
        """Find the k-th latest of past messages and own messages together."""
        own = self.state.sends[self.world.policies.caps.index(cap)][self.index]
        past = [
            stream.kth_latest(rows, at, k)[:, None]
            for stream in self.world.past_messages(cap)
            for k in range(1, cap.at_most + 1)
        ]
        together = np.concatenate([own, *past], axis=1)
        place = together.shape[1] - cap.at_most
        return np.partition(together, place, axis=1)[:, place]

    def zones(self, rows: Rows) -> Mapping[ZoneTable, Mask]:
        """Return the customers' zones, each with the mask of those who live there."""
        return dict(self.world.zones(rows))


def record_send(
    state: State,
    caps: Sequence[Cap],
    index: Rows,
    at: Instants | int,
    channel: str,
    message_class: str,
) -> None:
    """Remember messages that went out, in every cap that counts them."""
    for cap, sends in zip(caps, state.sends, strict=True):
        if counts(cap, channel, message_class):
            oldest = np.argmin(sends[index], axis=1)
            sends[index, oldest] = at
