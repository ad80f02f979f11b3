"""The rules for touches in plain Python: may this message go to this person now?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine_kit.story import Customer
from engine_kit.wall_clock import is_quiet, local_date, quiet_until

from campaignspec.connector import MessageClass
from campaignspec.graph.nodes import SendNode
from campaignspec.spec.channel import Cap, Consent, Otherwise, Policies
from campaignspec.spec.journey import WhenCapped

Judgement = tuple[str, str | None, int]
"""`allow`, `defer` or `suppress`; which rule objects; until when."""


class Touches:
    """Remembers what one customer was sent and answered, and judges what may follow.

    Attributes:
        sent: Own messages: when, by which channel, of which class.
        opted_out: When and from which channel the customer opted out.
    """

    def __init__(self, policies: Policies, person: Customer, tick: int) -> None:
        self.sent: list[tuple[int, str, str]] = []
        self.opted_out: list[tuple[int, str]] = []
        self._policies, self._person, self._tick = policies, person, tick

    def judge(self, node: SendNode, now: int) -> Judgement:
        """Return what the first rule says that objects."""
        return next(self._objections(node, now), ("allow", None, 0))

    def _objections(self, node: SendNode, now: int) -> Iterator[Judgement]:
        exempt = node.message_class is MessageClass.TRANSACTIONAL
        if "email" not in self._person.addresses:
            yield "suppress", "no-address", 0
        if not exempt and any(at <= now and c == node.channel for at, c in self.opted_out):
            yield "suppress", "unsubscribed", 0
        if not self._consents(node, now):
            yield "suppress", "consent", 0
        if not exempt:
            yield from self._quiet(now)
            yield from self._capped(node, now)

    def _consents(self, node: SendNode, now: int) -> bool:
        exempt = node.message_class is MessageClass.TRANSACTIONAL
        usual = Consent.NOT_NEEDED if exempt else Consent.OPT_IN
        decisions = [
            (decision.at, place, decision.granted)
            for place, decision in enumerate(self._person.decisions)
            if decision.at <= now
            and decision.channel == node.channel
            and decision.purpose == node.message_class.value
        ]
        said = max(decisions)[2] if decisions else None
        match self._policies.consent.get(node.message_class, usual):
            case Consent.NOT_NEEDED:
                return True
            case Consent.OPT_OUT:
                return said is not False
            case Consent.OPT_IN:
                return said is True

    def _quiet(self, now: int) -> Iterator[Judgement]:
        quiet, zone = self._policies.quiet, self._person.zone
        if quiet is None or not is_quiet(now, zone, quiet.from_.minutes, quiet.to.minutes):
            return
        if quiet.otherwise is Otherwise.DROP:
            yield "suppress", "quiet-hours", 0
        until = quiet_until(now, zone, quiet.from_.minutes, quiet.to.minutes)
        yield "defer", "quiet-hours", until

    def _capped(self, node: SendNode, now: int) -> Iterator[Judgement]:
        for cap in self._policies.caps:
            sent = self._counted(cap, now)
            if not _counts(cap, node.channel, node.message_class) or not self._full(cap, sent, now):
                continue
            if node.when_capped is not WhenCapped.WAIT:
                yield "suppress", "cap", 0
            until = now
            while self._full(cap, sent, until):
                until += self._tick
            yield "defer", "cap", until

    def _counted(self, cap: Cap, now: int) -> Sequence[int]:
        """Return when the messages that a cap counts were sent, by whomever, up to now."""
        past = [(m.at, m.channel, m.message_class) for m in self._person.messages]
        return [
            at
            for at, channel, message_class in [*past, *self.sent]
            if at <= now and _counts(cap, channel, message_class)
        ]

    def _full(self, cap: Cap, sent: Sequence[int], at: int) -> bool:
        if cap.within is not None:
            counted = [each for each in sent if at - cap.within.micros < each <= at]
        else:
            zone = self._person.zone
            counted = [each for each in sent if local_date(each, zone) == local_date(at, zone)]
        return len(counted) >= cap.at_most


def _counts(cap: Cap, channel: str, message_class: str) -> bool:
    return (
        message_class != "transactional"
        and cap.channel in (None, channel)
        and cap.class_ in (None, message_class)
    )
