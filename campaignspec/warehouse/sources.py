"""The layout's tables made of a project's sources, as the first parts of a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, assert_never

from sqlglot import exp

from campaignspec.clock import Instant
from campaignspec.errors import UsageError
from campaignspec.history.field import Field as Read
from campaignspec.history.field import Shape
from campaignspec.history.reading import aware
from campaignspec.history.source import ValueKind
from campaignspec.project import Project
from campaignspec.spec.shape import verb_of
from campaignspec.spec.sources import (
    SENT,
    ColumnKind,
    ConsentsSource,
    CustomersSource,
    EventsSource,
    MessagesSource,
    OrdersSource,
    ProductsSource,
    ResponsesSource,
    Source,
)
from campaignspec.warehouse.days import one_per_day
from campaignspec.warehouse.inexpressible import ADVICE
from campaignspec.warehouse.latest import latest_rows
from campaignspec.warehouse.layout import AT, CUSTOMER, CUSTOMERS, Layout, N, Relation, events_of
from campaignspec.warehouse.query import Query
from campaignspec.warehouse.shelf import Shelf
from campaignspec.warehouse.words import column, named, null, table, text, whole
from campaignspec.warehouse.zones import Zone, later_of, settled

_EVENT: Final = "event"
_KNOWN: Final = "known"
_APART: Final = 10**12
"""The numbers of one source's rows are less than that apart; those of the next are behind it."""

_SUMMABLE: Final = frozenset({ColumnKind.NUMBER, ColumnKind.MONEY})

Parts = list[tuple[str, exp.Query]]


class Reader(Protocol):
    """Reads sources in SQL."""

    def read(
        self,
        source: Source,
        fields: Sequence[Read],
        only: tuple[str, tuple[str, ...]] | None,
        *,
        cursor: str | None = None,
    ) -> exp.Select:
        """Select a source's rows, typed as declared.

        Args:
            source: The source.
            fields: What to read.
            only: A column and the texts of which it must hold one.
            cursor: The column in whose order rows arrived; None is the order in which they stand.

        Returns:
            The row's number ``n`` and the fields; beside an instant ``aware``, whether it gives
            its offset and is not on the wall clock, as `reading.aware` names it.
        """

    def check_unique(self, rows: exp.Select, source: Source) -> None:
        """Make sure that no customer stands twice in a table of customers, if it can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is read of a source.

    Attributes:
        source: The source.
        columns: The source's column, by attribute or property.
        kinds: What these hold.
        events: The events that it is read for; none where only its customers count.
        everything: Whether all its rows are of one event.
    """

    source: Source
    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, ColumnKind] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    everything: bool = False


def tables_of(project: Project, layout: Layout, query: Query, reader: Reader, at: Instant) -> Parts:
    """Make the tables that a query looks at.

    Args:
        project: Whose sources.
        layout: The tables as the query knows them.
        query: The query.
        reader: How sources are read in the database that will answer.
        at: The instant of the query; of zones only what may matter until then is written.

    Raises:
        UsageError: A source is prepared for the store in a way that has no SQL.
    """
    return list(_Builder(project, layout, query, reader, at).parts())


def with_tables(query: Query, parts: Parts) -> exp.Select:
    """Put the tables before the parts of a query."""
    tree = query.tree.copy()
    written = tree.args.pop("with_", None)
    for name, part in parts:
        tree = tree.with_(exp.to_identifier(name, quoted=True), as_=part, copy=False)
    if written is not None:
        tree.args["with_"].set(
            "expressions", [*tree.args["with_"].expressions, *written.expressions]
        )
    return tree


