"""Crowds: dozens of customers at once who vie for budgets, capacities and pools that are small."""

from __future__ import annotations

from dataclasses import replace

from engine_kit.cases import Case, case_by
from engine_kit.choices import Choices, Seeded
from hypothesis import strategies as st

from campaignspec.connector import MessageClass
from campaignspec.money import Money
from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.entering import Again, Enter, OnEvent
from campaignspec.spec.journey import Grant, Send, Step, WhenCapped
from campaignspec.spec.kinds import Name
from campaignspec.spec.offer import Offer
from campaignspec.spec.policy import Budget, Capacity, Consent, Every, SpendLimit, WhenOut

LEAST, MOST = 20, 80
"""So many customers make a crowd."""

_EVENTS = 8
_OPEN_TO_ALL = {MessageClass.PROMOTIONAL: Consent.NOT_NEEDED}


def crowds() -> st.SearchStrategy[Case]:
    """Crowds of every kind, each by a seed: dozens of lives say more than they can be shrunk to."""
    return st.integers(0, 2**32).map(crowd_of)


def crowd_of(seed: int) -> Case:
    """Return the crowd of a seed, for ever the same."""
    choices = Seeded(seed)
    case = case_by(choices, least=LEAST, most=MOST, events=_EVENTS)
    return replace(case, project=scarce(choices, case.project))


def scarce(choices: Choices, project: Project) -> Project:
    """Let there be too little for all: of money, of what channels carry, of offers.

    Half of the time promotional messages need no consent, or there are no caps, so that policy
    leaves over who may vie.
    """
    policies = project.policies
    open_to_all = {**policies.consent, **_OPEN_TO_ALL}
    return replace(
        project,
        campaigns={
            name: _poor(choices, _run_on(choices, each, tuple(project.offers)))
            for name, each in project.campaigns.items()
        },
        channels={name: _narrow(choices, each) for name, each in project.channels.items()},
        offers={name: _few(choices, each) for name, each in project.offers.items()},
        policies=replace(
            policies,
            consent=choices.pick((policies.consent, open_to_all)),
            suppress=choices.pick((policies.suppress, ())),
            caps=choices.pick((policies.caps, ())),
            budgets=(*policies.budgets, *_limits(choices)),
        ),
    )


def _run_on(choices: Choices, campaign: Campaign, offers: tuple[Name, ...]) -> Campaign:
    """Let everybody whom something happens to enter, and want something at once."""
    if choices.pick((True, False, False)):
        return campaign
    wants: list[Step] = [
        Send(
            send=Name("rush"),
            via=Name("mail"),
            class_=choices.pick(tuple(MessageClass)[:2]),
            when_capped=choices.pick(tuple(WhenCapped)),
        )
    ]
    if offers:
        wants.insert(choices.number(0, 1), Grant(grant=choices.pick(offers), name=Name("grab")))
    event = Name(choices.pick(("buy", "visit")))
    return replace(
        campaign,
        enter=Enter(on=OnEvent(event=event), again=choices.pick(tuple(Again))),
        journey=(*wants, *campaign.journey),
    )


def _poor(choices: Choices, campaign: Campaign) -> Campaign:
    """Give a campaign money for a few messages by mail; a text costs nothing."""
    if choices.pick((True, False)):
        return campaign
    budget = Budget(
        total=choices.pick((None, _mails(choices.number(0, 25)))),
        per_day=choices.pick((None, _mails(choices.number(1, 8)))),
        when_out=choices.pick(tuple(WhenOut)),
    )
    return replace(campaign, budget=budget)


def _narrow(choices: Choices, channel: Channel) -> Channel:
    if choices.pick((True, False)):
        return channel
    capacity = Capacity(
        per_hour=choices.pick((None, choices.number(1, 6))),
        per_day=choices.pick((None, choices.number(2, 20))),
    )
    return replace(channel, capacity=capacity)


def _few(choices: Choices, offer: Offer) -> Offer:
    limits = replace(
        offer.limits,
        total=choices.pick((offer.limits.total, choices.number(1, 15))),
        per_day=choices.pick((offer.limits.per_day, choices.number(1, 5))),
    )
    return replace(offer, limits=limits)


def _limits(choices: Choices) -> tuple[SpendLimit, ...]:
    if choices.pick((True, False)):
        return ()
    limit = SpendLimit(
        at_most=_mails(choices.number(1, 20)),
        per=choices.pick((None, *Every)),
        when_out=choices.pick(tuple(WhenOut)),
    )
    return (limit,)


def _mails(number: int) -> Money:
    """Return what so many messages by mail cost."""
    return Money(micros=number * 400, currency="USD")
