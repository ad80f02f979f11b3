"""A report with everything that can be promised, and the review behind it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from measure_kit.world import CUSTOMERS, DAY_ZERO, END, START, Entry, Happened, World, journey
from sample_facts import campaign

from campaignspec.clock import DAY, Duration
from campaignspec.measure import measure
from campaignspec.money import MICROS, Money
from campaignspec.report import Report, Section, render_report
from campaignspec.report.model import State
from campaignspec.report.tables import tables
from campaignspec.spec.economics import Economics, Evaluation
from campaignspec.spec.kinds import KINDS, Name, Share, Target
from campaignspec.spec.kpi import Baseline, GrowthUnit, Kpi
from campaignspec.spec.steering import Stage

WINDOW = Duration(20 * DAY)


def _world() -> World:
    """Six people, every one a little different, for numbers that can be followed."""
    entries = tuple(
        Entry(customer, 1, DAY_ZERO + (1 + place) * DAY, place == 5)
        for place, customer in enumerate(CUSTOMERS)
    )
    orders = [
        Happened(
            customer,
            DAY_ZERO + (3 + place + 2 * n) * DAY,
            40 + 5 * place,
            "bags" if n % 2 else "shoes",
            "app" if place % 2 else "market",
        )
        for place, customer in enumerate(CUSTOMERS)
        for n in range(place)
    ]
    before = [Happened(customer, DAY_ZERO - 9 * DAY, 30, "bags") for customer in CUSTOMERS[3:]]
    answers = [
        Happened(customer, DAY_ZERO + 8 * DAY, 5 + n) for n, customer in enumerate(CUSTOMERS)
    ]
    visits = [Happened(customer, DAY_ZERO + 7 * DAY) for customer in CUSTOMERS[:3]]
    return World(
        entries=entries,
        events={
            "order.placed": [*before, *orders],
            "survey.answered": answers,
            "site.visited": visits,
        },
    )


def _target(text: str) -> Target:
    parsed: Target = KINDS[Target].parse(text)
    return parsed


def _promises() -> dict[Name, Kpi]:
    was = {"from_": date(2016, 1, 1), "to": date(2016, 12, 31)}
    stated = Baseline(value=Share(0.35), source="CRM, report 12", **was)
    loyal = {"segment": Name("loyal"), "window": WINDOW, "baseline": stated}
    texts = {
        "repurchase_rate": Kpi(target=_target(">= x1.3"), window=WINDOW, baseline=stated),
        "loyal_share": Kpi(target=_target(">= +14%"), unit=GrowthUnit.RELATIVE, **loyal),
        "visited": Kpi(
            kpi=Name("conversion_rate"), stage=Name("visited"), target=_target(">= 90%")
        ),
        "nps": Kpi(target=_target(">= 30"), guardrail=_target(">= 0"), window=WINDOW),
        "payback_order": Kpi(target=_target("<= 6"), window=WINDOW, owner=Name("growth")),
        "ltv": Kpi(
            target=_target(">= x1.5"),
            window=WINDOW,
            baseline=Baseline(value=Money(micros=8 * MICROS, currency="USD"), **was),
        ),
        "romi": Kpi(guardrail=_target(">= -50%"), window=WINDOW),
        "owned_channel_share": Kpi(window=WINDOW),
        "retention_rate": Kpi(window=WINDOW, after=Duration(DAY)),
    }
    return {Name(name): kpi for name, kpi in texts.items()}


@pytest.fixture(scope="module", params=[None, 90], ids=["judged", "too early"])
def report(request: pytest.FixtureRequest) -> Report:
    graph, world = journey(), _world()
    written = campaign(
        kpis=_promises(),
        goal=graph.goal,
        economics=Economics(margin=Share(0.25)),
        stages={Name("visited"): Stage(event=Name("site.visited"))},
        evaluation=Evaluation(first_readout=Duration(request.param * DAY))
        if request.param
        else None,
    )
    result = measure(
        world.facts(),
        graph,
        written,
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=False,
        ground=world.ground(),
    )
    section = Section(campaign=written, graph=graph, result=result)
    return Report(project="shop", title="A review", zone="UTC", sections=(section,))


def _is_judged(report: Report) -> bool:
    return report.sections[0].campaign.evaluation is None


def test_the_review_reads_as_it_was_reviewed(golden, report: Report) -> None:
    text = render_report(report, "markdown")
    begins = text.index("### KPIs and promises")

    name = "review" if _is_judged(report) else "review_too_early"
    golden(f"report/{name}.md", text[begins : text.index("### Messages by channel")])


def test_every_verdict_is_told(report: Report) -> None:
    (kpis,) = (table for table in tables(report.sections[0]) if table.name == "kpis")
    told = {cell.state for row in kpis.rows for cell in row.cells if cell.state}

    assert told == (
        {State.GOOD, State.BAD, State.CROSSED}
        if _is_judged(report)
        else {State.EARLY, State.CROSSED}
    )


def test_the_page_and_the_data_hold_the_review(report: Report) -> None:
    page = render_report(report, "html")
    (data,) = json.loads(render_report(report, "json"))["campaigns"]

    assert "With which order a customer pays back</h3>" in page
    assert ("too early" in page) is not _is_judged(report)
    assert data["review"]["products"][0]["product"] == "shoes"
    kpi = next(kpi for kpi in data["kpis"] if kpi["name"] == "repurchase_rate")
    assert kpi["target"]["level"] == pytest.approx(0.455)
    assert kpi["baseline"]["source"] == "CRM, report 12"
