"""A project's campaigns set up on a history: the one place where all parts come together.

A rehearsal and a run are assembled by the same function. They differ in what they hand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaignspec.audience import Audience
from campaignspec.clock import NEVER, Instant
from campaignspec.engine.budgets import limits_of_messages
from campaignspec.engine.codes import Pool, made_codes
from campaignspec.engine.dice import Dice, KeyedDice
from campaignspec.engine.limits import Limit
from campaignspec.engine.program import Program, bind
from campaignspec.engine.terms import bind_offer, limits_of
from campaignspec.engine.turns import counts_of_mixes
from campaignspec.engine.world import NoResponses, Responses, World
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import GrantNode, JourneyGraph
from campaignspec.history import History, Stream
from campaignspec.history.code_files import read_codes
from campaignspec.plugins import load_connector
from campaignspec.policy import Rulebook, Standing
from campaignspec.policy.sharing import all_shared
from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.offer import GeneratedCodes, ImportedCodes, SharedCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Campaigns, ready to be advanced.

    Attributes:
        graphs: By campaign name, in the order in which campaigns go first at one instant: by
            priority, then by their seeds, so that a renamed campaign keeps its place.
        programs: The graphs bound to the history, in the same order.
        world: What the engine may ask.
    """

    graphs: Mapping[str, JourneyGraph]
    programs: tuple[Program, ...]
    world: World


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What of campaigns depends on no history: made once, where they are set up on many.

    Attributes:
        graphs: By campaign name, in the order of `Assembly.graphs`.
        address_kinds: By channel, the kind of address that it needs.
        pools: By offer that the campaigns give, its codes, where each customer gets one.
    """

    graphs: Mapping[str, JourneyGraph]
    address_kinds: Mapping[str, str]
    pools: Mapping[str, Pool | None]


def blueprint_of(project: Project, campaigns: Sequence[str]) -> Blueprint:
    """Compile campaigns, ask connectors what they need, and make or read codes.

    Raises:
        HistoryError: A file of codes cannot be read, or holds a code twice.
    """
    in_order = sorted(campaigns, key=lambda name: _turn(project.journey(name)))
    graphs = {name: compile_campaign(project, name) for name in in_order}
    nodes = (node for graph in graphs.values() for node in graph.nodes.values())
    offers = sorted({node.offer for node in nodes if isinstance(node, GrantNode)})
    return Blueprint(
        graphs=graphs,
        pools={offer: _pool(project, offer) for offer in offers},
        address_kinds={
            name: channel.address or load_connector(channel.connector).capabilities.address
            for name, channel in project.channels.items()
        },
    )


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
    blueprint: Blueprint | None = None,
    assumes: bool = False,
    starts: Mapping[str, Instant] | None = None,
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
        blueprint: What was made of the campaigns before; made here, if not given.
        assumes: Whether calls are answered by what their steps assume, and not by the world.
        starts: By campaign, a later start of its own.
        start: Nobody enters at or before this instant.
        end: Dates in customers' records later than this are not looked for.
    """
    channels = project.channels if channels is None else channels
    blueprint = blueprint or blueprint_of(project, campaigns)
    tick = project.settings.tick.micros
    audience = audience_of(project, history)
    pools = blueprint.pools
    rulebook = _rulebook(project, blueprint.graphs)
    world = World(
        audience=audience,
        rulebook=rulebook,
        tick=tick,
        address_kinds=blueprint.address_kinds,
        costs={
            name: channel.cost.micros if channel.cost else 0 for name, channel in channels.items()
        },
        dice=dice or KeyedDice(history.ids),
        responses=responses or NoResponses(),
        assumes=assumes,
        offers={name: bind_offer(name, project.offers, pools[name], audience) for name in pools},
        limits=_limits(project, blueprint, rulebook),
    )
    graphs = blueprint.graphs
    programs = tuple(
        bind(graph, world, start=(starts or {}).get(name, start), end=end)
        for name, graph in graphs.items()
    )
    return Assembly(graphs=graphs, programs=programs, world=world)


def with_requests(assembly: Assembly, requests: Mapping[str, Stream]) -> Assembly:
    """Let in by whom other programs asked for; nothing else is set up anew.

    Args:
        assembly: The campaigns.
        requests: By campaign, what was asked for, as streams of events.
    """
    world = replace(assembly.world, requests=requests)
    programs = tuple(
        # What comes by a request comes when it comes: no period is looked for.
        bind(program.graph, world, start=NEVER, end=NEVER)
        if program.graph.campaign in requests
        else program
        for program in assembly.programs
    )
    return replace(assembly, programs=programs, world=world)


def _limits(project: Project, blueprint: Blueprint, rulebook: Rulebook) -> Mapping[str, Limit]:
    """Return all that customers share, by name: offers, budgets, capacities, shares of channels."""
    return {
        limit: bound
        for found in (
            *(
                limits_of(name, project.offers[name], pool)
                for name, pool in blueprint.pools.items()
            ),
            limits_of_messages(all_shared(rulebook)),
            counts_of_mixes(blueprint.graphs.values()),
        )
        for limit, bound in found.items()
    }


def _pool(project: Project, name: str) -> Pool | None:
    """Return the codes of an offer, where each customer gets one of its own."""
    match project.offers[name].codes:
        case ImportedCodes() as codes:
            return Pool(codes=read_codes(project.root / codes.import_, codes.column))
        case GeneratedCodes() as codes:
            return Pool(codes=made_codes(codes))
        case SharedCode() | None:
            return None


def _turn(campaign: Campaign) -> tuple[int, str, str]:
    """Return what orders campaigns that act at one instant."""
    return -campaign.priority, campaign.seed or campaign.campaign, campaign.campaign


def _rulebook(project: Project, in_order: Iterable[str]) -> Rulebook:
    """Gather what is written about touches; channels ask for the same in every environment."""
    standing = {
        name: Standing(
            priority=campaign.priority, category=campaign.category, budget=campaign.budget
        )
        for name, campaign in ((name, project.journey(name)) for name in in_order)
    }
    return Rulebook(policies=project.policies, channels=project.channels, campaigns=standing)
