"""One small table of facts, worked by hand.

Period: days 0 to 60; goal within 30 days. Nine people meet the entry:

a  day 0   hello, opened twice and clicked; goal on day 3 worth 40
b  day 0   hello suppressed (no consent), basket in time, reminder, goes on to the end; expires
c  day 0   hello, too late, not worth it: leaves
d  day 0   held out; goal on day 10 worth 20
e  day 1   held out; expires
f  day 50  hello deferred, then sent; still open, not mature
g  day 50  held out; not mature, but reached the goal on day 55
h  day 2   refused
i  day 60  enters at the end of the period: not in it
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sample_facts import campaign, entered, fact, rehearsal, table
from sample_journey import graph_of, send, win_back

from campaignspec.clock import DAY, HOUR, parse_instant
from campaignspec.engine.facts import SCHEMA
from campaignspec.graph.nodes import EndNode
from campaignspec.measure import Provenance, Result, measure
from campaignspec.measure.cohort import cohort_of
from campaignspec.measure.flow import flow_of
from campaignspec.measure.kpis import KpiReading, Verdict
from campaignspec.spec.kinds import Comparison, Name, Target
from campaignspec.spec.kpi import Kpi

DAY_ZERO = parse_instant("2017-03-01")
START = DAY_ZERO - 1
END = DAY_ZERO + 60 * DAY


def day(number: float) -> int:
    return DAY_ZERO + int(number * DAY)


def email(at: float, who: str, kind: str, node: str = "hello", **more: Any) -> dict[str, Any]:
    edge = {"sent": "next", "suppressed": "next"}.get(kind)
    value = 400 if kind == "sent" else None
    return fact(day(at), who, kind, node, edge, channel="email", value=value, **more)


def facts() -> list[dict[str, Any]]:
    return [
        *entered("a", day(0)),
        fact(day(0.5), "a", "waited", "until-10:00", "next", seq=1),
        email(0.5, "a", "sent", seq=2),
        email(0.6, "a", "opened", seq=-1),
        email(0.7, "a", "opened", seq=-1),
        email(0.7, "a", "clicked", seq=-1),
        fact(day(3), "a", "converted", "wait-for-basket", "goal", value=40_000_000, seq=3),
        *entered("b", day(0)),
        fact(day(0.5), "b", "waited", "until-10:00", "next", seq=1),
        email(0.5, "b", "suppressed", reason="no consent", seq=2),
        fact(day(2), "b", "waited", "wait-for-basket", "in time", seq=3),
        fact(day(2), "b", "sent", "basket-reminder", "next", channel="push", value=0, seq=4),
        fact(day(5), "b", "waited", "wait-3d", "next", seq=5),
        fact(day(5), "b", "suppressed", "last-call", "next", channel="sms", reason="cap", seq=6),
        fact(day(5), "b", "completed", "end", seq=7),
        fact(day(30), "b", "expired", "end", seq=8),
        *entered("c", day(0)),
        fact(day(0.5), "c", "waited", "until-10:00", "next", seq=1),
        email(0.5, "c", "sent", seq=2),
        email(0.6, "c", "unsubscribed", seq=-1),
        fact(day(5.5), "c", "waited", "wait-for-basket", "too late", seq=3),
        fact(day(5.5), "c", "branched", "worth", "else", seq=4),
        fact(day(5.5), "c", "left", "leave-not-worth-it", reason="not-worth-it", seq=5),
        *entered("d", day(0), held_out=True),
        fact(day(10), "d", "converted", "holdout", "goal", value=20_000_000, seq=2),
        *entered("e", day(1), held_out=True),
        fact(day(31), "e", "expired", "holdout", seq=2),
        *entered("f", day(50)),
        fact(day(50.5), "f", "waited", "until-10:00", "next", seq=1),
        email(50.5, "f", "deferred", reason="quiet hours", seq=2),
        email(50.6, "f", "sent", seq=3),
        *entered("g", day(50), held_out=True),
        fact(day(55), "g", "converted", "holdout", "goal", value=90_000_000, seq=2),
        fact(day(2), "h", "refused", "entry", reason="entered before"),
        *entered("i", END + HOUR),
    ]


def measured(*, simulated: bool = False, rows: list[dict[str, Any]] | None = None) -> Result:
    limit = Target(comparison=Comparison.AT_LEAST, limit=0.3, unit="%")
    guard = Target(comparison=Comparison.AT_MOST, limit=0.1, unit="%")
    return measure(
        table(facts() if rows is None else rows),
        win_back(),
        campaign(
            kpis={
                Name("conversion_rate"): Kpi(target=limit),
                Name("unsubscribe_rate"): Kpi(guardrail=guard),
            }
        ),
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=simulated,
    )


def test_entries_are_counted_by_side():
    funnel = measured().funnel

    assert (funnel.entries, funnel.customers) == (7, 7)
    assert (funnel.treated.entries, funnel.held_out.entries) == (4, 3)
    assert funnel.refused == (("entered before", 1),)


def test_every_entry_ends_in_one_way():
    funnel = measured().funnel

    treated, held_out = funnel.treated, funnel.held_out
    assert (treated.converted, treated.left, treated.ended, treated.open) == (1, 1, 1, 1)
    assert (held_out.converted, held_out.left, held_out.ended, held_out.open) == (2, 0, 1, 0)


def test_only_mature_entries_are_judged():
    funnel = measured().funnel

    assert (funnel.treated.mature, funnel.treated.mature_conversions) == (3, 1)
    assert (funnel.held_out.mature, funnel.held_out.mature_conversions) == (2, 1)
    assert funnel.held_out.mature_value == 20_000_000


def test_an_entry_is_mature_when_its_window_ends_with_the_period():
    rows = [*entered("a", day(30)), *entered("b", day(30) + 1)]

    assert measured(rows=rows).funnel.treated.mature == 1


def test_messages_are_counted_with_reasons():
    funnel = measured().funnel

    assert (funnel.sent, funnel.touched, funnel.completed) == (4, 4, 1)
    assert funnel.suppressed == (("cap", 1), ("no consent", 1))
    assert funnel.deferred == (("quiet hours", 1),)
    assert funnel.failed == ()
    assert funnel.left == (("not-worth-it", 1),)


def test_a_message_that_is_opened_twice_is_one_opened_message():
    mail, push, sms = measured().channels

    assert (mail.channel, mail.sent, mail.opened, mail.clicked) == ("email", 3, 1, 1)
    assert (mail.unsubscribed, mail.cost) == (1, 1200)
    assert mail.suppressed == (("no consent", 1),)
    assert (push.channel, push.sent, push.cost) == ("push", 1, 0)
    assert (sms.channel, sms.sent, sms.suppressed) == ("sms", 0, (("cap", 1),))


def test_people_are_counted_on_nodes_and_edges():
    counts = measured().counts

    assert counts.edges["entry", "next"] == 4
    assert counts.edges["entry", "held out"] == 3
    assert counts.edges["hello", "next"] == 4
    assert counts.edges["wait-for-basket", "in time"] == 1
    assert counts.edges["worth", "vip"] == 0
    assert counts.nodes["entry"] == 7
    assert counts.nodes["wait-for-basket"] == 4
    assert counts.nodes["end"] == 1
    assert counts.goals == {"holdout": 2, "wait-for-basket": 1}
    assert counts.leaves == {"leave-not-worth-it": 1}


@pytest.mark.parametrize("kind", ["done", "emitted", "marked", "sent", "granted"])
def test_whoever_has_done_a_step_is_counted_at_the_next(kind: str) -> None:
    graph = graph_of(
        (send("step"), EndNode()),
        (("entry", "next", "step"), ("step", "next", "end")),
        goal=None,
        holdout=None,
    )
    rows = [*entered("a", day(0)), fact(day(0), "a", kind, "step", "next", seq=1)]

    counts = flow_of(cohort_of(table(rows), "win-back", start=START, end=END), graph)

    assert counts.nodes == {"entry": 1, "step": 1, "end": 1}


@pytest.mark.parametrize(
    ("name", "value", "numerator", "denominator"),
    [
        ("conversion_rate", 1 / 3, 1, 3),
        ("lift", 1 / 3 - 1 / 2, 1 / 3, 1 / 2),
        ("value_per_customer", 40 / 3, 40, 3),
        ("open_rate_sent", 1 / 4, 1, 4),
        ("click_rate", 1 / 4, 1, 4),
        ("unsubscribe_rate", 1 / 4, 1, 4),
        ("messages_per_customer", 1, 4, 4),
        ("cost_per_conversion", 0.0012, 0.0012, 1),
    ],
)
def test_kpis_are_counted_as_they_are_defined(name, value, numerator, denominator):
    reading = next(reading for reading in measured().kpis if reading.name == name)

    assert reading.value == pytest.approx(value)
    assert reading.numerator == pytest.approx(numerator)
    assert reading.denominator == pytest.approx(denominator)


def reading_of(name: str, **more: Any) -> KpiReading:
    return next(reading for reading in measured(**more).kpis if reading.name == name)


def test_promises_are_judged_in_a_run():
    conversions, opt_outs = reading_of("conversion_rate"), reading_of("unsubscribe_rate")

    assert conversions.target is not None
    assert (conversions.target.verdict, conversions.guardrail) == (Verdict.MET, None)
    assert opt_outs.guardrail is not None
    assert opt_outs.guardrail.verdict is Verdict.MISSED
    assert not reading_of("lift").is_promised


def test_promises_are_not_judged_by_assumptions():
    reading = reading_of("conversion_rate", simulated=True)

    assert reading.value == pytest.approx(1 / 3)
    assert reading.provenance is Provenance.ASSUMED
    assert reading.target is not None
    assert reading.target.verdict is Verdict.NOT_JUDGED


def test_without_facts_every_rate_is_missing():
    result = measured(rows=[])

    assert result.funnel.entries == 0
    assert all(not reading.value for reading in result.kpis)
    assert result.counts.nodes["entry"] == 0


def test_other_campaigns_are_left_out():
    others = [row | {"campaign": "other"} for row in facts()]

    assert measured(rows=[*facts(), *others]) == measured()


def test_facts_in_several_chunks_count_the_same():
    import pyarrow as pa

    whole = table(facts())
    parts = pa.concat_tables([whole.slice(0, 10), whole.slice(10)])
    arguments: dict[str, Any] = {"start": START, "end": END, "currency": "USD"}
    arguments |= {"assumptions": (), "simulated": True}

    assert whole.schema == SCHEMA
    assert measure(parts, win_back(), campaign(), **arguments) == measure(
        whole, win_back(), campaign(), **arguments
    )


def test_somebody_who_enters_twice_is_one_customer_with_two_entries():
    rows = [*entered("a", day(0)), *entered("a", day(40), enrolment=2)]
    rows.append(fact(day(3), "a", "converted", "until-10:00", "goal", value=1, seq=3))

    funnel = measured(rows=rows).funnel

    assert (funnel.entries, funnel.customers) == (2, 1)
    assert (funnel.treated.converted, funnel.treated.open) == (1, 1)


def test_facts_after_the_period_are_not_known_yet():
    rows = [*entered("a", day(0))]
    rows.append(fact(END + HOUR, "a", "converted", "until-10:00", "goal", value=1, seq=3))

    assert measured(rows=rows).funnel.treated.converted == 0


def test_enrolments_that_began_earlier_are_not_in_the_cohort():
    rows = [*entered("a", START), email(1, "a", "sent", seq=2)]

    assert measured(rows=rows).funnel.sent == 0


def test_who_stays_after_the_goal_is_counted_by_the_goal():
    rows = [*facts(), fact(day(6), "a", "completed", "end", seq=9)]
    rows.append(fact(day(6), "a", "left", "wait-3d", reason="event order.returned", seq=10))

    treated = measured(rows=rows).funnel.treated

    assert (treated.converted, treated.left, treated.ended, treated.open) == (1, 1, 1, 1)


def test_a_campaign_without_a_goal_has_no_lift_and_ends_at_its_last_step():
    graph = graph_of(
        (send("hello"), EndNode()),
        (("entry", "next", "hello"), ("hello", "next", "end")),
        goal=None,
        holdout=None,
    )
    rows = [*entered("a", day(0)), email(0.5, "a", "sent", seq=1)]
    rows += [fact(day(0.5), "a", "completed", "end", seq=2), *entered("b", day(0))]

    result = measure(
        table(rows),
        graph,
        campaign(),
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=False,
    )

    assert result.lift is None
    assert (result.funnel.treated.ended, result.funnel.treated.open) == (1, 1)
    assert "lift" not in {reading.name for reading in result.kpis}
    assert "open_rate_sent" in {reading.name for reading in result.kpis}


def test_sides_and_endings_add_up_in_a_larger_rehearsal():
    result = measure(
        rehearsal(400),
        win_back(),
        campaign(),
        start=START,
        end=DAY_ZERO + 92 * DAY,
        currency="USD",
        assumptions=(),
        simulated=True,
    )

    funnel = result.funnel
    for arm in (funnel.treated, funnel.held_out):
        assert arm.converted + arm.left + arm.ended + arm.open == arm.entries
    assert funnel.treated.entries + funnel.held_out.entries == funnel.entries
    assert sum(channel.sent for channel in result.channels) == funnel.sent
    assert result.counts.nodes["holdout"] == funnel.held_out.entries
    assert replace(result, simulated=False) != result
