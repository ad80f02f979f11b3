"""The tables that judge: KPIs against promises, treated against held out."""

from __future__ import annotations

from campaignspec.measure.arm import Arm
from campaignspec.measure.kpis import KpiReading
from campaignspec.measure.lift import Rate
from campaignspec.measure.provenance import Provenance, Quantity, provenance_of
from campaignspec.report import format as written
from campaignspec.report.model import Cell, Row, Section, State, Table
from campaignspec.spec.kpi import DEFINITIONS, KpiName


def kpi_table(section: Section) -> Table:
    """Show every KPI with its definition; those that the campaign promises come first."""
    readings = sorted(section.result.kpis, key=lambda reading: not reading.is_promised)
    return Table(
        name="kpis",
        title="KPIs and promises",
        note=_kpi_note(section),
        columns=("KPI", "Value", "Counted as", "Target", "Guardrail", "Class"),
        numeric=frozenset({1}),
        rows=tuple(_kpi_row(reading, section.result.currency) for reading in readings),
    )


def _kpi_note(section: Section) -> str:
    note = "Every rate names what stands above and below the line."
    if not section.result.simulated:
        return note
    return f"{note} A promise is not judged by an assumed number: that would judge the assumption."


def _kpi_row(reading: KpiReading, currency: str) -> Row:
    definition = DEFINITIONS[reading.name]
    joint = " " if reading.name is KpiName.LIFT else " ÷ "
    return Row(
        cells=(
            Cell(
                text=kpi_title(reading.name),
                note=f"{definition.numerator}{joint}{definition.denominator}",
            ),
            Cell(text=written.in_unit(reading.value, definition.unit, currency)),
            Cell(text=_fraction(reading, currency)),
            Cell(
                text=written.threshold(reading.target),
                state=_state(reading.target_met, asked=reading.target is not None),
            ),
            Cell(
                text=written.threshold(reading.guardrail),
                state=_state(reading.guardrail_kept, asked=reading.guardrail is not None),
            ),
            Cell(text=reading.provenance.value, provenance=reading.provenance),
        )
    )


def kpi_title(name: KpiName) -> str:
    """Write a KPI's name for people: ``Open rate``."""
    return name.value.replace("_", " ").capitalize()


def _fraction(reading: KpiReading, currency: str) -> str:
    if reading.name is KpiName.LIFT:
        above, below = (written.share(part) for part in (reading.numerator, reading.denominator))
        return f"{above} {written.MINUS} {below}"
    is_money = DEFINITIONS[reading.name].unit == "money"
    numerator = (
        written.amount(reading.numerator, currency)
        if is_money
        else written.count(reading.numerator)
    )
    return f"{numerator} ÷ {written.count(reading.denominator)}"


def _state(met: bool | None, *, asked: bool) -> State | None:  # noqa: FBT001 (three answers)
    if not asked:
        return None
    return State.UNKNOWN if met is None else State.GOOD if met else State.BAD


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
