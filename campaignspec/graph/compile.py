"""From a campaign as written to the graph that the engine walks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from campaignspec.clock import Duration
from campaignspec.graph import nodes
from campaignspec.graph.behaviour import behaviour
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
from campaignspec.project.walk import steps_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnEvent, OnSegment
from campaignspec.spec.journey import Branch, Case, Else, Experiment, Leave, Send, Step, Wait
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.waiting import Happening, OnClicked, OnOpened, WaitFor, WaitUntil

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
        fingerprint=fingerprint(behaviour(project, campaign)),
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
