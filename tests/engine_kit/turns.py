"""What one customer is sent decides what the next may have, in plain Python; and drawn limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from engine_kit.story import Customer, Story
from engine_kit.touches import Message, counts, counts_together

from campaignspec.connector import MessageClass
from campaignspec.graph.nodes import SendNode
from campaignspec.project import Project
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.policy import Cap

_GROUPS = (None, None, None, Name("city"), Name("age"))
_MOST = (0.5, 0.5, 0.3, 0.25, 0.6667, 0.001)


@dataclass
class Book:
    """What everybody was sent, as far as others' messages depend on it.

    Attributes:
        project: The campaigns and the policies.
        story: Everybody, with the messages of the past.
        sent: Own messages: to whom, what, and by which mix.
    """

    project: Project
    story: Story
    sent: list[tuple[str, Message, str | None]] = field(default_factory=list)

    def goes_by_turns(self, campaign: str, ways: Sequence[SendNode]) -> bool:
        """Say whether a step's messages depend on what others are sent by it."""
        if ways[0].message_class is MessageClass.TRANSACTIONAL:
            return False
        mixed = ways[0].mix
        has_limits = mixed is not None and bool(mixed.mix.limits)
        return has_limits or any(list(self._caps(campaign, way)) for way in ways)

    def is_open(self, campaign: str, node: SendNode, channel: str) -> bool:
        """Say whether a mix's channel is within its share with one message more."""
        assert node.mix is not None
        limit = node.mix.mix.limits.get(Name(channel))
        if limit is None or node.message_class is MessageClass.TRANSACTIONAL:
            return True
        by_mix = [
            message.channel
            for _, message, mix in self.sent
            if mix == node.mix.name
            and message.campaign == campaign
            and message.message_class != "transactional"
        ]
        share = Fraction(by_mix.count(channel) + 1, len(by_mix) + 1)
        return share <= Fraction(str(limit.fraction))

    def full(self, person: Customer, campaign: str, node: SendNode, now: int) -> Any:
        """Say what becomes of a message to somebody whose group had enough; None if it had not."""
        zone, tick = self.project.settings.timezone, self.project.settings.tick.micros
        for cap in self._caps(campaign, node):
            had = [m.at for m in self._to_group(cap, person) if m.at <= now]
            until = now
            while sum(counts_together(cap, at, until, zone) for at in had) >= cap.at_most:
                until += tick
            if until > now:
                waits = node.when_capped is WhenCapped.WAIT
                return ("defer", "cap", until) if waits else ("suppress", "cap", 0)
        return None

    def _caps(self, campaign: str, node: SendNode) -> Iterator[Cap]:
        for cap in self.project.policies.caps:
            if cap.by is not None and counts(cap, node.channel, node.message_class, campaign):
                yield cap

    def _to_group(self, cap: Cap, person: Customer) -> Iterator[Message]:
        """Yield the messages that a cap counts to everybody of a customer's group."""
        group = {each.id for each in self.story if belong_together(cap, each, person)}
        past = [
            Message(m.at, m.channel, m.message_class, m.campaign)
            for each in self.story
            if each.id in group
            for m in each.messages
        ]
        own = [message for who, message, _ in self.sent if who in group]
        for message in (*past, *own):
            if counts(cap, message.channel, message.message_class, message.campaign):
                yield message


def belong_together(cap: Cap, one: Customer, other: Customer) -> bool:
    """Say whether a cap counts the messages to two customers together."""
    mine = one.attributes.get(str(cap.by))
    return one is other or (mine is not None and mine == other.attributes.get(str(cap.by)))


def bound(pick: Callable[[Sequence[Any]], Any], project: Project) -> Project:
    """Set limits to the channels of some mixes, and let some caps count people together."""
    mixes = {
        name: replace(mix, limits={pick(mix.from_): Share(pick(_MOST))}) if pick((0, 1)) else mix
        for name, mix in project.mixes.items()
    }
    caps = tuple(replace(cap, by=pick(_GROUPS)) for cap in project.policies.caps)
    return replace(project, mixes=mixes, policies=replace(project.policies, caps=caps))
