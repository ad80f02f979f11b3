"""The table of an experiment: each arm, and the others against the first."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.measure.experiments import ArmReading, ExperimentReading
from campaignspec.measure.provenance import Provenance, Quantity, provenance_of
from campaignspec.report import format as written
from campaignspec.report.model import Cell, Row, Section, State, Table


def experiment_table(section: Section, experiment: ExperimentReading) -> Table:
    """Show what became of those whom an experiment assigned to its arms."""
    has_goal = section.graph.goal is not None
    outcome = ("Reached the goal", "95% interval", "Value") if has_goal else ()
    columns = ("Arm", "Entries", "Drawn", *outcome, "Class")
    return Table(
        name=experiment_name(experiment),
        title=f"Experiment {experiment.name}",
        note=" ".join(_notes(section, experiment)),
        columns=columns,
        numeric=frozenset(range(1, len(columns) - 1)),
        rows=tuple(_rows(section, experiment)),
    )


def experiment_name(experiment: ExperimentReading) -> str:
    """Name an experiment among all tables of a campaign."""
    return f"experiment-{experiment.name}"


def _notes(section: Section, experiment: ExperimentReading) -> Iterator[str]:
    result, goal = section.result, section.graph.goal
    if experiment.is_drawn_as_declared is False:
        yield (
            "The arms did not get the shares that were declared: find out why before you trust "
            "the comparison."
        )
    if goal is not None:
        yield (
            "Compared by the arm that was drawn, whatever happened later, and only among entries "
            f"whose {goal.within} window is over."
        )
        if any(arm.enrolments.entries > arm.enrolments.customers for arm in experiment.arms):
            yield (
                "Who enters again draws the same arm again, which makes the intervals somewhat "
                "too narrow."
            )
        yield _meaning(experiment, simulated=result.simulated)
        yield f"Entries and the draw are {_assignment(section, experiment)}."


def _meaning(experiment: ExperimentReading, *, simulated: bool) -> str:
    """Say what an interval of a difference tells."""
    if not simulated:
        return "An interval of a difference that contains zero may be chance."
    gaps = [arm.difference.interval for arm in experiment.arms if arm.difference]
    strays = any(low > 0 or high < 0 for low, high in gaps)
    return (
        "In a rehearsal messages change nothing, so the arms differ by chance only: the "
        "interval shows how small a difference this experiment could tell from chance."
    ) + (" Here it misses zero all the same, as about one in twenty does." if strays else "")


def _rows(section: Section, experiment: ExperimentReading) -> Iterator[Row]:
    for arm in experiment.arms:
        yield _arm_row(section, experiment, arm)
    first, *others = experiment.arms
    for arm in others:
        if arm.difference is not None:
            yield _difference_row(section, first, arm)
    yield _draw_row(section, experiment)


def _arm_row(section: Section, experiment: ExperimentReading, arm: ArmReading) -> Row:
    enrolments, provenance = arm.enrolments, _assignment(section, experiment)
    customers = f"{written.count(enrolments.customers)} customers"
    outcome: tuple[Cell, ...] = ()
    if arm.rate is not None:
        provenance = provenance_of(Quantity.CONVERSIONS, simulated=section.result.simulated)
        customers += f", {written.count(enrolments.entries - enrolments.mature)} not yet mature"
        outcome = (
            Cell(
                text=written.share(arm.rate.value),
                note=f"{written.count(arm.rate.hits)} ÷ {written.count(arm.rate.trials)}",
            ),
            Cell(text=written.share_interval(arm.rate.interval)),
            Cell(text=written.amount(arm.value, section.result.currency)),
        )
    return Row(
        cells=(
            Cell(text=arm.name, note=customers),
            Cell(text=written.count(enrolments.entries)),
            Cell(text=written.share(arm.drawn.value), note=f"of {written.share(arm.declared)}"),
            *outcome,
            _class(provenance),
        )
    )


def _difference_row(section: Section, first: ArmReading, arm: ArmReading) -> Row:
    gap = arm.difference
    assert gap is not None, "there is no row without a difference"  # noqa: S101 (for the types)
    both = arm.value is not None and first.value is not None
    value = arm.value - first.value if both else None  # type: ignore[operator]
    return Row(
        cells=(
            Cell(text=f"{arm.name} {written.MINUS} {first.name}"),
            Cell(text=""),
            Cell(text=""),
            Cell(text=written.points(gap.value)),
            Cell(text=written.interval(gap.interval)),
            Cell(text=written.amount(value, section.result.currency)),
            _class(provenance_of(Quantity.LIFT, simulated=section.result.simulated)),
        )
    )


def _draw_row(section: Section, experiment: ExperimentReading) -> Row:
    """Hold the draw against the declared shares."""
    blanks = (Cell(text=""),) * 3 if section.graph.goal else ()
    cells = (Cell(text="Declared shares", note="chi-square test of customers"), Cell(text=""))
    provenance = _assignment(section, experiment)
    return Row(cells=(*cells, _verdict(experiment), *blanks, _class(provenance)))


def _verdict(experiment: ExperimentReading) -> Cell:
    if experiment.chance is None:
        return Cell(text="too few")
    chance = written.chance(experiment.chance)
    if experiment.is_drawn_as_declared:
        return Cell(text=chance, note="as declared")
    return Cell(text=chance, note="not as declared", state=State.BAD)


def _assignment(section: Section, experiment: ExperimentReading) -> Provenance:
    return provenance_of(experiment.assignment, simulated=section.result.simulated)


def _class(provenance: Provenance) -> Cell:
    return Cell(text=provenance.value, provenance=provenance)
