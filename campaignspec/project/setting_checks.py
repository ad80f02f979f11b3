"""Numbers and amounts: each within the bounds that its meaning sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignspec.clock import Duration
from campaignspec.diagnostics import Diagnostic
from campaignspec.project.scope import Scope
from campaignspec.project.walk import steps_of
from campaignspec.spec.audience import Average, Count, Sum
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Cap
from campaignspec.spec.journey import Wait, WaitFor
from campaignspec.spec.kinds import Threshold
from campaignspec.spec.kpi import DEFINITIONS, KpiName
from campaignspec.spec.shape import Loc

_VERSION = 1
_CURRENCY = re.compile("[A-Z]{3}")
_UNITS = {"%": "a percentage", "pp": "a number of percentage points", "": "a plain number"}
_EXAMPLES = {"%": "5%", "pp": "2 pp", "": "2"}


def language_version(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the project is written in a version of the language that is known."""
    if scope.settings and scope.settings.spec != _VERSION:
        yield Diagnostic(
            code="SPC203",
            message=f"version {scope.settings.spec} of the language is not known",
            span=scope.span(scope.settings.loc / "spec"),
            help=f"write `spec: {_VERSION}`, or install a newer campaignspec",
        )


def currency(scope: Scope) -> Iterator[Diagnostic]:
    """Check how the project's currency is written."""
    if scope.settings and _currency(scope) is None:
        yield Diagnostic(
            code="SPC204",
            message=f"`{scope.settings.currency}` is not a currency",
            span=scope.span(scope.settings.loc / "currency"),
            help="write the three capitals of ISO 4217: USD, EUR, CNY",
        )


def costs(scope: Scope) -> Iterator[Diagnostic]:
    """Check that channels cost money of the project's currency."""
    counted = _currency(scope)
    for name, channel in scope.channels:
        cost = channel.cost
        if cost and counted and cost.currency != counted:
            yield Diagnostic(
                code="SPC204",
                message=f"the cost of `{name}` is in {cost.currency}, "
                f"but the project counts in {counted}",
                span=scope.span(channel.loc / "cost"),
                help=f"write it in {counted}",
            )


def cap_shapes(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a cap allows something, over one stretch of time."""
    for cap in scope.caps:
        if cap.at_most < 1:
            yield Diagnostic(
                code="SPC204",
                message=f"a cap of {cap.at_most} would forbid every message",
                span=scope.span(cap.loc / "at_most"),
                help="allow at least 1, or remove the channel",
            )
        if (cap.per is None) == (cap.within is None):
            yield _cap_window(scope, cap)


def lengths(scope: Scope) -> Iterator[Diagnostic]:
    """Find windows of no length, in which nothing can happen."""
    for loc, length in _lengths(scope):
        if length is not None and length.micros <= 0:
            yield Diagnostic(
                code="SPC204",
                message=f"`{loc.path[-1]}` is zero, which leaves no time at all",
                span=scope.span(loc),
                help="write a length of at least 1s: 30m, 48h, 7d",
            )


def kpi_goals(scope: Scope) -> Iterator[Diagnostic]:
    """Find KPIs that count conversions in campaigns without a goal."""
    for campaign in scope.campaigns:
        for name in campaign.kpis:
            if DEFINITIONS[name].needs_goal and campaign.goal is None:
                yield Diagnostic(
                    code="MSR602",
                    message=f"`{name}` needs a goal, and `{campaign.campaign}` has none",
                    span=scope.key_span(campaign.loc / "kpis" / name),
                    help="say what counts as success: `goal: {event: order.placed, within: 14d}`",
                )


def kpi_units(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a KPI is held against a limit of its own unit."""
    for campaign in scope.campaigns:
        for name, kpi in campaign.kpis.items():
            for key, limit in (("target", kpi.target), ("guardrail", kpi.guardrail)):
                unit = _unit(scope, name)
                if limit is not None and unit is not None and limit.unit != unit:
                    yield _other_unit(scope, kpi.loc / key, name, limit, unit)


def _currency(scope: Scope) -> str | None:
    """Return the project's currency; None when that is not known."""
    written = scope.settings.currency if scope.settings else ""
    return written if _CURRENCY.fullmatch(written) else None


def _lengths(scope: Scope) -> Iterator[tuple[Loc, Duration | None]]:
    """Yield every length of time that must not be zero, with its place."""
    for _, trait in scope.traits:
        if isinstance(trait, Count | Sum | Average):
            yield trait.loc / "within", trait.within
    for campaign in scope.campaigns:
        yield from _lengths_in(campaign)
    for cap in scope.caps:
        yield cap.loc / "within", cap.within
    if scope.settings:
        yield scope.settings.loc / "tick", scope.settings.tick
        models = scope.settings.responses.values()
        for response in (each for model in models for each in model.channels.values()):
            yield response.loc / "within", response.within


def _lengths_in(campaign: Campaign) -> Iterator[tuple[Loc, Duration]]:
    if campaign.goal:
        yield campaign.goal.loc / "within", campaign.goal.within
    for step in steps_of(campaign):
        match step:
            case Wait(wait=WaitFor(at_most=length, loc=loc)):
                yield loc / "at_most", length


def _cap_window(scope: Scope, cap: Cap) -> Diagnostic:
    both = cap.per is not None
    return Diagnostic(
        code="SPC206",
        message="a cap counts over a calendar day or over a window, not over both"
        if both
        else "this cap does not say over what time it counts",
        span=scope.key_span(cap.loc / "per") if both else scope.key_span(cap.loc / "at_most"),
        help="keep either `per:` or `within:`"
        if both
        else "add `per: calendar_day`, or a window: `within: 7d`",
    )


def _unit(scope: Scope, name: KpiName) -> str | None:
    """Return the unit that a KPI's limit must have; None when it is not known."""
    unit = DEFINITIONS[name].unit
    if unit == "money":
        return _currency(scope)
    return "" if unit == "count" else unit


def _other_unit(scope: Scope, loc: Loc, name: KpiName, limit: Threshold, unit: str) -> Diagnostic:
    example = _EXAMPLES.get(unit, f"2 {unit}")
    return Diagnostic(
        code="SPC204",
        message=f"`{name}` is {_in_words(unit)}, but its limit is {_in_words(limit.unit)}",
        span=scope.span(loc),
        help=f'write it like "{limit.comparison} {example}"',
    )


def _in_words(unit: str) -> str:
    return _UNITS.get(unit, f"an amount of {unit}")
