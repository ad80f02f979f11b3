"""A judge who knows only the facts, the story and the rules for touches: was any broken?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine_kit.cases import Case
from engine_kit.story import Customer
from engine_kit.wall_clock import is_quiet, local_date

from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import SendNode
from campaignspec.spec.channel import Cap, Consent

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
    for fact in facts:
        if fact["kind"] == "sent":
            node = nodes[fact["campaign"], fact["node"]]
            judge = _Judge(case, facts, people[fact["customer"]], nodes)
            for rule in judge.broken(fact, node):
                yield f"{rule}: {dict(fact)}"


class _Judge:
    """Judges the messages of one customer."""

    def __init__(
        self,
        case: Case,
        facts: Sequence[Fact],
        person: Customer,
        nodes: Mapping[tuple[str, str], SendNode],
    ) -> None:
        self.policies, self.person = case.project.policies, person
        mine = [fact for fact in facts if fact["customer"] == person.id]
        self.opt_outs = [(f["channel"], f["at"]) for f in mine if f["kind"] == "unsubscribed"]
        self.messages = [(m.at, m.channel, m.message_class) for m in person.messages] + [
            (f["at"], f["channel"], nodes[f["campaign"], f["node"]].message_class.value)
            for f in mine
            if f["kind"] == "sent"
        ]

    def broken(self, fact: Fact, node: SendNode) -> Iterator[str]:
        at, zone, quiet = fact["at"], self.person.zone, self.policies.quiet
        if "email" not in self.person.addresses:
            yield "address"
        if not self._agreed(at, node):
            yield "consent"
        if node.message_class.value == "transactional":
            return
        if any(channel == node.channel and out <= at for channel, out in self.opt_outs):
            yield "opt-out"
        if quiet and is_quiet(at, zone, quiet.from_.minutes, quiet.to.minutes):
            yield "quiet hours"
        for cap in self.policies.caps:
            if _counts(cap, node.channel, node.message_class.value):
                counted = [sent for sent in self.messages if _counts(cap, sent[1], sent[2])]
                if sum(self._together(cap, sent[0], at) for sent in counted) > cap.at_most:
                    yield "cap"

    def _agreed(self, at: int, node: SendNode) -> bool:
        message_class = node.message_class.value
        said = [
            decision
            for decision in sorted(self.person.decisions, key=lambda decision: decision.at)
            if (decision.channel, decision.purpose) == (node.channel, message_class)
            and decision.at <= at
        ]
        rule = self.policies.consent.get(node.message_class)
        if rule is None:
            rule = Consent.NOT_NEEDED if message_class == "transactional" else Consent.OPT_IN
        if rule is Consent.OPT_IN:
            return bool(said) and said[-1].granted
        return rule is Consent.NOT_NEEDED or not said or said[-1].granted

    def _together(self, cap: Cap, sent: int, at: int) -> bool:
        """Say whether a cap counts a message together with one that goes out at ``at``."""
        if sent > at:
            return False
        if cap.within is not None:
            return sent > at - cap.within.micros
        return local_date(sent, self.person.zone) == local_date(at, self.person.zone)


def _counts(cap: Cap, channel: str, message_class: str) -> bool:
    return (
        message_class != "transactional"
        and cap.channel in (None, channel)
        and cap.class_ in (None, message_class)
    )
