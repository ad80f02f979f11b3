"""Draws a journey as SVG that needs nothing but itself.

Colours are CSS variables with names that begin with ``--j-``: a page that holds the drawing
sets them, a drawing that stands alone brings its own, light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from campaignspec.graph.counts import Counts
from campaignspec.graph.label import (
    edge_label,
    exits,
    exits_text,
    kind_of,
    node_detail,
    node_label,
)
from campaignspec.graph.layout import BOX_WIDTH, LINE_HEIGHT, Box, Layout, Point, Route, layout
from campaignspec.graph.nodes import Edge, JourneyGraph
from campaignspec.graph.width import shorten

_EDGE_CELLS = 15
_THINNEST = 1.25
_THICKEST = 8.0
_TIP = 7.0

THEME: Final = """\
.journey{--j-paper:#fff;--j-box:#fff;--j-line:#cdd3dc;--j-ink:#17202e;--j-quiet:#566072;
--j-edge:#ccd5e2;--j-tip:#8492a6;--j-entry:#2b59c3;--j-holdout:#7a6a9b;--j-wait:#8a6d1f;--j-send:#0b7285;
--j-choice:#9c3fa0;--j-leave:#b4432f;--j-end:#1c7a4b}
@media (prefers-color-scheme:dark){.journey{--j-paper:#161b23;--j-box:#1f2630;--j-line:#3a4554;
--j-ink:#e8ecf2;--j-quiet:#a3afbf;--j-edge:#3b4859;--j-tip:#8b99ab;--j-entry:#8fb2ff;--j-holdout:#b9a9dd;
--j-wait:#d8b455;--j-send:#5cc8db;--j-choice:#dc93df;--j-leave:#f0907d;--j-end:#6fd19f}}
"""
"""The colours of a drawing that stands alone."""

STYLE: Final = """\
.journey{background:var(--j-paper);font-family:system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue","Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
.journey text{fill:var(--j-ink)}
.journey .box rect{fill:var(--j-box);stroke:var(--j-line)}
.journey .box path{fill:var(--k)}
.journey .name{font-size:12px;font-weight:600}
.journey .people{font-size:11.5px;font-variant-numeric:tabular-nums}
.journey .box .people{fill:var(--j-quiet)}
.journey .goal{fill:var(--j-end);font-weight:600}
.journey .left{fill:var(--j-leave);font-weight:600}
.journey .way path{fill:none;stroke:var(--j-edge);stroke-linecap:butt}
.journey .way .tip{fill:var(--j-tip);stroke:none}
.journey .way.unused path{stroke-dasharray:3 5}
.journey .way text{paint-order:stroke;stroke:var(--j-paper);stroke-width:5px;
stroke-linejoin:round;text-anchor:middle}
.journey .way .label{font-size:11.5px;fill:var(--j-quiet)}
.journey .k-entry{--k:var(--j-entry)}.journey .k-holdout{--k:var(--j-holdout)}
.journey .k-wait{--k:var(--j-wait)}.journey .k-send{--k:var(--j-send)}
.journey .k-choice{--k:var(--j-choice)}.journey .k-leave{--k:var(--j-leave)}
.journey .k-end{--k:var(--j-end)}
"""
"""How the parts of a drawing look; a page needs it once, whatever the number of drawings."""


def draw_svg(graph: JourneyGraph, counts: Counts | None) -> str:
    """Draw a journey as an SVG file."""
    return _svg(graph, counts, name="journey", style=f"<style>{THEME}{STYLE}</style>\n")


def draw_inline_svg(graph: JourneyGraph, counts: Counts | None, *, name: str) -> str:
    """Draw a journey for a page that brings `STYLE` and the colours.

    Args:
        graph: The journey.
        counts: The numbers to write on it.
        name: Begins the ids of the drawing, so that several fit in one page.
    """
    return _svg(graph, counts, name=name, style="")


def _svg(graph: JourneyGraph, counts: Counts | None, *, name: str, style: str) -> str:
    drawing = layout(graph)
    width, height = f"{drawing.width:g}", f"{drawing.height:g}"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="journey" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">'
    )
    parts = [
        opening,
        f'<title id="{name}-title">{escape(graph.title)}</title>',
        f'<desc id="{name}-desc">{escape(_description(graph, counts))}</desc>',
        *([style.rstrip()] if style else []),
        *_ways(drawing, counts),
        *_boxes(graph, drawing, counts),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _description(graph: JourneyGraph, counts: Counts | None) -> str:
    """Say in one sentence what the drawing shows; the tables of a report say the rest."""
    steps = ", ".join(node_label(node) for node in graph.nodes.values())
    people = "" if counts is None else " Numbers are enrolments that passed."
    return f"A journey from top to bottom with these steps: {steps}.{people}"


def _ways(drawing: Layout, counts: Counts | None) -> Iterator[str]:
    most = max((counts.passages(r.edge) for r in drawing.routes), default=0) if counts else 0
    for route in drawing.routes:
        number = counts.passages(route.edge) if counts else None
        yield from _way(route, number, most)
    for route in drawing.routes:
        yield from _way_label(route, counts.passages(route.edge) if counts else None)


def _way(route: Route, number: int | None, most: int) -> Iterator[str]:
    edge = route.edge
    thickness = _THINNEST + (_THICKEST - _THINNEST) * (number / most if number else 0)
    unused = " unused" if number == 0 else ""
    yield (
        f'<g class="way{unused}" {_ends(edge)}>'
        f'<path d="{_curve(route.points)}" stroke-width="{thickness:.2f}"/>'
        f'<path class="tip" d="{_tip(route.points[-1], thickness)}"/></g>'
    )


def _way_label(route: Route, number: int | None) -> Iterator[str]:
    words = edge_label(route.edge)
    if not words and number is None:
        return
    edge, (x, y) = route.edge, route.label_at
    lines = []
    if words:
        lines.append(("label", shorten(words, _EDGE_CELLS)))
    if number is not None:
        lines.append(("people", f"{number:,}"))
    first = y + 4 - (len(lines) - 1) * 7
    texts = "".join(
        f'<text class="{kind}" x="{x:g}" y="{first + 14 * place:g}">{escape(text)}</text>'
        for place, (kind, text) in enumerate(lines)
    )
    people = "" if number is None else f": {number:,}"
    yield (
        f'<g class="way" {_ends(edge)}>'
        f"<title>{escape(f'{edge.source}, {edge.label}{people}')}</title>{texts}</g>"
    )


def _ends(edge: Edge) -> str:
    return f"data-from={quoteattr(edge.source)} data-to={quoteattr(edge.target)}"


def _curve(points: tuple[Point, ...]) -> str:
    """Write a path that leaves and arrives straight down, and passes rows in straight lines."""
    *points_before, (x, y) = points
    points = (*points_before, (x, y - _TIP))
    x0, y0 = points[0]
    path = [f"M{x0:g} {y0:g}"]
    for place, (x1, y1) in enumerate(points[1:]):
        middle = round((y0 + y1) / 2, 1)
        bends = place % 2 == 0
        path.append(f"C{x0:g} {middle:g} {x1:g} {middle:g} {x1:g} {y1:g}" if bends else f"V{y1:g}")
        x0, y0 = x1, y1
    return "".join(path)


def _tip(point: Point, thickness: float) -> str:
    x, y = point
    half = round(3.5 + thickness / 3, 1)
    return f"M{x - half:g} {y - _TIP:g}h{2 * half:g}L{x:g} {y - 1:g}z"


def _boxes(graph: JourneyGraph, drawing: Layout, counts: Counts | None) -> Iterator[str]:
    for box in drawing.boxes:
        node = graph.nodes[box.node]
        title = node_detail(node) + _people(graph, box, counts)
        yield (
            f'<g class="box k-{kind_of(node)}" data-node={quoteattr(node.id)}>'
            f"<title>{escape(title)}</title>"
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{BOX_WIDTH:g}" height="{box.height:g}"'
            f' rx="9"/><path d="{_stripe(box)}"/>'
            f"{_name(box, is_alone=counts is None)}{_numbers(graph, box, counts)}</g>"
        )


def _name(box: Box, *, is_alone: bool) -> str:
    """Write a box's label, in the middle or above its numbers."""
    first = _middle(box) + (4.5 if is_alone else -3.5)
    return "".join(
        f'<text class="name" x="{box.x + 15:g}" y="{first + place * LINE_HEIGHT:g}">'
        f"{escape(line)}</text>"
        for place, line in enumerate(box.lines)
    )


def _middle(box: Box) -> float:
    """Return where the middle would be of a box whose label has one line only."""
    return box.y + (box.height - (len(box.lines) - 1) * LINE_HEIGHT) / 2


def _stripe(box: Box) -> str:
    """Draw the left side of a box in the colour of its kind, round where the box is round."""
    straight = box.height - 18
    outer = f"a9 9 0 0 0 -9 9v{straight:g}a9 9 0 0 0 9 9"
    return f"M{box.x + 9:g} {box.y:g}{outer}q-4 -2 -4 -9v-{straight:g}q0 -7 4 -9z"


def _numbers(graph: JourneyGraph, box: Box, counts: Counts | None) -> str:
    """Write a box's last line: who came, who reached the goal here, who left here."""
    if counts is None:
        return ""
    node = graph.nodes[box.node]
    spans = f"{counts.visits(node.id):,}"
    for word, number in exits(node, counts):
        spans += f'<tspan class="{word}" dx="9">{number:,} {word}</tspan>'
    x, y = box.x + 15, _middle(box) + (len(box.lines) - 1) * LINE_HEIGHT + 13
    return f'<text class="people" x="{x:g}" y="{y:g}">{spans}</text>'


def _people(graph: JourneyGraph, box: Box, counts: Counts | None) -> str:
    if counts is None:
        return ""
    ended = exits_text(graph.nodes[box.node], counts)
    return f"; {counts.visits(box.node):,} came" + (f", {ended}" if ended else "")
