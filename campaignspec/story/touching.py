"""A touch as policy was asked about it, made again from facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.connector import MessageClass
from campaignspec.graph.nodes import ActNode, SendNode
from campaignspec.policy import SENTENCES, Action, Reason, Rulebook, Ruling, Touches, decide
from campaignspec.policy.decide import may_be_used
from campaignspec.policy.sharing import Shared, caps_together, shared_by
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.policy import Cap, Policies
from campaignspec.story.lore import Lore
from campaignspec.story.past import Past, PastTouches
from campaignspec.story.record import Record
from campaignspec.story.story import Because

Reaching: TypeAlias = SendNode | ActNode
"""The steps about which policy is asked."""

REASONS: Final = {reason.slug: reason for reason in Reason if reason is not Reason.NONE}
"""The rules, by what facts call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A touch as policy was asked about it, made again from facts.

    Attributes:
        lore: What is known.
        record: The fact that came of it.
        node: The step.
        facts: What policy was told.
        touches: The touch, as a column of one.
    """

    lore: Lore
    record: Record
    node: Reaching
    facts: PastTouches
    touches: Touches

    @classmethod
    def about(cls, lore: Lore, record: Record, node: Reaching) -> Asked:
        """Ask again what was asked at a fact."""
        valid = node.valid_for if isinstance(node, SendNode) else None
        expires = NEVER if valid is None else lore.arrived(record) + valid.micros
        touches = Touches(
            rows=lore.rows,
            at=np.array([record.at], np.int64),
            expires=np.array([expires], np.int64),
            campaign=record.campaign,
            channel=record.channel or node.channel,
            message_class=node.message_class,
            when_capped=node.when_capped if isinstance(node, SendNode) else WhenCapped.SKIP,
            tick=lore.world.tick,
        )
        facts = PastTouches.before(Past(lore=lore, record=record))
        return cls(lore=lore, record=record, node=node, facts=facts, touches=touches)

    @property
    def book(self) -> Rulebook:
        """The rules for every touch."""
        return self.lore.world.rulebook

    @property
    def policies(self) -> Policies:
        """What is written under ``policies:``."""
        return self.book.policies

    @property
    def message_class(self) -> MessageClass:
        """Why the message is sent."""
        return self.touches.message_class

    def ruling(self) -> Ruling:
        """Return what all rules together say today."""
        ask = decide if isinstance(self.node, SendNode) else may_be_used
        return ask(self.touches, self.facts, self.book)

    def with_policies(self, policies: Policies) -> Rulebook:
        """Return the rules with other policies: one rule of many, to see whether it objects."""
        return replace(self.book, policies=policies)

    def shared(self) -> tuple[Shared, ...]:
        """Return of what all customers share the message takes."""
        return shared_by(self.book, self.record.campaign, self.touches.channel, self.message_class)

    def caps_together(self) -> tuple[Cap, ...]:
        """Return the caps that count the message together with those to others."""
        return caps_together(
            self.book, self.record.campaign, self.touches.channel, self.message_class
        )

    def until(self) -> Instant | None:
        """Return until when the rules hold the message back today; None where they do not."""
        ruling = self.ruling()
        return int(ruling.until[0]) if ruling.action[0] == Action.DEFER else None


def today(now: Reason) -> Because:
    """Say that the rules, asked again today, object otherwise or not at all.

    Files and data may have changed since the facts were written.
    """
    found = "nothing objects" if now is Reason.NONE else f"it is another rule: {sentence(now)}"
    return Because(text=f"as files and data are today, {found}")


def sentence(reason: Reason) -> str:
    """Say what it means that a rule objects, within another sentence."""
    return SENTENCES[reason][:1].lower() + SENTENCES[reason][1:].removesuffix(".")
