"""Budgets that cannot suffice: for one message, for one person, or for all who come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from campaignspec.clock import DAY
from campaignspec.connector import MessageClass
from campaignspec.diagnostics import Diagnostic
from campaignspec.graph.nodes import Node, SendNode
from campaignspec.lint.evidence import PERIOD, Crowd, crowd_of, held_out
from campaignspec.lint.graphs import along, graph_of
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import places_of
from campaignspec.lint.told import Told
from campaignspec.money import Money
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.policy import Budget, SpendLimit
from campaignspec.spec.shape import Loc

_DAYS: Final = PERIOD // DAY
_HELP: Final = "raise it, let fewer people in, or say with `when_out:` what happens to the others"


def small_budgets(scope: Scope) -> Iterator[Diagnostic]:
    """Find budgets that are spent before everybody who comes has had all messages.

    What one enrolment costs is what it costs on its dearest path, through the dearest channel of
    a mix; how many come is counted in the history, or told by a segment's `expect:`.
    """
    for campaign in scope.campaigns:
        if campaign.budget is not None:
            found = list(_for_a_message(scope, campaign, campaign.budget))
            found = found or list(_for_all(scope, campaign, campaign.budget))
            yield from found[:1]


def unpaid(scope: Scope, campaign: Campaign) -> Iterator[Diagnostic | None]:
    """Yield for each limit on what may be spent that it pays for no message of a kind, if so."""
    for limit in scope.project.policies.budgets:
        sends = (node for node in _sends(scope, campaign) if _is_about(limit, node))
        dear = next((n for n in sends if _least(scope, n) > limit.at_most.micros), None)
        amount, place = limit.at_most, limit.loc / "at_most"
        yield None if dear is None else _unpayable(scope, campaign, dear, amount, place)


def small_limits(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find limits on what all campaigns may spend that do not pay for one message."""
    for at in range(len(scope.project.policies.budgets)):
        found = (each.unpaid[at] for each in told)
        yield from islice(filter(None, found), 1)


def _for_a_message(scope: Scope, campaign: Campaign, budget: Budget) -> Iterator[Diagnostic]:
    for key, amount in (("per_day", budget.per_day), ("total", budget.total)):
        for node in _sends(scope, campaign) if amount else ():
            if amount and _least(scope, node) > amount.micros:
                yield _unpayable(scope, campaign, node, amount, budget.loc / key)


def _for_all(scope: Scope, campaign: Campaign, budget: Budget) -> Iterator[Diagnostic]:
    one, crowd = _dearest(scope, campaign), crowd_of(scope, campaign)
    treated = round(crowd.people * (1 - held_out(campaign))) if crowd else 1
    basis = crowd.basis if crowd else ()
    people = f"{treated:,} people" if crowd else "one person"
    needed = treated * one
    if budget.total and needed > budget.total.micros:
        yield advice(
            "MSR646",
            f"{people} may cost {_money(needed, budget.total)}, and the budget is {budget.total}",
            scope.span(budget.loc / "total"),
            _HELP,
            related=basis,
        )
    if crowd and budget.per_day and needed > budget.per_day.micros * _DAYS:
        yield _too_slow(scope, budget, budget.per_day, needed, crowd, people)


def _too_slow(
    scope: Scope, budget: Budget, per_day: Money, needed: int, crowd: Crowd, people: str
) -> Diagnostic:
    return advice(
        "MSR646",
        f"{people} who come in {_DAYS} days may cost {_money(needed, per_day)}, and {per_day} a "
        f"day are {_money(per_day.micros * _DAYS, per_day)}",
        scope.span(budget.loc / "per_day"),
        _HELP,
        related=crowd.basis,
    )


def _unpayable(
    scope: Scope, campaign: Campaign, node: SendNode, amount: Money, loc: Loc
) -> Diagnostic:
    place = places_of(scope, campaign)[graph_of(scope, campaign).written[node.id]]
    return advice(
        "MSR646",
        f"nobody gets `{node.message}`: one costs {_money(_least(scope, node), amount)}, and here "
        f"are only {amount}",
        scope.span(loc),
        "raise it, or send the message through a cheaper channel",
        related=((scope.span(place), "the message"),),
    )


def _sends(scope: Scope, campaign: Campaign) -> Iterator[SendNode]:
    """Yield the messages that are paid for from budgets; transactional ones cost them nothing."""
    for node in graph_of(scope, campaign).nodes.values():
        if isinstance(node, SendNode) and _is_paid(node):
            yield node


def _is_paid(node: SendNode) -> bool:
    return node.message_class is not MessageClass.TRANSACTIONAL


def _is_about(limit: SpendLimit, node: SendNode) -> bool:
    """Say whether a limit counts a message, whichever channel of a mix it takes."""
    return limit.class_ in {None, node.message_class} and (
        limit.channel is None or set(node.channels) == {limit.channel}
    )


def _least(scope: Scope, node: SendNode) -> int:
    """Return what a message costs through its cheapest channel, micro-units."""
    return min(_cost(scope, channel) for channel in node.channels)


def _cost(scope: Scope, channel: str) -> int:
    cost = scope.project.channels[channel].cost
    return cost.micros if cost else 0


def _dearest(scope: Scope, campaign: Campaign) -> int:
    """Return what one enrolment costs the budget at most, micro-units."""

    def after(node: Node, spent: int) -> int:
        if not isinstance(node, SendNode) or not _is_paid(node):
            return spent
        return spent + max(_cost(scope, channel) for channel in node.channels)

    return max(along(graph_of(scope, campaign), 0, after, max).values(), default=0)


def _money(micros: int, like: Money) -> Money:
    return Money(micros=micros, currency=like.currency)
