"""The tables that judge: KPIs against promises, treated against held out."""

from __future__ import annotations

from typing import Final

from campaignspec.measure.arm import Arm
from campaignspec.measure.kpis import Judged, KpiReading, Verdict
from campaignspec.measure.lift import Rate
from campaignspec.measure.provenance import Provenance, Quantity, provenance_of
from campaignspec.report import format as written
from campaignspec.report.model import Cell, Row, Section, State, Table
from campaignspec.spec.kpi import GrowthUnit, Kpi
from campaignspec.spec.kpi_definition import CountCosts, Counting, CountMoney, SumEvents, Unit
from campaignspec.spec.kpi_promise import is_growth
from campaignspec.spec.kpi_registry import LIFT, PAYBACK_ORDER
from campaignspec.spec.kpi_words import counted_as

_TITLES: Final = {
    **{name: name.upper() for name in ("ctr", "ctor", "cpo", "nps", "ltv", "romi")},
    "open_rate_sent": "Open rate, of sent",
    "open_rate_delivered": "Open rate, of delivered",
}


def kpi_table(section: Section) -> Table:
    """Show every KPI with what it counts; those that the campaign promises come first."""
    readings = sorted(section.result.kpis, key=lambda reading: not reading.is_promised)
    return Table(
        name="kpis",
        title="KPIs and promises",
        note=_kpi_note(section),
        columns=("KPI", "Value", "95% interval", "Counted as", "Target", "Guardrail", "Class"),
        numeric=frozenset({1, 2}),
        rows=tuple(_kpi_row(reading, section.result.currency) for reading in readings),
    )


def _kpi_note(section: Section) -> str:
    note = "Every KPI names what stands above and below the line."
    if not section.result.simulated:
        evaluation = section.campaign.evaluation
        first = f" Targets are judged from {evaluation.first_readout} on." if evaluation else ""
        return f"{note}{first}"
    return f"{note} A promise is not judged by an assumed number: that would judge the assumption."


def _kpi_row(reading: KpiReading, currency: str) -> Row:
    unit = reading.definition.unit
    return Row(
        cells=(
            Cell(text=kpi_title(reading), note=_explained(reading)),
            Cell(text=written.in_unit(reading.value, unit, currency)),
            Cell(text=written.interval_in_unit(reading.interval, unit, currency)),
            Cell(
                text=_fraction(reading, currency),
                note=counted_as(reading.kpi, reading.definition),
            ),
            _promise(reading.target, reading, currency, State.BAD),
            _promise(reading.guardrail, reading, currency, State.CROSSED),
            Cell(text=reading.provenance.value, provenance=reading.provenance),
        )
    )


def kpi_title(reading: KpiReading) -> str:
    """Write a KPI's name for people: ``Conversion rate``."""
    if reading.name in _TITLES:
        return _TITLES[reading.name]
    return reading.name.replace("_", " ").replace("-", " ").capitalize()


def _explained(reading: KpiReading) -> str:
    """Say what a KPI means and, where it has a name of its own, which one it is."""
    which = "" if reading.name == reading.kpi else f"{reading.kpi}: "
    stage = f"The goal is the stage {reading.stage}. " if reading.stage else ""
    return f"{which}{stage}{reading.definition.meaning}"


def _promise(judged: Judged | None, reading: KpiReading, currency: str, broken: State) -> Cell:
    """Write a target with the level that it comes to, and what came of it."""
    if judged is None:
        return Cell(text=written.NOTHING)
    states = {Verdict.MET: State.GOOD, Verdict.MISSED: broken, Verdict.TOO_EARLY: State.EARLY}
    return Cell(
        text=written.target(judged.target),
        note=_from_baseline(judged, reading, currency),
        state=states.get(judged.verdict, State.UNKNOWN),
    )


