"""What lists of several sizes pay back, worked by hand on five messages.

a  gets two messages for 0.50 each, clicks one twice
b  gets one for 0.50, and clicks it
c  gets one for 0.50, which fails: it costs, and reaches nobody
d  gets one for 0.50; its window is not over
e  is held out
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from measure_kit.world import DAY_ZERO, END, START, Entry, Message, World, journey
from sample_facts import campaign

from campaignspec.clock import DAY, HOUR
from campaignspec.measure import Ground, measure
from campaignspec.measure.list_plan import AtSize, ListReading
from campaignspec.money import MICROS, Money
from campaignspec.report import Report, Section, render_report
from campaignspec.spec.economics import Economics, ListPlan, ListSize
from campaignspec.spec.kinds import KINDS, Share, Threshold


def limit(text: str) -> Threshold:
    parsed: Threshold = KINDS[Threshold].parse(text)
    return parsed


def money(units: float) -> Money:
    return Money(micros=int(units * MICROS), currency="USD")


# Three customers are reached: 4 delivered messages of 5, 2 clicked, all five paid: 2.50.
# Of clicks 50 % order, an order brings 12, of which a quarter is earned: 2 / 3 * 1.50 = 1 each.
# So each contact costs 2.50 / 3 and earns 1, which leaves 1 / 6; making it costs 10.
ECONOMICS = Economics(
    price=money(12),
    margin=Share(0.25),
    production=money(10),
    plan=ListPlan(
        orders_per_click=Share(0.5),
        sizes=(
            ListSize(contacts=30, romi=limit("< 0%")),
            ListSize(contacts=60, romi=limit(">= 0%")),
            ListSize(contacts=600, romi=limit(">= 50%")),
            ListSize(contacts=6000),
        ),
    ),
)


def sent(number: int, *, clicks: int = 0, failed: bool = False) -> Message:
    node, channel = (("hello", "email"), ("again", "sms"))[number]
    at = DAY_ZERO + (2 + number) * DAY
    return Message(node, channel, at, was_sent=True, clicks=clicks, failed=failed, cost=500)


def world() -> World:
    late = END - HOUR
    return World(
        entries=(
            Entry("c0", 1, DAY_ZERO + DAY, False, (sent(0, clicks=2), sent(1))),
            Entry("c1", 1, DAY_ZERO + DAY, False, (sent(0, clicks=1),)),
            Entry("c2", 1, DAY_ZERO + DAY, False, (sent(0, failed=True),)),
            Entry("c3", 1, late, False, (replace(sent(0), at=late),)),
            Entry("c4", 1, DAY_ZERO + DAY, held_out=True),
        )
    )


def section(economics: Economics = ECONOMICS) -> Section:
    graph, written = journey(), campaign(goal=journey().goal, economics=economics)
    result = measure(
        world().facts(),
        graph,
        written,
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=False,
        ground=Ground(economics=economics),
    )
    return Section(campaign=written, graph=graph, result=result)


def reading(economics: Economics = ECONOMICS) -> ListReading:
    plan = section(economics).result.review.plan
    assert plan is not None
    return plan


def test_a_contact_stands_for_the_average_of_those_who_were_reached() -> None:
    plan = reading()

    assert plan.reached == 3
    assert plan.each.messages == pytest.approx(5 / 3)
    assert plan.each.clicks == pytest.approx(2 / 3)
    assert plan.each.cost == pytest.approx(2.5 / 3)
    assert plan.each.margin == pytest.approx(1.0)


def test_each_size_bears_the_whole_production_and_its_own_messages() -> None:
    sizes = {each.contacts: each for each in reading().sizes}

    assert sizes[30].cost == pytest.approx(25 + 10)
    assert sizes[30].margin == pytest.approx(30)
    assert sizes[30].result == pytest.approx(-5)
    assert sizes[600].romi == pytest.approx((600 - 510) / 510)


def test_what_is_planned_of_a_size_is_held_against_it() -> None:
    def met(size: AtSize) -> tuple[int, bool | None]:
        return size.contacts, size.is_met

    assert [met(size) for size in reading().sizes] == [
        (30, True),
        (60, True),
        (600, False),
        (6000, None),
    ]


def test_a_list_breaks_even_where_what_is_left_pays_for_production() -> None:
    assert reading().break_even == 60


def test_no_list_breaks_even_where_a_contact_costs_more_than_it_earns() -> None:
    assert ECONOMICS.plan is not None
    dear = replace(ECONOMICS, plan=replace(ECONOMICS.plan, orders_per_click=Share(0.4)))

    assert reading(dear).break_even is None


def test_nothing_is_worked_out_without_a_plan() -> None:
    assert section(replace(ECONOMICS, plan=None)).result.review.plan is None


def test_the_report_shows_every_size(golden) -> None:  # type: ignore[no-untyped-def]
    report = Report(project="shop", title="A plan", zone="UTC", sections=(section(),))

    text = render_report(report, "markdown")

    begins = text.index("### What lists of other sizes")
    golden("report/list_plan.md", text[begins : text.index("###", begins + 3)])
