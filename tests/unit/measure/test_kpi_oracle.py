"""Every built-in KPI against a plain count of the same small world."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_kit.profile import examples
from hypothesis import given
from hypothesis import strategies as st
from measure_kit.oracle import by_category, counted, payback
from measure_kit.world import END, START, World, journey, worlds
from sample_facts import campaign

from campaignspec.clock import DAY, Duration
from campaignspec.measure import measure
from campaignspec.measure.kpis import KpiReading
from campaignspec.spec.kinds import Name
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.kpi_definition import Unit
from campaignspec.spec.kpi_promise import Need, needs_of
from campaignspec.spec.kpi_registry import BUILTINS, LIFT, PAYBACK_ORDER

SIGNED = {"lift", "romi", "nps", "social_growth"}


def readings(world: World, days: int) -> dict[str, KpiReading]:
    """Measure everything there is, with windows of so many days where a KPI has none."""
    kpis = {}
    for name, builtin in BUILTINS.items():
        window = None
        if Need.WINDOW in needs_of(name, builtin.definition) or name == "complaint_rate":
            window = Duration(days * DAY)
        kpis[Name(name)] = Kpi(window=window, segment=Name("loyal"))
    kpis[Name("by_category")] = Kpi(
        kpi=Name("repurchase_rate"), by=Name("category"), window=Duration(days * DAY)
    )
    graph = journey()
    result = measure(
        world.facts(),
        graph,
        campaign(kpis=kpis, goal=graph.goal),
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=False,
        ground=world.ground(),
    )
    return {reading.name: reading for reading in result.kpis}


@given(world=worlds(), days=st.integers(1, 40))
@examples(40)
def test_every_kpi_is_what_a_plain_count_says(world: World, days: int) -> None:
    measured = readings(world, days)

    for name in [*BUILTINS, "by_category"]:
        reading = measured[name]
        if name == PAYBACK_ORDER:
            assert reading.value == payback(world, days), name
            continue
        above, below = (
            by_category(world, days) if name == "by_category" else counted(name, world, days)
        )
        assert reading.numerator == pytest.approx(above), name
        assert reading.denominator == pytest.approx(below), name
        assert reading.value == pytest.approx(_value(name, above, below)), name


def _value(name: str, above: float | None, below: float | None) -> float | None:
    if name == LIFT:
        return None if above is None or below is None else above - below
    if below is None:
        return above
    if above is None or not below:
        return None
    return above / below * (100 if name == "nps" else 1)


@given(world=worlds(), days=st.integers(1, 40))
@examples(15)
def test_a_rate_lies_in_its_bounds_and_in_its_interval(world: World, days: int) -> None:
    for name, reading in readings(world, days).items():
        if reading.value is None or reading.definition.unit is not Unit.PERCENT:
            continue
        if name not in SIGNED:
            assert 0 <= reading.value <= 1, name
        if reading.interval is not None and name not in SIGNED:
            low, high = reading.interval
            assert -1e-9 <= low <= reading.value + 1e-9, name
            assert reading.value - 1e-9 <= high <= 1 + 1e-9, name


@given(world=worlds(), days=st.integers(1, 40))
@examples(10)
def test_new_and_returning_customers_bring_all_the_revenue(world: World, days: int) -> None:
    measured = readings(world, days)

    new, returning = measured["new_contribution"], measured["returning_contribution"]
    assert (new.value is None) is (returning.value is None)
    if new.value is not None and returning.value is not None:
        assert new.value + returning.value == pytest.approx(1)


@given(world=worlds())
@examples(10)
def test_who_is_unknown_to_the_history_counts_nowhere_in_it(world: World) -> None:
    strangers = tuple(replace(entry, customer=f"x{entry.customer}") for entry in world.entries)

    measured = readings(World(entries=strangers, events=world.events), 7)

    assert not measured["repurchase_rate"].denominator
    assert not measured["ltv"].denominator
    assert measured["list_size"].value == len({entry.customer for entry in strangers})
