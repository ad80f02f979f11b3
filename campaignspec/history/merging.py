"""Records made people: one row a person, and every id that it goes by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.history.records import (
    CHANGED,
    ID,
    SOURCE,
    ZONE,
    Records,
    address,
    attribute,
    first_known,
    read_records,
    rejected,
)
from campaignspec.history.references import Mentioned, Named, look_up, once
from campaignspec.history.source import CustomerSource
from campaignspec.history.staging import StagedCustomers
from campaignspec.people.columns import MISSING, Codes, coded, coded_together, is_flagged, no_texts
from campaignspec.people.matching import Matched, match
from campaignspec.people.resolution import PEOPLE_SCHEMA, Resolution, resolution_of
from campaignspec.people.rules import PHONE, PHONE_TYPE, Identity, Newest, written_key

_PEOPLE: Final = "people"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Who the records are.

    Attributes:
        records: The records.
        customer: For each record the number of its id, by precedence.
        ids: The ids by number.
        person: For each record the number of its person's id.
        matched: How ids became people.
    """

    records: Records
    customer: Codes
    ids: pa.Array
    person: Codes
    matched: Matched

    @property
    def names(self) -> pa.Array:
        """For each record the id of its person."""
        return self.ids.take(pa.array(self.person))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Merged:
    """The people.

    Attributes:
        customers: The table of people in the database, in place of those of customers.
        named: For each table that mentions people, who they are.
        resolution: The lineage of all of them.
    """

    customers: StagedCustomers
    named: Sequence[Named]
    resolution: Resolution


def merge(
    connection: duckdb.DuckDBPyConnection,
    identity: Identity,
    customers: Sequence[tuple[CustomerSource, StagedCustomers]],
    mentioned: Sequence[Mentioned],
) -> Merged:
    """Make people of the staged tables of customers; leaves the table of people in the database.

    Args:
        connection: The database.
        identity: The rules.
        customers: The sources of customers and their tables, in the order of precedence.
        mentioned: Whom tables of events, messages and consents name.

    Raises:
        HistoryError: A rule names a field that no source has, or kinds of attributes disagree.
    """
    records = read_records(connection, customers, identity)
    people = _match(records, identity)
    crowded = _crowded(people, identity)
    named = look_up(mentioned, identity, records, people.names)
    table = _one_row_each(people, crowded.records, identity)
    new = [each.new for each in named if each.new is not None]
    if new:
        table = pa.concat_tables([table, once(new)], promote_options="default")
    resolution = resolution_of(
        [_lineage(people, identity), *(each.lineage for each in named)],
        [
            *records.rejections,
            *_conflicts(people, identity),
            *crowded.rejections,
            *(each.rejections for each in named),
        ],
    )
    return Merged(customers=_stage(connection, table, records), named=named, resolution=resolution)