class _Builder:
    def __init__(
        self, project: Project, layout: Layout, query: Query, reader: Reader, at: Instant
    ) -> None:
        _refuse_identity(project)
        self._sources = [_wanted(source, query, layout) for source in _plain(project)]
        self._layout, self._query, self._reader, self._at = layout, query, reader, at
        taken = [CUSTOMERS, *(each.table for each in layout.events.values())]
        taken += [each.alias for each in query.tree.ctes]
        self._shelf = Shelf(taken)
        self._names = [self._shelf.free("source") for _ in self._sources]

    def parts(self) -> Iterator[tuple[str, exp.Query]]:
        read = [
            (name, self._read(wanted))
            for name, wanted in zip(self._names, self._sources, strict=True)
        ]
        yield from self._shelf.parts()
        yield from read
        yield CUSTOMERS, self._customers()
        for event in self._query.events:
            relation = self._layout.events[event]
            yield relation.table, self._event(event, relation)

    # --- sources ---

    def _read(self, wanted: _Wanted) -> exp.Select:
        source = wanted.source
        fields = [Read(name=CUSTOMER, column=_customer_column(source), required=True)]
        if isinstance(source, CustomersSource):
            fields += _value_fields(wanted)
            if source.cursor is not None:
                return latest_rows(self._reader.read(source, fields, None, cursor=source.cursor))
            rows = self._reader.read(source, fields, None)
            self._reader.check_unique(rows, source)
            return rows
        if isinstance(source, EventsSource | MessagesSource) and wanted.events:
            return self._events(source, wanted, fields)
        return self._read_rows(source, fields)

    def _read_rows(self, source: Source, fields: Sequence[Read]) -> exp.Select:
        return self._reader.read(source, fields, _only(source), cursor=_cursor(source))

    def _events(
        self, source: EventsSource | MessagesSource, wanted: _Wanted, fields: Sequence[Read]
    ) -> exp.Select:
        event = _event_column(wanted)
        fields = [
            *fields,
            Read(name=AT, column=source.at, kind=Shape.INSTANT, required=True),
            *event,
            *_value_fields(wanted),
        ]
        zone = Zone(name=source.zone, until=self._at, shelf=self._shelf)
        apart = [CUSTOMER, *(each.name for each in event)]
        kept = [*apart, *_value_names(wanted)]
        if source.received_at is None:
            found = settled(self._read_rows(source, fields), zone, kept)
        else:
            known = Read(name=_KNOWN, column=source.received_at, kind=Shape.INSTANT)
            rows = self._read_rows(source, [*fields, known])
            shown = settled(rows, zone, [*kept, _KNOWN, aware(known)])
            both = settled(shown, zone, [*kept, AT], name=_KNOWN, aware=aware(known))
            found = later_of(both, kept, _KNOWN)
        return one_per_day(found, zone, apart, _summed(wanted)) if _is_summed(source) else found

    # --- tables ---

    def _customers(self) -> exp.Select:
        """List everybody whom any source knows, with what the first source that knows it says."""
        ids = _union(
            (exp.select(column(CUSTOMER, name)).from_(table(name)) for name in self._names),
            distinct=True,
        )
        everybody = ids.subquery(alias=exp.TableAlias(this=exp.to_identifier("ids", quoted=True)))
        query = exp.select(column(CUSTOMER, "ids")).from_(everybody)
        known: dict[str, list[exp.Expr]] = {}
        for name, wanted in zip(self._names, self._sources, strict=True):
            if not isinstance(wanted.source, CustomersSource) or not wanted.columns:
                continue
            same = exp.EQ(this=column(CUSTOMER, name), expression=column(CUSTOMER, "ids"))
            query = query.join(table(name), on=same, join_type="left")
            for attribute, held in zip(wanted.columns, _value_names(wanted), strict=True):
                known.setdefault(attribute, []).append(column(held, name))
        for attribute, held_as in self._query.wanted(self._layout.customers).items():
            query = query.select(named(_first_of(known[attribute]), held_as.column))
        return query

    def _event(self, event: str, relation: Relation) -> exp.Query:
        """Put the events of one name together, those of an earlier source first where they tie."""
        return _union(
            self._share(place, wanted, event, relation)
            for place, wanted in enumerate(self._sources)
            if event in wanted.events
        )

    def _share(self, place: int, wanted: _Wanted, event: str, relation: Relation) -> exp.Select:
        source, name = wanted.source, self._names[place]
        known_after = source.known_after if isinstance(source, EventsSource) else None
        at: exp.Expr = column(AT, name)
        if known_after is not None:
            at = exp.Add(this=at, expression=whole(known_after.micros))
        number: exp.Expr = column(N, name)
        if place:
            number = exp.Add(this=number, expression=whole(place * _APART))
        held = dict(zip(wanted.columns, _value_names(wanted), strict=True))
        if _is_summed(source):
            summed = _summed(wanted)
            held = {each: value for each, value in held.items() if value in summed}
        query = exp.select(
            column(CUSTOMER, name),
            named(at, AT),
            named(number, N),
            *(
                named(column(held[each], name), known.column)
                if each in held
                else named(null(known.kind), known.column)
                for each, known in self._query.wanted(relation).items()
            ),
        ).from_(table(name))
        if wanted.everything:
            return query
        return query.where(exp.EQ(this=column(_EVENT, name), expression=text(event)))


