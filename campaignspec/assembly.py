"""A project's campaigns set up on a history: the one place where all parts come together.

A rehearsal and a run are assembled by the same function. They differ in what they hand in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaignspec.audience import Audience
from campaignspec.clock import Instant
from campaignspec.engine.dice import Dice, KeyedDice
from campaignspec.engine.program import Program, bind
from campaignspec.engine.world import NoResponses, Responses, World
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.history import History
from campaignspec.plugins import load_connector
from campaignspec.project import Project
from campaignspec.spec.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Campaigns, ready to be advanced.

    Attributes:
        graphs: By campaign name, in the order in which campaigns go first at one instant: by
            their seeds, so that a renamed campaign keeps its place.
        programs: The graphs bound to the history, in the same order.
        world: What the engine may ask.
    """

    graphs: Mapping[str, JourneyGraph]
    programs: tuple[Program, ...]
    world: World


def audience_of(project: Project, history: History) -> Audience:
    """Return what answers for the project's traits and segments over a history."""
    return Audience(
        history,
        traits=project.traits,
        segments=project.segments,
        tick=project.settings.tick.micros,
        zone=project.settings.timezone,
    )


def assemble(
    project: Project,
    history: History,
    *,
    campaigns: Sequence[str],
    channels: Mapping[str, Channel] | None = None,
    responses: Responses | None = None,
    dice: Dice | None = None,
    start: Instant,
    end: Instant,
) -> Assembly:
    """Set campaigns up.

    Args:
        project: The linked project.
        history: What is known of the customers.
        campaigns: The campaigns' names.
        channels: The channels as they are set up here; the project's own, if not given.
        responses: Who answers messages; nobody, if not given.
        dice: Chance; keyed draws, if not given.
        start: Nobody enters at or before this instant.
        end: Dates in customers' records later than this are not looked for.
    """
    channels = project.channels if channels is None else channels
    tick = project.settings.tick.micros
    world = World(
        audience=audience_of(project, history),
        policies=project.policies,
        tick=tick,
        address_kinds={
            name: load_connector(channel.connector).capabilities.address
            for name, channel in project.channels.items()
        },
        costs={
            name: channel.cost.micros if channel.cost else 0 for name, channel in channels.items()
        },
        dice=dice or KeyedDice(history.customers),
        responses=responses or NoResponses(),
    )
    in_order = sorted(campaigns, key=lambda name: (project.campaigns[name].seed or name, name))
    graphs = {name: compile_campaign(project, name) for name in in_order}
    programs = tuple(bind(graph, world, start=start, end=end) for graph in graphs.values())
    return Assembly(graphs=graphs, programs=programs, world=world)
