"""What the engine may ask of the world: history, policy, prices, chance, answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Audience
from campaignspec.clock import ZoneTable, zone_table
from campaignspec.connector import MessageClass
from campaignspec.engine.dice import Dice
from campaignspec.engine.state import Answers, Instants, Rows
from campaignspec.history import Column, History, Stream
from campaignspec.policy.rules import counts
from campaignspec.spec.channel import Cap, Policies

Mask = npt.NDArray[np.bool_]

_PURPOSES = frozenset(MessageClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBatch:
    """Messages of one send node that go out together.

    Attributes:
        campaign: The campaign's name.
        seed: The campaign's seed, which outlives its name.
        node: The send node's id.
        channel: The channel.
        rows: The customers, as rows of the history.
        at: When each is sent.
        enrolment: Each customer's enrolment number.
    """

    campaign: str
    seed: str
    node: str
    channel: str
    rows: Rows
    at: Instants
    enrolment: npt.NDArray[np.int32]


class Responses(Protocol):
    """Who answers messages: a model in a rehearsal, nobody where people answer for themselves."""

    def answer(self, batch: SentBatch) -> Answers:
        """Say when each message is opened, clicked and answered by an opt-out."""


class NoResponses:
    """Answers come from the world, not from a model."""

    def answer(self, batch: SentBatch) -> Answers:
        """Answer nothing."""
        return Answers.none(len(batch.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports and the settings of one engine.

    Attributes:
        audience: Rules, traits and segments over the history.
        policies: The rules for every touch.
        tick: The length of a tick, microseconds.
        address_kinds: By channel, the kind of address that it needs.
        costs: By channel, the cost of a message in micro-units.
        dice: Chance.
        responses: Who answers.
        memo: Past messages by cap, derived once.
        reach: Who has an address, by channel, derived once.
    """

    audience: Audience
    policies: Policies
    tick: int
    address_kinds: Mapping[str, str]
    costs: Mapping[str, int]
    dice: Dice
    responses: Responses = field(default_factory=NoResponses)
    memo: dict[Cap, list[Stream]] = field(default_factory=dict, repr=False, compare=False)
    reach: dict[str, Mask] = field(default_factory=dict, repr=False, compare=False)

    @property
    def history(self) -> History:
        """The history that the audience is computed over."""
        return self.audience.history

    def reachable(self, rows: Rows, channel: str) -> Mask:
        """Say who has an address for the channel."""
        if channel not in self.reach:
            self.reach[channel] = self._reach(channel)
        return self.reach[channel][rows]

    def _reach(self, channel: str) -> Mask:
        addresses = self.history.addresses.get(self.address_kinds[channel])
        if addresses is None:
            return np.zeros(len(self.history.customers), np.bool_)
        return np.array([address is not None for address in addresses], np.bool_)

    def zones(self, rows: Rows) -> Iterator[tuple[ZoneTable, Mask]]:
        """Yield the zones of customers, each with the mask of those who live there."""
        codes = self.history.zone_of[rows]
        for code in np.unique(codes):
            yield zone_table(self.history.zones[code]), codes == code

    def consent(self, rows: Rows, at: Instants, channel: str, purpose: str) -> Instants:
        """Return 1 for consent granted, -1 for refused, 0 for never asked, as of each instant.

        A refusal of a purpose that is unknown refuses every purpose on that channel: what somebody
        refused under a misspelt or foreign word may be just this.
        """
        state = self._said(rows, at, (channel, purpose))
        for key in self.history.consents:
            if key[0] == channel and key[1] not in _PURPOSES:
                state = np.where(self._said(rows, at, key) < 0, -1, state)
        return state

    def _said(self, rows: Rows, at: Instants, key: tuple[str, str]) -> Instants:
        stream = self.history.consents.get(key)
        if stream is None or not len(stream.ts):
            return np.zeros(rows.shape, np.int64)
        index = stream.index_latest(rows, at)
        granted = np.where(stream.properties["granted"].values[index], 1, -1)
        return np.where(index >= 0, granted, 0)

    def past_messages(self, cap: Cap) -> list[Stream]:
        """Return the messages of the past that a cap counts, one stream a channel."""
        if cap not in self.memo:
            self.memo[cap] = [
                stream.where(_classes(stream, channel, cap))
                for channel, stream in self.history.messages.items()
                if cap.channel in {None, channel}
            ]
        return self.memo[cap]


def _classes(stream: Stream, channel: str, cap: Cap) -> Mask:
    column: Column = stream.properties["class"]
    counted = np.array([counts(cap, channel, word) for word in column.words], np.bool_)
    if not len(counted):
        return np.zeros(len(stream.ts), np.bool_)
    return np.asarray(counted[column.values] & ~column.missing)
