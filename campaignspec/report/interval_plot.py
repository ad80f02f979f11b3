"""Draws the sides of a comparison with their intervals, and their differences below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from campaignspec.graph.width import shorten
from campaignspec.measure.experiments import ExperimentReading
from campaignspec.measure.lift import Difference, Interval, Lift, Rate
from campaignspec.report import format as written

_WIDTH = 360
_LEFT, _RIGHT = 84, 344
_FIRST, _STEP = 34, 32
_BETWEEN = 68
_BELOW = 44
_LABEL_CELLS = 13


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps shares to places from left to right."""

    low: float
    high: float

    def __call__(self, value: float) -> str:
        width = self.high - self.low or 1.0
        return f"{_LEFT + (value - self.low) / width * (_RIGHT - _LEFT):.1f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One estimate with its interval, and what it is drawn as."""

    label: str
    value: float
    bounds: Interval
    kind: str


def draw_lift(lift: Lift, *, name: str) -> str:
    """Draw both sides of the holdout as inline SVG; empty when one has nobody to judge."""
    if lift.difference is None or lift.interval is None:
        return ""
    rates = (("Treated", lift.treated, "ours"), ("Held out", lift.held_out, "theirs"))
    gap = Difference(value=lift.difference, interval=lift.interval)
    return _draw(
        [line for label, rate, kind in rates for line in _rate_line(label, rate, kind)],
        [_gap_line("Difference", gap)],
        title="Treated and held out, with 95% intervals",
        description=_description(lift),
        name=name,
    )


def draw_experiment(experiment: ExperimentReading, *, name: str) -> str:
    """Draw an experiment's arms as inline SVG; empty when there is nothing to compare."""
    first, *others = experiment.arms
    gaps = [(arm, arm.difference) for arm in others if arm.difference is not None]
    if first.rate is None or not gaps:
        return ""
    rates = ((first, "theirs"), *((arm, "ours") for arm in others))
    label = "Difference" if len(others) == 1 else ""
    return _draw(
        [line for arm, kind in rates if arm.rate for line in _rate_line(arm.name, arm.rate, kind)],
        [_gap_line(label or f"{written.MINUS} {arm.name}", gap) for arm, gap in gaps],
        title=f"Arms of the experiment {experiment.name}, with 95% intervals",
        description=" ".join(_sentences(experiment)),
        name=name,
    )


def _rate_line(label: str, rate: Rate, kind: str) -> Iterator[_Line]:
    if rate.value is not None and rate.interval is not None:
        yield _Line(label=label, value=rate.value, bounds=rate.interval, kind=kind)


def _gap_line(label: str, gap: Difference) -> _Line:
    return _Line(label=label, value=gap.value, bounds=gap.interval, kind="difference")


def _draw(
    rates: Sequence[_Line], gaps: Sequence[_Line], *, title: str, description: str, name: str
) -> str:
    """Draw shares above and their differences below, each on a scale of its own."""
    share_scale = _around([end for line in rates for end in line.bounds], lowest=0.0)
    gap_scale = _around([0.0, *(end for line in gaps for end in line.bounds)])
    first_gap = _FIRST + (len(rates) - 1) * _STEP + _BETWEEN
    last_gap = first_gap + (len(gaps) - 1) * _STEP
    opening = (
        f'<svg class="intervals" viewBox="0 0 {_WIDTH} {last_gap + _BELOW}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">'
    )
    parts = [
        opening,
        f'<title id="{name}-title">{escape(title)}</title>',
        f'<desc id="{name}-desc">{escape(description)}</desc>',
        *_rows(rates, _FIRST, share_scale),
        *_axis(first_gap - _BETWEEN + 18, share_scale, written.share),
        f'<path class="zero" d="M{gap_scale(0.0)} {first_gap - 16}V{last_gap + 16}"/>',
        *_rows(gaps, first_gap, gap_scale),
        *_axis(last_gap + 22, gap_scale, written.points),
        "</svg>",
    ]
    return "\n".join(parts)


def _around(values: Sequence[float], lowest: float | None = None) -> _Scale:
    """Return a scale with some air at both ends."""
    air = 0.08 * (max(values) - min(values)) or 0.01
    low = min(values) - air
    return _Scale(low if lowest is None else max(low, lowest), max(values) + air)


def _rows(lines: Sequence[_Line], first: int, scale: _Scale) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield from _row(line, first + place * _STEP, scale)


def _row(line: _Line, y: int, scale: _Scale) -> Iterator[str]:
    low, high = (scale(bound) for bound in line.bounds)
    label = escape(shorten(line.label, _LABEL_CELLS))
    yield f'<text class="side" x="0" y="{y + 4}">{label}</text>'
    yield (
        f'<g class="{line.kind}"><path d="M{low} {y}H{high}M{low} {y - 5}v10M{high} {y - 5}v10"/>'
        f'<circle cx="{scale(line.value)}" cy="{y}" r="5.5"/></g>'
    )


def _axis(y: int, scale: _Scale, write: Callable[[float], str]) -> Iterator[str]:
    yield f'<path class="axis" d="M{_LEFT} {y}H{_RIGHT}"/>'
    for value in _ticks(scale):
        yield f'<path class="axis" d="M{scale(value)} {y}v4"/>'
        yield (
            f'<text class="tick" x="{scale(value)}" y="{y + 17}" text-anchor="middle">'
            f"{write(value)}</text>"
        )


def _ticks(scale: _Scale) -> list[float]:
    """Return two to five round numbers on a scale."""
    width = scale.high - scale.low
    power = 10.0 ** floor(log10(width))
    step = next(s for s in (0.1, 0.2, 0.5, 1.0, 2.0) if width / (s * power) < 5.5) * power
    first, last = ceil(scale.low / step), floor(scale.high / step)
    return [number * step for number in range(first, last + 1)]


def _description(lift: Lift) -> str:
    return (
        f"Treated {written.share(lift.treated.value)}, held out "
        f"{written.share(lift.held_out.value)}, difference {written.points(lift.difference)} "
        f"with a 95% interval of {written.interval(lift.interval)}."
    )


def _sentences(experiment: ExperimentReading) -> Iterator[str]:
    first, *others = experiment.arms
    for arm in experiment.arms:
        yield f"{arm.name} {written.share(arm.rate.value if arm.rate else None)}."
    for arm in others:
        if arm.difference is not None:
            yield (
                f"{arm.name} minus {first.name} {written.points(arm.difference.value)} with a 95% "
                f"interval of {written.interval(arm.difference.interval)}."
            )
