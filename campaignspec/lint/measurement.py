"""What a campaign must say of itself, so that somebody can judge it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.lint.edits import key_after
from campaignspec.lint.scope import Scope, advice
from campaignspec.project.walk import steps_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Experiment

_REVIEWED_AFTER: Final = timedelta(days=90)


def missing_goals(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns that nothing can succeed in."""
    for campaign in scope.campaigns:
        if campaign.goal is None:
            yield advice(
                "MSR630",
                f"`{campaign.campaign}` does not say what counts as success",
                scope.named(campaign),
                "say it: `goal: {event: order.placed, within: 14d}`",
            )


def missing_holdouts(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns whose effect nobody can tell from what would have happened anyway."""
    for campaign in scope.campaigns:
        if campaign.enter.holdout is None and campaign.goal is not None:
            yield advice(
                "MSR631",
                f"`{campaign.campaign}` keeps nobody aside, so nobody can say what would have "
                "happened without it",
                scope.key_span(campaign.loc / "enter"),
                "add a share to `enter:`, such as `holdout: 10%`",
            )


def missing_review_dates(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns that run for ever unlooked at; 90 days are proposed."""
    for campaign in scope.campaigns:
        if campaign.review_by is None:
            day = (scope.today + _REVIEWED_AFTER).isoformat()
            yield advice(
                "MSR632",
                f"nobody has said when `{campaign.campaign}` is looked at again",
                scope.named(campaign),
                f"set a date, such as `review_by: {day}`",
                fix=key_after(scope, campaign.loc / "campaign", f"review_by: {day}"),
            )


def missing_owners(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns that nobody answers for."""
    for campaign in scope.campaigns:
        if campaign.owner is None:
            yield advice(
                "MSR633",
                f"nobody answers for `{campaign.campaign}`",
                scope.named(campaign),
                "name the team: `owner: retention`",
            )


def kpis_without_owner(scope: Scope) -> Iterator[Diagnostic]:
    """Find numbers that are promised by nobody."""
    for campaign in scope.campaigns:
        for name, kpi in campaign.kpis.items():
            if kpi.owner is None and (kpi.target or kpi.guardrail):
                team = campaign.owner or "retention"
                yield advice(
                    "MSR634",
                    f"nobody answers for `{name}` of `{campaign.campaign}`",
                    scope.key_span(kpi.loc),
                    f"name the team beside the limit: `owner: {team}`",
                )


def missing_hypotheses(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns and experiments that nobody can be wrong about."""
    for campaign in scope.campaigns:
        if campaign.hypothesis:
            continue
        asked = next((s for s in steps_of(campaign) if isinstance(s, Experiment)), None)
        if asked is not None:
            yield advice(
                "MSR636",
                f"`{asked.experiment}` compares {_arms(asked)}, and nobody has said what is "
                "expected of them",
                scope.span(asked.loc / "experiment"),
                "say which arm should win, and why, in the campaign's `hypothesis:`",
            )
        else:
            yield advice(
                "MSR635",
                f"`{campaign.campaign}` does not say what it expects to happen, and why",
                scope.named(campaign),
                "write a sentence that may turn out wrong: `hypothesis: A reminder brings 5 % "
                "more orders.`",
            )


def missing_expectations(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns that promise nothing, and KPIs that are only listed."""
    for campaign in scope.campaigns:
        if not campaign.kpis:
            yield advice(
                "MSR637",
                f"`{campaign.campaign}` promises no number",
                scope.named(campaign),
                'set a target: `kpis: {conversion_rate: {target: ">= 5%", owner: retention}}`',
            )
        for name, kpi in campaign.kpis.items():
            if kpi.target is None and kpi.guardrail is None:
                yield advice(
                    "MSR637",
                    f"`{name}` is listed, and nothing is expected of it",
                    scope.key_span(kpi.loc),
                    "add a `target:` to reach, or a `guardrail:` not to cross",
                )


def missing_seeds(scope: Scope) -> Iterator[Diagnostic]:
    """Find draws that a new name of the campaign would make anew."""
    for campaign in scope.campaigns:
        if campaign.seed is None and campaign.enter.holdout is not None:
            name = campaign.campaign
            yield advice(
                "MSR638",
                f"who of `{name}` is held out hangs on its name: a rename would draw anew",
                scope.span(campaign.enter.loc / "holdout"),
                f"write down the seed that holds now: `seed: {name}`",
                fix=key_after(scope, campaign.loc / "campaign", f"seed: {name}"),
            )


def untagged_touchpoints(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns whose touches nobody can tell to a stage of the project's lifecycle."""
    settings = scope.project.settings
    lifecycle, place = settings.lifecycle, settings.loc / "lifecycle"
    for campaign in scope.campaigns:
        if lifecycle is not None and campaign.serves is None:
            yield advice(
                "JRN420",
                f"the touches of `{campaign.campaign}` are tagged with no stage of `{lifecycle}`",
                scope.named(campaign),
                "say whom it is for: `serves:` and the stage",
                related=((scope.span(place), "by these stages"),),
            )


def missing_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns whose reviewers have nothing to read but the journey."""
    for campaign in scope.campaigns:
        if not scope.project.tests.get(campaign.campaign):
            yield advice(
                "MSR639",
                f"no test says what somebody in `{campaign.campaign}` hears, and when",
                scope.named(campaign),
                f"write one beside it, in `{_beside(campaign)}`: a customer, a timeline, and the "
                "messages that you expect",
            )


def _arms(step: Experiment) -> str:
    return " and ".join(f"`{name}`" for name in step.arms)


def _beside(campaign: Campaign) -> str:
    return f"{campaign.campaign}.test.yaml"
