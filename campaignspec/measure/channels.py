"""What was sent through each channel, how it was answered, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.engine.facts import Kind
from campaignspec.graph.nodes import JourneyGraph, SendNode
from campaignspec.measure.cohort import Cohort, Tally, tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUse:
    """One channel's share in a campaign.

    Attributes:
        channel: Its name.
        sent: Messages handed to it.
        opened: Messages that were opened, each once.
        clicked: Messages in which a link was clicked, each once.
        unsubscribed: Messages that were answered by an opt-out, each once.
        suppressed: Messages that were not sent, by reason.
        failed: Messages that it refused for good.
        cost: Of the messages sent, in micro-units.
    """

    channel: str
    sent: int
    opened: int
    clicked: int
    unsubscribed: int
    suppressed: Tally
    failed: int
    cost: int


def channels_of(cohort: Cohort, graph: JourneyGraph) -> tuple[ChannelUse, ...]:
    """Measure every channel that the journey or its facts name, in the journey's order."""
    sends = [node for node in graph.nodes.values() if isinstance(node, SendNode)]
    names = dict.fromkeys(channel for node in sends for channel in node.channels)
    names |= dict.fromkeys(name for name, _ in tally(cohort.of(Kind.SENT), "channel"))
    answers = {
        kind: dict(tally(cohort.messages(kind), "channel"))
        for kind in (Kind.OPENED, Kind.CLICKED, Kind.UNSUBSCRIBED)
    }
    return tuple(_channel(cohort, name, answers) for name in names)


def _channel(cohort: Cohort, name: str, answers: Mapping[Kind, Mapping[str, int]]) -> ChannelUse:
    sent = _through(cohort.of(Kind.SENT), name)
    return ChannelUse(
        channel=name,
        sent=sent.num_rows,
        opened=answers[Kind.OPENED].get(name, 0),
        clicked=answers[Kind.CLICKED].get(name, 0),
        unsubscribed=answers[Kind.UNSUBSCRIBED].get(name, 0),
        suppressed=tally(_through(cohort.of(Kind.SUPPRESSED), name), "reason"),
        failed=_through(cohort.of(Kind.FAILED), name).num_rows,
        cost=pc.sum(sent["value"]).as_py() or 0,
    )


def _through(facts: pa.Table, channel: str) -> pa.Table:
    return facts.filter(pc.equal(facts["channel"], channel))
