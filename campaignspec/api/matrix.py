"""Look at a matrix of segments: how many match in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from campaignspec.audience import Audience
from campaignspec.clock import Instant
from campaignspec.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixLook:
    """The sizes of a matrix's cells.

    Attributes:
        name: The matrix's name.
        title: One line for people, where there is one.
        dimensions: Each dimension's name, and the names of its parts.
        sizes: How many match each cell, by the cell's parts, one a dimension.
    """

    name: str
    title: str | None
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    sizes: tuple[tuple[tuple[str, ...], int], ...]


def look_at_matrix(project: Project, audience: Audience, name: str, at: Instant) -> MatrixLook:
    """Count who matches each cell of a matrix at an instant."""
    matrix = project.matrices[name]
    dimensions = tuple(
        (str(dimension), tuple(map(str, ways))) for dimension, ways in matrix.matrix.items()
    )
    everybody = np.arange(len(audience.history.customers))
    return MatrixLook(
        name=name,
        title=matrix.title,
        dimensions=dimensions,
        sizes=tuple(
            (cell, int(audience.matches(".".join((name, *cell)), everybody, at).sum()))
            for cell in product(*(ways for _, ways in dimensions))
        ),
    )


def without_cells(project: Project, names: Sequence[str]) -> tuple[str, ...]:
    """Leave out the segments that a matrix made."""
    made = tuple(f"{matrix}." for matrix in project.matrices)
    return tuple(name for name in names if not name.startswith(made))
