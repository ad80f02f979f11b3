"""Why a message went by this channel of its mix, or by none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.audience import Moment
from campaignspec.engine.choosing import NONE, Weighing, weigh, wishes
from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import Mixed, SendNode
from campaignspec.policy import Reason
from campaignspec.spec.kinds import Name
from campaignspec.spec.mix import ChooseBy
from campaignspec.story.objections import RULES
from campaignspec.story.story import Because
from campaignspec.story.touching import Asked, sentence

OF_MIXES: Final = frozenset({Reason.NO_CHANNEL, Reason.SHARE})
"""The reasons that come from all channels of a mix, and not from the rules about one."""

_HOW: Final = {
    ChooseBy.IN_ORDER: "the first that may be used",
    ChooseBy.BEST: "the best",
    ChooseBy.SPLIT: "by shares",
}


def choice(asked: Asked) -> Iterator[Because]:
    """Say how the channel of a mix was chosen, one reason a channel."""
    node = asked.node
    if not isinstance(node, SendNode) or node.mix is None:
        return
    mixed, moment = node.mix, asked.facts.past.moment()
    touches = replace(asked.touches, channel=node.channel)
    used = _used(asked, mixed)
    weighing = weigh(mixed, touches, asked.facts, asked.lore.world, moment, used)
    yield Because(
        text=f"the channel is chosen by the mix {mixed.name}: {_HOW[mixed.mix.choose]}",
        line=asked.lore.line(mixed.mix.loc),
    )
    for place in range(len(mixed.channels)):
        yield from _channel(asked, mixed, weighing, place, moment)
    if mixed.mix.choose is ChooseBy.SPLIT:
        draw = f"the draw of the seed {mixed.seed!r} is {asked.lore.draw(mixed.seed):.4f}"
        yield Because(text=draw)
    yield from _passed_over(asked, mixed, weighing)


def _channel(
    asked: Asked, mixed: Mixed, weighing: Weighing, place: int, moment: Moment
) -> Iterator[Because]:
    """Say what speaks for a channel of a mix, or against it."""
    channel, reason = mixed.channels[place], Reason(weighing.reason[place, 0])
    if reason is not Reason.NONE:
        yield Because(text=f"not {channel}: {sentence(reason)}")
        yield from RULES[reason](replace(asked, touches=replace(asked.touches, channel=channel)))
    elif not weighing.is_ready[place, 0]:
        rule = mixed.mix.needs[Name(channel)]
        proof = asked.lore.proof(rule, moment)
        yield Because(text=f"not {channel}: it needs that {rule.text}", proof=proof)
    elif not weighing.is_fresh[place, 0]:
        yield Because(text=f"not {channel}: the first message went by it")
    elif mixed.mix.choose is ChooseBy.BEST:
        answered, sent = int(weighing.answered[place, 0]), int(weighing.sent[place, 0])
        cost = asked.lore.money(asked.lore.world.costs.get(channel, 0))
        yield Because(
            text=f"{channel} scores {float(weighing.score[place, 0]):.3f}: {answered} of {sent} "
            f"earlier messages answered, and a message costs {cost}"
        )
    else:
        yield Because(text=f"{channel} may be used")


def _passed_over(asked: Asked, mixed: Mixed, weighing: Weighing) -> Iterator[Because]:
    """Say which channels would have come before the one that was used, and had no room."""
    order = wishes(mixed, weighing, asked.lore.world, asked.lore.rows)[:, 0]
    wanted = [mixed.channels[place] for place in order if place != NONE]
    nothing = asked.record.reason in {Reason.NO_CHANNEL.slug, Reason.SHARE.slug}
    used = None if nothing else asked.record.channel
    if used is not None and used not in wanted:
        yield Because(text=f"as files and data are today, {used} would not be chosen")
        return
    for channel in wanted[: len(wanted) if used is None else wanted.index(used)]:
        limit = mixed.mix.limits.get(Name(channel))
        if limit is not None:
            text = f"{channel} would come first, but has had its share of at most {limit}"
        else:
            text = f"as files and data are today, {channel} would come first"
        yield Because(text=text)


def _used(asked: Asked, mixed: Mixed) -> npt.NDArray[np.int64] | None:
    """Return the place of the channel by which the first message went, for a fallback."""
    if mixed.instead_of is None:
        return None
    first = (
        each.channel
        for each in asked.lore.enrolment(asked.record)
        if each.node == mixed.instead_of and each.kind is Kind.SENT
    )
    return np.array([mixed.place_of(next(first, None) or "")], np.int64)
