"""Who is who, applied while a history is built: people in place of customers, everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa

from campaignspec.history.inheriting import inherit
from campaignspec.history.joining import Told
from campaignspec.history.merging import merge
from campaignspec.history.piece import Piece, Rows, move
from campaignspec.history.references import Mentioned, Named
from campaignspec.history.source import ConsentSource, CustomerSource, EventSource, MessageSource
from campaignspec.history.staging import StagedCustomers
from campaignspec.people.columns import coded, is_flagged
from campaignspec.people.resolution import Resolution
from campaignspec.people.rules import Identity

_Source: TypeAlias = EventSource | MessageSource | ConsentSource


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What is told of customers, each part beside the sources it is from.

    Attributes:
        customers: The staged tables of customers.
        events: Events.
        messages: Messages.
        consents: Decisions about consent.
    """

    customers: Sequence[tuple[CustomerSource, StagedCustomers]]
    events: Sequence[tuple[EventSource, Told]]
    messages: Sequence[tuple[MessageSource, Told]]
    consents: Sequence[tuple[ConsentSource, Told]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resolved:
    """The same, told of people.

    Attributes:
        customers: The staged table of people.
        events: Events.
        messages: Messages.
        consents: Whether people stand consented, in one piece for all sources.
        resolution: The lineage of the people.
    """

    customers: Sequence[StagedCustomers]
    events: Sequence[Told]
    messages: Sequence[Told]
    consents: Sequence[Told]
    resolution: Resolution


def resolve(connection: duckdb.DuckDBPyConnection, identity: Identity, facts: Facts) -> Resolved:
    """Find out who is who, and tell everything of people.

    Raises:
        HistoryError: A rule names a field that no source of customers has.
    """
    happened: list[tuple[_Source, Told]] = [*facts.events, *facts.messages, *facts.consents]
    mentioned = [mention for source, told in happened for mention in _mentions(source, told)]
    merged = merge(connection, identity, facts.customers, mentioned)
    named = iter(merged.named)
    return Resolved(
        customers=[merged.customers],
        events=[_told_of_people(told, named) for _, told in facts.events],
        messages=[_told_of_people(told, named) for _, told in facts.messages],
        consents=_inherited([told for _, told in facts.consents], named),
        resolution=merged.resolution,
    )


def _mentions(source: _Source, told: Told) -> Iterator[Mentioned]:
    for piece in told.pieces:
        called = source.by.table if source.by and source.by.table else piece.place
        yield Mentioned(
            source=called, column=source.customer, customers=piece.customers, by=source.by
        )


def _told_of_people(told: Told, named: Iterator[Named]) -> Told:
    pairs = zip(told.pieces, islice(named, len(told.pieces)), strict=True)
    return replace(told, pieces=[_of_people(piece, who.people) for piece, who in pairs])


def _of_people(piece: Piece, people: pa.Array) -> Piece:
    """Put people in place of ids, and leave out what stands for nobody."""
    found = coded(people)
    kept = is_flagged(people.is_valid())
    order = np.argsort(found.words.to_numpy(zero_copy_only=False).astype(np.object_))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    streams = {}
    for key, stream in piece.streams.items():
        known = stream if kept.all() else stream.where(kept[stream.rows()])
        rows = rank[np.where(kept, found.codes, 0)] if len(rank) else found.codes[:0]
        streams[key] = move(known, rows, len(rank)) if len(rank) else known
    return replace(piece, customers=found.words.take(pa.array(order)), streams=streams)


def _inherited(consents: Sequence[Told], named: Iterator[Named]) -> list[Told]:
    """Make one piece of all decisions, in which a refusal under any id of a person wins."""
    pieces = [piece for told in consents for piece in told.pieces]
    found = list(islice(named, len(pieces)))
    if not pieces:
        return []
    ids = coded(pa.chunked_array([each.ids for each in found]))
    people = pa.chunked_array([each.people for each in found]).combine_chunks()
    names = np.unique(people.drop_null().to_numpy(zero_copy_only=False).astype(np.object_))
    person: Rows = np.zeros(len(ids.words), np.int64)
    kept = ids.codes >= 0
    texts = people.filter(pa.array(kept)).to_numpy(zero_copy_only=False).astype(np.object_)
    person[ids.codes[kept]] = np.searchsorted(names, texts)
    ends = np.cumsum([len(each.ids) for each in found])
    parts = np.split(ids.codes, ends[:-1])
    streams = inherit(
        [(piece.streams, codes) for piece, codes in zip(pieces, parts, strict=True)],
        person,
        len(names),
    )
    customers = pa.array(names, pa.large_string())
    return [Told(pieces=[Piece(place=pieces[0].place, customers=customers, streams=streams)])]
