"""What an offer's terms mean, one sentence a test."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from engine_kit.cases import Case
from engine_kit.drive import due, expected, rows, swept, ticked
from engine_kit.small import ON_BUY, ON_VISIT, START, buy, campaign, case, visit
from engine_kit.story import Event

from campaignspec.clock import DAY, HOUR, MINUTE, Duration
from campaignspec.engine.codes import made_codes
from campaignspec.money import Money
from campaignspec.spec.journey import Branch, Grant, Leave, Wait
from campaignspec.spec.journey import Case as Way
from campaignspec.spec.kinds import Moment, Name, Property, Share
from campaignspec.spec.offer import (
    Alone,
    Cumulative,
    GeneratedCodes,
    Offer,
    OfferLimits,
    Redeem,
    RedeemedBy,
    Revoke,
    StackWith,
    Tier,
    Validity,
)
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import Sum

GOLD, SILVER = Name("gold"), Name("silver")
FIVE = Money(micros=5_000_000, currency="USD")
GIVE = Grant(grant=GOLD, name=Name("give"))
BY_VISIT = RedeemedBy(event=Name("visit"), value=Name("seconds"))


def offer(**terms: Any) -> Offer:
    return Offer(**({"amount": FIVE} | terms))


def given(gold: Offer, *campaigns: Any, events: Sequence[Event], **more: Any) -> Case:
    """Give an offer by campaigns; by buying, if no others are given."""
    silver = more.pop("silver", offer())
    by = campaigns or (campaign(ON_BUY, GIVE),)
    return case(*by, events=events, offers={GOLD: gold, SILVER: silver}, **more)


def crowd(small: Case, size: int, *events: Event) -> Case:
    (person,) = small.story
    people = tuple(replace(person, id=f"c{n}", events=events) for n in range(size))
    return replace(small, story=people)


def told(small: Case) -> list[tuple[int, str, str | None]]:
    """Return what happened to offers: when, what, and why not; as the oracle says it, too."""
    facts = rows(swept(small))
    assert facts == expected(small)
    kinds = {"granted", "not_granted", "redeemed", "revoked", "not_held", "offer_expired"}
    return [
        (fact["at"] - small.start, fact["kind"], fact["value"])
        if fact["kind"] != "not_granted"
        else (fact["at"] - small.start, fact["kind"], fact["reason"])
        for fact in facts
        if fact["kind"] in kinds
    ]


def test_an_event_of_the_customer_redeems_what_it_holds_and_costs_what_is_taken_off():
    found = told(
        given(
            offer(redeemed_by=BY_VISIT),
            events=[buy(START + HOUR), visit(START + 2 * HOUR, seconds=3.0)],
        )
    )

    assert found == [
        (HOUR, "granted", 5_000_000),
        (2 * HOUR, "redeemed", 3_000_000),
    ]


def test_an_event_at_the_instant_of_the_grant_redeems_nothing():
    events = [buy(START + HOUR), visit(START + HOUR), visit(START + 3 * HOUR)]

    found = told(given(offer(redeemed_by=BY_VISIT), events=events))

    assert [(at, kind) for at, kind, _ in found] == [(HOUR, "granted"), (3 * HOUR, "redeemed")]


@pytest.mark.parametrize(
    ("after", "kind"),
    [(DAY - 1, "redeemed"), (DAY, "offer_expired"), (DAY + 1, "offer_expired")],
)
def test_an_offer_is_valid_up_to_and_without_its_end(after: int, kind: str):
    terms = offer(valid_for=Duration(DAY), redeemed_by=BY_VISIT)
    events = [buy(START + HOUR), visit(START + HOUR + after)]

    found = told(given(terms, events=events))

    assert [kind for _, kind, _ in found] == ["granted", kind]


def test_the_last_day_of_an_offer_is_a_whole_day():
    terms = offer(valid=Validity(to=Moment("2017-11-05")))

    found = told_by_engine(given(terms, events=[buy(START + HOUR)]))

    assert found == [(HOUR, "granted"), (36 * HOUR, "offer_expired")]


def told_by_engine(small: Case) -> list[tuple[int, str]]:
    kinds = {"granted", "offer_expired", "redeemed"}
    return [(f["at"] - small.start, f["kind"]) for f in rows(swept(small)) if f["kind"] in kinds]


def test_an_offer_is_not_given_before_it_begins_nor_after_it_ended():
    valid = Validity(from_=Moment("2017-11-05 12:00"), to=Moment("2017-11-06 12:00"))
    events = [buy(START + HOUR), buy(START + 30 * HOUR), buy(START + 60 * HOUR)]

    found = told(given(offer(valid=valid), events=events))

    assert found == [
        (HOUR, "not_granted", "not-now"),
        (30 * HOUR, "granted", 5_000_000),
        (48 * HOUR, "offer_expired", 5_000_000),
        (60 * HOUR, "not_granted", "not-now"),
    ]


def test_the_reasons_for_not_giving_come_in_their_order():
    by = campaign(
        ON_BUY,
        Grant(grant=SILVER, name=Name("a")),
        Grant(grant=GOLD, name=Name("b"), otherwise=(Revoke(revoke=SILVER, name=Name("c")),)),
        Grant(grant=GOLD, name=Name("d")),
        Grant(grant=GOLD, name=Name("e")),
        Redeem(redeem=GOLD, name=Name("f")),
        Grant(grant=GOLD, name=Name("g")),
        Redeem(redeem=GOLD, name=Name("h")),
    )

    found = told(given(offer(stacking=Alone.ALONE), by, events=[buy(START + HOUR)]))

    assert [each[1:] for each in found] == [
        ("granted", 5_000_000),
        ("not_granted", "not-stackable"),
        ("revoked", 5_000_000),
        ("granted", 5_000_000),
        ("not_granted", "already-has"),
        ("redeemed", 5_000_000),
        ("not_granted", "had-enough"),
        ("not_held", None),
    ]


def test_offers_stand_together_where_both_agree():
    by = campaign(ON_BUY, Grant(grant=SILVER, name=Name("a")), GIVE)
    terms = offer(stacking=StackWith(with_=(SILVER,)))

    agreed = told(given(terms, by, events=[buy(START + HOUR)]))
    alone = told(given(terms, by, events=[buy(START + HOUR)], silver=offer(stacking=Alone.ALONE)))

    assert [kind for _, kind, _ in agreed] == ["granted", "granted"]
    assert [kind for _, kind, _ in alone] == ["granted", "not_granted"]


def test_who_is_not_meant_does_not_get_it():
    text = "city = 'Kazan'"
    terms = offer(for_=Rule(text=text, term=read_rule(text)))

    found = told(given(terms, events=[buy(START + HOUR)], attributes={"city": "Xi'an"}))

    assert found == [(HOUR, "not_granted", "not-eligible")]


def test_the_last_one_goes_to_the_first_of_those_who_ask_at_one_instant():
    small = crowd(given(offer(limits=OfferLimits(total=1)), events=()), 6, buy(START + HOUR))
    lucky = min(
        (person.id for person in small.story),
        key=lambda person: hashlib.md5(f"gold:{person}".encode()).hexdigest()[:16],  # noqa: S324
    )

    facts = rows(swept(small))

    assert [f["customer"] for f in facts if f["kind"] == "granted"] == [lucky]


def test_a_customer_of_the_campaign_that_goes_first_gets_the_last_one():
    first = campaign(ON_BUY, GIVE, name="zeta", priority=90)
    second = campaign(ON_VISIT, GIVE, name="alpha")
    small = given(offer(limits=OfferLimits(total=1)), first, second, events=())
    (person,) = small.story
    story = tuple(
        replace(person, id=f"c{n}", events=[visit(START + HOUR) if n else buy(START + HOUR)])
        for n in range(5)
    )

    facts = rows(swept(replace(small, story=story)))

    granted = [(f["customer"], f["campaign"]) for f in facts if f["kind"] == "granted"]
    assert granted == [("c0", "zeta")]


def test_a_daily_limit_is_full_again_on_the_next_day_of_the_project():
    days = [buy(START + number * 6 * HOUR) for number in range(1, 9)]
    small = given(
        offer(limits=OfferLimits(per_day=1, per_customer=9), valid_for=Duration(HOUR)), events=days
    )

    found = told(small)

    hours = [at // HOUR for at, kind, _ in found if kind == "granted"]
    assert hours == [6, 12, 36]


def test_only_the_customers_own_code_redeems():
    codes = GeneratedCodes(generate=2, pattern="G-###", seed="x")
    made = made_codes(codes)
    terms = offer(codes=codes, redeemed_by=RedeemedBy(event=Name("visit"), code=Name("page")))
    tries = [visit(START + (2 + n) * HOUR, page=code) for n, code in enumerate(("no", *made))]
    small = crowd(given(terms, events=()), 2, buy(START + HOUR), *tries)

    facts = rows(swept(small))

    hours = {f["customer"]: f["at"] - START for f in facts if f["kind"] == "redeemed"}
    by_hash = sorted(hours, key=lambda c: hashlib.md5(f"gold:{c}".encode()).hexdigest())  # noqa: S324
    assert [hours[customer] for customer in by_hash] == [3 * HOUR, 4 * HOUR]


def test_a_branch_asks_what_is_held_and_what_was_redeemed_in_this_run():
    def way(text: str, reason: str) -> Branch:
        rule = Rule(text=text, term=read_rule(text))
        return Branch(branch=(Way(if_=rule, do=(Leave(leave=Name(reason)),)),), name=Name(reason))

    by = campaign(
        ON_BUY,
        way("redeemed('gold')", "before"),
        GIVE,
        Wait(wait=Duration(HOUR)),
        way("not has_offer('gold') and redeemed('gold')", "used"),
    )
    events = [buy(START + HOUR), visit(START + 90 * MINUTE), buy(START + 5 * HOUR)]
    terms = offer(redeemed_by=BY_VISIT, limits=OfferLimits(per_customer=2))

    small = given(terms, by, events=events)

    facts = rows(swept(small))
    assert facts == expected(small)
    ends = [(f["enrolment"], f["reason"]) for f in facts if f["kind"] in {"left", "completed"}]
    assert ends == [(1, "used"), (2, None)]


COSTS = {
    "a share of the order": (offer(amount=None, percent=Share(0.1)), 200_000),
    "an amount, but no more than the order": (offer(), 2_000_000),
    "what it costs by its own word": (offer(cost=Money(micros=7, currency="USD")), 7),
    "a share by its own word": (offer(cost=Share(0.5)), 1_000_000),
    "the tier that the order reaches": (
        offer(
            amount=None,
            tiers=(
                Tier(from_=1.0, percent=Share(0.05)),
                Tier(from_=2.0, percent=Share(0.2)),
                Tier(from_=3.0, amount=FIVE),
            ),
        ),
        400_000,
    ),
    "the tier that the customer has reached": (
        offer(
            amount=None,
            cumulative=Cumulative(
                over=Name("spend"),
                tiers=(Tier(from_=0.0, percent=Share(0.05)), Tier(from_=FIVE, percent=Share(0.5))),
            ),
        ),
        1_000_000,
    ),
}


@pytest.mark.parametrize(("terms", "cost"), COSTS.values(), ids=COSTS)
def test_a_redemption_costs(terms: Offer, cost: int):
    small = given(
        replace(terms, redeemed_by=BY_VISIT),
        events=[buy(START + HOUR, amount=5_000_000), visit(START + 2 * HOUR, seconds=2.0)],
        traits={"spend": Sum(sum=Property("buy.amount"))},
    )

    found = told(small)

    assert found[-1] == (2 * HOUR, "redeemed", cost)


def test_what_ends_between_ticks_is_noted_at_its_instant_also_in_a_ledger():
    terms = offer(
        limits=OfferLimits(total=3, per_customer=2),
        valid_for=Duration(100 * MINUTE + 1),
        redeemed_by=BY_VISIT,
    )
    small = crowd(
        given(terms, events=()), 3, buy(START + HOUR), visit(START + 2 * HOUR + 7), buy(START + DAY)
    )
    instants = [START + HOUR, START + 2 * HOUR, START + 3 * HOUR, small.end]

    with tempfile.TemporaryDirectory() as folder:
        facts, counts = ticked(small, instants, Path(folder, "ledger.db"), restarts=True)

    once = swept(small)
    assert facts.equals(once)
    assert counts == due(once, instants)
    assert {f["kind"] for f in rows(once)} >= {"granted", "redeemed", "not_granted"}
