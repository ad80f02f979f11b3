"""What customers share: money, the capacity of channels, caps; and which messages take of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campaignspec.connector import MessageClass
from campaignspec.policy.rulebook import Rulebook, counter_of
from campaignspec.policy.ruling import Reason
from campaignspec.spec.policy import Budget, Cap, Capacity, Every, WhenOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Something of which there is only so much for everybody.

    Attributes:
        name: Its name, unique in a project.
        most: How much there is in a period: messages, or micro-units of money.
        every: When it is full again; None for never.
        is_money: Whether a message takes its cost, rather than one unit.
        reason: What facts call it when nothing is left.
        when_out: What becomes of a message then.
    """

    name: str
    most: int
    every: Every | None
    is_money: bool
    reason: Reason
    when_out: WhenOut


def all_shared(book: Rulebook) -> Iterator[Shared]:
    """Yield everything that messages may take of."""
    for campaign, standing in book.campaigns.items():
        if standing.budget is not None:
            yield from _of_campaign(campaign, standing.budget)
    yield from (_of_policies(book, number) for number in range(len(book.policies.budgets)))
    for name, channel in book.channels.items():
        if channel.capacity is not None:
            yield from _of_channel(name, channel.capacity)


def shared_by(
    book: Rulebook, campaign: str, channel: str, message_class: MessageClass
) -> tuple[Shared, ...]:
    """Return what each message of a step takes of; transactional ones take of nothing."""
    if message_class is MessageClass.TRANSACTIONAL:
        return ()
    budget = book.standing(campaign).budget
    found: list[Shared] = []
    if budget is not None:
        found += _of_campaign(campaign, budget)
    for number, limit in enumerate(book.policies.budgets):
        if limit.channel in {None, channel} and limit.class_ in {None, message_class}:
            found.append(_of_policies(book, number))
    capacity = book.channels[channel].capacity if channel in book.channels else None
    if capacity is not None:
        found += _of_channel(channel, capacity)
    return tuple(found)


def caps_together(
    book: Rulebook, campaign: str, channel: str, message_class: MessageClass
) -> tuple[Cap, ...]:
    """Return the caps ``by`` an attribute that count each message of a step."""
    return tuple(
        cap
        for cap in book.policies.caps
        if cap.by is not None and counter_of(cap).counts(message_class, channel, campaign)
    )


def _of_campaign(campaign: str, budget: Budget) -> Iterator[Shared]:
    for most, every in ((budget.total, None), (budget.per_day, Every.DAY)):
        if most is not None:
            yield Shared(
                name=f"budget {campaign} {'total' if every is None else every}",
                most=most.micros,
                every=every,
                is_money=True,
                reason=Reason.BUDGET,
                when_out=budget.when_out,
            )


def _of_policies(book: Rulebook, number: int) -> Shared:
    limit = book.policies.budgets[number]
    return Shared(
        name=f"budgets {number}",
        most=limit.at_most.micros,
        every=limit.per,
        is_money=True,
        reason=Reason.BUDGET,
        when_out=limit.when_out,
    )


def _of_channel(channel: str, capacity: Capacity) -> Iterator[Shared]:
    for most, every in ((capacity.per_hour, Every.HOUR), (capacity.per_day, Every.DAY)):
        if most is not None:
            yield Shared(
                name=f"capacity {channel} {every}",
                most=most,
                every=every,
                is_money=False,
                reason=Reason.CAPACITY,
                when_out=WhenOut.WAIT,
            )
