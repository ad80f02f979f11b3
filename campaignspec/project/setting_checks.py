"""Numbers and amounts: each within the bounds that its meaning sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.scope import Scope
from campaignspec.spec.channel import Cap, Channel
from campaignspec.spec.habits import (
    Affinity,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    PreferredHour,
    ShareOf,
)
from campaignspec.spec.journey import Goal
from campaignspec.spec.kpi import DEFINITIONS, Kpi, KpiName
from campaignspec.spec.project import ChannelResponse, Settings
from campaignspec.spec.reading import Piece, Place
from campaignspec.spec.traits import (
    Average,
    Count,
    Distinct,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Sum,
)
from campaignspec.spec.waiting import WaitFor

_VERSION = 1
_CURRENCY = re.compile("[A-Z]{3}")
_LENGTHS: Final[tuple[Place, ...]] = (
    (Count, "within"),
    (Sum, "within"),
    (Average, "within"),
    (Minimum, "within"),
    (Maximum, "within"),
    (Distinct, "within"),
    (MostFrequent, "within"),
    (MedianGap, "within"),
    (ShareOf, "within"),
    (NewOrReturning, "within"),
    (Nps, "within"),
    (Affinity, "within"),
    (Interest, "within"),
    (PreferredChannel, "within"),
    (PreferredHour, "within"),
    (Goal, "within"),
    (WaitFor, "at_most"),
    (Cap, "within"),
    (Settings, "tick"),
    (ChannelResponse, "within"),
)
_UNITS = {"%": "a percentage", "pp": "a number of percentage points", "": "a plain number"}
_EXAMPLES = {"%": "5%", "pp": "2 pp", "": "2"}


def language_version(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the project is written in a version of the language that is known."""
    for piece in scope.values(Settings, "spec"):
        if piece.value != _VERSION:
            yield Diagnostic(
                code="SPC203",
                message=f"version {piece.value} of the language is not known",
                span=scope.span_of(piece),
                help=f"write `spec: {_VERSION}`, or install a newer campaignspec",
            )


def currency(scope: Scope) -> Iterator[Diagnostic]:
    """Check how the project's currency is written."""
    for piece in scope.values(Settings, "currency"):
        if not _CURRENCY.fullmatch(piece.value):
            yield Diagnostic(
                code="SPC204",
                message=f"`{piece.value}` is not a currency",
                span=scope.span_of(piece),
                help="write the three capitals of ISO 4217: USD, EUR, CNY",
            )


def costs(scope: Scope) -> Iterator[Diagnostic]:
    """Check that channels cost money of the project's currency."""
    counted = _currency(scope)
    for cost in scope.values(Channel, "cost"):
        if counted and cost.value.currency != counted:
            yield Diagnostic(
                code="SPC204",
                message=f"the cost of `{cost.loc.path[-2]}` is in {cost.value.currency}, "
                f"but the project counts in {counted}",
                span=scope.span_of(cost),
                help=f"write it in {counted}",
            )


def caps_of_nothing(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a cap allows something."""
    for piece in scope.values(Cap, "at_most"):
        if piece.value < 1:
            yield Diagnostic(
                code="SPC204",
                message=f"a cap of {piece.value} would forbid every message",
                span=scope.span_of(piece),
                help="allow at least 1, or remove the channel",
            )


def cap_windows(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a cap counts over one stretch of time."""
    for cap in scope.sections(Cap):
        if (cap.per is None) == (cap.within is None):
            yield _cap_window(scope, cap)


def lengths(scope: Scope) -> Iterator[Diagnostic]:
    """Find windows of no length, in which nothing can happen."""
    for section, key in _LENGTHS:
        for length in scope.values(section, key):
            if length.value.micros <= 0:
                yield Diagnostic(
                    code="SPC204",
                    message=f"`{key}` is zero, which leaves no time at all",
                    span=scope.span_of(length),
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
    for key in ("target", "guardrail"):
        for limit in scope.values(Kpi, key):
            name = limit.loc.path[-2]
            unit = _unit(scope, KpiName(name)) if name in list(KpiName) else None
            if unit is not None and limit.value.unit != unit:
                yield _other_unit(scope, limit, unit)


def _currency(scope: Scope) -> str | None:
    """Return the project's currency; None when that is not known."""
    written = [piece.value for piece in scope.values(Settings, "currency")]
    return next((each for each in written if _CURRENCY.fullmatch(each)), None)


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


def _other_unit(scope: Scope, limit: Piece, unit: str) -> Diagnostic:
    name, written = limit.loc.path[-2], limit.value
    example = _EXAMPLES.get(unit, f"2 {unit}")
    return Diagnostic(
        code="SPC204",
        message=f"`{name}` is {_in_words(unit)}, but its limit is {_in_words(written.unit)}",
        span=scope.span_of(limit),
        help=f'write it like "{written.comparison} {example}"',
    )


def _in_words(unit: str) -> str:
    return _UNITS.get(unit, f"an amount of {unit}")
