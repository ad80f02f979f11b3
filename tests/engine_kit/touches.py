"""The rules for touches in plain Python: may this message go to this person now?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from engine_kit.hours import Silence, silences
from engine_kit.story import ADDRESS, BLOCKED, VIPS, Customer, Event
from engine_kit.wall_clock import MINUTE, local_date

from campaignspec.connector import MessageClass
from campaignspec.graph.nodes import ActNode, SendNode
from campaignspec.project import Project
from campaignspec.spec.channel import ConfirmedBy
from campaignspec.spec.journey import WhenCapped
from campaignspec.spec.policy import (
    Cap,
    Consent,
    Per,
    SuppressEvent,
    Suppression,
    SuppressList,
    SuppressSegment,
    UnknownZone,
    WhenOutranked,
    ZoneGuess,
)

Judgement = tuple[str, str | None, int]
"""`allow`, `defer` or `suppress`; which rule objects; until when."""

Reaching = SendNode | ActNode
"""What reaches a customer: a message, or a deed by a channel."""

_FOR_EVER = 16 * 24 * 60 * MINUTE
"""Hours repeat every week, but for single holidays."""
_STRICT = (Consent.NOT_NEEDED, Consent.OPT_OUT, Consent.OPT_IN, Consent.DOUBLE_OPT_IN)


class Journeys(Protocol):
    """Where one customer is in each campaign."""

    def is_active(self, campaign: str) -> bool:
        """Say whether the customer is in its journey."""

    def entered_at(self, campaign: str) -> int | None:
        """Return when the customer entered last."""

    def order(self) -> Sequence[str]:
        """Return the campaigns in the order in which they go first."""


class Sight(Protocol):
    """What is known of one customer."""

    def matches(self, segment: str, now: int) -> bool:
        """Say whether the customer is in a segment."""

    def events(self, name: str, where: Any) -> Sequence[Event]:
        """Return the customer's events."""


@dataclass(frozen=True)
class Message:
    """A message that went out.

    Attributes:
        at: When.
        channel: By which channel.
        message_class: Why.
        campaign: Whose it was, where that is known.
    """

    at: int
    channel: str
    message_class: str
    campaign: str | None


