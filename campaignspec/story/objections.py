"""What each rule of policy objected to, with what it held against: one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

import numpy as np

from campaignspec.audience import explain, happened, value_of
from campaignspec.clock import NEVER, Instant, to_datetime
from campaignspec.graph.nodes import SendNode
from campaignspec.history import LONG_AGO, NO_EVENT
from campaignspec.policy import Action, Reason, decide, hours, people
from campaignspec.spec.policy import (
    Consent,
    OpenHours,
    QuietHours,
    SuppressEvent,
    Suppression,
    SuppressList,
    SuppressSegment,
)
from campaignspec.spec.shape import NOWHERE
from campaignspec.story.counting import caps, ratio, shared, together
from campaignspec.story.story import Because
from campaignspec.story.touching import Asked, sentence, today

Objection: TypeAlias = Callable[[Asked], Iterator[Because]]

_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_EPOCH: Final = date(1970, 1, 1)


def objections(asked: Asked, reason: Reason) -> Iterator[Because]:
    """Say what a rule held against, as it was known at the fact.

    Args:
        asked: The touch.
        reason: The rule that objected, by the fact; one about this channel, not about all of a
            mix.
    """
    yield from RULES[reason](asked)
    now = Reason(asked.ruling().reason[0])
    # What others were sent is not asked again: it may be what the message had to wait for.
    is_for_many = now is Reason.NONE and (
        reason in {Reason.BUDGET, Reason.CAPACITY}
        or (reason in {Reason.CAP, Reason.EXPIRED} and asked.caps_together() != ())
        or (reason is Reason.EXPIRED and asked.shared() != ())
    )
    if now is not reason and not is_for_many:
        yield today(now)


def _no_address(asked: Asked) -> Iterator[Because]:
    channel = asked.touches.channel
    kind = asked.lore.world.address_kinds[channel]
    yield Because(text=f"{channel} needs an address of the kind {kind}, and none is known")


def _unsubscribed(asked: Asked) -> Iterator[Because]:
    found = asked.facts.opted_out(asked.touches.channel)
    if found is not None:
        at = asked.lore.clock(found.at)
        yield Because(
            text=f"the opt-out came at {at}, in answer to {found.node} of {found.campaign}"
        )


def _consent(asked: Asked) -> Iterator[Because]:
    channel, purpose = asked.touches.channel, asked.message_class
    needed = asked.book.consent_needed(purpose, channel, asked.record.campaign)
    loc = NOWHERE
    if purpose in asked.book.channels[channel].consent:
        loc = asked.book.channels[channel].loc / "consent"
    elif purpose in asked.policies.consent:
        loc = asked.policies.loc / "consent"
    yield Because(text=f"{purpose} messages by {channel} need {needed}", line=asked.lore.line(loc))
    yield Because(text=_said(asked, channel, purpose, needed))


def _said(asked: Asked, channel: str, purpose: str, needed: Consent) -> str:
    """Say what the person last decided about a channel and a purpose."""
    stream = asked.lore.world.decisions((channel, purpose))
    index = NO_EVENT
    if stream is not None and len(stream.ts):
        index = int(stream.index_latest(asked.lore.rows, asked.record.at)[0])
    if stream is None or index == NO_EVENT:
        return f"the person never said anything about {purpose} messages by {channel}"
    granted = bool(stream.properties["granted"].values[index])
    at = asked.lore.clock(int(stream.ts[index]))
    if not granted:
        return f"the person refused them at {at}"
    agreed = f"the person agreed to them at {at}"
    if needed is Consent.DOUBLE_OPT_IN:
        return f"{agreed}, and did not confirm it"
    return f"{agreed}; a refusal by {channel} under another name is taken to hold for them, too"


def _quiet_hours(asked: Asked) -> Iterator[Because]:
    yield _at_home(asked)
    for quiet in asked.policies.quiet_hours:
        book = asked.with_policies(replace(asked.policies, quiet=quiet))
        ruling = hours.hours(asked.touches, asked.facts, book)
        if ruling is not None and ruling.reason[0] == Reason.QUIET_HOURS:
            yield Because(text=_quiet(quiet), line=asked.lore.line(quiet.loc))


def _channel_hours(asked: Asked) -> Iterator[Because]:
    yield _at_home(asked)
    opened = asked.book.channels[asked.touches.channel].hours
    if opened is not None:
        yield Because(text=_open(opened), line=asked.lore.line(opened.loc))


def _regulated_hours(asked: Asked) -> Iterator[Because]:
    yield _at_home(asked)
    law = asked.book.regulated(asked.record.campaign)
    if law is not None and law.hours is not None:
        yield Because(text=_open(law.hours), line=asked.lore.line(law.hours.loc))


def _at_home(asked: Asked) -> Because:
    """Say what time it was for the person."""
    home = asked.lore.home
    local = to_datetime(asked.record.at, home)
    day = _WEEKDAYS[local.weekday()]
    return Because(text=f"for the person it was {local:%H:%M} on {day} ({home})")


def _quiet(quiet: QuietHours) -> str:
    days = f" on {', '.join(quiet.on)}" if quiet.on else ""
    begin, end = quiet.from_ or "00:00", quiet.to or "24:00"
    return f"quiet hours are from {begin} to {end}{days}, then `{quiet.otherwise}`"


def _open(opened: OpenHours) -> str:
    days = f" on {', '.join(opened.on)}" if opened.on else ""
    return f"messages may go from {opened.from_} to {opened.to}{days}"


def _expired(asked: Asked) -> Iterator[Because]:
    """Say until when a message was valid, and what it would have had to wait for."""
    node = asked.node
    valid = node.valid_for if isinstance(node, SendNode) else None
    if valid is None:
        return
    expires = int(asked.touches.expires[0])
    arrived = asked.lore.clock(asked.lore.arrived(asked.record))
    yield Because(text=f"it is valid for {valid} from {arrived}, until {asked.lore.clock(expires)}")
    if asked.record.at > expires:
        return
    lasting = replace(asked.touches, expires=np.array([NEVER], np.int64))
    found = decide(lasting, asked.facts, asked.book)
    if found.action[0] == Action.DEFER:
        reason, until = Reason(found.reason[0]), asked.lore.clock(int(found.until[0]))
        yield Because(text=f"it would have to wait until {until}: {sentence(reason)}")
        yield from RULES[reason](asked)
    else:
        yield Because(text="it would have to wait too long for what is shared with others")
        yield from shared(asked)
        yield from together(asked)


def _blocked(asked: Asked) -> Iterator[Because]:
    for each in asked.policies.suppress:
        book = asked.with_policies(replace(asked.policies, suppress=(each,)))
        ruling = people.suppression(asked.touches, asked.facts, book)
        if ruling is not None and ruling.reason[0]:
            yield _suppression(asked, each)


def _suppression(asked: Asked, found: Suppression) -> Because:
    lore, line = asked.lore, asked.lore.line(found.loc)
    match found:
        case SuppressSegment():
            proof = explain(lore.audience, found.segment, lore.row, asked.record.at)
            text = f"who is in the segment {found.segment} gets nothing"
            return Because(text=text, line=line, proof=proof)
        case SuppressList():
            return Because(text=f"the list {found.list} names the person, by {found.by}", line=line)
        case SuppressEvent():
            stream = lore.audience.events(found.event, found.where)
            index = int(stream.index_latest(lore.rows, asked.record.at)[0])
            lasts = f"for {found.for_} after" if found.for_ else "for ever after"
            text = f"nothing is sent {lasts} {found.event}"
            return Because(text=text, line=line, events=(happened(stream, index),))
        case _:
            assert_never(found)


def _banned(asked: Asked) -> Iterator[Because]:
    law = asked.book.regulated(asked.record.campaign)
    if law is not None:
        allowed, line = ", ".join(law.channels), asked.lore.line(law.loc)
        yield Because(text=f"the category allows only {allowed}", line=line)


def _age(asked: Asked) -> Iterator[Because]:
    law = asked.book.regulated(asked.record.campaign)
    if law is None or law.birthday is None:
        return
    born = value_of(asked.lore.audience, law.birthday, asked.lore.row, asked.record.at)
    day = "not known" if born.value is None else _EPOCH + timedelta(days=int(born.value))
    yield Because(
        text=f"one must be {law.min_age} years old, and the day of birth is {day}",
        line=asked.lore.line(law.loc),
    )


def _exclusive(asked: Asked) -> Iterator[Because]:
    for group in asked.policies.exclusive:
        if asked.record.campaign not in group:
            continue
        for other in group:
            if other != asked.record.campaign and asked.facts.active(other):
                since = int(asked.facts.entered_at(asked.lore.rows, other)[0])
                yield Because(
                    text=f"only one of {', '.join(group)} talks to a person at a time; "
                    f"the person is in {other} since {asked.lore.clock(since)}",
                    line=asked.lore.line(asked.policies.loc / "exclusive"),
                )


def _outranked(asked: Asked) -> Iterator[Because]:
    rule, book = asked.policies.arbitration, asked.book
    mine = book.standing(asked.record.campaign).priority
    hold = 0 if rule is None or rule.hold is None else rule.hold.micros
    line = asked.lore.line(rule.loc) if rule else ""
    for other, standing in book.campaigns.items():
        if standing.priority <= mine:
            continue
        about = f"{other} has the priority {standing.priority}, this one {mine}"
        if asked.facts.active(other):
            yield Because(text=f"{about}; the person is in its journey", line=line)
        latest = _latest(asked, other) if hold else LONG_AGO
        if latest + hold > asked.record.at:
            at = asked.lore.clock(latest)
            yield Because(text=f"{about}; its latest message went at {at}", line=line)


def _latest(asked: Asked, campaign: str) -> Instant:
    counter = asked.book.touches_of(campaign)
    at = np.array([asked.record.at], np.int64)
    return int(asked.facts.kth_latest_message(asked.lore.rows, at, counter, 1)[0])


RULES: Final[Mapping[Reason, Objection]] = MappingProxyType(
    {
        Reason.NO_ADDRESS: _no_address,
        Reason.UNSUBSCRIBED: _unsubscribed,
        Reason.CONSENT: _consent,
        Reason.QUIET_HOURS: _quiet_hours,
        Reason.CHANNEL_HOURS: _channel_hours,
        Reason.REGULATED_HOURS: _regulated_hours,
        Reason.CAP: caps,
        Reason.EXPIRED: _expired,
        Reason.BLOCKED_SEGMENT: _blocked,
        Reason.BLOCKED_LIST: _blocked,
        Reason.PAUSED: _blocked,
        Reason.AGE: _age,
        Reason.BANNED_CHANNEL: _banned,
        Reason.EXCLUSIVE: _exclusive,
        Reason.OUTRANKED: _outranked,
        Reason.RATIO: ratio,
        Reason.BUDGET: shared,
        Reason.CAPACITY: shared,
    }
)
"""What is told of each rule."""
