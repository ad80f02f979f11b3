"""The same project under other names: all that is visible changes, and no seed does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, assert_never

from engine_kit.cases import Case as WholeCase
from engine_kit.story import Story

from campaignspec.graph.compile import compile_campaign
from campaignspec.project import Project
from campaignspec.spec.acting import (
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.journey import (
    Approve,
    Branch,
    Case,
    Else,
    Experiment,
    Grant,
    Leave,
    LeaveRule,
    Preference,
    RepeatSteps,
    Send,
    Split,
    Step,
    Wait,
)
from campaignspec.spec.kinds import Name
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.policy import Policies
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Loc
from campaignspec.spec.steering import Goto, Run


def renamed(project: Project) -> Project:
    """Rename campaigns, branches, ways, experiments and arms; retitle and reformat the rest.

    Campaigns keep the order of their names, in which ties between them are settled.
    """
    campaigns = [_campaign(campaign) for campaign in project.campaigns.values()]
    return replace(
        project,
        campaigns={campaign.campaign: campaign for campaign in campaigns},
        policies=_policies(project.policies),
        segments={
            name: replace(
                segment,
                title="Other words",
                where=segment.where and _reformatted(segment.where),
            )
            for name, segment in project.segments.items()
        },
    )


def retold(story: Story) -> Story:
    """Tell of past messages by the new names of their campaigns."""
    return tuple(
        replace(
            person,
            messages=[
                replace(message, campaign=message.campaign and _new_name(message.campaign))
                for message in person.messages
            ],
        )
        for person in story
    )


def without_names(case: WholeCase, fact: dict[str, Any]) -> dict[str, Any]:
    """Say of a fact where in which journey it is, by number."""
    graph = compile_campaign(case.project, fact["campaign"])
    node = list(graph.nodes).index(fact["node"])
    edges = [edge.label for edge in graph.edges if edge.source == fact["node"]]
    return {
        **fact,
        "campaign": list(case.project.campaigns).index(fact["campaign"]),
        "node": node,
        "edge": edges.index(fact["edge"]) if fact["edge"] in edges else fact["edge"],
    }


def _policies(policies: Policies) -> Policies:
    return replace(
        policies,
        exclusive=tuple(tuple(map(_new_name, group)) for group in policies.exclusive),
        caps=tuple(
            replace(cap, campaign=cap.campaign and _new_name(cap.campaign)) for cap in policies.caps
        ),
    )


def _new_name(campaign: str) -> Name:
    return Name(f"our-{campaign}-2018")


def _campaign(campaign: Campaign) -> Campaign:
    return replace(
        campaign,
        campaign=_new_name(campaign.campaign),
        title="A new title",
        owner=Name("another-team"),
        seed=campaign.seed or campaign.campaign,
        enter=replace(
            campaign.enter, where=campaign.enter.where and _reformatted(campaign.enter.where)
        ),
        leave=tuple(_leave_rule(rule) for rule in campaign.leave),
        journey=_steps(campaign.journey),
        loc=Loc("elsewhere.yaml"),
    )


def _leave_rule(rule: LeaveRule) -> LeaveRule:
    if isinstance(rule.when, OnEvent) and rule.when.where is not None:
        return replace(rule, when=replace(rule.when, where=_reformatted(rule.when.where)))
    return rule


def _steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(_step(step) for step in steps)


def _step(step: Step) -> Step:  # noqa: C901, PLR0912 - one case a kind
    match step:
        case Grant() | Approve():
            return replace(step, otherwise=_steps(step.otherwise))
        case Revoke() | Redeem() | Emit() | SetMarks() | Survey():
            return step
        case Task() | Webhook() | WriteBack() | AddTo() | RemoveFrom() | Show():
            return step
        case Send() | Leave():
            return step
        case Wait():
            then, otherwise = _steps(step.then), _steps(step.otherwise)
            return replace(step, then=then, otherwise=otherwise)
        case Branch():
            return replace(
                step,
                name=Name(f"other-{step.name}"),
                branch=tuple(_way(number, way) for number, way in enumerate(step.branch)),
            )
        case Experiment():
            return replace(
                step,
                experiment=Name(f"other-{step.experiment}"),
                arms={
                    f"variant-{number}": replace(arm, do=_steps(arm.do))
                    for number, arm in enumerate(step.arms.values())
                },
            )
        case Split():
            return replace(
                step,
                name=Name(f"other-{step.name}"),
                split={
                    f"variant-{number}": replace(way, do=_steps(way.do))
                    for number, way in enumerate(step.split.values())
                },
            )
        case Preference():
            ways = {value: _steps(way) for value, way in step.ways.items()}
            return replace(step, ways=ways, else_=_steps(step.else_))
        case RepeatSteps():
            return replace(step, do=_steps(step.do), until=step.until and _reformatted(step.until))
        case Goto():
            parts = step.goto.startswith(("branch-", "test-", "part-"))
            return replace(step, goto=Name(f"other-{step.goto}")) if parts else step
        case Run():
            raise AssertionError("nobody draws shared journeys")
        case _:
            assert_never(step)


def _way(number: int, way: Case | Else) -> Case | Else:
    if isinstance(way, Else):
        return replace(way, else_=_steps(way.else_))
    name = Name(f"path-{number}")
    return replace(way, name=name, if_=_reformatted(way.if_), do=_steps(way.do))


def _reformatted(rule: Rule) -> Rule:
    return replace(rule, text=f"(  {rule.text}  )", loc=Loc("elsewhere.yaml"))
