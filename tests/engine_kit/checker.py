"""A judge who knows only the facts, the story and the rules for touches: was any broken?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine_kit.cases import Case
from engine_kit.hours import silences
from engine_kit.rules import Beholder
from engine_kit.story import ADDRESS, Customer
from engine_kit.touches import (
    consent_needed,
    counts,
    counts_together,
    is_about,
    is_listed,
)
from engine_kit.turns import belong_together
from engine_kit.wall_clock import local_date

from campaignspec.clock import HOUR
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import SendNode
from campaignspec.spec.policy import (
    Consent,
    SuppressEvent,
    SuppressList,
    SuppressSegment,
    UnknownZone,
    ZoneGuess,
)

Fact = Mapping[str, Any]


def violations(case: Case, facts: Sequence[Fact]) -> Iterator[str]:
    """Yield every message that should not have gone out when it did."""
    nodes = {
        (name, node.id): node
        for name in case.project.campaigns
        for node in compile_campaign(case.project, name).nodes.values()
        if isinstance(node, SendNode)
    }
    people = {person.id: person for person in case.story}
    yield from _overdrawn(case, facts, nodes)
    yield from _unequal(case, facts, nodes)
    yield from _too_many(case, facts, nodes)
    for fact in facts:
        if fact["kind"] == "sent":
            node = _sent_by(nodes, fact)
            judge = _Judge(case, facts, people[fact["customer"]], nodes)
            for rule in judge.broken(fact, node):
                yield f"{rule}: {dict(fact)}"


def _sent_by(nodes: Mapping[tuple[str, str], SendNode], fact: Fact) -> SendNode:
    """Return the node of a message, with the channel by which it went."""
    return replace(nodes[fact["campaign"], fact["node"]], channel=fact["channel"])


def _overdrawn(
    case: Case, facts: Sequence[Fact], nodes: Mapping[tuple[str, str], SendNode]
) -> Iterator[str]:
    """Yield what all customers share of which more was taken than there is."""
    project, zone = case.project, case.project.settings.timezone
    taken: Counter[tuple[Any, ...]] = Counter()
    most: dict[tuple[Any, ...], int] = {}

    def take(amount: int, limit: int | None, *key: Any) -> None:
        if limit is not None:
            taken[key] += amount
            most[key] = limit

    for fact in facts:
        if fact["kind"] != "sent":
            continue
        node = _sent_by(nodes, fact)
        if node.message_class == "transactional":
            continue
        day, hour, cost = local_date(fact["at"], zone), fact["at"] // HOUR, fact["value"]
        budget = project.campaigns[fact["campaign"]].budget
        if budget is not None:
            total, daily = budget.total, budget.per_day
            take(cost, total and total.micros, "total", fact["campaign"])
            take(cost, daily and daily.micros, "daily", fact["campaign"], day)
        for number, limit in enumerate(project.policies.budgets):
            if limit.channel in (None, node.channel) and limit.class_ in (None, node.message_class):
                period = {
                    None: None,
                    "hour": hour,
                    "day": day,
                    "week": day.isocalendar()[:2],
                    "month": (day.year, day.month),
                }[limit.per]
                take(cost, limit.at_most.micros, "budgets", number, period)
        capacity = project.channels[node.channel].capacity
        if capacity is not None:
            take(1, capacity.per_hour, "hour", node.channel, hour)
            take(1, capacity.per_day, "day", node.channel, day)
    yield from (f"overdrawn: {key}" for key, amount in taken.items() if amount > most[key])


def _unequal(
    case: Case, facts: Sequence[Fact], nodes: Mapping[tuple[str, str], SendNode]
) -> Iterator[str]:
    """Yield each instant after which a channel of a mix had more than its share."""
    sent: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for fact in facts:
        node = nodes[fact["campaign"], fact["node"]] if fact["kind"] == "sent" else None
        if node is not None and node.mix is not None and node.message_class != "transactional":
            by_mix = sent.setdefault((fact["campaign"], node.mix.name), [])
            by_mix.append((fact["at"], fact["channel"]))
    for (campaign, mix), messages in sent.items():
        for channel, most in case.project.mixes[mix].limits.items():
            for now in {at for at, _ in messages}:
                so_far = [by for at, by in messages if at <= now]
                if so_far.count(channel) > most.fraction * len(so_far) + 1e-9:
                    yield f"share of {channel} in {mix} of {campaign}: {now}"


def _too_many(
    case: Case, facts: Sequence[Fact], nodes: Mapping[tuple[str, str], SendNode]
) -> Iterator[str]:
    """Yield each message by which those who count together had more than a cap allows them."""
    zone = case.project.settings.timezone
    people = {person.id: person for person in case.story}
    own = [
        (people[f["customer"]], f["at"], f["channel"], node.message_class, f["campaign"])
        for f in facts
        if f["kind"] == "sent"
        for node in [nodes[f["campaign"], f["node"]]]
    ]
    past = [
        (each, m.at, m.channel, m.message_class, m.campaign)
        for each in case.story
        for m in each.messages
    ]
    for cap in (cap for cap in case.project.policies.caps if cap.by is not None):
        counted = [each for each in (*past, *own) if counts(cap, *each[2:])]
        for who, at, *told in own:
            if counts(cap, *told):
                group = [m for m in counted if belong_together(cap, who, m[0])]
                near = [m for m in group if counts_together(cap, m[1], at, zone)]
                if len(near) > cap.at_most:
                    yield f"cap by {cap.by}: {who.id} at {at}"


class _Judge:
    """Judges the messages of one customer."""

    def __init__(
        self,
        case: Case,
        facts: Sequence[Fact],
        person: Customer,
        nodes: Mapping[tuple[str, str], SendNode],
    ) -> None:
        self.project, self.policies = case.project, case.project.policies
        self.person, self.story = person, case.story
        self.beholder = Beholder(case.project, person, case.story)
        mine = [fact for fact in facts if fact["customer"] == person.id]
        self.opt_outs = [(f["channel"], f["at"]) for f in mine if f["kind"] == "unsubscribed"]
        self.messages = [
            (m.at, m.channel, m.message_class, m.campaign) for m in person.messages
        ] + [
            (f["at"], f["channel"], nodes[f["campaign"], f["node"]].message_class, f["campaign"])
            for f in mine
            if f["kind"] == "sent"
        ]

    def broken(self, fact: Fact, node: SendNode) -> Iterator[str]:
        at, campaign = fact["at"], fact["campaign"]
        if ADDRESS not in self.person.addresses:
            yield "address"
        if not self._agreed(at, campaign, node):
            yield "consent"
        if self._is_left_alone(at, node):
            yield "suppression"
        if node.message_class.value != "transactional":
            yield from self._pressed(fact, node)

    def _pressed(self, fact: Fact, node: SendNode) -> Iterator[str]:
        """Yield the rules that are broken of those that spare transactional messages."""
        at, campaign = fact["at"], fact["campaign"]
        if any(channel == node.channel and out <= at for channel, out in self.opt_outs):
            yield "opt-out"
        rules = silences(self.project, campaign, node)
        if any(is_quiet(at, zone) for _, _, is_quiet in rules for zone in self._homes()):
            yield "quiet hours"
        if self._is_banned(campaign, node):
            yield "channel of a category"
        if self._is_over(at, campaign, node):
            yield "cap"
        if node.message_class.value == "promotional" and self._is_too_much(at):
            yield "ratio"
        if self._is_outranked(at, campaign, node):
            yield "priority"

    def _agreed(self, at: int, campaign: str, node: SendNode) -> bool:
        message_class = node.message_class.value
        said = [
            decision
            for decision in sorted(self.person.decisions, key=lambda decision: decision.at)
            if (decision.channel, decision.purpose) == (node.channel, message_class)
            and decision.granted is not None
            and decision.at <= at
        ]
        match consent_needed(self.project, campaign, node):
            case Consent.OPT_IN | Consent.DOUBLE_OPT_IN:
                return bool(said) and said[-1].granted is True
            case Consent.OPT_OUT:
                return not said or said[-1].granted is True
            case Consent.NOT_NEEDED:
                return True

    def _is_left_alone(self, at: int, node: SendNode) -> bool:
        for each in self.policies.suppress:
            match each:
                case _ if not is_about(each, node):
                    held = False
                case SuppressSegment():
                    held = self.beholder.matches(each.segment, at)
                case SuppressList():
                    held = is_listed(self.person, each)
                case SuppressEvent():
                    since = -(2**62) if each.for_ is None else at - each.for_.micros
                    events = self.beholder.events(each.event, each.where)
                    held = any(since < event.at <= at for event in events)
            if held:
                return True
        return False

    def _homes(self) -> Sequence[str]:
        guess = self.policies.unknown_zone
        if self.person.zone_known or guess is ZoneGuess.PROJECT:
            return [self.person.zone]
        if isinstance(guess, UnknownZone):
            return guess.zones
        return [each.zone for each in self.story if each.zone_known] or [self.person.zone]

    def _is_banned(self, campaign: str, node: SendNode) -> bool:
        category = self.project.campaigns[campaign].category
        law = self.policies.regulated.get(category) if category else None
        return law is not None and bool(law.channels) and node.channel not in law.channels

    def _is_over(self, at: int, campaign: str, node: SendNode) -> bool:
        for cap in (each for each in self.policies.caps if each.by is None):
            if counts(cap, node.channel, node.message_class, campaign):
                counted = [m[0] for m in self.messages if counts(cap, m[1], m[2], m[3])]
                near = [m for m in counted if counts_together(cap, m, at, self.person.zone)]
                if len(near) > cap.at_most:
                    return True
        return False

    def _is_too_much(self, at: int) -> bool:
        rule = self.policies.ratio
        if rule is None:
            return False
        recent = [m[2] for m in self.messages if at - rule.within.micros < m[0] <= at]
        return (
            recent.count("promotional") * rule.per_service
            > recent.count("service") * rule.promotional
        )

    def _is_outranked(self, at: int, campaign: str, node: SendNode) -> bool:
        """Say whether a campaign of higher priority was heard too short a time ago."""
        rule, campaigns = self.policies.arbitration, self.project.campaigns
        if rule is None or rule.hold is None or node.message_class not in rule.classes:
            return False
        return any(
            at - rule.hold.micros < sent <= at
            for sent, _, message_class, other in self.messages
            if message_class != "transactional"
            and other in campaigns
            and campaigns[other].priority > campaigns[campaign].priority
        )
