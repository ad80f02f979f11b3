"""What data tests need to know of a project's sources, whatever kind they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from campaignspec.history.declared import table_of
from campaignspec.history.place import Place
from campaignspec.history.source import ReadAs
from campaignspec.history.sql import literal, quoted
from campaignspec.project import Project
from campaignspec.quality.masking import is_personal
from campaignspec.spec.data_tests import DataTest, Target
from campaignspec.spec.shape import keys_of, verb_of
from campaignspec.spec.sources import CustomersSource, EventsSource, ProductsSource, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A source with what is said of it.

    Attributes:
        label: What it is called: its verb and its file, and more where two would be the same.
        file: The file or database it is read from.
        read: How it is read.
        tests: Its data tests.
        only: A condition in SQL that the rows of the source fulfil.
        at: The column of the rows' instants, where it has one.
        zone: Where times without an offset are meant.
        customer: The column of the customers' ids, where it has one.
        personal: The columns that hold what belongs to one person, whatever they are called.
        offers: Whose ids it lists, where it lists any, and in which column.
    """

    label: str
    file: Place
    read: ReadAs
    tests: tuple[DataTest, ...]
    only: str
    at: str | None
    zone: str
    customer: str | None
    personal: frozenset[str]
    offers: tuple[Target, str] | None

    def is_personal(self, column: str) -> bool:
        """Say whether a column holds what belongs to one person."""
        return column in self.personal or is_personal(column)


def sources_of(project: Project) -> Iterator[Tested]:
    """Yield the sources of a project in the order in which they are declared."""
    sources = project.settings.sources
    times = Counter(_name(source) for source in sources)
    for number, source in enumerate(sources, start=1):
        file, read = table_of(source, project.root)
        written = _written(source)
        customer = written.get("customer")
        addresses = source.addresses.values() if isinstance(source, CustomersSource) else ()
        yield Tested(
            label=_name(source) + (_mark(source, number) if times[_name(source)] > 1 else ""),
            file=file,
            read=read,
            tests=source.tests,
            only=_only(source),
            at=written.get("at"),
            zone=written.get("zone") or project.settings.timezone,
            customer=customer,
            personal=frozenset({*addresses, *([customer] if customer else [])}),
            offers=_offers(source),
        )


def _written(source: Source) -> Mapping[str, Any]:
    """Return a source's keys: in every kind of source one key has one meaning."""
    kind: type = type(source)
    return {key.name: getattr(source, key.attribute) for key in keys_of(kind)}


def _name(source: Source) -> str:
    verb = verb_of(type(source))
    return f"{verb} {getattr(source, verb)}"


def _mark(source: Source, number: int) -> str:
    if isinstance(source, EventsSource):
        return f" ({source.as_ or ', '.join(source.names)})"
    return f" ({number})"


def _offers(source: Source) -> tuple[Target, str] | None:
    match source:
        case CustomersSource():
            return Target.CUSTOMERS, source.customer
        case ProductsSource():
            return Target.PRODUCTS, source.product
        case _:
            return None


def _only(source: Source) -> str:
    """Leave out the rows that the source does not take."""
    if not isinstance(source, EventsSource):
        return "true"
    names = ", ".join(map(literal, source.names))
    return f"CAST({quoted(source.event)} AS VARCHAR) IN ({names})"
