"""What became of every record: who it belongs to and why, and what was not usable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

PEOPLE_SCHEMA: Final = pa.schema(
    {
        "alias": pa.large_string(),
        "person": pa.large_string(),
        "source": pa.large_string(),
        "row": pa.int64(),
        "rule": pa.large_string(),
    }
)
"""One row a record: its id, the person's id, where it stands, and the key that joined it."""

REJECTIONS_SCHEMA: Final = pa.schema(
    {
        "source": pa.large_string(),
        "row": pa.int64(),
        "column": pa.large_string(),
        "value": pa.large_string(),
        "reason": pa.large_string(),
    }
)
"""One row a value that is not usable, or a pair of records that was kept apart."""

PEOPLE_FILE: Final = "people.csv"
REJECTIONS_FILE: Final = "rejections.csv"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resolution:
    """The lineage of all people.

    Attributes:
        people: As `PEOPLE_SCHEMA` says: the records by person, both in the order of precedence,
            and behind them what other tables call people. A record that stands for the person
            itself has an empty ``rule``.
        rejections: As `REJECTIONS_SCHEMA` says, by source, row and column.
    """

    people: pa.Table
    rejections: pa.Table

    @property
    def aliases(self) -> pa.Table:
        """The ids that are not the ids of people, with the people they belong to."""
        other = pc.not_equal(self.people.column("alias"), self.people.column("person"))
        found = self.people.filter(other).select(["alias", "person"])
        return found.group_by(["alias", "person"]).aggregate([])


def no_rejections() -> pa.Table:
    """Make the table of rejections with nothing in it."""
    return REJECTIONS_SCHEMA.empty_table()


def resolution_of(people: Sequence[pa.Table], rejections: Sequence[pa.Table]) -> Resolution:
    """Put lineage together; rejections are sorted by source, row, column and reason."""
    return Resolution(
        people=pa.concat_tables([PEOPLE_SCHEMA.empty_table(), *people]).combine_chunks(),
        rejections=pa.concat_tables([no_rejections(), *rejections]).sort_by(
            [(name, "ascending") for name in ("source", "row", "column", "reason")]
        ),
    )


def write_lineage(resolution: Resolution, folder: Path) -> tuple[Path, Path]:
    """Write ``people.csv`` and ``rejections.csv`` into a folder, which is made where needed.

    The files hold personal data: ids, phone numbers and addresses as they were written.

    Returns:
        The two files.
    """
    from pyarrow import csv

    folder.mkdir(parents=True, exist_ok=True)
    files = folder / PEOPLE_FILE, folder / REJECTIONS_FILE
    options = csv.WriteOptions(quoting_style="needed")
    for table, file in zip((resolution.people, resolution.rejections), files, strict=True):
        csv.write_csv(table, file, options)
    return files
