"""Targets, growths, baselines and intervals: what is made of a KPI's number."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from measure_kit.world import (
    CUSTOMERS,
    DAY_ZERO,
    END,
    START,
    Entry,
    Happened,
    Message,
    World,
    journey,
)
from sample_facts import campaign

from campaignspec.clock import DAY, Duration
from campaignspec.measure import Past, measure
from campaignspec.measure.kpis import KpiReading, Verdict
from campaignspec.measure.power import smallest_lift
from campaignspec.measure.resampling import interval_of
from campaignspec.measure.result import Result
from campaignspec.money import MICROS, Money
from campaignspec.spec.economics import Evaluation
from campaignspec.spec.kinds import KINDS, Name, Share, Target
from campaignspec.spec.kpi import Baseline, GrowthUnit, Kpi
from campaignspec.spec.steering import Stage

WINDOW = Duration(10 * DAY)
LAST_YEAR = {"from_": date(2016, 3, 1), "to": date(2016, 4, 30)}


def target(text: str) -> Target:
    parsed: Target = KINDS[Target].parse(text)
    return parsed


def baseline(value: Share | Money | float | None = None) -> Baseline:
    return Baseline(value=value, **LAST_YEAR)


def ordered(customer: str, *days: float, amount: int = 10) -> list[Happened]:
    return [Happened(customer, DAY_ZERO + int(day * DAY), amount, "bags") for day in days]


def two_of_four_order_again() -> World:
    """Four entries on day 1; all order, two of them twice, each order worth 10."""
    entries = tuple(Entry(customer, 1, DAY_ZERO + DAY, False) for customer in CUSTOMERS[:4])
    orders = [order for c in CUSTOMERS[:4] for order in ordered(c, 3)]
    orders += [*ordered(CUSTOMERS[0], 5), *ordered(CUSTOMERS[1], 6)]
    return World(entries=entries, events={"order.placed": orders})


def result(world: World, kpis: dict[str, Kpi], **more: Any) -> Result:
    graph = journey()
    promised = {Name(name): kpi for name, kpi in kpis.items()}
    written = campaign(kpis=promised, goal=graph.goal, **more.pop("written", {}))
    options: dict[str, Any] = {"start": START, "end": END, "currency": "USD", "assumptions": ()}
    options |= {"simulated": False, "ground": world.ground()}
    return measure(world.facts(), graph, written, **(options | more))


def reading(world: World, kpi: Kpi, name: str = "repurchase_rate", **more: Any) -> KpiReading:
    readings = result(world, {name: kpi}, **more).kpis
    return next(each for each in readings if each.name == name)


@pytest.mark.parametrize(
    ("text", "unit", "value", "limit"),
    [
        (">= 22%", None, 0.4, 0.22),
        (">= x1.3", None, 0.4, 0.52),
        (">= +14%", GrowthUnit.RELATIVE, 0.4, 0.456),
        (">= +14%", GrowthUnit.POINTS, 0.4, 0.54),
        (">= +2 pp", None, 0.4, 0.42),
        (">= -10%", GrowthUnit.RELATIVE, 0.4, 0.36),
        (">= -2 pp", GrowthUnit.POINTS, 0.4, 0.38),
    ],
)
def test_a_growth_comes_to_a_level(text, unit, value, limit):
    kpi = Kpi(target=target(text), unit=unit, baseline=baseline(Share(value)), window=WINDOW)

    judged = reading(two_of_four_order_again(), kpi).target

    assert judged is not None
    assert judged.limit == pytest.approx(limit)
    assert judged.verdict is (Verdict.MET if limit <= 0.5 else Verdict.MISSED)


def test_a_multiple_of_an_amount_is_an_amount():
    was = Money(micros=8 * MICROS, currency="USD")
    kpi = Kpi(target=target(">= x1.5"), baseline=baseline(was), window=WINDOW)

    found = reading(two_of_four_order_again(), kpi, "ltv")

    assert found.value == pytest.approx(60 * 0.25 / 4)
    assert found.target is not None
    assert found.target.limit == 12


def test_a_baseline_is_counted_of_those_who_would_have_entered():
    earlier = 360 * DAY
    entries = tuple(Entry(c, 1, DAY_ZERO + DAY - earlier, True) for c in CUSTOMERS[:4])
    orders = ordered(CUSTOMERS[0], 3 - 360, 5 - 360) + ordered(CUSTOMERS[1], 4 - 360)
    now = two_of_four_order_again()
    world = World(
        entries=now.entries, events={"order.placed": [*now.events["order.placed"], *orders]}
    )
    past = Past(facts=World(entries=entries).facts(), start=START - earlier, end=END - earlier)
    kpi = Kpi(target=target(">= x1.3"), baseline=baseline(), window=WINDOW)

    found = reading(world, kpi, past={("2016-03-01", "2016-04-30"): past})

    assert found.baseline is not None
    assert found.baseline.value == pytest.approx(1 / 2)
    assert found.baseline.source is None
    assert found.target is not None
    assert found.target.limit == pytest.approx(0.65)
    assert found.target.verdict is Verdict.MISSED


def test_without_anybody_in_the_baseline_nothing_is_judged():
    kpi = Kpi(target=target(">= x1.3"), baseline=baseline(), window=WINDOW)

    judged = reading(two_of_four_order_again(), kpi).target

    assert judged is not None
    assert (judged.limit, judged.verdict) == (None, Verdict.NO_VALUE)


def test_a_target_waits_for_the_first_readout_and_a_guardrail_does_not():
    kpi = Kpi(target=target(">= 60%"), guardrail=target(">= 60%"), window=WINDOW)
    evaluation = {"evaluation": Evaluation(first_readout=Duration(90 * DAY))}

    found = reading(two_of_four_order_again(), kpi, written=evaluation)

    assert found.target is not None
    assert found.guardrail is not None
    assert found.target.verdict is Verdict.TOO_EARLY
    assert found.guardrail.verdict is Verdict.MISSED


def test_what_never_pays_back_misses_its_target():
    kpi = Kpi(target=target("<= 6"), window=WINDOW)

    found = reading(two_of_four_order_again(), kpi, "payback_order")

    assert found.value is None
    assert found.target is not None
    assert found.target.verdict is Verdict.MISSED


def test_payback_is_counted_over_all_who_entered():
    """Seven orders of 60 by one of two: 15 of margin each, 7.50 an entry; the fourth covers 30."""
    entries = tuple(Entry(customer, 1, DAY_ZERO + DAY, False) for customer in CUSTOMERS[:2])
    orders = ordered(CUSTOMERS[0], *(2 + n / 2 for n in range(7)), amount=60)
    world = World(entries=entries, events={"order.placed": orders})

    review = result(world, {"payback_order": Kpi(window=WINDOW)}).review

    assert review.payback is not None
    assert review.payback.order == 4
    second = review.payback.margins[1]
    assert (second.order, second.customers) == (2, 1)
    assert (second.per_customer, second.conditional) == (15, 30)


def test_a_stage_is_measured_in_place_of_the_goal():
    stages = {Name("visited"): Stage(event=Name("site.visited"))}
    world = two_of_four_order_again()
    visits = [Happened(CUSTOMERS[0], DAY_ZERO + 2 * DAY), Happened(CUSTOMERS[1], DAY_ZERO)]
    world = World(entries=world.entries, events=world.events | {"site.visited": visits})

    kpi = Kpi(stage=Name("visited"))
    found = reading(world, kpi, "conversion_rate", written={"stages": stages})

    assert (found.numerator, found.denominator, found.stage) == (1, 4, "visited")


def test_a_channel_narrows_what_is_counted_in_messages():
    messages = tuple(
        Message(node, channel, DAY_ZERO + 2 * DAY, was_sent=True, opens=opens)
        for node, channel, opens in (("hello", "email", 1), ("again", "sms", 0))
    )
    world = World(entries=(Entry("c1", 1, DAY_ZERO + DAY, False, messages),))

    kpis = {
        "all": Kpi(kpi=Name("open_rate_sent")),
        "email": Kpi(kpi=Name("open_rate_sent"), channel=Name("email")),
    }
    values = {each.name: each.value for each in result(world, kpis).kpis}

    assert (values["all"], values["email"]) == (0.5, 1.0)


def test_the_review_parts_new_from_returning_customers():
    world = two_of_four_order_again()
    before = ordered(CUSTOMERS[2], -3) + ordered(CUSTOMERS[3], -2)
    orders = [*world.events["order.placed"], *before]

    review = result(World(entries=world.entries, events={"order.placed": orders}), {}).review

    new, returning = review.contributions
    assert (new.is_new, new.entries, new.orders, new.revenue) == (True, 2, 4, 40)
    assert (returning.buyers, returning.orders, returning.revenue) == (2, 2, 20)


def test_the_review_says_which_products_are_bought_again():
    world = two_of_four_order_again()
    shoes = [Happened(CUSTOMERS[3], DAY_ZERO + 4 * DAY, 10, "shoes")]
    orders = [*world.events["order.placed"], *shoes]

    review = result(World(entries=world.entries, events={"order.placed": orders}), {}).review

    bags, other = review.products
    assert (bags.product, bags.repurchase.hits, bags.repurchase.trials) == ("bags", 2, 4)
    assert (bags.share, bags.days) == (1.0, 2.5)
    assert (other.product, other.repurchase.hits, other.days) == ("shoes", 0, None)


def test_without_an_order_there_is_no_review_of_orders():
    from campaignspec.measure import Ground

    review = result(two_of_four_order_again(), {}, ground=Ground()).review

    assert (review.contributions, review.products, review.payback) == ((), (), None)
    assert review.list_size.customers == 4


def test_the_least_lift_is_that_of_the_usual_formula():
    """Fleiss, Levin and Paik's formula: 2.8016 * sqrt(0.05 * 0.95 * (1/9000 + 1/1000))."""
    assert smallest_lift(0.05, 9000, 1000) == pytest.approx(0.020354, abs=1e-6)
    assert smallest_lift(0.0, 9000, 1000) is None
    assert smallest_lift(0.05, 9000, 0) is None


