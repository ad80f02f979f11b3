"""What a person who moves should read: what came over, what did not, and what data it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from campaignspec.migrate.columns import Beside, Form, Plan, Taken
from campaignspec.migrate.differences import DIFFERENCES
from campaignspec.migrate.draft import Migration
from campaignspec.migrate.extract import customers_query, events_query
from campaignspec.migrate.notes import Note
from campaignspec.spec.kinds import Name

_MADE: Final = {
    Form.TEXT: "",
    Form.NUMBER: ", as a number",
    Form.DATE: ", as a date in UTC",
    Form.SECONDS: ", as seconds since 1970",
    Form.TRUTH: ", as yes or no",
    Form.INCLUDES: ": whether it includes {}",
    Form.CONTAINS: ": whether it contains {}",
    Form.BEGINS: ": whether it begins with {}",
    Form.ENDS: ": whether it ends with {}",
    Form.EQUALS: ": whether one is {}",
}


def summary(migration: Migration) -> tuple[str, ...]:
    """Say in a few lines what came over."""
    lost = {(note.part, note.name) for note in migration.notes if not note.carried}
    other = {(note.part, note.name) for note in migration.notes if note.carried}
    return (
        f"segments carried over: {len(migration.segments)}",
        f"user properties carried over: {len(migration.properties)}",
        f"journeys carried over: {len(migration.campaigns)}",
        f"definitions left behind: {len(lost)}",
        f"definitions that mean something slightly different: {len(other)}",
    )


def report(migration: Migration, tool: str) -> str:
    """Write the report in Markdown."""
    return "\n".join(_lines(migration, tool)) + "\n"


def _lines(migration: Migration, tool: str) -> Iterator[str]:
    yield f"# Moved from {tool}"
    yield ""
    yield from (f"- {line}" for line in summary(migration))
    lost = [note for note in migration.notes if not note.carried]
    different = [note for note in migration.notes if note.carried]
    yield from _notes("Left behind", "Write these anew, or leave them.", lost)
    yield from _notes("Different", "These match almost the same people.", different)
    yield from _names(migration)
    yield from _data(migration.plan)


def _notes(title: str, sentence: str, notes: Sequence[Note]) -> Iterator[str]:
    if not notes:
        return
    yield from ("", f"## {title}", "", sentence, "")
    rows = [(note.part, note.name, note.sentence, DIFFERENCES[note.code].ours) for note in notes]
    yield from _table(("what", "name", "why", "here"), rows)


def _names(migration: Migration) -> Iterator[str]:
    names = {**migration.segments, **migration.properties}
    renamed = [(theirs, ours or "the id") for theirs, ours in names.items() if ours != theirs]
    if renamed:
        yield from ("", "## New names", "")
        yield from _table(("there", "here"), renamed)


def _data(plan: Plan) -> Iterator[str]:
    yield from ("", "## The data that it needs", "")
    if plan.attributes:
        yield from _table(("attribute", "holds", "from"), _taken(plan.attributes))
        yield from ("", "```sql", customers_query(plan, view="users").rstrip(), "```")
    if plan.events:
        yield from _table(("event", "made of"), [(n, str(h)) for n, h in plan.events.items()])
    if plan.properties:
        yield ""
        yield from _table(("property", "holds", "from"), _taken(plan.properties))
    if plan.events:
        yield from ("", "```sql", events_query(plan).rstrip(), "```")


def _taken(columns: dict[Name, Taken]) -> list[tuple[str, str, str]]:
    return [(name, taken.form.kind, _origin(taken)) for name, taken in columns.items()]


def _origin(taken: Taken) -> str:
    places = " or ".join(
        f"the event's {place}" if isinstance(place, Beside) else f"`{place}`"
        for place in taken.places
    )
    return f"{places}{_MADE[taken.form].format(taken.item)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield f"|{'---|' * len(head)}"
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    # Names are whatever people wrote: a bar or a line's end would end the cell.
    safe = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(safe)} |"
