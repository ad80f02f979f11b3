"""Messages that are settled one customer after the other: by channels' shares, and by groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from campaignspec.clock import Instant
from campaignspec.connector import MessageClass
from campaignspec.engine.limits import Limit, Limits
from campaignspec.engine.line import NONE, WHOLE, Line, serve
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.together import Room, room
from campaignspec.engine.walk import Walk
from campaignspec.graph.nodes import JourneyGraph, Mixed, SendNode
from campaignspec.history.sorting import distinct
from campaignspec.policy import Action, Reason, Ruling
from campaignspec.policy.ruling import defer, suppress
from campaignspec.policy.sharing import Shared, caps_together, shared_by
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.kinds import Name
from campaignspec.spec.policy import Cap

_ENDLESS: Final = 2**62
"""More messages than are ever sent: what only counts them has no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How a line of customers was served, in the order in which they were asked about.

    Attributes:
        channel: The place of each customer's channel; -1 where none was left.
        short: Of whom a shared limit, and which of `limits`, had too little left; else -1.
        full: Whose group had all that a cap allows.
        until: When that group may get one more message.
        limits: What messages take of.
    """

    channel: Rows
    short: Rows
    full: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    until: Instants
    limits: Sequence[Shared]

    def groups(self, place: int) -> Iterator[tuple[Rows, Shared | None]]:
        """Yield those of one channel, parted by the limit of which too little was left."""
        for number in distinct(self.short[self.channel == place]):
            mine = np.flatnonzero((self.channel == place) & (self.short == number))
            yield mine, None if number == NONE else self.limits[number]

    def capped(self, mine: Rows, when_capped: WhenCapped) -> Ruling:
        """Say what becomes of those whose group is full; others are allowed."""
        if when_capped is WhenCapped.WAIT:
            return defer(self.full[mine], self.until[mine], Reason.CAP)
        return suppress(self.full[mine], Reason.CAP)


def counts_of_mixes(graphs: Iterable[JourneyGraph]) -> Mapping[str, Limit]:
    """Return what is counted of mixes with limits, as limits without an end, by name."""
    nodes = ((graph.campaign, node) for graph in graphs for node in graph.nodes.values())
    names = (
        _count(campaign, node.mix, channel)
        for campaign, node in nodes
        if isinstance(node, SendNode) and node.mix is not None and node.mix.mix.limits
        for channel in node.mix.channels
    )
    return {name: Limit(name=name, capacity=_ENDLESS) for name in names}


class Turns:
    """Settles the messages of one campaign, customer by customer."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._limits = Limits(
            walk.world.limits,
            walk.state.used,
            zone=walk.world.audience.zone,
            ids=walk.world.history.ids,
        )

    def take(
        self, node: SendNode, rows: Rows, at: Instants, wishes: Rows, rulings: Sequence[Ruling]
    ) -> Turn:
        """Let customers take their messages, one after the other by a hash of their ids.

        Args:
            node: The step.
            rows: The customers.
            at: When each is due: one instant for all who depend on each other.
            wishes: A column a customer: the places of its channels, the dearest first.
            rulings: By channel, what policy says of each customer's message.
        """
        seed, limits = self._walk.program.graph.seed, self._shared(node)
        now = int(at[0])
        caps = self._caps(node)
        rooms = {cap: self._room(cap, rows, at) for each in caps for cap in each}
        order = self._limits.order(f"{seed}:{node.id}", rows)
        line = Line(
            wishes=wishes[:, order],
            allowed=np.stack([ruling.does(Action.ALLOW)[order] for ruling in rulings]),
            rooms=self._pots(caps, rooms, order, len(limits)),
            takes=[self._takes(node, channel, limits) for channel in node.channels],
            left=[
                *(self._limits.left(each.name, now) for each in limits),
                *(int(free) for each in rooms.values() for free in each.free),
            ],
            parts=self._parts(node),
            sent=self._sent(node, now),
        )
        served = serve(line)
        self._keep(node, now, limits, line, served.left, served.sent)
        back = np.argsort(order)
        lacks = served.lacks[back]
        ends = np.concatenate([np.zeros(len(limits), np.int64), *(r.until for r in rooms.values())])
        full = lacks >= len(limits)
        return Turn(
            channel=served.channel[back],
            short=np.where(full, NONE, lacks),
            full=full,
            until=np.where(full, np.append(ends, 0)[lacks], 0),
            limits=limits,
        )

    def _shared(self, node: SendNode) -> Sequence[Shared]:
        """Return what the messages of a step take of, by whatever channel, each once."""
        found = (each for channel in node.channels for each in self._shared_by(node, channel))
        return tuple({each.name: each for each in found}.values())

    def _shared_by(self, node: SendNode, channel: str) -> Sequence[Shared]:
        campaign = self._walk.program.graph.campaign
        return shared_by(self._walk.world.rulebook, campaign, channel, node.message_class)

    def _takes(
        self, node: SendNode, channel: str, limits: Sequence[Shared]
    ) -> Sequence[tuple[int, int]]:
        cost, names = self._walk.world.costs.get(channel, 0), [each.name for each in limits]
        return [
            (names.index(each.name), cost if each.is_money else 1)
            for each in self._shared_by(node, channel)
        ]

    def _caps(self, node: SendNode) -> Sequence[Sequence[Cap]]:
        campaign = self._walk.program.graph.campaign
        book = self._walk.world.rulebook
        return [caps_together(book, campaign, c, node.message_class) for c in node.channels]

    def _room(self, cap: Cap, rows: Rows, at: Instants) -> Room:
        return room(self._walk.state, self._walk.world, cap, rows, at)

    def _pots(
        self, caps: Sequence[Sequence[Cap]], rooms: Mapping[Cap, Room], order: Rows, first: int
    ) -> Sequence[Sequence[Rows]]:
        """Number the groups of all caps, and say by channel to which each customer belongs."""
        pots: dict[Cap, Rows] = {}
        for cap, each in rooms.items():
            pots[cap] = each.group[order] + first
            first += len(each.free)
        return [[pots[cap] for cap in mine] for mine in caps]

    def _parts(self, node: SendNode) -> Sequence[int | None]:
        limits = {} if node.mix is None or _is_owed(node) else node.mix.mix.limits
        shares = (limits.get(Name(channel)) for channel in node.channels)
        return [None if share is None else round(share.fraction * WHOLE) for share in shares]

    def _sent(self, node: SendNode, now: Instant) -> Sequence[int]:
        """Return how many messages have gone by each channel; 0 where that decides nothing."""
        return [self._limits.used(name, now) for name in self._counts(node)] or [
            0 for _ in node.channels
        ]

    def _counts(self, node: SendNode) -> Sequence[str]:
        if node.mix is None or not node.mix.mix.limits or _is_owed(node):
            return ()
        campaign = self._walk.program.graph.campaign
        return [_count(campaign, node.mix, channel) for channel in node.channels]

    def _keep(
        self,
        node: SendNode,
        now: Instant,
        limits: Sequence[Shared],
        line: Line,
        left: Sequence[int],
        sent: Sequence[int],
    ) -> None:
        """Note what was taken, and what was sent; what groups were sent, messages tell."""
        for each, before, after in zip(limits, line.left, left, strict=False):
            self._limits.take(each.name, now, before - after)
        for name, before, after in zip(self._counts(node), line.sent, sent, strict=False):
            self._limits.take(name, now, after - before)


def _is_owed(node: SendNode) -> bool:
    return node.message_class is MessageClass.TRANSACTIONAL


def _count(campaign: str, mixed: Mixed, channel: str) -> str:
    """Return the name under which messages by one channel of a mix are counted."""
    return f"mix {mixed.name} {campaign} {channel}"
