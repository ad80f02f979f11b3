"""Say by which channel of a mix a customer would be written to, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campaignspec.api.history import history_of
from campaignspec.api.names import customer_row, require
from campaignspec.api.period import instant_of, period_of
from campaignspec.assembly import assemble
from campaignspec.audience import Moment
from campaignspec.clock import NEVER, Instant
from campaignspec.engine.choosing import Weighing, weigh
from campaignspec.engine.ports import blank_state
from campaignspec.engine.program import Program
from campaignspec.engine.touch import TouchFacts
from campaignspec.engine.world import World
from campaignspec.errors import UsageError
from campaignspec.graph.nodes import Mixed, SendNode
from campaignspec.history import History
from campaignspec.policy import Reason, Touches
from campaignspec.policy.reasons import SENTENCES
from campaignspec.project import Project
from campaignspec.project.walk import steps_of
from campaignspec.spec.journey import Send
from campaignspec.spec.kinds import Name
from campaignspec.spec.mix import ChooseBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What speaks for a channel, and against it.

    Attributes:
        channel: Its name.
        against: Why it may not be used; None where it may.
        sent: The customer's earlier messages by it; None where answers do not matter.
        answered: How many of them were answered; None like ``sent``.
        cost: What a message costs, in micro-units.
        score: What it is worth; None where channels are not scored.
        limit: The most that may be its share of the campaign's messages by the mix, between 0
            and 1; None without a limit. How many have gone only a run, or a rehearsal, knows.
    """

    channel: str
    against: str | None
    sent: int | None
    answered: int | None
    cost: int
    score: float | None
    limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceExplained:
    """The choice of a channel for one customer at one instant.

    Attributes:
        mix: The mix's name.
        campaign: The campaign whose message it is about.
        message: The message.
        customer: The customer's id.
        at: The instant.
        choose: How the mix chooses.
        channels: Its channels, in its order.
        chosen: The chosen one; None where no channel may be used.
        zone: The project's time zone.
        currency: The project's currency.
    """

    mix: str
    campaign: str
    message: str
    customer: str
    at: Instant
    choose: ChooseBy
    channels: tuple[Weighed, ...]
    chosen: str | None
    zone: str
    currency: str


def explain_choice(
    project: Project,
    *,
    mix: str,
    customer: str,
    campaign: str | None = None,
    at: str | None = None,
) -> ChoiceExplained:
    """Choose a channel as the engine would, by what the history knows.

    Messages and opt-outs that only a run knows of are not looked at, nor is what its journeys
    remember of customers.

    Args:
        project: The linked project.
        mix: The mix's name.
        customer: The customer's id.
        campaign: Which campaign's message it is about; the first that sends by the mix, if not
            given.
        at: A date, whose beginning is meant, or a date and time; the history's end, if not given.

    Raises:
        UsageError: A name, the customer or a date does not exist, or nobody sends by the mix.
        HistoryError: A source cannot be read.
    """
    require(mix, project.mixes, "mix")
    name = _campaign(project, mix, campaign)
    history = history_of(project)
    row = customer_row(history, customer)
    now = _instant(project, history, at)
    assembly = assemble(project, history, campaigns=(name,), start=now, end=now)
    (program,) = assembly.programs
    node, mixed = _node(program, mix)
    weighing = _weighing(program, assembly.world, node, mixed, row, now)
    place = int(weighing.chosen[0])
    return ChoiceExplained(
        mix=mix,
        campaign=name,
        message=node.message,
        customer=customer,
        at=now,
        choose=mixed.mix.choose,
        channels=tuple(
            _weighed(assembly.world, mixed, weighing, number)
            for number in range(len(mixed.channels))
        ),
        chosen=mixed.channels[place] if place >= 0 else None,
        zone=project.settings.timezone,
        currency=project.settings.currency,
    )


def _campaign(project: Project, mix: str, wanted: str | None) -> str:
    """Return the campaign that is meant: one that sends by the mix."""
    users = [
        name
        for name, campaign in project.campaigns.items()
        if any(isinstance(step, Send) and step.mix == mix for step in steps_of(campaign))
    ]
    if wanted is not None:
        require(wanted, project.campaigns, "campaign")
    if not users or (wanted is not None and wanted not in users):
        who = f"{wanted} sends nothing" if wanted else "no campaign sends anything"
        raise UsageError(f"{who} by the mix {mix!r}")
    return wanted or users[0]


def _instant(project: Project, history: History, at: str | None) -> Instant:
    if at is not None:
        return instant_of(project, at)
    return period_of(project, history, first=None, last=None).end


def _node(program: Program, mix: str) -> tuple[SendNode, Mixed]:
    """Return the first message by the mix that is no fallback."""
    for place, mixed in program.mixes().items():
        node = program.nodes[place]
        if isinstance(node, SendNode) and mixed.name == mix and mixed.instead_of is None:
            return node, mixed
    raise AssertionError(f"a step sends by {mix}")


def _weighing(
    program: Program, world: World, node: SendNode, mixed: Mixed, row: int, now: Instant
) -> Weighing:
    rows, at = np.array([row], np.int64), np.array([now], np.int64)
    touches = Touches(
        rows=rows,
        at=at,
        expires=np.array([NEVER], np.int64),
        campaign=program.graph.campaign,
        channel=node.channel,
        message_class=node.message_class,
        when_capped=node.when_capped,
        tick=world.tick,
    )
    state = blank_state((program,), world, rows, now)
    facts = TouchFacts(world=world, state=state, index=np.array([0], np.int64))
    return weigh(mixed, touches, facts, world, Moment(rows=rows, at=at))


def _weighed(world: World, mixed: Mixed, weighing: Weighing, place: int) -> Weighed:
    channel, is_scored = mixed.channels[place], mixed.mix.choose is ChooseBy.BEST
    limit = mixed.mix.limits.get(Name(channel))
    return Weighed(
        channel=channel,
        against=_against(mixed, weighing, place),
        sent=int(weighing.sent[place, 0]) if is_scored else None,
        answered=int(weighing.answered[place, 0]) if is_scored else None,
        cost=world.costs.get(channel, 0),
        score=float(weighing.score[place, 0]) if is_scored else None,
        limit=None if limit is None else limit.fraction,
    )


def _against(mixed: Mixed, weighing: Weighing, place: int) -> str | None:
    """Say why a channel may not be used."""
    reason = Reason(weighing.reason[place, 0])
    if reason is not Reason.NONE:
        return SENTENCES[reason]
    if not weighing.is_ready[place, 0]:
        rule = mixed.mix.needs[Name(mixed.channels[place])]
        return f"It needs that {rule.text}."
    return None
