"""Make a report of a rehearsal or of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from campaignspec.api.evidence import evidence_of
from campaignspec.api.names import environment_of
from campaignspec.clock import Instant
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.ledger.opening import ledger_place, open_ledger
from campaignspec.ledger.reading import read_ledger
from campaignspec.ledger.store import Access
from campaignspec.measure import Assumption, measure
from campaignspec.project import Project
from campaignspec.report import Brief, Report, Section
from campaignspec.spec.kinds import Name
from campaignspec.spec.project import ResponseModel

if TYPE_CHECKING:
    from campaignspec.api.simulate import Simulated
    from campaignspec.history import History


def report_of_simulation(project: Project, simulated: Simulated) -> Report:
    """Make the report of a rehearsal."""
    rehearsal = simulated.rehearsal
    return _report(
        project,
        rehearsal.assembly.graphs,
        rehearsal.facts_of,
        start=rehearsal.start,
        end=rehearsal.end,
        responses=simulated.responses,
        simulated=True,
        history=rehearsal.assembly.world.audience.history,
    )


def briefs_of_simulation(project: Project, simulated: Simulated) -> tuple[Brief, ...]:
    """Return what a terminal is told of a rehearsal whose facts were only counted."""
    assert simulated.counts is not None, "the facts were kept, not counted"  # noqa: S101
    settings, name = project.settings, simulated.responses
    model = settings.responses[Name(name)] if name else None
    assumptions = tuple(_assumptions(model, simulated=True))
    return tuple(
        Brief(
            graph=graph,
            result=simulated.counts.summary(
                campaign, currency=settings.currency, assumptions=assumptions
            ),
        )
        for campaign, graph in simulated.rehearsal.assembly.graphs.items()
    )


def report_of_environment(project: Project, name: str) -> Report:
    """Make the report of an environment's ledger.

    Where a response model answers in place of people, the numbers that rest on it say so.

    Raises:
        LedgerError: There is no ledger, or it cannot be read.
        HistoryError: A KPI looks at the history, and a source of it cannot be read.
    """
    environment = environment_of(project, name)
    with open_ledger(ledger_place(project.root, environment), Access.READ) as book:
        kept = read_ledger(book)
    graphs = {c: compile_campaign(project, c) for c in kept.campaigns if c in project.campaigns}
    return _report(
        project,
        graphs,
        lambda _: kept.facts,
        start=kept.start,
        end=kept.watermark,
        responses=environment.responses,
        simulated=environment.responses is not None,
    )


def _report(
    project: Project,
    graphs: Mapping[str, JourneyGraph],
    facts_of: Callable[[str], pa.Table],
    *,
    start: Instant,
    end: Instant,
    responses: str | None,
    simulated: bool,
    history: History | None = None,
) -> Report:
    settings = project.settings
    evidence = evidence_of(project, list(graphs), history)
    model = settings.responses[Name(responses)] if responses else None
    sections = tuple(
        Section(
            campaign=project.journey(name),
            graph=graph,
            result=measure(
                facts_of(name),
                graph,
                project.journey(name),
                start=start,
                end=end,
                currency=settings.currency,
                assumptions=tuple(_assumptions(model, simulated=simulated)),
                simulated=simulated,
                ground=evidence.ground(name),
                past=evidence.past(name),
            ),
        )
        for name, graph in graphs.items()
    )
    return Report(
        project=settings.project,
        title=settings.title or settings.project,
        zone=settings.timezone,
        sections=sections,
    )


def _assumptions(model: ResponseModel | None, *, simulated: bool) -> Iterator[Assumption]:
    if not simulated:
        return
    yield Assumption(
        name="effect of messages on the goal",
        value="none",
        basis="people do what they did anyway; a rehearsed lift is noise around zero",
    )
    for channel, rates in (model.channels if model else {}).items():
        yield Assumption(
            name=f"answers to {channel}",
            value=f"{rates.opened} opened; of these {rates.clicked} clicked and "
            f"{rates.unsubscribed} opted out, within {rates.within}",
            basis=f"{rates.basis}; seed {model.seed if model else ''}",
        )
