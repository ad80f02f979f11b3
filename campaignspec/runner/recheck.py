"""Policy once more, for messages that go later than they were decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np

from campaignspec.clock import NEVER, Instant
from campaignspec.connector import REACHING_PEOPLE, Deed
from campaignspec.engine.ports import Ledger
from campaignspec.engine.touch import TouchFacts
from campaignspec.engine.world import World
from campaignspec.ledger.queue import Queued, Settlement, Status
from campaignspec.policy import Action, Reason, Touches, decide, may_be_used
from campaignspec.spec.journey import WhenCapped

GONE: Final = "no source knows the customer any more"
"""Why nothing is sent to or about somebody who has left all sources since it was decided."""


class Recheck(Protocol):
    """What may have changed between the decision and the sending."""

    def objections(self, batch: Sequence[Queued], now: Instant) -> Mapping[str, Settlement]:
        """Return, by key, what becomes of messages that may not go now."""


class PolicyRecheck:
    """Asks the same policy again, without what counts messages: it has counted this one."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self._world = world
        self._ledger = ledger
        self._rulebook = world.rulebook.without_counts()

    def objections(self, batch: Sequence[Queued], now: Instant) -> Mapping[str, Settlement]:
        """Judge whatever reaches customers and was decided before ``now`` as of now.

        Nothing goes to or about customers whom no source knows any more.
        """
        found = {queued.key: self._objection(queued, now) for queued in batch}
        return {key: settled for key, settled in found.items() if settled is not None}

    def _objection(self, queued: Queued, now: Instant) -> Settlement | None:
        if queued.customer and queued.customer not in self._world.history.row_of:
            return Settlement(queued=queued, status=Status.FAILED, reason=GONE)
        is_late = queued.at < now and queued.deed in REACHING_PEOPLE
        return self._judge(queued, now) if is_late else None

    def _judge(self, queued: Queued, now: Instant) -> Settlement | None:
        rows = np.array([self._world.history.row_of[queued.customer]], np.int64)
        touches = Touches(
            rows=rows,
            at=np.array([now], np.int64),
            expires=np.array([NEVER if queued.expires is None else queued.expires], np.int64),
            campaign=queued.campaign,
            channel=queued.channel,
            message_class=queued.message_class,
            when_capped=WhenCapped.SKIP,
            tick=self._world.tick,
        )
        state = self._ledger.load(rows, now)
        facts = TouchFacts(world=self._world, state=state, index=np.array([0]))
        judge = decide if queued.deed is Deed.MESSAGE else may_be_used
        ruling = judge(touches, facts, self._rulebook)
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
