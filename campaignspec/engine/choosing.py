"""Which channel of a mix each customer is written to by, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, assert_never

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Moment
from campaignspec.engine.state import Instants, Rows
from campaignspec.engine.world import Mask, World
from campaignspec.graph.nodes import Mixed
from campaignspec.history import LONG_AGO
from campaignspec.policy import Reason, Touches, may_be_used
from campaignspec.policy.touches import Facts
from campaignspec.spec.kinds import Name
from campaignspec.spec.mix import ChooseBy, Weigh

NONE: Final = -1
"""The place of no channel."""

_DRAWS: Final = 2.0**32
_ANSWERS: Final = ("message.opened", "message.clicked")
_CHANNEL: Final = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """All that speaks for each channel of a mix: a row a channel, a column a customer.

    Attributes:
        reason: Which rule about people forbids the channel; ``NONE`` where none does; int8.
        is_ready: Whether what the mix says that the channel needs is true.
        is_fresh: Whether the first message, of which this one is the fallback, went another way.
        sent: Earlier messages by the channel; 0 where preference does not matter.
        answered: How many of them were answered: opened, or clicked where opens are not told.
        score: What the channel is worth, float64; 0 where channels are not scored.
        chosen: For each customer the place of the chosen channel in the mix, or `NONE`.
    """

    reason: npt.NDArray[np.int8]
    is_ready: Mask
    is_fresh: Mask
    sent: Instants
    answered: Instants
    score: npt.NDArray[np.float64]
    chosen: Rows

    @property
    def fits(self) -> Mask:
        """Which channels may be used for whom, in an array of its own."""
        return np.asarray((self.reason == Reason.NONE) & self.is_ready & self.is_fresh)


def weigh(
    mixed: Mixed,
    touches: Touches,
    facts: Facts,
    world: World,
    moment: Moment,
    used: Rows | npt.NDArray[np.int8] | None = None,
) -> Weighing:
    """Choose a channel of a mix for each customer of a column of touches.

    Args:
        mixed: The mix.
        touches: The messages, by whatever channel.
        facts: What policy may ask of the customers.
        world: Rules, chance, costs, and earlier messages.
        moment: The same customers and instants, for the rules in ``needs``.
        used: For a fallback the place of the channel that each was already written to by.
    """
    shape = (len(mixed.channels), len(touches.rows))
    reason, is_ready = np.zeros(shape, np.int8), np.ones(shape, np.bool_)
    for place, channel in enumerate(mixed.channels):
        asked = replace(touches, channel=channel)
        reason[place] = may_be_used(asked, facts, world.rulebook).reason
        rule = mixed.mix.needs.get(Name(channel))
        if rule is not None:
            is_ready[place] = world.audience.holds(rule, moment)
    is_fresh = np.ones(shape, np.bool_)
    if used is not None:
        is_fresh = used[None, :] != np.arange(shape[0])[:, None]
    fits = (reason == Reason.NONE) & is_ready & is_fresh
    sent, answered, score = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape)
    if mixed.mix.choose is ChooseBy.BEST:
        sent, answered = _answers(mixed, world, touches.rows, touches.at)
        score = _scores(mixed, world, sent, answered)
    return Weighing(
        reason=reason,
        is_ready=is_ready,
        is_fresh=is_fresh,
        sent=sent,
        answered=answered,
        score=score,
        chosen=_chosen(mixed, fits, score, world, touches.rows),
    )


def wishes(mixed: Mixed, weighing: Weighing, world: World, rows: Rows) -> Rows:
    """Return the places of each customer's channels, the one that is chosen first.

    The next is what would be chosen if the ones before it were no channels of the mix.

    Args:
        mixed: The mix.
        weighing: What speaks for its channels.
        world: Chance.
        rows: The customers.

    Returns:
        A row a wish, a column a customer; `NONE` behind the last channel that may be used.
    """
    fits, found, everybody = weighing.fits, [], np.arange(len(rows))
    for _ in mixed.channels:
        chosen = _chosen(mixed, fits, weighing.score, world, rows)
        found.append(chosen)
        fits[chosen, everybody] &= chosen == NONE
    return np.stack(found)


def _chosen(
    mixed: Mixed, fits: Mask, score: npt.NDArray[np.float64], world: World, rows: Rows
) -> Rows:
    """Return the place of each customer's channel, or `NONE`."""
    match mixed.mix.choose:
        case ChooseBy.IN_ORDER | ChooseBy.BEST:
            return _first_best(fits, score)
        case ChooseBy.SPLIT:
            return _drawn(mixed, fits, world.dice.shares(mixed.seed, rows))
        case _:
            assert_never(mixed.mix.choose)


def _first_best(fits: Mask, score: npt.NDArray[np.float64]) -> Rows:
    """Return the channel with the highest score among those that fit, the first of equals."""
    best = np.where(fits, score, -np.inf).argmax(axis=0)
    return np.where(fits.any(axis=0), best, NONE)


def _drawn(mixed: Mixed, fits: Mask, draws: npt.NDArray[np.uint32]) -> Rows:
    """Return the channel that the draw falls on, the shares of those that fit being the whole."""
    shares = np.array([mixed.mix.shares[name].fraction for name in mixed.mix.from_])
    ends = np.cumsum(np.where(fits, shares[:, None], 0.0), axis=0)
    hit = (draws.astype(np.float64) * ends[-1] < ends * _DRAWS).argmax(axis=0)
    return np.where(fits.any(axis=0), hit, NONE)


def _scores(
    mixed: Mixed, world: World, sent: Instants, answered: Instants
) -> npt.NDArray[np.float64]:
    """Score channels as `campaignspec.spec.mix.Weigh` says; without costs there is no cost."""
    weights = mixed.mix.weigh or Weigh()
    costs = np.array([world.costs.get(channel, 0) for channel in mixed.channels], np.float64)
    dear = costs / (costs.max() or 1.0)
    preference = weights.preference * ((answered + 1) / (sent + 2))
    return np.asarray(preference - (weights.cost * dear)[:, None])


def _answers(mixed: Mixed, world: World, rows: Rows, at: Instants) -> tuple[Instants, Instants]:
    """Count each customer's earlier messages by each channel, and those that were answered.

    A link can be clicked only in a message that was opened, but some channels do not tell opens:
    the more of opens and clicks counts. A message may be opened twice, so that there are never
    more answers than messages.
    """
    shape = (len(mixed.channels), len(rows))
    sent, answered = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    long_ago = np.full(at.shape, LONG_AGO, np.int64)
    for place, channel in enumerate(mixed.channels):
        messages = world.history.messages.get(channel)
        if messages is not None:
            sent[place] = messages.count(rows, long_ago, at)
        for event in _ANSWERS:
            stream = world.audience.events(event, None).having(_CHANNEL, channel)
            answered[place] = np.maximum(answered[place], stream.count(rows, long_ago, at))
    return sent, np.minimum(sent, answered)
