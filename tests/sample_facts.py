"""Facts for tests of what is measured and reported: by hand, or a small rehearsal."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from sample_journey import win_back

from campaignspec.clock import DAY, HOUR, Instant, parse_instant, to_datetime
from campaignspec.engine.facts import ORDER, SCHEMA
from campaignspec.measure import Assumption, Result, measure
from campaignspec.report import Report, Section
from campaignspec.spec.campaign import Campaign, Objective
from campaignspec.spec.entering import Enter, OnSegment
from campaignspec.spec.kinds import Comparison, Name, Target
from campaignspec.spec.kpi import Kpi

START = parse_instant("2017-03-01")
END = parse_instant("2017-06-01")
COSTS = {"email": 400, "push": 0, "sms": 30_000}


def fact(
    at: Instant, customer: str, kind: str, node: str, edge: str | None = None, **more: Any
) -> dict[str, Any]:
    """Write one fact; what is not given is what is usual."""
    row = {"campaign": "win-back", "enrolment": 1, "seq": 0, "channel": None, "reason": None}
    row |= {"value": None, "at": to_datetime(at), "customer": customer, "kind": kind}
    return row | {"node": node, "edge": edge} | more


def table(facts: Iterable[dict[str, Any]]) -> pa.Table:
    made = pa.Table.from_pylist(list(facts), schema=SCHEMA)
    return made.sort_by([(column, "ascending") for column in ORDER])


def entered(
    customer: str, at: Instant, *, held_out: bool = False, **more: Any
) -> list[dict[str, Any]]:
    edge = "held out" if held_out else "next"
    facts = [fact(at, customer, "entered", "entry", edge, **more)]
    if held_out:
        facts.append(fact(at, customer, "held_out", "holdout", seq=1, **more))
    return facts


def campaign(**more: Any) -> Campaign:
    values: dict[str, Any] = {
        "campaign": Name("win-back"),
        "enter": Enter(on=OnSegment(segment=Name("lapsed"))),
        "journey": (),
    }
    return Campaign(**(values | more))


def rehearsal(people: int = 2000) -> pa.Table:
    """Walk some people through `win_back`, each by a seeded draw of their own."""
    facts: list[dict[str, Any]] = []
    for number in range(people):
        dice = random.Random(number)
        facts += _walk(f"c{number:05}", START + (1 + dice.randrange(85 * 24)) * HOUR, dice)
    return table(facts)


def _walk(customer: str, at: Instant, dice: random.Random) -> list[dict[str, Any]]:
    if dice.random() < 0.04:
        reason = dice.choice(["entered before", "still enrolled"])
        return [fact(at, customer, "refused", "entry", reason=reason)]
    held_out = dice.random() < 0.1
    steps = _steps(at, customer, dice) if not held_out else []
    bought = at + int(dice.expovariate(1 / 75) * DAY)
    in_time = bought <= min(at + 30 * DAY, END)
    told = [f for f in steps if f["at"] < to_datetime(min(bought, END))]
    node = _standing(told, held_out=held_out)
    has_left = any(f["kind"] == "left" for f in told)
    if in_time and not has_left:
        value = dice.randrange(8, 140) * 1_000_000
        told.append(fact(bought, customer, "converted", node, "goal", seq=90, value=value))
    elif not in_time and not has_left and at + 30 * DAY <= END:
        told.append(fact(at + 30 * DAY, customer, "expired", node, seq=90))
    return [*entered(customer, at, held_out=held_out), *told]


def _standing(told: list[dict[str, Any]], *, held_out: bool) -> str:
    """Find where somebody is: where the last edge leads."""
    graph = win_back()
    moves = [f for f in told if f["edge"]]
    if held_out or not moves:
        return "holdout" if held_out else "until-10:00"
    return graph.target(moves[-1]["node"], moves[-1]["edge"])


def _steps(  # noqa: C901 (a journey told from top to bottom)
    at: Instant, customer: str, dice: random.Random
) -> list[dict[str, Any]]:
    seq, facts = 1, []

    def step(kind: str, node: str, edge: str | None = None, **more: Any) -> None:
        nonlocal seq
        facts.append(fact(at, customer, kind, node, edge, seq=seq, **more))
        seq += 1

    def send(node: str, channel: str) -> None:
        if dice.random() < 0.15:
            reason = dice.choice(
                ["no consent", "cap: 3 within 7d", "cap: 3 within 7d", "no address"]
            )
            step("suppressed", node, "next", channel=channel, reason=reason)
            return
        if dice.random() < 0.1:
            step("deferred", node, channel=channel, reason="quiet hours")
        step("sent", node, "next", channel=channel, value=COSTS[channel])
        if channel != "sms" and dice.random() < 0.24:
            more = {"channel": channel, "seq": -1}
            facts.append(fact(at + 3 * HOUR, customer, "opened", node, **more))
            if dice.random() < 0.2:
                facts.append(fact(at + 3 * HOUR, customer, "clicked", node, **more))
            if dice.random() < 0.02:
                facts.append(fact(at + 4 * HOUR, customer, "unsubscribed", node, **more))

    at += 9 * HOUR
    step("waited", "until-10:00", "next")
    send("hello", "email")
    came = dice.random() < 0.3
    at += dice.randrange(1, 5) * DAY if came else 5 * DAY
    step("waited", "wait-for-basket", "in time" if came else "too late")
    if came:
        send("basket-reminder", "push")
    else:
        vip = dice.random() < 0.6
        step("branched", "worth", "vip" if vip else "else")
        if not vip:
            step("left", "leave-not-worth-it", reason="not-worth-it")
            return facts
        arm = dice.choice(["ten-off", "free-shipping"])
        step("assigned", "offer", arm)
        send(arm, "email")
    at += 3 * DAY
    if dice.random() < 0.02:
        step("left", "wait-3d", reason="event order.returned")
        return facts
    step("waited", "wait-3d", "next")
    send("last-call", "sms")
    step("completed", "end")
    return facts


def result(*, simulated: bool = True) -> Result:
    return measure(
        rehearsal(),
        win_back(),
        promises(),
        start=START,
        end=END,
        currency="USD",
        assumptions=ASSUMPTIONS if simulated else (),
        simulated=simulated,
    )


def promises() -> Campaign:
    def limit(comparison: Comparison, number: float, unit: str) -> Target:
        return Target(comparison=comparison, limit=number, unit=unit)

    return campaign(
        title="Win back customers who stopped buying",
        owner=Name("retention"),
        objective=Objective.REACTIVATE,
        hypothesis="Most who lapse come back by themselves. A late, small nudge brings back a "
        "few more, and costs less than a discount for everybody.",
        kpis={
            Name("conversion_rate"): Kpi(target=limit(Comparison.AT_LEAST, 0.22, "%")),
            Name("lift"): Kpi(target=limit(Comparison.AT_LEAST, 0.02, "pp"), owner=Name("growth")),
            Name("unsubscribe_rate"): Kpi(guardrail=limit(Comparison.AT_MOST, 0.004, "%")),
            Name("cost_per_conversion"): Kpi(target=limit(Comparison.AT_MOST, 2.0, "USD")),
        },
    )


ASSUMPTIONS = (
    Assumption(name="email opened", value="24%", basis="own newsletters, January to June 2016"),
    Assumption(name="email clicked, of opened", value="20%", basis="own newsletters, 2016"),
    Assumption(name="push opened", value="24%", basis="a guess; no data"),
)


def report(*, simulated: bool = True, sections: int = 1) -> Report:
    section = Section(campaign=promises(), graph=win_back(), result=result(simulated=simulated))
    return Report(
        project="lens-shop",
        title="Win-back, rehearsed on spring 2017" if simulated else "Win-back, spring 2017",
        zone="UTC",
        sections=(section,) * sections,
    )
