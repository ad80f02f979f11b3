"""The records that people are made of: the tables of customers, in one form and in one order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.clock import zone_table
from campaignspec.errors import HistoryError
from campaignspec.history.sorting import distinct
from campaignspec.history.source import CustomerSource, ValueKind
from campaignspec.history.staging import StagedCustomers
from campaignspec.people.columns import Coded, Codes, Flags, coded, is_flagged, no_texts, trimmed
from campaignspec.people.emails import normalise_emails
from campaignspec.people.name_shape import Order
from campaignspec.people.names import fold_names, split_names, tidy_names
from campaignspec.people.phones import normalise_phones
from campaignspec.people.resolution import REJECTIONS_SCHEMA
from campaignspec.people.rules import (
    CUSTOMER,
    EMAIL,
    FAMILY_NAME,
    GIVEN_NAME,
    NAME_FIELDS,
    PATRONYMIC,
    PHONE,
    PHONE_TYPE,
    Identity,
    own_id,
)

ID: Final = "id"
WRITTEN: Final = "written"
SOURCE: Final = "source"
ROW: Final = "row"
CHANGED: Final = "changed"
ZONE: Final = "zone"

REPEATS: Final = "repeats the id of row"
"""Why a row is left out whose id another row of its table has; that row's number follows."""
_NEVER: Final = -(2**63)

_PARTS: Final[Mapping[str, str]] = {
    "given": GIVEN_NAME,
    "family": FAMILY_NAME,
    "patronymic": PATRONYMIC,
}


def address(kind: str) -> str:
    """Name the column of a kind of address."""
    return f"address {kind}"


def attribute(name: str) -> str:
    """Name the column of an attribute."""
    return f"attribute {name}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Records:
    """All rows of all tables of customers, by precedence: source by source, then by id.

    Attributes:
        table: The columns `ID`, `WRITTEN` (the id as its source has it), `SOURCE` (its number),
            `ROW`, `CHANGED` (microseconds), `ZONE`, and one an address and an attribute.
        sources: The sources' names.
        kinds: Kind by attribute.
        addresses: The kinds of address.
        rejections: What was not usable, as `REJECTIONS_SCHEMA` says.
        memo: What is compared, by field.
    """

    table: pa.Table
    sources: tuple[str, ...]
    kinds: Mapping[str, ValueKind]
    addresses: tuple[str, ...]
    rejections: tuple[pa.Table, ...]
    memo: dict[str, Coded] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array:
        """Return a column in one piece."""
        return self.table.column(name).combine_chunks()

    def compared(self, name: str, identity: Identity) -> Coded:
        """Return a field in the form in which it is compared; it is made at the first look.

        Raises:
            HistoryError: No source of customers has such a field.
        """
        if name not in self.memo:
            self.memo[name] = coded(self._compared(name, identity))
        return self.memo[name]

    def _compared(self, name: str, identity: Identity) -> pa.Array:
        if name == CUSTOMER:
            return self.column(WRITTEN)
        if name in self.addresses:
            values = self.column(address(name))
            if name == EMAIL and identity.provider_rules:
                return normalise_emails(values, providers=True).values
            return values if name in {PHONE, EMAIL} else plain(values)
        if name not in self.kinds:
            fields = ", ".join(sorted({*self.addresses, *self.kinds}))
            raise HistoryError(f"identity: no source of customers has {name!r}; they have {fields}")
        if attribute(name) not in self.table.column_names:
            return no_texts(len(self))
        values = self.column(attribute(name))
        return fold_names(values) if name in NAME_FIELDS else plain(values)

    def places(self) -> tuple[pa.Array, pa.Array]:
        """Return the source and the row of each record."""
        names = pa.array(self.sources, pa.large_string())
        return names.take(self.column(SOURCE)), self.column(ROW)


