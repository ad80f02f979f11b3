"""What a campaign's KPIs are counted from besides its facts: the history, and earlier periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from campaignspec.measure import Ground, Past
from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.economics import Economics
from campaignspec.spec.kinds import Share
from campaignspec.spec.kpi import Baseline
from campaignspec.spec.kpi_definition import Role
from campaignspec.spec.kpi_promise import needs_history, promise_of, roles_of

if TYPE_CHECKING:
    from campaignspec.audience import Audience
    from campaignspec.history import History

EVERYBODY = Share(1.0)
"""The holdout of a rehearsal in which nobody is treated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What KPIs of several campaigns are counted from.

    Attributes:
        project: The linked project.
        history: Its history; None where no KPI asks for it.
        audience: Answers for that history.
    """

    project: Project
    history: History | None
    audience: Audience | None

    def ground(self, name: str) -> Ground:
        """Return what one campaign's KPIs stand on."""
        campaign = self.project.journey(name)
        return Ground(
            audience=self.audience,
            roles=MappingProxyType(dict(roles_of(self.project.kpis, campaign.economics))),
            economics=campaign.economics or Economics(),
            own=self.project.kpis.kpis,
        )

    def past(self, name: str) -> Mapping[tuple[str, str], Past]:
        """Rehearse a campaign over the dates of its baselines, with everybody held out."""
        campaign = self.project.journey(name)
        days = {
            (baseline.from_.isoformat(), baseline.to.isoformat()): None
            for baseline in _counted(campaign)
        }
        return {pair: self._rehearsed(name, *pair) for pair in days}

    def _rehearsed(self, name: str, first: str, last: str) -> Past:
        from campaignspec.api.period import period_of
        from campaignspec.engine.world import NoResponses
        from campaignspec.simulate import rehearse

        assert self.history is not None, "baselines to count ask for the history"  # noqa: S101
        campaign = self.project.journey(name)
        untreated = replace(campaign, enter=replace(campaign.enter, holdout=EVERYBODY))
        campaigns = {**self.project.campaigns, name: untreated}
        period = period_of(self.project, self.history, first=first, last=last)
        rehearsal = rehearse(
            replace(self.project, campaigns=MappingProxyType(campaigns)),
            self.history,
            campaigns=[name],
            responses=NoResponses(),
            start=period.start,
            end=period.end,
        )
        return Past(facts=rehearsal.facts, start=period.start, end=period.end)


def evidence_of(project: Project, campaigns: list[str], known: History | None = None) -> Evidence:
    """Gather what campaigns' KPIs are counted from; the history is read only where one asks.

    Args:
        project: The linked project.
        campaigns: The campaigns' names.
        known: The history, where it has been read already.

    Raises:
        HistoryError: A source cannot be read as declared.
    """
    if not any(_asks_history(project, project.journey(name)) for name in campaigns):
        return Evidence(project=project, history=known, audience=None)
    # Most reports are made of facts alone: what reads a history is not even imported for them.
    from campaignspec.api.history import history_of
    from campaignspec.assembly import audience_of

    history = history_of(project) if known is None else known
    return Evidence(project=project, history=history, audience=audience_of(project, history))


def _asks_history(project: Project, campaign: Campaign) -> bool:
    """Say whether a KPI looks at events, or somebody has said what an order is."""
    own = project.kpis.kpis
    promises = (promise_of(campaign, name, own) for name in campaign.kpis)
    looks = any(promise and needs_history(promise.definition) for promise in promises)
    roles = roles_of(project.kpis, campaign.economics)
    return looks or Role.ORDER in roles or any(True for _ in _counted(campaign))


def _counted(campaign: Campaign) -> list[Baseline]:
    """Return the baselines that are counted on the history."""
    written = (kpi.baseline for kpi in campaign.kpis.values())
    return [baseline for baseline in written if baseline and baseline.value is None]
