"""The simple response model: fixed rates a channel, delays that fall off, keyed draws."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER
from campaignspec.digests import Ids
from campaignspec.engine.state import Answers
from campaignspec.engine.world import SentBatch
from campaignspec.identity import keys
from campaignspec.spec.kinds import Name
from campaignspec.spec.project import ChannelResponse, ResponseModel

Draws = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1


class RateResponses:
    """Answers by the rates that a project assumes.

    A message is opened with the channel's probability; an opened message is clicked, and
    answered by an opt-out, each with its own. The delay is ``within`` times the square of a
    uniform draw, so half of all answers come in the first quarter of the time. Every draw
    is keyed by model seed, campaign seed, customer, enrolment, node and purpose: it does not
    depend on what else is sent, nor on when it is asked.
    """

    def __init__(self, model: ResponseModel, ids: Ids) -> None:
        self._model = model
        self._ids = ids
        # 0 is not drawn yet; a key that is 0 indeed is drawn anew each time, to no harm.
        self._keys: Keys = np.zeros(len(ids), np.uint64)

    def __reduce__(self) -> tuple[type[RateResponses], tuple[ResponseModel, Ids]]:
        """Be packed without what was drawn: it is drawn again."""
        return RateResponses, (self._model, self._ids)

    def answer(self, batch: SentBatch) -> Answers | None:
        """Say when each message is opened, clicked and answered by an opt-out."""
        rates = self._model.channels.get(Name(batch.channel))
        if rates is None:
            return None
        base = self._base(batch)
        opened = _draw(base, 0) < rates.opened.fraction
        opened_at = batch.at + _delay(base, 1, rates)
        clicked = opened & (_draw(base, 2) < rates.clicked.fraction)
        out = opened & (_draw(base, 3) < rates.unsubscribed.fraction)
        return Answers(
            opened=np.where(opened, opened_at, NEVER),
            clicked=np.where(clicked, opened_at + _delay(base, 4, rates) // 8, NEVER),
            unsubscribed=np.where(out, opened_at + _delay(base, 5, rates) // 8, NEVER),
        )

    def _base(self, batch: SentBatch) -> Keys:
        new = batch.rows[self._keys[batch.rows] == 0]
        self._keys[new] = keys(self._model.seed, self._ids, new)
        message = keys(batch.seed, [batch.node])[0]
        mixed = _splitmix(self._keys[batch.rows] ^ message)
        base: Keys = _splitmix(mixed + batch.enrolment.astype(np.uint64) * np.uint64(_GOLDEN))
        return base


def _splitmix(keys: Keys) -> Keys:
    """Mix 64 bits: the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    mixed = keys + np.uint64(_GOLDEN)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: Keys = mixed ^ (mixed >> np.uint64(31))
    return result


def _draw(base: Keys, purpose: int) -> Draws:
    """Return one uniform number in [0, 1) a message, for one purpose."""
    mixed = _splitmix(base + np.uint64(purpose * _GOLDEN & _MASK))
    draws: Draws = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return draws


def _delay(base: Keys, purpose: int, rates: ChannelResponse) -> npt.NDArray[np.int64]:
    uniform = _draw(base, purpose)
    return 1 + (rates.within.micros * uniform * uniform).astype(np.int64)
