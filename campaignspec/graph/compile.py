"""From a campaign as written to the graph that the engine walks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from campaignspec.clock import Duration
from campaignspec.graph import nodes
from campaignspec.graph.nodes import (
    ELSE,
    HELD_OUT,
    IN_TIME,
    NEXT,
    TOO_LATE,
    BranchNode,
    DelayNode,
    Edge,
    EndNode,
    EntryNode,
    ExperimentNode,
    HoldoutNode,
    JourneyGraph,
    LeaveNode,
    ListenNode,
    LocalTimeNode,
    Node,
    NodeId,
    SendNode,
)
from campaignspec.identity import fingerprint
from campaignspec.project import Project
from campaignspec.project.walk import leaves_of, steps_of
from campaignspec.spec import write
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.habits import ValueAgo
from campaignspec.spec.journey import (
    Branch,
    Case,
    Else,
    Experiment,
    Happening,
    Leave,
    OnClicked,
    OnEvent,
    OnOpened,
    OnSegment,
    Send,
    Step,
    Wait,
    WaitFor,
    WaitUntil,
)
from campaignspec.spec.rule import Age, Answered, Compare, InSegment, Known, OneOf, Rule
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.traits import Ratio

Loose: TypeAlias = list[tuple[NodeId, str]]
"""Ways out of nodes that lead nowhere yet: to the next step, whatever it is."""


def compile_campaign(project: Project, name: str) -> JourneyGraph:
    """Compile one campaign of a linked project."""
    campaign = project.campaigns[name]
    builder = _Builder(tuple(project.channels))
    builder.build(campaign)
    return JourneyGraph(
        campaign=campaign.campaign,
        title=campaign.title or campaign.campaign,
        seed=campaign.seed or campaign.campaign,
        nodes=builder.nodes,
        edges=tuple(builder.edges),
        enter=campaign.enter,
        goal=campaign.goal,
        leave=campaign.leave,
        fingerprint=fingerprint(_behaviour(project, campaign)),
    )


class _Builder:
    """Collects nodes and edges while walking the steps in reading order."""

    def __init__(self, channels: Sequence[str]) -> None:
        self.nodes: dict[NodeId, Node] = {}
        self.edges: list[Edge] = []
        self._channels = channels
        self._taken: set[NodeId] = set()

    def build(self, campaign: Campaign) -> None:
        self._taken = {name for step in steps_of(campaign) if (name := _own_name(step))}
        self.nodes[nodes.ENTRY] = EntryNode(enter=campaign.enter)
        loose = self._steps(campaign.journey, [(nodes.ENTRY, NEXT)])
        self._add(EndNode(), loose)
        if campaign.enter.holdout is not None:
            self._add(HoldoutNode(), [(nodes.ENTRY, HELD_OUT)])
        self.edges.sort(key=lambda edge: list(self.nodes).index(edge.source))

    def _steps(self, steps: Sequence[Step], loose: Loose) -> Loose:
        for step in steps:
            loose = self._step(step, loose)
        return loose

    def _step(self, step: Step, loose: Loose) -> Loose:
        match step:
            case Send():
                return self._send(step, loose)
            case Wait():
                return self._wait(step, loose)
            case Branch():
                return self._branch(step, loose)
            case Experiment():
                return self._experiment(step, loose)
            case Leave():
                self._add(LeaveNode(id=self._id(f"leave-{step.leave}"), reason=step.leave), loose)
                return []
            case _:
                assert_never(step)

    def _send(self, step: Send, loose: Loose) -> Loose:
        node = SendNode(
            id=step.name or step.send,
            message=step.send,
            channel=step.via or self._channels[0],
            message_class=step.class_,
            when_capped=step.when_capped,
        )
        return self._add(node, loose)

    def _wait(self, step: Wait, loose: Loose) -> Loose:
        match step.wait:
            case Duration() as duration:
                node_id = step.name or self._id(f"wait-{duration}")
                return self._add(DelayNode(id=node_id, duration=duration), loose)
            case WaitUntil() as until:
                node_id = step.name or self._id(f"until-{until.until}")
                return self._add(LocalTimeNode(id=node_id, until=until), loose)
            case WaitFor() as wait:
                return self._listen(step, wait, loose)
            case _:
                assert_never(step.wait)

    def _listen(self, step: Wait, wait: WaitFor, loose: Loose) -> Loose:
        node_id = step.name or self._id(f"wait-for-{_words(wait.for_)}")
        self._add(ListenNode(id=node_id, happening=wait.for_, at_most=wait.at_most), loose)
        in_time = self._steps(step.then, [(node_id, IN_TIME)])
        return in_time + self._steps(step.otherwise, [(node_id, TOO_LATE)])

    def _branch(self, step: Branch, loose: Loose) -> Loose:
        cases = [case for case in step.branch if isinstance(case, Case)]
        ways = tuple((case.name or write_rule(case.if_.term), case.if_) for case in cases)
        node_id = step.name or self._id("branch")
        self._add(BranchNode(id=node_id, ways=ways), loose)
        ends: Loose = []
        for (label, _), case in zip(ways, cases, strict=True):
            ends += self._steps(case.do, [(node_id, label)])
        others = next((case.else_ for case in step.branch if isinstance(case, Else)), ())
        return ends + self._steps(others, [(node_id, ELSE)])

    def _experiment(self, step: Experiment, loose: Loose) -> Loose:
        total, arms = 0.0, []
        for name, arm in step.arms.items():
            total += arm.share.fraction
            arms.append((name, total))
        arms[-1] = (arms[-1][0], 1.0)
        node = ExperimentNode(id=step.experiment, seed=step.seed, arms=tuple(arms))
        self._add(node, loose)
        ends: Loose = []
        for name, arm in step.arms.items():
            ends += self._steps(arm.do, [(node.id, name)])
        return ends

    def _add(self, node: Node, loose: Loose) -> Loose:
        self.nodes[node.id] = node
        self.edges += [Edge(source=source, target=node.id, label=label) for source, label in loose]
        return [(node.id, NEXT)]

    def _id(self, wanted: str) -> NodeId:
        """Name a step that has no name of its own after what it says, not where it stands."""
        candidates = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, 10_000))
        used = self._taken | self.nodes.keys()
        return next(candidate for candidate in candidates if candidate not in used)


def _own_name(step: Step) -> str | None:
    match step:
        case Send():
            return step.name or step.send
        case Experiment():
            return step.experiment
        case Wait() | Branch():
            return step.name
        case Leave():
            return None
        case _:
            assert_never(step)


def _words(happening: Happening) -> str:
    match happening:
        case OnEvent():
            return happening.event
        case OnSegment():
            return happening.segment
        case OnOpened():
            return f"{happening.opened}-opened"
        case OnClicked():
            return f"{happening.clicked}-clicked"
        case _:
            assert_never(happening)


def _behaviour(project: Project, campaign: Campaign) -> Mapping[str, Any]:
    """Gather all that decides what the campaign does, and nothing that only describes it.

    Policies are left out: they act at once, whatever campaign people are in.
    """
    parts = (campaign.enter, campaign.goal, campaign.leave, campaign.journey)
    segments, traits = _names_used(project, parts)
    return {
        "seed": campaign.seed or campaign.campaign,
        "enter": write(campaign.enter),
        "goal": write(campaign.goal) if campaign.goal else None,
        "leave": [write(rule) for rule in campaign.leave],
        "journey": [write(step) for step in campaign.journey],
        "segments": {name: _segment_behaviour(project.segments[name]) for name in segments},
        "traits": {name: write(project.traits[name]) for name in traits},
        "tick": str(project.settings.tick),
    }


def _segment_behaviour(segment: Segment) -> Any:
    """Gather what decides who is in a segment: its rule alone, where it is only a rule."""
    written = write(replace(segment, title=None, expect=None))
    return written["where"] if set(written) == {"where"} else written


def _names_used(project: Project, parts: object) -> tuple[list[str], list[str]]:
    """Return the segments and traits that decide, through however many segments."""
    segments: set[str] = set()
    traits: set[str] = set()
    wanted = [parts]
    while wanted:
        for name in _names_in(wanted.pop()):
            if name in project.segments and name not in segments:
                segments.add(name)
                wanted.append(project.segments[name])
            if name in project.traits and name not in traits:
                traits.add(name)
                wanted.append(project.traits[name])
    return sorted(segments), sorted(traits)


def _names_in(value: object) -> Iterator[str]:
    """Walk any part of the language and yield the segments and facts it names."""
    match value:
        case OnSegment():
            yield value.segment
        case Segment():
            yield from value.exclude
            yield from _names_in((value.where,))
        case Ratio() | ValueAgo():
            yield from _traits_of(value)
        case Rule():
            for leaf in leaves_of(value.term):
                yield from _names_in_leaf(leaf)
        case tuple() | Mapping():
            for item in value.values() if isinstance(value, Mapping) else value:
                yield from _names_in(item)
        case _:
            for name in getattr(type(value), "__dataclass_fields__", ()):
                yield from _names_in(getattr(value, name))


def _traits_of(trait: Ratio | ValueAgo) -> tuple[str, ...]:
    """Return the facts that a trait is made of."""
    return (trait.ratio, trait.to) if isinstance(trait, Ratio) else (trait.value,)


def _names_in_leaf(leaf: object) -> Iterator[str]:
    match leaf:
        case InSegment():
            yield leaf.segment
        case Answered():
            return
        case Compare() | OneOf() | Known() | Age():
            yield leaf.fact.name