def _refuse_identity(project: Project) -> None:
    if project.settings.identity is not None:
        raise UsageError(
            "the project says who is who (`identity:`), and merging people has no SQL; "
            f"{ADVICE}, or make the tables of the layout from what it writes"
        )


def _plain(project: Project) -> Iterator[Source]:
    """Yield the sources; those that the store prepares first have no SQL."""
    for source in project.settings.sources:
        match source:
            case OrdersSource() | ProductsSource() | ResponsesSource():
                raise _unprepared(verb_of(type(source)))
            case CustomersSource() if source.valid_from is not None:
                raise _unprepared("valid_from")
            case EventsSource() if source.product is not None:
                raise _unprepared("product")
            case CustomersSource() | EventsSource() | MessagesSource() | ConsentsSource():
                yield source
            case _:
                assert_never(source)


def _unprepared(key: str) -> UsageError:
    return UsageError(
        f"a source with `{key}:` is prepared by the store and has no SQL; {ADVICE}, or let the "
        "query ask tables of the layout that you make yourself"
    )


def _wanted(source: Source, query: Query, layout: Layout) -> _Wanted:
    match source:
        case CustomersSource():
            asked = {*query.wanted(layout.customers)}
            kinds = {str(name): kind for name, kind in source.attributes.items() if name in asked}
            return _Wanted(source=source, columns={name: name for name in kinds}, kinds=kinds)
        case EventsSource():
            here = tuple(event for event in events_of(source) if event in query.events)
            named_of = {name for event in here for name in query.wanted(layout.events[event])}
            kinds = {
                str(name): kind for name, kind in source.properties.items() if name in named_of
            }
            return _Wanted(
                source=source,
                columns={name: name for name in kinds},
                kinds=kinds,
                events=here,
                everything=source.as_ is not None,
            )
        case MessagesSource():
            columns = {
                "channel": source.channel,
                "class": source.class_,
                "campaign": source.campaign,
            }
            return _Wanted(
                source=source,
                columns=columns,
                kinds=dict.fromkeys(columns, ColumnKind.TEXT),
                events=(SENT,) if SENT in query.events else (),
                everything=True,
            )
        case _:
            return _Wanted(source=source)


def _customer_column(source: Source) -> str:
    assert not isinstance(source, ProductsSource), "products have no customers"  # noqa: S101
    return source.customer


def _only(source: Source) -> tuple[str, tuple[str, ...]] | None:
    """Return the column of which only some texts are read, and the texts."""
    if isinstance(source, EventsSource) and source.names:
        return source.event, tuple(map(str, source.names))
    return None


def _cursor(source: Source) -> str | None:
    """Return the column in whose order rows arrive."""
    cursor: str | None = getattr(source, "cursor", None)
    return cursor


def _event_column(wanted: _Wanted) -> list[Read]:
    """Read the event's name where rows are of several events."""
    if wanted.everything or not isinstance(wanted.source, EventsSource):
        return []
    return [Read(name=_EVENT, column=wanted.source.event, required=True)]


def _is_summed(source: Source) -> bool:
    return isinstance(source, EventsSource) and source.one_per is not None


def _summed(wanted: _Wanted) -> list[str]:
    """Return the columns that are summed over a day; the others are dropped."""
    kinds = wanted.kinds.values()
    return [
        name for name, kind in zip(_value_names(wanted), kinds, strict=True) if kind in _SUMMABLE
    ]


def _value_names(wanted: _Wanted) -> list[str]:
    """Name the columns of attributes or properties by number: no name is taken twice."""
    return [f"v{number}" for number, _ in enumerate(wanted.columns)]


def _value_fields(wanted: _Wanted) -> list[Read]:
    return [
        Read(name=name, column=held, kind=ValueKind(wanted.kinds[each].value))
        for name, (each, held) in zip(_value_names(wanted), wanted.columns.items(), strict=True)
    ]


def _first_of(values: Sequence[exp.Expr]) -> exp.Expr:
    first, *others = values
    return exp.Coalesce(this=first, expressions=others) if others else first


def _union(queries: Iterable[exp.Select], *, distinct: bool = False) -> exp.Query:
    first, *others = queries
    if not others:
        return first.distinct() if distinct else first
    together: exp.Query = first
    for other in others:
        together = exp.union(together, other, distinct=distinct, copy=False)
    return together
