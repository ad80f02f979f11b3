"""Walks over the events that a trait looks at: adding up, picking one."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from campaignspec.clock import Duration
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import verb_of
from campaignspec.spec.traits import EventTrait, PropertyTrait
from campaignspec.warehouse.frames import SEEN
from campaignspec.warehouse.layout import AT, Field, N
from campaignspec.warehouse.shelf import WHO, Tally, best_of
from campaignspec.warehouse.traits.translating import Asked
from campaignspec.warehouse.words import (
    ascending,
    column,
    descending,
    filled,
    is_known,
    named,
    row_number,
    whole,
)

VALUE: Final = "value"
PLACE: Final = "place"


def looked_at(trait: EventTrait) -> tuple[str, str | None]:
    """Return the event that a trait looks at, and the property if it looks at one."""
    written = str(getattr(trait, verb_of(type(trait))))
    if not isinstance(trait, PropertyTrait):
        return written, None
    event, _, name = written.rpartition(".")
    return event, name


def property_field(trait: PropertyTrait, asked: Asked) -> Field:
    """Return the column of the property that a trait looks at."""
    event, name = looked_at(trait)
    return asked.translator.relation(event).fields[name or ""]


def events_of(trait: EventTrait, asked: Asked) -> str:
    """Return the table of the events that a trait looks at."""
    where: Rule | None = getattr(trait, "where", None)
    return asked.translator.events(looked_at(trait)[0], where)


def add_up(
    asked: Asked, events: str, within: Duration | None, name: str, tree: exp.Expr
) -> exp.Column:
    """Compute something of each one's events in a window, in one walk with all else of them.

    Args:
        asked: For whom.
        events: The table of the events.
        within: The window; None is all of history.
        name: The name of what is computed.
        tree: The aggregate, over `SEEN`.
    """
    frame, shelf = asked.sheet.frame, asked.translator.shelf
    part = shelf.part(
        ("tally", frame, events, within),
        f"{events}{frame.suffix(within) or '_ever'}",
        lambda: Tally(base=frame.see(events, within), who=frame.who),
    )
    shelf.tally(part, name, tree)
    return asked.sheet.column(part, name)


def count_events(asked: Asked, events: str, within: Duration | None) -> exp.Expr:
    """Count each one's events in a window."""
    found = add_up(asked, events, within, "count", exp.Count(this=exp.Star()))
    return filled(found, whole(0))


def first_instant(asked: Asked, events: str) -> exp.Column:
    """Find when each one's first event was."""
    return add_up(asked, events, None, "first", exp.Min(this=column(AT, SEEN)))


def last_instant(asked: Asked, events: str, within: Duration | None = None) -> exp.Column:
    """Find when each one's latest event was."""
    return add_up(asked, events, within, "latest", exp.Max(this=column(AT, SEEN)))


def pick(
    asked: Asked, events: str, held: str, *, last: bool, within: Duration | None = None
) -> exp.Column:
    """Take a property's value at the last or first event that has one; ties go by arrival."""
    frame = asked.sheet.frame
    way = descending if last else ascending

    def make() -> exp.Select:
        order = [way(column(name, SEEN)) for name in (AT, N)]
        ranked = (
            frame.see(events, within)
            .where(is_known(column(held, SEEN)))
            .select(
                named(frame.who, WHO),
                named(column(held, SEEN), VALUE),
                named(row_number([frame.who], order), PLACE),
            )
        )
        return best_of(ranked, PLACE, VALUE)

    which = "last" if last else "first"
    stem = f"{which}_{held}_of_{events}{frame.suffix(within)}"
    part = asked.translator.shelf.part((which, frame, events, held, within), stem, make)
    return asked.sheet.column(part, VALUE)


def in_order(*partition: exp.Expr) -> exp.Window:
    """Number each one's events in the order of time and arrival, from 1."""
    return row_number([*partition], [ascending(column(name, SEEN)) for name in (AT, N)])
