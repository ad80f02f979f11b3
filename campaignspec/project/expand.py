"""What one definition makes: the cells of a matrix, the facts of an RFM trait."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Final

from campaignspec.project.scope import Part
from campaignspec.spec.audience import Audiences, Segment
from campaignspec.spec.conditions import cells_of
from campaignspec.spec.rfm import Facet, Rfm, facets_of
from campaignspec.spec.shape import verb_of
from campaignspec.spec.traits import Trait

MOST_CELLS: Final = 1_000
"""How many segments a matrix may make."""


def segments_in(parts: Iterable[Part[Audiences]], root: Path) -> Mapping[str, Segment]:
    """Return the segments of all files by name, matrices as their cells.

    Lists are named by their paths from the project's folder.
    """
    found: dict[str, Segment] = {}
    for part, name, segment in _segments(parts):
        found |= cells_of(name, _located(segment, part.folder, root))
    return found


def matrices_in(parts: Iterable[Part[Audiences]], root: Path) -> Mapping[str, Segment]:
    """Return the segments with a matrix, by name."""
    return {
        name: _located(segment, part.folder, root)
        for part, name, segment in _segments(parts)
        if segment.matrix
    }


def traits_in(parts: Iterable[Part[Audiences]]) -> Mapping[str, Trait]:
    """Return the traits of all files by name, those of RFM as their facts."""
    found: dict[str, Trait] = {}
    for part in parts:
        for name, trait in part.value.traits.items() if part.value else ():
            found |= _facts(name, trait)
    return found


def cell_names(name: str, written: Any) -> frozenset[str] | None:
    """Return the names that a segment makes, as it is written; None where a mistake hides some."""
    matrix = written.get("matrix") if isinstance(written, dict) else None
    if matrix is None:
        return frozenset({name})
    if not isinstance(matrix, Mapping) or not all(isinstance(w, Mapping) for w in matrix.values()):
        return None
    size = 1
    for way in matrix.values():
        size *= len(way)
    if size > MOST_CELLS:
        return None
    return frozenset(".".join((name, *map(str, cell))) for cell in product(*matrix.values()))


def fact_names(name: str, written: Any) -> frozenset[str]:
    """Return the names of the facts that a trait is, as it is written."""
    is_rfm = isinstance(written, dict) and verb_of(Rfm) in written
    return frozenset(facets_of(name) if is_rfm else (name,))


def _segments(parts: Iterable[Part[Audiences]]) -> Iterator[tuple[Part[Audiences], str, Segment]]:
    for part in parts:
        for name, segment in part.value.segments.items() if part.value else ():
            yield part, name, segment


def _located(segment: Segment, folder: Path, root: Path) -> Segment:
    if segment.listed is None:
        return segment
    path = os.path.relpath((folder / segment.listed).absolute(), root.absolute())
    return replace(segment, listed=Path(path).as_posix())


def _facts(name: str, trait: Trait) -> Mapping[str, Trait]:
    if not isinstance(trait, Rfm):
        return {name: trait}
    return {f"{name}.{facet}": replace(trait, facet=facet) for facet in Facet}