def read_records(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[tuple[CustomerSource, StagedCustomers]],
    identity: Identity,
) -> Records:
    """Read the staged tables of customers and bring phones, e-mails and names into one form.

    Raises:
        HistoryError: There is no such table, or two declare an attribute with different kinds.
    """
    if not tables:
        raise HistoryError("identity: there is no source of customers to make people of")
    readers = [
        _Reader(connection, number, source, staged, identity)
        for number, (source, staged) in enumerate(tables)
    ]
    columns = [reader.table() for reader in readers]
    kinds: dict[str, ValueKind] = {}
    for reader in readers:
        for name, kind in reader.kinds.items():
            if kinds.setdefault(name, kind) is not kind:
                raise HistoryError(
                    f"{reader.source.file}: {name!r} is {kind} here and {kinds[name]} in another "
                    "source of customers"
                )
    addresses = dict.fromkeys(kind for source, _ in tables for kind in source.addresses)
    return Records(
        table=pa.concat_tables(columns, promote_options="default"),
        sources=tuple(reader.source.called for reader in readers),
        kinds=kinds,
        addresses=tuple(addresses),
        rejections=tuple(found for reader in readers for found in reader.rejections),
    )


def rejected(
    source: pa.Array | str,
    rows: pa.Array,
    column: str,
    values: pa.Array,
    reasons: pa.Array | str,
) -> pa.Table:
    """Make rejections of columns; what is one text is the same for all."""
    length = len(rows)
    texts = [
        pa.array([each], pa.large_string()).take(pa.array(np.zeros(length, np.int64)))
        if isinstance(each, str)
        else each.cast(pa.large_string()).fill_null("")
        for each in (source, column, values, reasons)
    ]
    arrays = [texts[0], rows.cast(pa.int64()), *texts[1:]]
    return pa.Table.from_arrays(arrays, schema=REJECTIONS_SCHEMA)


@dataclass(slots=True)
class _Reader:
    """One table of customers on its way to records."""

    connection: duckdb.DuckDBPyConnection
    number: int
    source: CustomerSource
    staged: StagedCustomers
    identity: Identity
    kinds: dict[str, ValueKind] = field(default_factory=dict)
    rejections: list[pa.Table] = field(default_factory=list)

    def table(self) -> pa.Table:
        written = self.connection.sql(
            f"SELECT * FROM {self.staged.table} ORDER BY customer, n"  # noqa: S608 (own name)
        ).to_arrow_table()
        written = self._once(written)
        ids = written.column("customer").combine_chunks().cast(pa.large_string())
        columns = {
            ID: prefixed(self.source.called, ids) if self.source.own_ids else ids,
            WRITTEN: ids,
            SOURCE: pa.array(np.full(len(ids), self.number, np.int64)),
            ROW: written.column("n").combine_chunks().cast(pa.int64()),
            CHANGED: self._changed(written),
        }
        if self.staged.has_zone:
            columns[ZONE] = written.column("zone")
        self.kinds |= self.staged.attributes
        columns |= {
            attribute(name): _as_one_kind(written.column(f"a{at}"), kind)
            for at, (name, kind) in enumerate(self.staged.attributes.items())
        }
        return pa.table({**columns, **dict((*self._addresses(written), *self._names(written)))})

    def _once(self, written: pa.Table) -> pa.Table:
        """Keep of rows with the same id the one that changed last, and of such the last one.

        Rows that do not say when they changed count as the oldest.
        """
        ids = coded(written.column("customer").combine_chunks().cast(pa.large_string())).codes
        if len(distinct(ids)) == len(ids):
            return written
        changed = self._changed(written).fill_null(_NEVER).to_numpy(zero_copy_only=False)
        rows = written.column("n").to_numpy()
        order = np.lexsort((rows, changed, ids))
        wins = np.ones(len(ids), np.bool_)
        wins[:-1] = ids[order][1:] != ids[order][:-1]
        kept = np.zeros(len(ids), np.bool_)
        kept[order[wins]] = True
        winner = np.zeros(int(ids.max()) + 1, np.int64)
        winner[ids[order[wins]]] = rows[order[wins]]
        lost = written.filter(pa.array(~kept))
        reasons = pc.binary_join_element_wise(
            pa.scalar(REPEATS), pa.array(winner[ids[~kept]]).cast(pa.string()), pa.scalar(" ")
        )
        self.rejections.append(
            rejected(
                self.source.called,
                lost.column("n").combine_chunks(),
                self.source.customer,
                lost.column("customer").combine_chunks().cast(pa.large_string()),
                reasons,
            )
        )
        return written.filter(pa.array(kept))

    def _changed(self, written: pa.Table) -> pa.Array:
        if self.source.updated_at is None:
            return pa.nulls(written.num_rows, pa.int64())
        micros = written.column("changed").combine_chunks()
        missing = ~is_flagged(micros.is_valid())
        wall = micros.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        aware = is_flagged(written.column("changed_aware").combine_chunks())
        exact = np.where(aware, wall, zone_table(self.source.zone).to_instant(wall))
        return pa.array(exact, mask=missing)

    def _addresses(self, written: pa.Table) -> Iterator[tuple[str, pa.Array]]:
        for at, (kind, column) in enumerate(self.source.addresses.items()):
            values = written.column(f"d{at}").combine_chunks().cast(pa.large_string())
            if kind == PHONE:
                phones = normalise_phones(values, self.source.region or self.identity.region)
                self._reject(written, column, values, phones.reasons)
                self.kinds[PHONE_TYPE] = ValueKind.TEXT
                yield address(kind), phones.values
                yield attribute(PHONE_TYPE), phones.kinds
            elif kind == EMAIL:
                emails = normalise_emails(values)
                self._reject(written, column, values, emails.reasons)
                yield address(kind), emails.values
            else:
                yield address(kind), values

    def _names(self, written: pa.Table) -> Iterator[tuple[str, pa.Array]]:
        columns = self.source.names
        if columns:
            self.kinds |= dict.fromkeys(NAME_FIELDS, ValueKind.TEXT)
        found: dict[str, pa.Array] = {}
        if "full" in columns:
            values = written.column("name_full").combine_chunks().cast(pa.large_string())
            names = split_names(values, Order(self.source.name_order))
            self._reject(written, columns["full"], values, names.reasons)
            found = {part: getattr(names, part) for part in _PARTS}
        for part in _PARTS:
            if part in columns:
                spelled = tidy_names(
                    written.column(f"name_{part}").combine_chunks().cast(pa.large_string())
                )
                found[part] = pc.coalesce(spelled, found[part]) if part in found else spelled
        yield from ((attribute(_PARTS[part]), values) for part, values in found.items())

    def _reject(self, written: pa.Table, column: str, values: pa.Array, reasons: pa.Array) -> None:
        bad = reasons.is_valid()
        if is_flagged(bad).any():
            rows = written.column("n").combine_chunks().filter(bad)
            self.rejections.append(
                rejected(self.source.called, rows, column, values.filter(bad), reasons.filter(bad))
            )


