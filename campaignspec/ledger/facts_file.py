"""Facts in Parquet files: the same facts give the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from campaignspec.engine.facts import SCHEMA
from campaignspec.errors import UsageError

GROUP: Final = 2**19
"""How many facts stand together in a file, whatever the portions in which they came."""

_REPEATED: Final = [
    *("campaign", "kind", "node", "edge", "channel", "reason", "enrolment", "seq", "value", "key")
]
"""The columns that say the same again and again. Ids and instants do not: written as they are, they
take no longer to compress, and less to write."""


class FactsWriter:
    """Writes facts to a file, portion by portion.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.facts = 0
        """How many were handed in."""
        self._waiting: list[pa.Table] = []
        self._file = pq.ParquetWriter(
            path,
            SCHEMA,
            compression="zstd",
            use_dictionary=_REPEATED,
            # By these one finds a person, or a day; of the others the extremes say nothing.
            write_statistics=["customer", "at"],
        )

    def add(self, facts: pa.Table) -> None:
        """Write facts that stand behind all that were written before."""
        self.facts += facts.num_rows
        self._waiting.append(facts)
        while sum(table.num_rows for table in self._waiting) >= GROUP:
            together = pa.concat_tables(self._waiting)
            self._write(together.slice(0, GROUP))
            self._waiting = [together.slice(GROUP)]

    def close(self, *, finish: bool) -> None:
        """Close the file, after the last facts if it is to be finished."""
        if finish:
            self._write(pa.concat_tables([SCHEMA.empty_table(), *self._waiting]))
        self._file.close()

    def _write(self, facts: pa.Table) -> None:
        if facts.num_rows:
            self._file.write_table(facts.combine_chunks(), row_group_size=GROUP)


@contextmanager
def writing_facts(path: Path) -> Iterator[FactsWriter]:
    """Write a file of facts, whole or not at all.

    What stood there before stays until the new one is whole; whatever ends the writing, a failure
    or somebody's Ctrl-C, leaves nothing behind.

    Raises:
        UsageError: There can be no such file.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}")
    writer = _begun(half, path)
    try:
        try:
            yield writer
        except BaseException:
            writer.close(finish=False)
            raise
        writer.close(finish=True)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _begun(half: Path, path: Path) -> FactsWriter:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FactsWriter(half)
    except OSError as error:
        raise UsageError(f"facts cannot be written to {path}: {error}") from error


def write_facts(facts: pa.Table, path: Path) -> None:
    """Write a table of facts to a file, whole or not at all."""
    with writing_facts(path) as writer:
        writer.add(facts)


def read_facts(path: Path, campaign: str | None = None, customer: str | None = None) -> pa.Table:
    """Read facts from a file.

    Args:
        path: The file.
        campaign: Whose facts are read; those of all campaigns, if not given.
        customer: Whose facts are read; those of all customers, if not given.

    Raises:
        UsageError: The file is not there, or is not a file of facts.
    """
    asked = (("campaign", campaign), ("customer", customer))
    wanted = [(name, "=", value) for name, value in asked if value is not None]
    try:
        names = pq.read_schema(path).names
        if names != SCHEMA.names:
            raise UsageError(
                f"{path} is not a file of facts: its columns are {', '.join(names)}; "
                f"facts have {', '.join(SCHEMA.names)}"
            )
        # A file as a whole is read by one library less.
        return pq.read_table(path, filters=wanted) if wanted else pq.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        raise UsageError(f"{path} cannot be read as a file of facts: {error}") from error
