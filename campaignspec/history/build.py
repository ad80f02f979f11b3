"""Building a history from its files: typed tables, then rows, then columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaignspec.clock import NEVER, Instant, is_known_zone
from campaignspec.errors import HistoryError
from campaignspec.history.collecting import collect_streams
from campaignspec.history.history import History
from campaignspec.history.profile import number_customers, read_profile
from campaignspec.history.reading import connect
from campaignspec.history.source import ConsentSource, CustomerSource, EventSource, MessageSource
from campaignspec.history.staging import (
    stage_consents,
    stage_customers,
    stage_events,
    stage_messages,
)
from campaignspec.history.stream import LONG_AGO, Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All the files of a history.

    Attributes:
        customers: Files of customers; the first that knows a value wins.
        events: Files of events.
        messages: Files of messages already sent.
        consents: Files of decisions about consent.
        default_zone: The zone of customers without a known one.
    """

    customers: Sequence[CustomerSource] = ()
    events: Sequence[EventSource] = ()
    messages: Sequence[MessageSource] = ()
    consents: Sequence[ConsentSource] = ()
    default_zone: str = "UTC"


def build_history(sources: Sources, fingerprint: str) -> History:
    """Read all files and lay them out in columns.

    Raises:
        HistoryError: A file cannot be read as declared.
    """
    if not is_known_zone(sources.default_zone):
        raise HistoryError(f"there is no time zone {sources.default_zone!r}")
    with connect() as db:
        people = [stage_customers(db, f"customers_{n}", s) for n, s in enumerate(sources.customers)]
        events = [stage_events(db, f"events_{n}", s) for n, s in enumerate(sources.events)]
        sent = [stage_messages(db, f"messages_{n}", s) for n, s in enumerate(sources.messages)]
        consents = [stage_consents(db, f"consents_{n}", s) for n, s in enumerate(sources.consents)]
        tables = [source.table for source in people]
        tables += [source.table for source in (*events, *sent, *consents)]
        customers = number_customers(db, tables)
        size = len(customers)
        profile = read_profile(db, people, size, sources.default_zone)
        streams = {key[0]: stream for key, stream in collect_streams(db, events, size).items()}
        messages = {key[0]: stream for key, stream in collect_streams(db, sent, size).items()}
        decisions = collect_streams(db, consents, size)
    first, last = _span([*streams.values(), *messages.values()])
    return History(
        customers=customers,
        attributes=profile.attributes,
        addresses=profile.addresses,
        zones=profile.zones,
        zone_of=profile.zone_of,
        streams=streams,
        messages=messages,
        consents={(key[0], key[1]): stream for key, stream in decisions.items()},
        fingerprint=fingerprint,
        first=first,
        last=last,
    )


def _span(streams: Iterable[Stream]) -> tuple[Instant, Instant]:
    filled = [stream.ts for stream in streams if len(stream.ts)]
    first = min((int(ts.min()) for ts in filled), default=NEVER)
    last = max((int(ts.max()) for ts in filled), default=LONG_AGO)
    return first, last