def first_known(values: pa.Array, order: npt.NDArray[np.int64], person: Codes) -> pa.Array:
    """Choose for each person the first value that is known, in an order of the records.

    Args:
        values: One a record; null is not known.
        order: The records, those of one person together, in the order in which they count.
        person: For each record the number of its person, from 0 to the number of people.

    Returns:
        For each person the place of its value in ``values``; null where it has none.
    """
    known: Flags = is_flagged(values.is_valid())[order]
    places = order[known]
    people = person[places]
    begins = np.ones(len(people), np.bool_)
    begins[1:] = people[1:] != people[:-1]
    size = int(person.max(initial=-1)) + 1
    chosen = np.zeros(size, np.int64)
    missing = np.ones(size, np.bool_)
    chosen[people[begins]] = places[begins]
    missing[people[begins]] = False
    return pa.array(chosen, mask=missing)


def _as_one_kind(values: pa.ChunkedArray, kind: ValueKind) -> pa.Array:
    whole = values.combine_chunks()
    return whole.cast(pa.large_string()) if kind is ValueKind.TEXT else whole


def prefixed(source: str, ids: pa.Array) -> pa.Array:
    """Write ids with the name of their source before them."""
    prefix = pa.scalar(own_id(source, ""), pa.large_string())
    return pc.binary_join_element_wise(prefix, ids, pa.scalar("", pa.large_string()))


def plain(values: pa.Array) -> pa.Array:
    """Write any values for comparison: without spaces around them, in lower case."""
    return pc.utf8_lower(trimmed(values.cast(pa.large_string())))
