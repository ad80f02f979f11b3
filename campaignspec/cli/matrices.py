"""Writing the sizes of a matrix of segments: as a table, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from campaignspec.api.matrix import MatrixLook
from campaignspec.graph.width import cells, pad


def matrix_lines(look: MatrixLook) -> Iterator[str]:
    """Write a matrix as a table: the last dimension across, all others down."""
    yield f"{look.name}  {look.title}" if look.title else look.name
    *down, (across, columns) = look.dimensions
    sizes = dict(look.sizes)
    labels = [name for name, _ in down]
    rows = list(product(*(ways for _, ways in down)))
    wide = [
        max(cells(label), *(cells(row[number]) for row in rows))
        for number, label in enumerate(labels)
    ]
    widths = [
        max(cells(column), *(len(f"{sizes[*row, column]:,}") for row in rows)) for column in columns
    ]
    left = "  ".join(pad(label, width) for label, width in zip(labels, wide, strict=True))
    heads = "  ".join(
        f"{' ' * (width - cells(column))}{column}"
        for column, width in zip(columns, widths, strict=True)
    )
    yield f"  {left}  {across}: {heads}" if left else f"  {across}: {heads}"
    indent = " " * (cells(across) + 2)
    for row in rows:
        names = "  ".join(pad(name, width) for name, width in zip(row, wide, strict=True))
        found = "  ".join(
            f"{sizes[*row, column]:>{width},}"
            for column, width in zip(columns, widths, strict=True)
        )
        yield f"  {names}  {indent}{found}" if names else f"  {indent}{found}"


def matrix_data(look: MatrixLook) -> dict[str, Any]:
    """Return a matrix as plain data."""
    return {
        "name": look.name,
        "title": look.title,
        "dimensions": [{"name": name, "parts": list(parts)} for name, parts in look.dimensions],
        "cells": [
            {"segment": ".".join((look.name, *cell)), "size": size} for cell, size in look.sizes
        ],
    }
