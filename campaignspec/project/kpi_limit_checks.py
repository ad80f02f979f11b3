"""What KPIs are held against: limits in their own unit, growths from a baseline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.kpi_checks import Written, promises
from campaignspec.project.scope import Scope
from campaignspec.project.setting_checks import currency_of
from campaignspec.spec.kinds import Share, Target
from campaignspec.spec.kpi import GrowthUnit, Kpi
from campaignspec.spec.kpi_definition import Definition, Unit
from campaignspec.spec.kpi_promise import can_be_of_the_past, growth_of, is_growth
from campaignspec.spec.shape import Loc

_UNITS: Final = {"%": "a percentage", "pp": "a number of percentage points", "": "a plain number"}
_EXAMPLES: Final = {"%": "5%", "pp": "2 pp", "": "2"}
_LIMITS: Final = ("target", "guardrail")


def units(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a KPI is held against a limit of its own unit."""
    for written in promises(scope):
        unit = _unit(scope, written.promise.definition)
        for limit, loc in _limits(written):
            growing = is_growth(limit, written.promise.says)
            if unit is not None and not growing and limit.unit != unit:
                yield _other_unit(scope, written, limit, loc, unit)


def growths(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a growth says in what it is counted, and from what."""
    for written in promises(scope):
        for limit, loc in _limits(written):
            if is_growth(limit, written.promise.says):
                yield from _growth(scope, written, limit, loc)


def baselines(scope: Scope) -> Iterator[Diagnostic]:
    """Check baselines: their dates, their unit, and whether they can be counted at all."""
    for written in promises(scope):
        baseline = written.promise.says.baseline
        if baseline is None:
            continue
        if baseline.from_ > baseline.to:
            yield Diagnostic(
                code="SPC204",
                message="the baseline ends before it begins",
                span=scope.span(baseline.loc / "to"),
                help="write its first day under `from` and its last under `to`",
            )
        if baseline.value is None and not can_be_of_the_past(written.promise.definition):
            yield Diagnostic(
                code="MSR609",
                message=f"`{written.promise.name}` is about messages, and of the past there is "
                "nobody to whom they were sent",
                span=scope.key_span(baseline.loc),
                help="state what it was: `baseline: {value: 18%, from: …, to: …, source: …}`",
            )
        unit = _unit(scope, written.promise.definition)
        if baseline.value is not None and unit not in {None, _unit_of(baseline.value)}:
            yield Diagnostic(
                code="SPC204",
                message=f"`{written.promise.name}` is {_in_words(unit or '')}, but its baseline is "
                f"{_in_words(_unit_of(baseline.value))}",
                span=scope.span(baseline.loc / "value"),
                help=f"write it like {_EXAMPLES.get(unit or '', f'2 {unit}')}",
            )


def _limits(written: Written) -> Iterator[tuple[Target, Loc]]:
    says = written.promise.says
    for key in _LIMITS:
        limit = getattr(says, key)
        if limit is not None:
            yield limit, says.loc / key


def _unit(scope: Scope, definition: Definition) -> str | None:
    """Return the unit that a KPI's limit must have; None when it is not known."""
    match definition.unit:
        case Unit.MONEY:
            return currency_of(scope)
        case Unit.COUNT | Unit.SCORE:
            return ""
        case Unit.PERCENT | Unit.POINTS:
            return definition.unit.value


def _unit_of(value: object) -> str:
    if isinstance(value, Share):
        return "%"
    currency: str = getattr(value, "currency", "")
    return currency


def _other_unit(scope: Scope, written: Written, limit: Target, loc: Loc, unit: str) -> Diagnostic:
    return Diagnostic(
        code="SPC204",
        message=f"`{written.promise.name}` is {_in_words(unit)}, but its limit is "
        f"{_in_words(limit.unit)}",
        span=scope.span(loc),
        help=f'write it like "{limit.comparison} {_EXAMPLES.get(unit, f"2 {unit}")}"',
    )


def _growth(scope: Scope, written: Written, limit: Target, loc: Loc) -> Iterator[Diagnostic]:
    says, name = written.promise.says, written.promise.name
    growth, unit = growth_of(limit, says), _unit(scope, written.promise.definition)
    if growth is None:
        yield _ambiguous(scope, written, limit, loc)
        return
    if says.baseline is None:
        yield Diagnostic(
            code="MSR605",
            message=f"`{name}` is to grow, and nothing says from what",
            span=scope.span(loc),
            help="state it, `baseline: {value: 18%, from: 2016-01-01, to: 2016-12-31, source: …}`, "
            "or leave `value` out and it is counted on the history of these days",
        )
    wrong = _wrong_growth(limit, growth, says, unit)
    if wrong is not None:
        message, advice = wrong
        yield Diagnostic(
            code="SPC204",
            message=f"`{name}`: {message}",
            span=scope.span(loc),
            help=advice,
        )


def _wrong_growth(
    limit: Target, growth: GrowthUnit, says: Kpi, unit: str | None
) -> tuple[str, str] | None:
    """Say what is wrong with the unit of a growth, and what to write."""
    if says.unit is not None and says.unit is not growth:
        return (
            f"`{limit}` does not grow by `unit: {says.unit}`",
            f"write `unit: {growth}`, or leave it out",
        )
    if growth is GrowthUnit.POINTS and limit.unit in {"%", "pp"}:
        if unit not in {None, "%", "pp"}:
            return (
                f"{_in_words(unit)} does not grow by percentage points",
                'write `unit: relative`, or a multiple: ">= x1.3"',
            )
    elif growth is GrowthUnit.POINTS and unit not in {None, limit.unit}:
        return (
            f"it is {_in_words(unit or '')}, but is to grow by {_in_words(limit.unit)}",
            f'write it like "{limit.comparison} +{_EXAMPLES.get(unit or "", f"2 {unit}")}"',
        )
    return None


def _ambiguous(scope: Scope, written: Written, limit: Target, loc: Loc) -> Diagnostic:
    """Say what a growth in percent may mean, in numbers where there are any."""
    says = written.promise.says
    step = -limit.limit if limit.sign == "-" else limit.limit
    before = 0.2
    if says.baseline is not None and isinstance(says.baseline.value, Share):
        before = says.baseline.value.fraction
    relative, points = 100 * before * (1 + step), 100 * (before + step)
    return Diagnostic(
        code="MSR604",
        message=f"`{limit.sign}{100 * limit.limit:g}%` may be a share of the baseline or "
        "percentage points",
        span=scope.span(loc),
        help=f"from {100 * before:g}% it is {relative:.4g}% with `unit: relative`, and "
        f"{points:.4g}% with `unit: pp`",
    )


def _in_words(unit: str) -> str:
    return _UNITS.get(unit, f"an amount of {unit}")