def test_an_interval_of_a_quotient_covers_its_truth():
    """In 95 of 100 draws, give or take what chance allows (a binomial of 200 at 95 %)."""
    dice = np.random.default_rng(7)
    people = np.arange(400)
    hits = 0
    for _ in range(200):
        below = dice.poisson(3, 400).astype(np.float64)
        above = dice.binomial(below.astype(np.int64), 0.2).astype(np.float64)
        bounds = interval_of(above, below, people)
        assert bounds is not None
        hits += bounds[0] <= 0.2 <= bounds[1]

    assert 178 <= hits <= 200


def test_an_interval_is_the_same_every_time():
    above, below = np.arange(60) % 3 * 1.0, np.ones(60)

    assert interval_of(above, below, np.arange(60)) == interval_of(above, below, np.arange(60))


def test_numbers_of_one_person_stay_together():
    """Ten entries a person tell no more than one; as of ten people they would tell more."""
    above = np.repeat(np.arange(40) % 2, 10).astype(np.float64)
    below = np.ones(400)

    together = interval_of(above, below, np.repeat(np.arange(40), 10))
    apart = interval_of(above, below, np.arange(400))

    assert together is not None
    assert apart is not None
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


def test_with_few_people_there_is_no_interval():
    assert interval_of(np.ones(19), np.ones(19), np.arange(19)) is None
