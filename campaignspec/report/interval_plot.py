"""Draws both sides of a comparison with their intervals, and the difference below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from campaignspec.measure.lift import Interval, Lift
from campaignspec.report import format as written

_WIDTH = 360
_LEFT, _RIGHT = 84, 344
_ROWS = (34, 66, 134)
_HEIGHT = 178


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps shares to places from left to right."""

    low: float
    high: float

    def __call__(self, value: float) -> str:
        width = self.high - self.low or 1.0
        return f"{_LEFT + (value - self.low) / width * (_RIGHT - _LEFT):.1f}"


def draw_intervals(lift: Lift, *, name: str) -> str:
    """Draw the comparison as inline SVG; empty when one side has nobody to judge."""
    ours, theirs = lift.treated, lift.held_out
    if ours.interval is None or theirs.interval is None:
        return ""
    if ours.value is None or theirs.value is None:
        return ""
    if lift.difference is None or lift.interval is None:
        return ""
    rates = _around((*ours.interval, *theirs.interval), lowest=0.0)
    gaps = _around((*lift.interval, 0.0))
    opening = (
        f'<svg class="intervals" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">'
    )
    parts = [
        opening,
        f'<title id="{name}-title">Treated and held out, with 95% intervals</title>',
        f'<desc id="{name}-desc">{escape(_description(lift))}</desc>',
        *_row("Treated", _ROWS[0], ours.value, ours.interval, rates, "treated"),
        *_row("Held out", _ROWS[1], theirs.value, theirs.interval, rates, "heldout"),
        *_axis(_ROWS[1] + 18, rates, written.share),
        f'<path class="zero" d="M{gaps(0.0)} {_ROWS[2] - 16}V{_ROWS[2] + 16}"/>',
        *_row("Difference", _ROWS[2], lift.difference, lift.interval, gaps, "difference"),
        *_axis(_ROWS[2] + 22, gaps, written.points),
        "</svg>",
    ]
    return "\n".join(parts)


def _around(values: tuple[float, ...], lowest: float | None = None) -> _Scale:
    """Return a scale with some air at both ends."""
    air = 0.08 * (max(values) - min(values)) or 0.01
    low = min(values) - air
    return _Scale(low if lowest is None else max(low, lowest), max(values) + air)


def _row(
    label: str, y: int, value: float, bounds: Interval, scale: _Scale, kind: str
) -> Iterator[str]:
    low, high = (scale(bound) for bound in bounds)
    yield f'<text class="side" x="0" y="{y + 4}">{label}</text>'
    yield (
        f'<g class="{kind}"><path d="M{low} {y}H{high}M{low} {y - 5}v10M{high} {y - 5}v10"/>'
        f'<circle cx="{scale(value)}" cy="{y}" r="5.5"/></g>'
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
