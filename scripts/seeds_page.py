"""The page that says what serves each of the demands that campaignspec was begun for.

``scripts/seeds.txt`` is the table; a file or a test in it that is not there is an error, so that
no row is served by something that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.markdown import MADE, table

_ROOT = Path(__file__).parent.parent
_TABLE = Path(__file__).with_name("seeds.txt")
_ROWS = 125
_ABOUT = """\
The articles that campaignspec was begun for make 125 demands on whoever plans campaigns. Each has a
row: what serves it, a file that shows it, and a test that holds it. What is still to come is named.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One demand.

    Attributes:
        number: Its number, 1 to 125.
        demand: What is asked for.
        key: What serves it.
        file: A file that shows it.
        test: A test that holds it.
        open: What is still to come; empty when nothing is.
    """

    number: int
    demand: str
    key: str
    file: str
    test: str
    open: str


def seeds_page() -> str:
    """Write the page.

    Raises:
        ValueError: A row is missing or twice, or names a file that is not there.
    """
    rows = tuple(_rows())
    if [row.number for row in rows] != list(range(1, _ROWS + 1)):
        raise ValueError(f"{_TABLE} does not have each row from 1 to {_ROWS} once, in order")
    gone = sorted({p for row in rows for p in (row.file, row.test) if not (_ROOT / p).is_file()})
    if gone:
        raise ValueError(f"{_TABLE} names what is not there: {', '.join(gone)}")
    head = ("N", "demand", "key", "file", "test", "still open")
    cells = [
        (str(r.number), r.demand, r.key, f"`{r.file}`", f"`{r.test}`", r.open or "") for r in rows
    ]
    served = sum(not row.open for row in rows)
    counted = f"{served} rows are served whole, {_ROWS - served} in part.\n"
    return f"# What the seeds ask for\n\n{MADE}\n\n{_ABOUT}\n{counted}\n" + table(head, cells)


def _rows() -> Iterator[Row]:
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        number, demand, key, file, test, open_part = (cell.strip() for cell in line.split(" |"))
        yield Row(int(number), demand, key, file, test, open_part)
