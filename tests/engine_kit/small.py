"""Cases as small as they can be said: one customer, one or two campaigns, a few events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine_kit.cases import Case
from engine_kit.story import Customer, Event

from campaignspec.clock import DAY, MINUTE, Duration, parse_instant
from campaignspec.connector import MessageClass
from campaignspec.money import Money
from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.entering import Again, Enter, OnEvent, Trigger
from campaignspec.spec.journey import Step
from campaignspec.spec.kinds import Name, ZoneName
from campaignspec.spec.offer import Offer
from campaignspec.spec.policy import Consent, Policies
from campaignspec.spec.project import Settings
from campaignspec.spec.traits import Trait

START = parse_instant("2017-11-04 12:00")
ON_BUY = OnEvent(event=Name("buy"))
ON_VISIT = OnEvent(event=Name("visit"))


def buy(at: int, **properties: Any) -> Event:
    return Event(at, "buy", {"amount": None, "items": None, "sku": None} | properties)


def visit(at: int, **properties: Any) -> Event:
    return Event(at, "visit", {"seconds": None, "page": None} | properties)


def campaign(on: Trigger, *journey: Step, name: str = "alpha", **more: Any) -> Campaign:
    enter = Enter(on=on, again=Again.ALWAYS)
    return Campaign(campaign=Name(name), enter=enter, journey=journey, **more)


def case(
    *campaigns: Campaign,
    events: Sequence[Event] = (),
    attributes: Mapping[str, Any] | None = None,
    traits: Mapping[str, Trait] | None = None,
    offers: Mapping[str, Offer] | None = None,
    days: int = 5,
) -> Case:
    """Make a case of one customer, Ann, in New York; a tick is half an hour."""
    project = Project(
        root=Path(),
        settings=Settings(
            spec=1,
            project=Name("small"),
            timezone=ZoneName("UTC"),
            currency="USD",
            tick=Duration(30 * MINUTE),
            sources=(),
        ),
        traits=traits or {},
        segments={},
        offers=offers or {},
        channels={
            "mail": Channel(connector=Name("outbox"), cost=Money(micros=400, currency="USD"))
        },
        policies=Policies(consent={MessageClass.PROMOTIONAL: Consent.NOT_NEEDED}),
        campaigns={each.campaign: each for each in campaigns},
        folders={},
        tests={},
        documents={},
    )
    ann = Customer(
        id="ann",
        zone="America/New_York",
        addresses=frozenset({"email"}),
        attributes=attributes or {},
        events=events,
    )
    return Case(story=(ann,), project=project, start=START, end=START + days * DAY, salt="")
