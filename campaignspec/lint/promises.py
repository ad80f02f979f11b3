"""KPIs that cannot all be kept, and those that may be read in two ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, assert_never

from campaignspec.diagnostics import Diagnostic
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.told import Told, Wish
from campaignspec.money import MICROS, Money
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.kinds import Comparison, Share, Target, Threshold
from campaignspec.spec.kpi import GrowthUnit, Kpi
from campaignspec.spec.kpi_promise import growth_of, is_growth
from campaignspec.spec.write import write

_UPWARDS: Final = frozenset({Comparison.AT_LEAST, Comparison.ABOVE})


def contradicting_limits(scope: Scope) -> Iterator[Diagnostic]:
    """Find KPIs whose target lies behind their own guardrail."""
    for campaign in scope.campaigns:
        for name, kpi in campaign.kpis.items():
            if kpi.target and kpi.guardrail and not _fit(kpi, kpi.target, kpi.guardrail):
                yield advice(
                    "MSR643",
                    f"`{name}` cannot be {kpi.target} and {kpi.guardrail} at once",
                    scope.span(kpi.loc / "target"),
                    "move the target or the guardrail",
                    related=((scope.span(kpi.loc / "guardrail"), "the guardrail"),),
                )


def wishes(scope: Scope, campaign: Campaign) -> Iterator[Wish]:
    """Yield what a campaign wants of KPIs."""
    audience = repr(_audience(campaign)) if campaign.kpis else ""
    for name, kpi in campaign.kpis.items():
        for key, limit in (("target", kpi.target), ("guardrail", kpi.guardrail)):
            # A growth from what nobody has counted yet may be more than the other's level, or less.
            if limit is not None and _level(kpi, limit) is not None:
                yield Wish(
                    campaign=campaign.campaign,
                    audience=audience,
                    kpi=str(kpi.kpi or name),
                    counted=repr(_way_of_counting(kpi)),
                    limit=limit,
                    span=scope.span(kpi.loc / key),
                )


def opposing_kpis(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find campaigns for the same people of which one wants more of what the other wants less."""
    del scope
    groups: dict[tuple[str, str, str], list[Wish]] = {}
    for wish in (wish for each in told for wish in each.wishes):
        groups.setdefault((wish.audience, wish.kpi, wish.counted), []).append(wish)
    for (_, kpi, _), group in groups.items():
        # Most campaigns want the same, and of those there are many.
        agreed = len(set(map(_is_upwards, group))) < 2
        for wish in () if agreed else group:
            other = next((w for w in group if _opposes(w, wish)), None)
            if other is not None and wish.campaign > other.campaign:
                yield advice(
                    "MSR644",
                    f"`{wish.campaign}` wants `{kpi}` {wish.limit}, and `{other.campaign}` wants "
                    f"it {other.limit} of the same people",
                    wish.span,
                    "let one team answer for both, or part the audiences",
                    related=((other.span, "the opposite"),),
                )


def _way_of_counting(kpi: Kpi) -> Kpi:
    """Return what a campaign says of how a KPI is counted, without what it promises."""
    plain = Kpi(segment=kpi.segment, channel=kpi.channel, by=kpi.by, stage=kpi.stage)
    return replace(plain, window=kpi.window, after=kpi.after)


def _is_upwards(wish: Wish) -> bool:
    return wish.limit.comparison in _UPWARDS


def _opposes(one: Wish, other: Wish) -> bool:
    return one.campaign != other.campaign and _is_upwards(one) != _is_upwards(other)


def _fit(kpi: Kpi, target: Target, guardrail: Target) -> bool:
    """Say whether some number is on the good side of both limits, as far as they compare."""
    limits = [_level(kpi, each) for each in (target, guardrail)]
    if None in limits and (target.sign, target.unit) == (guardrail.sign, guardrail.unit):
        # Two growths are from the same baseline, whatever it is.
        limits = [_step(target), _step(guardrail)]
    known = [each for each in limits if each is not None]
    if len(known) < len(limits) or len({each.unit for each in known}) > 1:
        return True
    ends = [each.limit for each in known]
    tries = (*ends, sum(ends) / 2, min(ends) - 1, max(ends) + 1)
    return any(all(limit.is_met_by(value) for limit in known) for value in tries)


def _level(kpi: Kpi, target: Target) -> Threshold | None:
    """Return the level that a limit is; None of a growth from a baseline that is yet to count."""
    step, growth = _step(target), growth_of(target, kpi)
    if not is_growth(target, kpi):
        return step
    found = _stated(kpi)
    if found is None or growth is None:
        return None
    base, unit = found
    match growth:
        case GrowthUnit.RATIO:
            level = base * step.limit
        case GrowthUnit.RELATIVE:
            level = base * (1 + step.limit)
        case GrowthUnit.POINTS:
            level = base + step.limit
        case _:
            assert_never(growth)
    return Threshold(comparison=target.comparison, limit=level, unit=unit)


def _stated(kpi: Kpi) -> tuple[float, str] | None:
    """Return the number and the unit of a baseline that says its value."""
    match kpi.baseline.value if kpi.baseline else None:
        case Share(fraction=fraction):
            return fraction, "%"
        case Money() as money:
            return money.micros / MICROS, money.currency
        case float() | int() as number:
            return float(number), ""
        case _:
            return None


def _step(target: Target) -> Threshold:
    """Return a limit with its sign in its number."""
    number = -target.limit if target.sign == "-" else target.limit
    return Threshold(comparison=target.comparison, limit=number, unit=target.unit)


def _audience(campaign: Campaign) -> object:
    """Return what decides who enters, to be compared."""
    where = campaign.enter.where
    return write(campaign.enter.on), write(where) if where else None
