"""From a campaign as written to the graph that the engine walks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias, assert_never

from campaignspec.clock import Instant, parse_instant
from campaignspec.graph import nodes
from campaignspec.graph.acting import act_node, name_of_deed
from campaignspec.graph.behaviour import behaviour
from campaignspec.graph.compile_mixes import answer_wait, fallback_of, mixed_of
from campaignspec.graph.compile_waits import wait_node, ways_out
from campaignspec.graph.compile_ways import Parting, parting_node, ways_apart
from campaignspec.graph.nodes import (
    APPROVED,
    ELSE,
    HELD_OUT,
    IN_TIME,
    NEXT,
    NOT_APPROVED,
    NOT_GRANTED,
    TOO_LATE,
    BranchNode,
    Edge,
    EmitNode,
    EndNode,
    EntryNode,
    GrantNode,
    HoldoutNode,
    JourneyGraph,
    LeaveNode,
    MarkNode,
    Node,
    NodeId,
    RedeemNode,
    RevokeNode,
    SendNode,
)
from campaignspec.graph.posts import plan_of
from campaignspec.graph.wait_nodes import GateNode
from campaignspec.identity import fingerprint
from campaignspec.project import Project
from campaignspec.project.doing import channel_of, channels_of, doers
from campaignspec.project.inline import round_of, written_out
from campaignspec.project.walk import (
    Sending,
    acting_name,
    message_of,
    send_name,
    step_name,
)
from campaignspec.spec.acting import (
    Acting,
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.calendar import days_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import OnPhase
from campaignspec.spec.journey import (
    Approve,
    Branch,
    Experiment,
    Grant,
    Leave,
    Preference,
    RepeatSteps,
    Send,
    Split,
    Step,
    Wait,
    WhenCapped,
)
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.steering import Goto, Run

Loose: TypeAlias = list[tuple[NodeId, str]]
"""Ways out of nodes that lead nowhere yet: to the next step, whatever it is."""


def compile_campaign(project: Project, name: str) -> JourneyGraph:
    """Compile one campaign of a linked project."""
    campaign = project.journey(name)
    builder = _Builder(project, campaign)
    builder.build()
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
        posts=plan_of(campaign, zone=project.settings.timezone, tick=project.settings.tick.micros),
        stages={str(name): stage for name, stage in campaign.stages.items()},
        pauses=_pauses(campaign, project.settings.timezone),
        phase_days=_phase_days(campaign),
        written=builder.written,
    )


def _phase_days(campaign: Campaign) -> tuple[int, ...]:
    """Return the first days of the phase that people enter by, if they do."""
    match campaign.enter.on:
        case OnPhase() as on:
            assert campaign.calendar is not None, "linked phases are in a calendar"  # noqa: S101
            return tuple(first for first, _ in days_of(campaign.calendar, on.phase))
        case _:
            return ()


def _pauses(campaign: Campaign, zone: str) -> tuple[tuple[Instant, Instant], ...]:
    """Return when no step acts; pauses that meet are one."""
    spans = sorted(
        (parse_instant(pause.from_, zone), parse_instant(pause.to, zone))
        for pause in campaign.pause
    )
    found: list[tuple[Instant, Instant]] = []
    for begin, end in spans:
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


class _Builder:
    """Collects nodes and edges while walking the steps in reading order."""

    def __init__(self, project: Project, campaign: Campaign) -> None:
        self.nodes: dict[NodeId, Node] = {}
        self.edges: list[Edge] = []
        self._project = project
        self._campaign = campaign
        self._pending: dict[NodeId, Loose] = {}
        self._doers = doers(project.channels)
        self._taken: set[NodeId] = set()
        self._is_later_round = False
        self.written: dict[NodeId, Loc] = {}
        self._here = campaign.enter.loc

    def build(self) -> None:
        campaign = self._campaign
        steps = written_out(campaign.journey)
        self._taken = {name for step in steps if (name := step_name(step))}
        self.nodes[nodes.ENTRY] = EntryNode(enter=campaign.enter)
        loose = self._steps(campaign.journey, [(nodes.ENTRY, NEXT)])
        self._here = campaign.loc
        self._add(EndNode(), loose)
        if campaign.enter.holdout is not None:
            self._add(HoldoutNode(), [(nodes.ENTRY, HELD_OUT)])
        places = {name: place for place, name in enumerate(self.nodes)}
        self.edges.sort(key=lambda edge: places[edge.source])

    def _steps(self, steps: Sequence[Step], loose: Loose) -> Loose:
        for step in steps:
            loose = self._step(step, loose)
        return loose

    def _step(self, step: Step, loose: Loose) -> Loose:  # noqa: C901, PLR0912 (one line a kind)
        self._here = step.loc
        match step:
            case Send() | Survey():
                return self._send(step, loose)
            case Task() | Webhook() | WriteBack() | AddTo() | RemoveFrom() | Show():
                return self._act(step, loose)
            case Emit():
                node_id = step.name or self._id(f"emit-{step.emit}")
                return self._add(EmitNode(id=node_id, event=step.emit), loose)
            case SetMarks():
                wanted = f"set-{'-'.join(step.set)}"
                node_id = step.name or self._id(wanted)
                return self._add(MarkNode(id=node_id, marks=dict(step.set.items())), loose)
            case Wait():
                return self._wait(step, loose)
            case Branch() | Preference() | Experiment() | Split():
                return self._part(step, loose)
            case RepeatSteps():
                return self._repeat(step, loose)
            case Goto():
                self._pending.setdefault(step.goto, []).extend(loose)
                return []
            case Run():
                raise AssertionError(f"`{step.run}` is written out before it is compiled")
            case Grant() | Revoke() | Redeem():
                return self._offer(step, loose)
            case Approve():
                return self._approve(step, loose)
            case Leave():
                return self._leave(step.leave, loose)
            case _:
                assert_never(step)

    def _leave(self, reason: str, loose: Loose) -> Loose:
        self._add(LeaveNode(id=self._id(f"leave-{reason}"), reason=reason), loose)
        return []

    def _approve(self, step: Approve, loose: Loose) -> Loose:
        """Compile a gate; what is behind it is for those alone who were let through."""
        gate = GateNode(id=step.approve, by=step.by, at_most=step.at_most, assume=step.assume)
        self._add(gate, loose)
        shut = self._steps(step.otherwise, [(gate.id, NOT_APPROVED)])
        if shut:
            self._leave("not-approved", shut)
        return [(gate.id, APPROVED)]

    def _offer(self, step: Grant | Revoke | Redeem, loose: Loose) -> Loose:
        match step:
            case Grant():
                node_id = step.name or self._id(f"grant-{step.grant}")
                granted = self._add(GrantNode(id=node_id, offer=step.grant), loose)
                return granted + self._steps(step.otherwise, [(node_id, NOT_GRANTED)])
            case Revoke():
                node_id = step.name or self._id(f"revoke-{step.revoke}")
                return self._add(RevokeNode(id=node_id, offer=step.revoke), loose)
            case Redeem():
                node_id = step.name or self._id(f"redeem-{step.redeem}")
                return self._add(RedeemNode(id=node_id, offer=step.redeem), loose)
            case _:
                assert_never(step)

    def _send(self, step: Sending, loose: Loose) -> Loose:
        mixed = mixed_of(self._project, self._campaign, step)
        node = SendNode(
            id=send_name(step),
            message=message_of(step),
            channel=channels_of(self._project, step, self._doers)[0],
            message_class=step.class_,
            when_capped=step.when_capped if isinstance(step, Send) else WhenCapped.SKIP,
            valid_for=step.valid_for if isinstance(step, Send) else None,
            answer=step.answer if isinstance(step, Survey) else None,
            mix=mixed,
        )
        loose = self._add(node, loose)
        if mixed is None or mixed.mix.fallback is None:
            return loose
        wait = answer_wait(node, mixed.mix.fallback, self._id(f"{node.id}-answer"))
        second = fallback_of(node, mixed, self._id(f"{node.id}-fallback"))
        self._add(wait, loose)
        return [(wait.id, IN_TIME), *self._add(second, [(wait.id, TOO_LATE)])]

    def _act(self, step: Acting, loose: Loose) -> Loose:
        node_id = acting_name(step) or self._id(name_of_deed(step))
        channel = channel_of(self._project, step, self._doers)
        return self._add(act_node(step, node_id, channel, self._project), loose)

    def _wait(self, step: Wait, loose: Loose) -> Loose:
        node = wait_node(step, self._campaign, self._id)
        self._add(node, loose)
        return self._parted(node.id, ways_out(step))

    def _part(self, step: Parting, loose: Loose) -> Loose:
        node_id = step_name(step) or self._id(verb_of(type(step)))
        self._add(parting_node(step, node_id, self._project.settings.timezone), loose)
        return self._parted(node_id, ways_apart(step))

    def _parted(self, node_id: NodeId, ways: Iterable[tuple[str, Sequence[Step]]]) -> Loose:
        """Compile the steps behind each edge of a node; their ends meet again."""
        ends: Loose = []
        for label, steps in ways:
            ends += self._steps(steps, [(node_id, label)])
        return ends

    def _repeat(self, step: RepeatSteps, loose: Loose) -> Loose:
        """Write every round out, so that the graph has no circle."""
        ends: Loose = []
        later = self._is_later_round
        for number in range(1, step.repeat + 1):
            steps, until = round_of(step, number, later=later)
            self._is_later_round = later or number > 1
            loose = self._steps(steps, loose)
            self._is_later_round = later
            if until is not None and number < step.repeat:
                label = write_rule(until.term)
                node = BranchNode(id=self._id("repeat"), ways=((label, until),))
                self._add(node, loose)
                ends.append((node.id, label))
                loose = [(node.id, ELSE)]
        return ends + loose

    def _add(self, node: Node, loose: Loose) -> Loose:
        self.nodes[node.id] = node
        self.written[node.id] = self._here
        loose = [*loose, *self._pending.pop(node.id, ())]
        self.edges += [Edge(source=source, target=node.id, label=label) for source, label in loose]
        return [(node.id, NEXT)]

    def _id(self, wanted: str) -> NodeId:
        """Name a step that has no name of its own after what it says, not where it stands."""
        candidates = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, 10_000))
        return next(c for c in candidates if c not in self._taken and c not in self.nodes)