def _match(records: Records, identity: Identity) -> People:
    ids = coded(records.column(ID))
    fields = dict.fromkeys(name for key in identity.match for name in key)
    codes = {name: records.compared(name, identity).codes for name in (*fields, *identity.differ)}
    matched = match(
        [coded_together([codes[name] for name in key]) for key in identity.match],
        [codes[name] for name in identity.differ],
        ids.codes,
        at_most=identity.at_most,
    )
    return People(
        records=records,
        customer=ids.codes,
        ids=ids.words,
        person=matched.person[ids.codes] if len(records) else ids.codes,
        matched=matched,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crowded:
    """The records without the addresses that too many share, and what was taken from them."""

    records: Records
    rejections: list[pa.Table] = field(default_factory=list)


def _crowded(people: People, identity: Identity) -> _Crowded:
    """Take away the addresses that too many customers share, and say which keys joined nobody."""
    records = people.records
    sources, rows = records.places()
    table, found = records.table, []
    for key, counts in zip(identity.match, people.matched.crowded, strict=True):
        if not counts.any():
            continue
        codes = coded_together([records.compared(name, identity).codes for name in key])
        many = np.where(codes == MISSING, 0, np.append(counts, 0)[codes])
        here = pa.array(many > 0)
        values = [
            compared.spread(compared.words).filter(here)
            for compared in (records.compared(name, identity) for name in key)
        ]
        reason = pc.binary_join_element_wise(
            pa.scalar("shared by"),
            pa.array(many).filter(here).cast(pa.string()),
            pa.scalar(f"customers, more than {identity.at_most}"),
            pa.scalar(" "),
        )
        whole = pc.binary_join_element_wise(*values, pa.scalar(" + ", pa.large_string()))
        found.append(
            rejected(sources.filter(here), rows.filter(here), written_key(key), whole, reason)
        )
        table = _without(table, key, records, here)
    kept = Records(
        table=table,
        sources=records.sources,
        kinds=records.kinds,
        addresses=records.addresses,
        rejections=records.rejections,
    )
    return _Crowded(records=kept, rejections=found)


def _without(table: pa.Table, key: Sequence[str], records: Records, here: pa.Array) -> pa.Table:
    """Take an address, and with a phone its sort, away from some records."""
    if len(key) > 1 or key[0] not in records.addresses:
        return table
    names = [address(key[0])] + ([attribute(PHONE_TYPE)] if key[0] == PHONE else [])
    for name in names:
        at = table.schema.get_field_index(name)
        values = pc.if_else(here, None, table.column(name))
        table = table.set_column(at, name, values)
    return table


def _conflicts(people: People, identity: Identity) -> Iterator[pa.Table]:
    """Say which customers share a key and were kept apart, or contradict their own id."""
    records = people.records
    sources, rows = records.places()
    first = np.zeros(len(people.ids), np.int64)
    first[people.customer[::-1]] = np.arange(len(records))[::-1]
    ids = people.ids
    for refusal in people.matched.refusals:
        at = pa.array([first[refusal.second]])
        reason = (
            f"not the same person as {ids[refusal.first].as_py()}: "
            f"{identity.differ[refusal.field]} differs"
        )
        key = written_key(identity.match[refusal.rule])
        yield rejected(
            sources.take(at), rows.take(at), key, ids.take(pa.array([refusal.second])), reason
        )
    for name in identity.differ:
        compared = records.compared(name, identity)
        codes = compared.codes
        known = np.flatnonzero(codes != MISSING)
        leading = np.full(len(ids), MISSING, np.int64)
        leading[people.customer[known[::-1]]] = codes[known[::-1]]
        other = pa.array((codes != MISSING) & (leading[people.customer] != codes))
        yield rejected(
            sources.filter(other),
            rows.filter(other),
            name,
            compared.spread(compared.words).filter(other),
            "differs from what a source before says of the same id",
        )


def _one_row_each(people: People, records: Records, identity: Identity) -> pa.Table:
    """Choose the values of each person: one row a person, in the order of precedence."""
    is_person = people.matched.person == np.arange(len(people.ids))
    firsts = np.flatnonzero(is_person)
    person = (np.cumsum(is_person) - 1)[people.person]
    default = np.argsort(person, kind="stable").astype(np.int64)
    columns = {ID: people.ids.take(pa.array(firsts))}
    fields = [(address(kind), kind) for kind in records.addresses]
    fields += [(attribute(name), name) for name in records.kinds if name != PHONE_TYPE]
    if ZONE in records.table.column_names:
        fields.append((ZONE, "timezone"))
    for column, name in fields:
        if column not in records.table.column_names:
            continue
        values = records.column(column)
        order = _order(records, person, identity, name, default)
        chosen = first_known(values, order, person)
        columns[column] = values.take(chosen)
        if name == PHONE:
            columns[attribute(PHONE_TYPE)] = records.column(attribute(PHONE_TYPE)).take(chosen)
    return pa.table(columns)


def _order(
    records: Records,
    person: Codes,
    identity: Identity,
    name: str,
    default: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Put the records of each person in the order in which they count for a field."""
    precedence = identity.keep.get(name)
    if precedence is None:
        return default
    if isinstance(precedence, Newest):
        changed = records.column(CHANGED)
        age = -changed.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        unknown = ~is_flagged(changed.is_valid())
        return np.lexsort((age, unknown, person)).astype(np.int64)
    ranked = {source: rank for rank, source in enumerate(precedence)}
    ranks = np.array([ranked.get(source, len(ranked)) for source in records.sources])
    return np.lexsort((ranks[records.column(SOURCE).to_numpy()], person)).astype(np.int64)


def _lineage(people: People, identity: Identity) -> pa.Table:
    """Say of each record whose it is, and which key joined it."""
    records = people.records
    sources, rows = records.places()
    rule = np.append(people.matched.rule, MISSING)[people.customer]
    rule = np.where(people.person == people.customer, MISSING, rule)
    keys = pa.array([*map(written_key, identity.match), ""], pa.large_string())
    columns = (
        records.column(ID),
        people.names,
        sources,
        rows,
        keys.take(pa.array(rule % len(keys))),
    )
    lineage = pa.Table.from_arrays(list(columns), schema=PEOPLE_SCHEMA)
    return lineage.take(pa.array(np.argsort(people.person, kind="stable")))


def _stage(
    connection: duckdb.DuckDBPyConnection, table: pa.Table, records: Records
) -> StagedCustomers:
    """Put people into the database, as customers are staged."""
    names = {ID: "customer", ZONE: ZONE}
    names |= {attribute(name): f"a{at}" for at, name in enumerate(records.kinds)}
    names |= {address(kind): f"d{at}" for at, kind in enumerate(records.addresses)}
    missing = [column for column in names if column not in table.column_names]
    staged = table.rename_columns([names[column] for column in table.column_names])
    for column in missing:
        staged = staged.append_column(names[column], no_texts(table.num_rows))
    connection.register("made", staged)
    connection.execute(f"CREATE TEMP TABLE {_PEOPLE} AS SELECT * FROM made")  # noqa: S608 (own name)
    connection.unregister("made")
    return StagedCustomers(
        table=_PEOPLE,
        attributes=dict(records.kinds),
        addresses=records.addresses,
        has_zone=True,
    )
