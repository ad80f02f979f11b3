"""Consent, opt-outs and quiet hours once more, for messages that go later than decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from campaignspec.clock import Instant
from campaignspec.engine.ports import Ledger
from campaignspec.engine.touch import TouchFacts
from campaignspec.engine.world import World
from campaignspec.ledger.queue import Queued, Settlement, Status
from campaignspec.policy import Action, Reason, Touches, decide
from campaignspec.spec.journey import WhenCapped


class Recheck(Protocol):
    """What may have changed between the decision and the sending."""

    def objections(self, batch: Sequence[Queued], now: Instant) -> Mapping[str, Settlement]:
        """Return, by key, what becomes of messages that may not go now."""


class PolicyRecheck:
    """Asks the same policy again; caps are left out, since they count the message itself."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self._world = world
        self._ledger = ledger
        self._policies = replace(world.policies, caps=())

    def objections(self, batch: Sequence[Queued], now: Instant) -> Mapping[str, Settlement]:
        """Judge every message that was decided before ``now`` as of now."""
        late = [queued for queued in batch if queued.at < now]
        found = (self._judge(queued, now) for queued in late)
        return {s.queued.key: s for s in found if s is not None}

    def _judge(self, queued: Queued, now: Instant) -> Settlement | None:
        rows = np.array([self._world.history.row_of[queued.customer]], np.int64)
        touches = Touches(
            rows=rows,
            at=np.array([now], np.int64),
            channel=queued.channel,
            message_class=queued.message_class,
            when_capped=WhenCapped.SKIP,
            tick=self._world.tick,
        )
        state = self._ledger.load(rows, now)
        facts = TouchFacts(world=self._world, state=state, index=np.array([0]))
        ruling = decide(touches, facts, self._policies)
        reason = Reason(int(ruling.reason[0])).slug
        match Action(int(ruling.action[0])):
            case Action.ALLOW:
                return None
            case Action.DEFER:
                return Settlement(
                    queued=queued,
                    status=Status.PLANNED,
                    not_before=int(ruling.until[0]),
                    reason=reason,
                )
            case Action.SUPPRESS:
                return Settlement(queued=queued, status=Status.FAILED, reason=reason)
