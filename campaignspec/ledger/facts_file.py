"""Facts in Parquet files: the same facts give the same bytes."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from campaignspec.engine.facts import SCHEMA
from campaignspec.errors import UsageError


def write_facts(facts: pa.Table, path: Path) -> None:
    """Write facts to a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        pq.write_table(facts.combine_chunks(), half, compression="zstd")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def read_facts(path: Path) -> pa.Table:
    """Read facts from a file.

    Raises:
        UsageError: The file is not there, or is not a file of facts.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{path} cannot be read as a file of facts: {error}") from error
    if table.schema.names != SCHEMA.names:
        raise UsageError(
            f"{path} is not a file of facts: its columns are {', '.join(table.schema.names)}; "
            f"facts have {', '.join(SCHEMA.names)}"
        )
    return table
