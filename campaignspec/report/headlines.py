"""The five numbers that matter of one campaign; the report and the terminal begin with them."""

from __future__ import annotations

from campaignspec.measure.provenance import Quantity, provenance_of
from campaignspec.measure.summary import Summary
from campaignspec.report import format as written
from campaignspec.report.model import Brief, Headline, Section


def headlines(section: Section | Brief) -> tuple[Headline, ...]:
    """Choose five numbers.

    A rehearsal is about reach, and about what people do anyway; a run is about what the
    campaign caused.
    """
    result = section.result
    first = (_entries(result), _sent(result))
    if result.simulated or result.lift is None:
        return (*first, _not_sent(result), _cost(result), _outcome(section))
    return (*first, _cost(result), _converted(section), _lift(section))


def _outcome(section: Section | Brief) -> Headline:
    lift = section.result.lift
    if lift is None:
        return _completed(section.result)
    return _baseline(section) if lift.held_out.trials else _converted(section)


def _entries(result: Summary) -> Headline:
    funnel = result.funnel
    return Headline(
        label="Entries",
        value=written.count(funnel.entries),
        note=f"{written.count(funnel.customers)} customers, "
        f"{written.count(funnel.held_out.entries)} entries held out",
        provenance=provenance_of(Quantity.ENTRIES, simulated=result.simulated),
    )


def _sent(result: Summary) -> Headline:
    funnel = result.funnel
    customers = funnel.treated.customers
    mean = funnel.sent / customers if customers else None
    return _touches(
        result,
        "Messages sent",
        written.count(funnel.sent),
        f"{written.average(mean)} per treated customer",
    )


def _not_sent(result: Summary) -> Headline:
    reasons = result.funnel.suppressed
    number = sum(count for _, count in reasons)
    note = f"mostly: {reasons[0][0]} ({written.count(reasons[0][1])})" if reasons else "none"
    return _touches(result, "Messages not sent", written.count(number), note)


def _cost(result: Summary) -> Headline:
    total = sum(channel.cost for channel in result.channels)
    costs = [
        f"{channel.channel} {written.micros(channel.cost, result.currency)}"
        for channel in sorted(result.channels, key=lambda use: -use.cost)
        if channel.cost
    ]
    note = ", ".join(costs[:2]) or "no channel has a price"
    return _touches(result, "Cost of messages", written.micros(total, result.currency), note)


def _touches(result: Summary, label: str, value: str, note: str) -> Headline:
    provenance = provenance_of(Quantity.TOUCHES, simulated=result.simulated)
    return Headline(label=label, value=value, note=note, provenance=provenance)


def _completed(result: Summary) -> Headline:
    funnel = result.funnel
    treated = funnel.treated.entries
    value = written.share(funnel.completed / treated if treated else None)
    note = f"{written.count(funnel.completed)} of {written.count(treated)} treated entries"
    return _touches(result, "Did the last step", value, note)


def _baseline(section: Section | Brief) -> Headline:
    result = section.result
    assert result.lift is not None, "a baseline is asked for only of campaigns with a goal"  # noqa: S101 (for the types)
    rate = result.lift.held_out
    return Headline(
        label="Organic goal rate",
        value=written.share(rate.value),
        note=f"{_of(rate.hits, rate.trials)} held-out entries{_within(section)}",
        provenance=provenance_of(Quantity.BASELINE, simulated=result.simulated),
    )


def _converted(section: Section | Brief) -> Headline:
    result = section.result
    arm = result.funnel.treated
    return Headline(
        label="Reached the goal",
        value=written.share(arm.mature_conversions / arm.mature if arm.mature else None),
        note=f"{_of(arm.mature_conversions, arm.mature)} treated entries{_within(section)}",
        provenance=provenance_of(Quantity.CONVERSIONS, simulated=result.simulated),
    )


def _lift(section: Section | Brief) -> Headline:
    lift = section.result.lift
    assert lift is not None, "lift is asked for only of campaigns with a goal"  # noqa: S101 (for the types)
    interval = written.interval(lift.interval)
    return Headline(
        label="Lift over the holdout",
        value=written.points(lift.difference),
        note=f"95% interval {interval}" if lift.interval else "nobody to compare with",
        provenance=provenance_of(Quantity.LIFT, simulated=section.result.simulated),
    )


def _of(hits: int, trials: int) -> str:
    return f"{written.count(hits)} of {written.count(trials)}"


def _within(section: Section | Brief) -> str:
    return f", within {section.graph.goal.within}" if section.graph.goal else ""
