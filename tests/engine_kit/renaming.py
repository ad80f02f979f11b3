"""The same project under other names: all that is visible changes, and no seed does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.journey import (
    Branch,
    Case,
    Else,
    Experiment,
    Leave,
    LeaveRule,
    Send,
    Step,
    Wait,
)
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import Loc


def renamed(project: Project) -> Project:
    """Rename campaigns, branches, ways, experiments and arms; retitle and reformat the rest.

    Campaigns keep the order of their names, in which ties between them are settled.
    """
    campaigns = [_campaign(campaign) for campaign in project.campaigns.values()]
    return replace(
        project,
        campaigns={campaign.campaign: campaign for campaign in campaigns},
        segments={
            name: replace(
                segment,
                title="Other words",
                where=segment.where and _reformatted(segment.where),
            )
            for name, segment in project.segments.items()
        },
    )


def _campaign(campaign: Campaign) -> Campaign:
    return replace(
        campaign,
        campaign=Name(f"our-{campaign.campaign}-2018"),
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


def _step(step: Step) -> Step:
    match step:
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
        case _:
            assert_never(step)


def _way(number: int, way: Case | Else) -> Case | Else:
    if isinstance(way, Else):
        return replace(way, else_=_steps(way.else_))
    name = Name(f"path-{number}")
    return replace(way, name=name, if_=_reformatted(way.if_), do=_steps(way.do))


def _reformatted(rule: Rule) -> Rule:
    return replace(rule, text=f"(  {rule.text}  )", loc=Loc("elsewhere.yaml"))
