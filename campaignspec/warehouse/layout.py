"""The tables that queries are written against, whatever the sources look like.

There is one table of customers, ``customer`` and a column an attribute, with one row for everybody
who is known; and one table an event, with ``customer``, ``at``, ``n`` and a column a property.

- ``at`` is the instant from which the event is known, whole microseconds since 1970 UTC.
- ``n`` is the order of arrival: whole numbers, no two alike within one table.
- A text is never empty: what is missing is NULL. Numbers are doubles, amounts of money whole
  micro-units (millionths), dates whole days since 1970-01-01, truths booleans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from campaignspec.project.event_properties import properties_of_events
from campaignspec.project.names import FactKind
from campaignspec.spec.kinds import Name
from campaignspec.spec.sources import ColumnKind, CustomersSource, EventsSource, Source

CUSTOMERS: Final = "customers"
"""The table of customers."""
CUSTOMER: Final = "customer"
"""The column of the customer's id, in every table."""
AT: Final = "at"
"""The column of the instant from which an event is known."""
N: Final = "n"
"""The column of the order of arrival."""
MOST_BYTES: Final = 48
"""How long the stem of a name may be; what is made of it gets a few letters more."""

_NO_WORD: Final = re.compile(r"\W+")
_KINDS: Final[Mapping[ColumnKind, FactKind]] = {
    ColumnKind.TEXT: FactKind.TEXT,
    ColumnKind.NUMBER: FactKind.NUMBER,
    ColumnKind.MONEY: FactKind.MONEY,
    ColumnKind.DATE: FactKind.DATE,
    ColumnKind.BOOLEAN: FactKind.BOOLEAN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column.

    Attributes:
        column: Its name: the attribute's or the property's, with ``_`` for what is no letter,
            digit or underscore.
        kind: What it holds.
    """

    column: str
    kind: FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table.

    Attributes:
        table: Its name.
        fields: The columns by attribute or property, beside those that every such table has.
    """

    table: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All tables.

    Attributes:
        customers: The table of customers.
        events: The table of each event.
    """

    customers: Relation
    events: Mapping[str, Relation]


def layout_of(sources: Sequence[Source]) -> Layout:
    """Lay out what a project's sources declare; attributes that change with time are left out."""
    attributes: dict[str, FactKind] = {}
    for source in sources:
        if isinstance(source, CustomersSource) and source.valid_from is None:
            attributes |= _kinds(source.attributes)
    given = properties_of_events(sources)
    return make_layout(attributes, {event: _kinds(held) for event, held in given.items()})


def make_layout(
    attributes: Mapping[str, FactKind], events: Mapping[str, Mapping[str, FactKind]]
) -> Layout:
    """Name the tables and columns of some attributes and events, in ascending order of both."""
    tables = identifiers(sorted(events), taken=(CUSTOMERS,))
    return Layout(
        customers=Relation(table=CUSTOMERS, fields=_fields(attributes, (CUSTOMER,))),
        events={
            event: Relation(table=tables[event], fields=_fields(events[event], (CUSTOMER, AT, N)))
            for event in sorted(events)
        },
    )


def events_of(source: EventsSource) -> tuple[str, ...]:
    """Return the names of the events that a source of events holds."""
    return (str(source.as_),) if source.as_ is not None else tuple(map(str, source.names))


def _kinds(columns: Mapping[Name, ColumnKind] | Mapping[str, ColumnKind]) -> dict[str, FactKind]:
    return {str(name): _KINDS[kind] for name, kind in columns.items()}


def _fields(kinds: Mapping[str, FactKind], taken: Iterable[str]) -> Mapping[str, Field]:
    columns = identifiers(sorted(kinds), taken)
    return {name: Field(column=columns[name], kind=kinds[name]) for name in sorted(kinds)}


def identifiers(names: Iterable[str], taken: Iterable[str] = ()) -> Mapping[str, str]:
    """Give every name an identifier of its own; case does not tell two apart in all databases."""
    used = {each.casefold() for each in taken}
    found: dict[str, str] = {}
    for name in names:
        # PostgreSQL cuts names at 63 bytes, and does not say so.
        stem = _NO_WORD.sub("_", name).encode()[:MOST_BYTES].decode(errors="ignore")
        identifier, number = stem, 1
        while identifier.casefold() in used:
            number += 1
            identifier = f"{stem}_{number}"
        used.add(identifier.casefold())
        found[name] = identifier
    return found