class Touches:
    """Remembers what one customer was sent and answered, and judges what may follow.

    Attributes:
        sent: Own messages.
        opted_out: When and from which channel the customer opted out.
    """

    def __init__(
        self,
        project: Project,
        person: Customer,
        zones: Sequence[str],
        sight: Sight,
        journeys: Journeys,
    ) -> None:
        """Begin with nothing sent; ``zones`` are those in which somebody is known to live."""
        self.sent: list[Message] = []
        self.opted_out: list[tuple[int, str]] = []
        self._project, self._policies = project, project.policies
        self._person, self._zones = person, zones
        self._sight, self._journeys = sight, journeys
        self._tick = project.settings.tick.micros
        self._never_open: set[str] = set()

    def judge(self, campaign: str, node: SendNode, since: int, now: int) -> Judgement:
        """Return what the first rule says that objects."""
        last = None if node.valid_for is None else since + node.valid_for.micros
        if last is not None and now > last:
            return "suppress", "expired", 0
        verdict = next(self._objections(campaign, node, now), ("allow", None, 0))
        action, _, until = verdict
        if action == "defer" and last is not None and -(-until // self._tick) * self._tick > last:
            return "suppress", "expired", 0
        return verdict

    def _objections(self, campaign: str, node: SendNode, now: int) -> Iterator[Judgement]:
        exempt = node.message_class is MessageClass.TRANSACTIONAL
        yield from self._about_people(campaign, node, now)
        if not exempt:
            yield from self._quiet(campaign, node, now)
            yield from self._exclusive(campaign)
        yield from self._outranked(campaign, node, now)
        if not exempt:
            yield from self._capped(campaign, node, now)
        if node.message_class is MessageClass.PROMOTIONAL:
            yield from self._too_much(now)

    def may_use(self, campaign: str, node: SendNode, now: int) -> bool:
        """Say whether the customer may be written to by the node's channel at all."""
        return not any(self._about_people(campaign, node, now))

    def why_not(self, campaign: str, node: Reaching, now: int) -> str | None:
        """Say which rule forbids that a node's channel is used for the customer, if any does."""
        objection = next(self._about_people(campaign, node, now), None)
        return objection and objection[1]

    def _about_people(self, campaign: str, node: Reaching, now: int) -> Iterator[Judgement]:
        exempt = node.message_class is MessageClass.TRANSACTIONAL
        if ADDRESS not in self._person.addresses:
            yield "suppress", "no-address", 0
        yield from self._left_alone(node, now)
        if not exempt and any(at <= now and c == node.channel for at, c in self.opted_out):
            yield "suppress", "unsubscribed", 0
        if not self._consents(campaign, node, now):
            yield "suppress", "consent", 0
        if not exempt:
            yield from self._by_law(campaign, node, now)

    # --- people ---

    def _left_alone(self, node: Reaching, now: int) -> Iterator[Judgement]:
        for each in self._policies.suppress:
            if not is_about(each, node):
                continue
            match each:
                case SuppressSegment():
                    if self._sight.matches(each.segment, now):
                        yield "suppress", "blocked-segment", 0
                case SuppressList():
                    if is_listed(self._person, each):
                        yield "suppress", "blocked-list", 0
                case SuppressEvent():
                    events = self._sight.events(each.event, each.where)
                    begin = None if each.for_ is None else now - each.for_.micros
                    if any(e.at <= now and (begin is None or e.at > begin) for e in events):
                        yield "suppress", "paused", 0

    def _consents(self, campaign: str, node: Reaching, now: int) -> bool:
        decisions = [
            (decision.at, place, decision.granted, decision.confirmed)
            for place, decision in enumerate(self._person.decisions)
            if decision.at <= now
            and decision.granted is not None
            and decision.channel == node.channel
            and decision.purpose == node.message_class.value
        ]
        at, _, said, confirmed = max(decisions) if decisions else (None, 0, None, False)
        match consent_needed(self._project, campaign, node):
            case Consent.NOT_NEEDED:
                return True
            case Consent.OPT_OUT:
                return said is not False
            case Consent.OPT_IN:
                return said is True
            case Consent.DOUBLE_OPT_IN:
                by = self._project.channels[node.channel].confirmed_by
                if isinstance(by, ConfirmedBy):
                    return bool(said) and confirmed
                events = [] if by is None else self._sight.events(by.event, by.where)
                return bool(said) and any(at is not None and at <= e.at <= now for e in events)

    def _by_law(self, campaign: str, node: Reaching, now: int) -> Iterator[Judgement]:
        category = self._project.campaigns[campaign].category
        law = self._policies.regulated.get(category) if category else None
        if law is None:
            return
        if law.channels and node.channel not in law.channels:
            yield "suppress", "banned-channel", 0
        if law.min_age is not None and law.birthday is not None:
            days = self._person.attributes.get(law.birthday)
            if days is None or any(
                _age(date(1970, 1, 1) + timedelta(days=days), local_date(now, zone)) < law.min_age
                for zone in self._homes()
            ):
                yield "suppress", "age", 0

    # --- hours ---

    def _homes(self) -> Sequence[str]:
        """Return the zones in which the customer may live."""
        guess = self._policies.unknown_zone
        if self._person.zone_known or guess is ZoneGuess.PROJECT:
            return [self._person.zone]
        zones = guess.zones if isinstance(guess, UnknownZone) else self._zones
        return zones or [self._person.zone]

    def _quiet(self, campaign: str, node: SendNode, now: int) -> Iterator[Judgement]:
        rules = list(silences(self._project, campaign, node))
        homes = self._homes()
        holding = [
            (reason, drops)
            for reason, drops, is_quiet in rules
            if any(is_quiet(now, zone) for zone in homes)
        ]
        for reason, drops in holding:
            if drops:
                yield "suppress", reason, 0
        if holding:
            until = self._open_again(f"{campaign}/{node.id}", rules, homes, now)
            reason = holding[0][0]
            yield ("suppress", reason, 0) if until is None else ("defer", reason, until)

    def _open_again(
        self, key: str, rules: Sequence[Silence], homes: Sequence[str], now: int
    ) -> int | None:
        """Return the first whole minute at which nothing is quiet; None where all ever is."""
        if key in self._never_open:
            return None
        first = now - now % MINUTE
        for until in range(first, first + _FOR_EVER, MINUTE):
            if not any(is_quiet(until, zone) for _, _, is_quiet in rules for zone in homes):
                return until
        self._never_open.add(key)
        return None

    # --- other campaigns ---

    def _exclusive(self, campaign: str) -> Iterator[Judgement]:
        order = self._journeys.order()
        ours = self._journeys.entered_at(campaign)
        for other in order:
            together = any(
                {campaign, other} <= {str(name) for name in group}
                for group in self._policies.exclusive
            )
            theirs = self._journeys.entered_at(other)
            if other == campaign or not together or theirs is None or ours is None:
                continue
            first = (theirs, order.index(other)) < (ours, order.index(campaign))
            if self._journeys.is_active(other) and first:
                yield "suppress", "exclusive", 0

    def _outranked(self, campaign: str, node: SendNode, now: int) -> Iterator[Judgement]:
        rule = self._policies.arbitration
        if rule is None or node.message_class not in rule.classes:
            return
        hold = 0 if rule.hold is None else rule.hold.micros
        campaigns = self._project.campaigns
        until = now
        silent = False
        for other in self._journeys.order():
            if campaigns[other].priority <= campaigns[campaign].priority:
                continue
            if self._journeys.is_active(other):
                silent, until = True, max(until, now + hold)
            touched = [m.at for m in self._all(now) if m.campaign == other]
            if any(now - hold < at for at in touched):
                silent, until = True, max(until, max(touched) + hold)
        if silent and rule.when_outranked is WhenOutranked.WAIT and hold:
            yield "defer", "outranked", until
        if silent:
            yield "suppress", "outranked", 0

    # --- counts ---

    def _all(self, now: int) -> Sequence[Message]:
        """Return everything but transactional messages, by whomever, up to now."""
        past = [
            Message(m.at, m.channel, m.message_class, m.campaign) for m in self._person.messages
        ]
        return [
            message
            for message in [*past, *self.sent]
            if message.at <= now and message.message_class != "transactional"
        ]

    def _capped(self, campaign: str, node: SendNode, now: int) -> Iterator[Judgement]:
        for cap in (each for each in self._policies.caps if each.by is None):
            sent = [
                m.at for m in self._all(now) if counts(cap, m.channel, m.message_class, m.campaign)
            ]
            mine = counts(cap, node.channel, node.message_class, campaign)
            if not mine or not self._full(cap, sent, now):
                continue
            if node.when_capped is not WhenCapped.WAIT:
                yield "suppress", "cap", 0
            until = now
            while self._full(cap, sent, until):
                until += self._tick
            yield "defer", "cap", until

    def _full(self, cap: Cap, sent: Sequence[int], at: int) -> bool:
        together = [each for each in sent if counts_together(cap, each, at, self._person.zone)]
        return len(together) >= cap.at_most

    def _too_much(self, now: int) -> Iterator[Judgement]:
        rule = self._policies.ratio
        if rule is None:
            return
        recent = [m.message_class for m in self._all(now) if m.at > now - rule.within.micros]
        promotion, service = recent.count("promotional") + 1, recent.count("service")
        if promotion / rule.promotional > service / rule.per_service:
            yield "suppress", "ratio", 0


def consent_needed(project: Project, campaign: str, node: Reaching) -> Consent:
    """Return what a message needs."""
    exempt = node.message_class is MessageClass.TRANSACTIONAL
    needed = Consent.NOT_NEEDED if exempt else Consent.OPT_IN
    needed = project.policies.consent.get(node.message_class, needed)
    needed = project.channels[node.channel].consent.get(node.message_class, needed)
    category = project.campaigns[campaign].category
    law = project.policies.regulated.get(category) if category and not exempt else None
    asked = [needed] if law is None or law.consent is None else [needed, law.consent]
    return next(each for each in reversed(_STRICT) if each in asked)


def counts(cap: Cap, channel: str, message_class: str, campaign: str | None) -> bool:
    """Say whether a cap counts a message."""
    return (
        message_class != "transactional"
        and cap.channel in (None, channel)
        and cap.class_ in (None, message_class)
        and cap.campaign in (None, campaign)
    )


def counts_together(cap: Cap, sent: int, at: int, zone: str) -> bool:
    """Say whether a cap counts a message together with one that goes out at ``at``."""
    if sent > at:
        return False
    if cap.within is not None:
        return sent > at - cap.within.micros
    before, now = local_date(sent, zone), local_date(at, zone)
    match cap.per:
        case Per.CALENDAR_DAY:
            return before == now
        case Per.CALENDAR_WEEK:
            return before.isocalendar()[:2] == now.isocalendar()[:2]
        case _:
            return (before.year, before.month) == (now.year, now.month)


def is_listed(person: Customer, suppression: SuppressList) -> bool:
    """Say whether somebody stands in one of the story's files."""
    return person.id in (VIPS if suppression.by == "customer" else BLOCKED)


def is_about(suppression: Suppression, node: Reaching) -> bool:
    """Say whether a suppression is about a node's messages."""
    if suppression.channels and node.channel not in suppression.channels:
        return False
    if suppression.classes:
        return node.message_class in suppression.classes
    return node.message_class is not MessageClass.TRANSACTIONAL


def _age(born: date, today: date) -> int:
    had = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had)
