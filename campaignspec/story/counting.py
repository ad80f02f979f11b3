"""What is told of rules that count: caps, the ratio, and what all customers share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from campaignspec.clock import Instant
from campaignspec.policy import Action, counts
from campaignspec.policy.rulebook import Counter, counter_of
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.policy import Cap
from campaignspec.story.story import Because
from campaignspec.story.touching import Asked

_BEFORE = "a message of before, from the records"


def caps(asked: Asked) -> Iterator[Because]:
    """Say which cap was full, of which messages, and until when."""
    objects = False
    for cap in asked.policies.caps:
        book = asked.with_policies(replace(asked.policies, caps=(cap,)))
        waiting = replace(asked.touches, when_capped=WhenCapped.WAIT)
        ruling = counts.caps(waiting, asked.facts, book)
        if ruling is None or ruling.action[0] == Action.ALLOW:
            continue
        objects, line = True, asked.lore.line(cap.loc)
        until = asked.lore.clock(int(ruling.until[0]))
        yield Because(text=f"{_cap(cap)}; there is room again from {until}", line=line)
        yield from _listed(asked, _counted(asked, counter_of(cap))[: cap.at_most])
    if not objects:
        yield from together(asked)


def together(asked: Asked) -> Iterator[Because]:
    """Say which caps count the message together with those to others, and what they counted."""
    for cap in asked.caps_together():
        line = asked.lore.line(cap.loc)
        yield Because(text=f"{_cap(cap)}, to all with the same {cap.by}", line=line)
        yield from _listed(asked, _counted_together(asked, counter_of(cap))[: cap.at_most])


def ratio(asked: Asked) -> Iterator[Because]:
    """Say how many messages of promotion and of service there were."""
    rule = asked.policies.ratio
    if rule is None:
        return
    at, window = np.array([asked.record.at], np.int64), rule.within.micros
    promotion, service = (
        int(asked.facts.count_messages(asked.lore.rows, at, counter, window)[0])
        for counter in asked.book.ratio_counters()
    )
    yield Because(
        text=f"{promotion} promotional and {service} service messages within {rule.within}; "
        f"{rule.promotional} promotional may go for {rule.per_service} of service",
        line=asked.lore.line(rule.loc),
    )


def shared(asked: Asked) -> Iterator[Because]:
    """Say of what all customers share a message takes."""
    wanted = asked.shared()
    mine = [each for each in wanted if each.reason.slug == asked.record.reason] or list(wanted)
    for each in mine:
        most = asked.lore.money(each.most) if each.is_money else f"{each.most:,} messages"
        period = f" per {each.every}" if each.every else ""
        yield Because(text=f"{each.name}: {most}{period}, for all customers together")
    if len(mine) > 1:
        yield Because(text="too little is left of one of these")


def _cap(cap: Cap) -> str:
    window = f"within {cap.within}" if cap.within else f"per {cap.per}".replace("_", " ")
    only = (cap.class_, cap.channel and f"by {cap.channel}", cap.campaign and f"of {cap.campaign}")
    kind = " ".join(str(each) for each in only if each)
    return f"the cap is {cap.at_most} {f'({kind}) ' if kind else ''}{window}"


def _listed(asked: Asked, messages: list[tuple[Instant, str]]) -> Iterator[Because]:
    for at, what in messages:
        yield Because(text=f"counted: {asked.lore.clock(at)}  {what}")


def _counted(asked: Asked, counter: Counter) -> list[tuple[Instant, str]]:
    """Return the messages that a counter counts, the latest first."""
    own = [
        (each.at, f"{each.node} of {each.campaign} by {each.channel}")
        for each in asked.facts.counted(counter)
    ]
    return sorted(own + _of_before(asked, counter, asked.lore.row), reverse=True)


def _counted_together(asked: Asked, counter: Counter) -> list[tuple[Instant, str]]:
    """Return the messages to all who count together, the latest first."""
    told = [
        (each.at, f"{each.node} of {each.campaign} by {each.channel}, to {customer}")
        for customer, each in asked.facts.counted_together(counter)
    ]
    group = int(asked.lore.world.groups(counter.by or "")[asked.lore.row])
    return sorted(told + _of_before(asked, counter, group), reverse=True)


def _of_before(asked: Asked, counter: Counter, row: int) -> list[tuple[Instant, str]]:
    """Return the counted messages that are in the records: of a customer, or of a group."""
    at = [
        int(instant)
        for stream in asked.lore.world.past_messages(counter)
        for instant in stream.ts[stream.offsets[row] : stream.offsets[row + 1]]
    ]
    return [(each, _BEFORE) for each in at if each <= asked.record.at]
