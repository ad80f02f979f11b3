"""KPIs that cannot all be kept, and those that may be read in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.lint.scope import Scope, advice
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.kinds import Comparison, Name, Target, Threshold
from campaignspec.spec.shape import Loc
from campaignspec.spec.write import write

_UPWARDS: Final = frozenset({Comparison.AT_LEAST, Comparison.ABOVE})


def contradicting_limits(scope: Scope) -> Iterator[Diagnostic]:
    """Find KPIs whose target lies behind their own guardrail."""
    for campaign in scope.campaigns:
        for name, kpi in campaign.kpis.items():
            if kpi.target and kpi.guardrail and not _fit(kpi.target, kpi.guardrail):
                yield advice(
                    "MSR643",
                    f"`{name}` cannot be {kpi.target} and {kpi.guardrail} at once",
                    scope.span(kpi.loc / "target"),
                    "move the target or the guardrail",
                    related=((scope.span(kpi.loc / "guardrail"), "the guardrail"),),
                )


def opposing_kpis(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns for the same people of which one wants more of what the other wants less."""
    groups: dict[tuple[str, str], list[_Wish]] = {}
    for campaign in scope.campaigns:
        audience = repr(_audience(campaign))
        for name in campaign.kpis:
            groups.setdefault((audience, name), []).extend(_wishes(campaign, name))
    for (_, kpi), wishes in groups.items():
        # Most campaigns want the same, and of those there are many.
        agreed = len({wish.is_upwards for wish in wishes}) < 2
        for wish in () if agreed else wishes:
            other = next((w for w in wishes if _opposes(w, wish)), None)
            if other is not None and wish.campaign > other.campaign:
                yield advice(
                    "MSR644",
                    f"`{wish.campaign}` wants `{kpi}` {wish.limit}, and `{other.campaign}` wants "
                    f"it {other.limit} of the same people",
                    scope.span(wish.loc),
                    "let one team answer for both, or part the audiences",
                    related=((scope.span(other.loc), "the opposite"),),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a campaign wants of a KPI."""

    campaign: str
    limit: Target
    loc: Loc

    @property
    def is_upwards(self) -> bool:
        return self.limit.comparison in _UPWARDS


def _opposes(one: _Wish, other: _Wish) -> bool:
    return one.campaign != other.campaign and one.is_upwards != other.is_upwards


def _wishes(campaign: Campaign, name: Name) -> Iterator[_Wish]:
    kpi = campaign.kpis[name]
    for key, limit in (("target", kpi.target), ("guardrail", kpi.guardrail)):
        if limit is not None:
            yield _Wish(campaign=campaign.campaign, limit=limit, loc=kpi.loc / key)


def _fit(target: Target, guardrail: Target) -> bool:
    """Say whether some number is on the good side of both limits, as far as they compare."""
    if (target.sign, target.unit) != (guardrail.sign, guardrail.unit):
        return True
    limits = [_level(target), _level(guardrail)]
    ends = [each.limit for each in limits]
    tries = (*ends, sum(ends) / 2, min(ends) - 1, max(ends) + 1)
    return any(all(limit.is_met_by(value) for limit in limits) for value in tries)


def _level(target: Target) -> Threshold:
    """Return a limit with its sign in its number."""
    number = -target.limit if target.sign == "-" else target.limit
    return Threshold(comparison=target.comparison, limit=number, unit=target.unit)


def _audience(campaign: Campaign) -> object:
    """Return what decides who enters, to be compared."""
    where = campaign.enter.where
    return write(campaign.enter.on), write(where) if where else None