def _from_baseline(judged: Judged, reading: KpiReading, currency: str) -> str:
    """Say what a growth comes to, and from what: "23.4%, from 18.0% in 2016-01-01 to …"."""
    baseline, unit = reading.baseline, reading.definition.unit
    if baseline is None or not is_growth(judged.target, Kpi(unit=GrowthUnit.RELATIVE)):
        return ""
    limit = written.in_unit(judged.limit, unit, currency)
    before = written.in_unit(baseline.value, unit, currency)
    source = baseline.source or "counted on the history, with nobody treated"
    return f"{limit}, from {before} in {baseline.start} to {baseline.end} ({source})"


def _fraction(reading: KpiReading, currency: str) -> str:
    if reading.kpi == LIFT:
        above, below = (written.share(part) for part in (reading.numerator, reading.denominator))
        return f"{above} {written.MINUS} {below}"
    definition = reading.definition
    above = _part(reading.numerator, definition.numerator, definition.unit, currency)
    if definition.denominator is None:
        return above
    if reading.kpi == PAYBACK_ORDER:
        return f"{above} against {written.amount(reading.denominator, currency)}"
    return f"{above} ÷ {_part(reading.denominator, definition.denominator, Unit.COUNT, currency)}"


def _part(number: float | None, counted: Counting, unit: Unit, currency: str) -> str:
    """Write what stands above or below the line; a sum is money where the KPI is."""
    summed = isinstance(counted, SumEvents) and unit is Unit.MONEY
    if summed or isinstance(counted, CountMoney | CountCosts):
        return written.amount(number, currency)
    return written.count(number)


def lift_table(section: Section) -> Table:
    """Show both sides of the comparison, and the difference with its interval."""
    result = section.result
    rows: tuple[Row, ...] = ()
    if result.lift is not None and result.funnel.held_out.entries:
        lift = result.lift
        simulated, currency = result.simulated, result.currency
        rows = (
            _side_row(
                "Treated",
                lift.treated,
                written.amount(lift.treated_value, currency),
                result.funnel.treated,
                provenance_of(Quantity.CONVERSIONS, simulated=simulated),
            ),
            _side_row(
                "Held out",
                lift.held_out,
                written.amount(lift.held_out_value, currency),
                result.funnel.held_out,
                provenance_of(Quantity.BASELINE, simulated=simulated),
            ),
            _difference_row(section, provenance_of(Quantity.LIFT, simulated=simulated)),
        )
    return Table(
        name="lift",
        title="Against the holdout",
        note=_lift_note(section),
        columns=("Side", "Reached the goal", "Of mature entries", "95% interval", "Value", "Class"),
        numeric=frozenset({1, 2, 3, 4}),
        rows=rows,
    )


def _lift_note(section: Section) -> str:
    goal = section.graph.goal
    mature = f"Only entries whose {goal.within} window is over are compared. " if goal else ""
    if section.result.simulated:
        return (
            f"{mature}In a rehearsal messages change nobody, so the true lift is zero: the "
            "interval shows how small a lift this holdout could tell from chance."
        )
    return f"{mature}An interval that contains zero may be chance."


def _side_row(label: str, rate: Rate, value: str, arm: Arm, provenance: Provenance) -> Row:
    return Row(
        cells=(
            Cell(text=label, note=f"{written.count(arm.entries - arm.mature)} not yet mature"),
            Cell(text=written.share(rate.value)),
            Cell(text=f"{written.count(rate.hits)} ÷ {written.count(rate.trials)}"),
            Cell(text=written.share_interval(rate.interval)),
            Cell(text=value),
            Cell(text=provenance.value, provenance=provenance),
        )
    )


def _difference_row(section: Section, provenance: Provenance) -> Row:
    lift = section.result.lift
    assert lift is not None, "there is no difference without a goal"  # noqa: S101 (for the types)
    ours, theirs = lift.treated_value, lift.held_out_value
    value = None if ours is None or theirs is None else ours - theirs
    return Row(
        cells=(
            Cell(text="Difference"),
            Cell(text=written.points(lift.difference)),
            Cell(text=""),
            Cell(text=written.interval(lift.interval)),
            Cell(text=written.amount(value, section.result.currency)),
            Cell(text=provenance.value, provenance=provenance),
        )
    )
