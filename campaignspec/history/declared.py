"""The sources that a project declares, as this room reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

from campaignspec.history.history import History
from campaignspec.history.load import load_history
from campaignspec.history.source import (
    AS_IT_IS,
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    ReadAs,
    ValueKind,
)
from campaignspec.spec.kinds import Name
from campaignspec.spec.project import Settings
from campaignspec.spec.sources import (
    ColumnKind,
    ConsentsSource,
    CustomersSource,
    EventsSource,
    MessagesSource,
    ReadOptions,
    Source,
)


def load_declared(settings: Settings, *, root: Path, cache: Path | None) -> History:
    """Load the history of a project.

    Args:
        settings: What the project's file says.
        root: The folder that the files' paths start from.
        cache: A folder to keep what was built, or None to build it each time.

    Raises:
        HistoryError: A file cannot be read as declared.
    """
    sources = [_source(source, root) for source in settings.sources]
    return load_history(
        [source for source in sources if isinstance(source, CustomerSource)],
        [source for source in sources if isinstance(source, EventSource)],
        [source for source in sources if isinstance(source, MessageSource)],
        [source for source in sources if isinstance(source, ConsentSource)],
        default_zone=settings.timezone,
        cache=cache,
    )


def files_of(settings: Settings, root: Path) -> tuple[Path, ...]:
    """Return the files that a project's history is read from, each once."""
    files = {_source(source, root).file for source in settings.sources}
    return tuple(sorted(files))


def _source(
    source: Source, root: Path
) -> CustomerSource | EventSource | MessageSource | ConsentSource:
    match source:
        case CustomersSource():
            return CustomerSource(
                file=root / source.customers,
                read=_read_as(source.read),
                customer=source.customer,
                timezone=source.timezone,
                addresses=dict(source.addresses),
                attributes=_kinds(source.attributes),
            )
        case EventsSource():
            return EventSource(
                file=root / source.events,
                read=_read_as(source.read),
                customer=source.customer,
                at=source.at,
                event=source.as_,
                event_column=source.event,
                properties=_kinds(source.properties),
                only=source.names,
                one_per_day=source.one_per is not None,
                known_after=source.known_after.micros if source.known_after else 0,
                zone=source.zone,
            )
        case MessagesSource():
            return MessageSource(
                file=root / source.messages,
                read=_read_as(source.read),
                customer=source.customer,
                at=source.at,
                channel=source.channel,
                message_class=source.class_,
                campaign=source.campaign,
                zone=source.zone,
            )
        case ConsentsSource():
            return ConsentSource(
                file=root / source.consents,
                read=_read_as(source.read),
                customer=source.customer,
                at=source.at,
                channel=source.channel,
                purpose=source.purpose,
                state=source.state,
                zone=source.zone,
            )
        case _:
            assert_never(source)


def _read_as(options: ReadOptions | None) -> ReadAs:
    if options is None:
        return AS_IT_IS
    return ReadAs(
        delimiter=options.delimiter,
        encoding=options.encoding,
        sheet=options.sheet,
        table=options.table,
        query=options.query,
    )


def _kinds(columns: Mapping[Name, ColumnKind]) -> dict[str, ValueKind]:
    return {str(name): ValueKind(kind.value) for name, kind in columns.items()}
