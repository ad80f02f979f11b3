"""Rows that name people by a phone, an e-mail or the ids of one source, made to name their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.history.records import (
    ID,
    Records,
    address,
    attribute,
    plain,
    prefixed,
    rejected,
)
from campaignspec.people.columns import MISSING, Coded, coded, is_flagged, texts
from campaignspec.people.emails import normalise_emails
from campaignspec.people.phones import normalise_phones
from campaignspec.people.resolution import PEOPLE_SCHEMA
from campaignspec.people.rules import (
    CUSTOMER,
    EMAIL,
    PHONE,
    PHONE_TYPE,
    Identity,
    Reference,
)

_SEVERAL: Final = "belongs to several people"
_NOBODY: Final = "belongs to no customer"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mentioned:
    """Whom a table of events, messages or consents names.

    Attributes:
        source: What the lineage calls the table.
        column: The column that names them.
        customers: What is written there, each value once; strings.
        by: How they are named; None by an id that all tables share.
    """

    source: str
    column: str
    customers: pa.Array
    by: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Named:
    """The ids of the people whom a table names.

    Attributes:
        ids: For each value the id that it stands for; null where its rows are left out.
        people: The id of the person that goes by it.
        new: New people, with their phone or e-mail: columns as of `Records`; None for none.
        lineage: As `PEOPLE_SCHEMA` says.
        rejections: Values that belong to nobody, or to several people.
    """

    ids: pa.Array
    people: pa.Array
    new: pa.Table | None
    lineage: pa.Table
    rejections: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Book:
    """Whom the values of a field belong to.

    Attributes:
        values: The values, each once.
        people: For each the id of its person; null where there are several.
    """

    values: pa.Array
    people: pa.Array

    @classmethod
    def of(cls, column: Coded, people: pa.Array) -> Book:
        """List the values of a field with the people of the records that have them."""
        person = coded(people)
        known = column.codes != MISSING
        size = len(column.words)
        least = np.full(size, len(person.words), np.int64)
        most = np.full(size, MISSING, np.int64)
        np.minimum.at(least, column.codes[known], person.codes[known])
        np.maximum.at(most, column.codes[known], person.codes[known])
        one = Coded(codes=np.where(least == most, most, MISSING), words=person.words)
        return cls(values=column.words, people=one.spread(person.words))

    def find(self, keys: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return the people of values, and whether each value is in the book at all."""
        place = pc.index_in(keys, value_set=self.values, skip_nulls=True)
        return self.people.take(place), place.is_valid()


def look_up(
    mentioned: Sequence[Mentioned], identity: Identity, records: Records, people: pa.Array
) -> list[Named]:
    """Find the people whom tables name.

    A phone becomes the id ``phone:+79161234567``, an alias of whom it belongs to. Where it
    belongs to nobody, or to several people, it is the id of a new person, or its rows are left
    out. A value that is no phone names nobody, and its rows are left out.

    Args:
        mentioned: The tables.
        identity: The rules.
        records: The records.
        people: For each record the id of its person.
    """
    ids = Book.of(coded(records.column(ID)), people)
    fields = {each.by.field for each in mentioned if each.by} - {CUSTOMER}
    books = {name: Book.of(records.compared(name, identity), people) for name in fields}
    return [
        _by_id(each, ids)
        if each.by is None or each.by.field == CUSTOMER
        else _by_field(each, each.by, books[each.by.field], identity)
        for each in mentioned
    ]


def _by_id(mentioned: Mentioned, book: Book) -> Named:
    ids = mentioned.customers.cast(pa.large_string())
    if mentioned.by is not None and mentioned.by.ids_of is not None:
        ids = prefixed(mentioned.by.ids_of, ids)
    found, _ = book.find(ids)
    return Named(
        ids=ids,
        people=pc.coalesce(found, ids),
        new=None,
        lineage=PEOPLE_SCHEMA.empty_table(),
        rejections=rejected(mentioned.source, ids.slice(0, 0), "", ids.slice(0, 0), ""),
    )


def _by_field(mentioned: Mentioned, by: Reference, book: Book, identity: Identity) -> Named:
    written = mentioned.customers.cast(pa.large_string())
    keys, kinds, faults = _normalised(written, by.field, identity)
    found, known = book.find(keys)
    alone = pc.and_(found.is_null(), keys.is_valid())
    reasons = pc.coalesce(
        faults,
        pc.if_else(pc.and_(alone, known), _SEVERAL, texts([None])[0]),
        pc.if_else(alone, _NOBODY, texts([None])[0]),
    )
    ids = prefixed(by.field, keys)
    if not by.makes_people:
        ids = pc.if_else(alone, None, ids)
    kept, bad = ids.is_valid(), reasons.is_valid()
    unknown = pa.nulls(len(ids), pa.int64())
    rules = pc.if_else(found.is_valid(), by.field, "").cast(pa.large_string())
    source = pa.array([mentioned.source] * len(ids), pa.large_string())
    people = pc.if_else(kept, pc.coalesce(found, ids), None)
    columns = [each.filter(kept) for each in (ids, people, source, unknown, rules)]
    return Named(
        ids=ids,
        people=people,
        new=_new(by.field, ids, keys, kinds, pc.and_not(pc.and_(kept, alone), known)),
        lineage=_each_once(pa.Table.from_arrays(columns, schema=PEOPLE_SCHEMA)),
        rejections=rejected(
            mentioned.source,
            unknown.filter(bad),
            mentioned.column,
            written.filter(bad),
            reasons.filter(bad),
        ),
    )


def _each_once(lineage: pa.Table) -> pa.Table:
    """Tell of an id once, in however many spellings the table has it."""
    return lineage.group_by(PEOPLE_SCHEMA.names, use_threads=False).aggregate([])


def _new(
    name: str, ids: pa.Array, keys: pa.Array, kinds: pa.Array | None, places: pa.Array
) -> pa.Table | None:
    """List new people with the phone or e-mail by which they are known."""
    if name not in {PHONE, EMAIL} or not is_flagged(places).any():
        return None
    held = {ID: ids, address(name): keys}
    if kinds is not None:
        held[attribute(PHONE_TYPE)] = kinds
    return pa.table({column: values.filter(places) for column, values in held.items()})


def _normalised(
    values: pa.Array, name: str, identity: Identity
) -> tuple[pa.Array, pa.Array | None, pa.Array]:
    """Bring values of a field into the form in which they are compared."""
    if name == PHONE:
        phones = normalise_phones(values, identity.region)
        return phones.values, phones.kinds, _or_empty(phones.reasons, phones.values)
    if name == EMAIL:
        emails = normalise_emails(values, providers=identity.provider_rules)
        return emails.values, None, _or_empty(emails.reasons, emails.values)
    keys = plain(values)
    return keys, None, _or_empty(pa.nulls(len(keys), pa.large_string()), keys)


def _or_empty(reasons: pa.Array, keys: pa.Array) -> pa.Array:
    """Say of what is missing for no other reason that nothing was written."""
    return pc.if_else(pc.and_(keys.is_null(), reasons.is_null()), "is empty", reasons)


def once(tables: Sequence[pa.Table]) -> pa.Table:
    """Put new people of several tables together, each once."""
    whole = pa.concat_tables(tables, promote_options="default")
    ids = coded(whole.column(ID))
    return whole.take(pa.array(np.unique(ids.codes, return_index=True)[1]))
