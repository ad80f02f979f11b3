"""Budgets and capacities: each is more than nothing, and may run out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import listed
from campaignspec.project.policy_checks import channel_of_step, channels_of
from campaignspec.project.scope import Scope
from campaignspec.project.setting_checks import currency_of
from campaignspec.project.walk import Sending, sends_of
from campaignspec.spec.channel import Channels
from campaignspec.spec.journey import Send
from campaignspec.spec.policy import Budget, Capacity, Policies, SpendLimit, WhenOut
from campaignspec.spec.shape import Loc

_AMOUNTS: Final = ((Budget, "total"), (Budget, "per_day"), (SpendLimit, "at_most"))


def amounts(scope: Scope) -> Iterator[Diagnostic]:
    """Check that budgets are amounts of the project's currency, and more than nothing."""
    counted = currency_of(scope)
    for section, key in _AMOUNTS:
        for piece in scope.values(section, key):
            if piece.value.micros <= 0:
                yield Diagnostic(
                    code="SPC204",
                    message=f"a budget of {piece.value} would forbid every message",
                    span=scope.span_of(piece),
                    help="write an amount above zero, or leave the budget out",
                )
            elif counted and piece.value.currency != counted:
                yield Diagnostic(
                    code="SPC204",
                    message=f"`{key}` is in {piece.value.currency}, "
                    f"but the project counts in {counted}",
                    span=scope.span_of(piece),
                    help=f"write it in {counted}",
                )


def capacities(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a channel can carry something, and that budgets and capacities say how much."""
    for key in ("per_hour", "per_day"):
        for piece in scope.values(Capacity, key):
            if piece.value < 1:
                yield Diagnostic(
                    code="SPC204",
                    message=f"a capacity of {piece.value} would hold back every message for ever",
                    span=scope.span_of(piece),
                    help="write how many messages the channel carries",
                )
    for budget in scope.sections(Budget):
        if budget.total is None and budget.per_day is None:
            yield _no_amount(scope, budget.loc, "budget", "`total:`, `per_day:`")
    for capacity in scope.sections(Capacity):
        if capacity.per_hour is None and capacity.per_day is None:
            yield _no_amount(scope, capacity.loc, "capacity", "`per_hour:`, `per_day:`")


def waits_for_money(scope: Scope) -> Iterator[Diagnostic]:
    """Find messages that wait for money of which there will be no more."""
    for budget in scope.sections(Budget):
        if budget.when_out is WhenOut.WAIT and budget.per_day is None and budget.total is not None:
            yield _never_full(scope, budget.loc, "`per_day: 800 USD`, which is full again each day")
    for limit in scope.sections(SpendLimit):
        if limit.when_out is WhenOut.WAIT and limit.per is None:
            yield _never_full(scope, limit.loc, "`per: day`, or another period")


def budgets_of_nothing(scope: Scope) -> Iterator[Diagnostic]:
    """Find budgets for messages that cost nothing, so that they never run out."""
    for channels in channels_of(scope):
        free = {str(name) for name, each in channels.channels.items() if each.cost is None}
        for limit in (channels.policies or Policies()).budgets:
            if limit.channel in free:
                yield _never_spent(scope, limit.loc / "channel", [str(limit.channel)])
        for campaign in scope.campaigns:
            used = {c for step in sends_of(campaign) for c in _channels(scope, channels, step)}
            if campaign.budget is not None and used and used <= free:
                yield _never_spent(scope, campaign.loc / "budget", sorted(used))


def _channels(scope: Scope, channels: Channels, step: Sending) -> tuple[str, ...]:
    """Return the channels that a step may send by, as far as they are known."""
    if isinstance(step, Send) and step.mix is not None:
        mix = channels.mixes.get(step.mix)
        return tuple(mix.from_) if mix else ()
    channel = channel_of_step(scope, step)
    return (channel,) if channel else ()


def _no_amount(scope: Scope, loc: Loc, what: str, keys: str) -> Diagnostic:
    return Diagnostic(
        code="SPC206",
        message=f"this {what} does not say how much there is",
        span=scope.key_span(loc),
        help=f"add {keys} or both",
    )


def _never_full(scope: Scope, loc: Loc, period: str) -> Diagnostic:
    return Diagnostic(
        code="POL519",
        message="this budget is never full again, so that nothing can wait for it",
        span=scope.span(loc / "when_out"),
        help=f"add {period}; or write `skip`, or `leave`",
    )


def _never_spent(scope: Scope, loc: Loc, channels: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        code="POL518",
        message=f"this budget is never spent: {listed(channels)} costs nothing",
        span=scope.key_span(loc),
        help="say what a message costs: `cost: 0.03 USD` of the channel",
    )
