"""What is there: events, attributes and addresses, counted in columns, without naming anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.audience import FactKind, Value
from campaignspec.clock import Instant
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.people import Resolution
from campaignspec.quality.masking import is_personal

TOP_VALUES: Final = 5
"""How many of the most frequent values are shown."""

FEWEST_SHOWN: Final = 5
"""A value that fewer customers have is not shown: it might tell who they are."""

_E_MAIL: Final = r"^[^@\s<>,;]+@[^@\s.<>,;]+(\.[^@\s.<>,;]+)+$"
_PHONE: Final = r"^\+?[0-9 ().-]{7,24}$"
_SHAPES: Final = {"email": _E_MAIL, "phone": _PHONE}


_NAMED_OTHER: Final = r"^(not the same person) as .*:"
"""A reason that names another record's id, which a report does not show."""
_NUMBERED_OTHER: Final = r"^(repeats the id of) row \d+$"
"""A reason that names another row: counted, all such are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLook:
    """How often an event happened up to an instant.

    Attributes:
        name: The event's name.
        count: How often.
        customers: To how many customers.
        median: How often to the median of those, the lower one of two.
        first: When first, or None.
        last: When last, or None.
    """

    name: str
    count: int
    customers: int
    median: int
    first: Instant | None
    last: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeLook:
    """What is known of an attribute.

    Attributes:
        name: The attribute's name.
        kind: What it holds.
        present: How many customers have a value.
        distinct: How many different values there are.
        top: The most frequent texts or truth values and how many have them; none where they
            might tell who somebody is.
        least: The least number, amount or date; None for other kinds, or without a value.
        median: The lower median of them.
        greatest: The greatest of them.
    """

    name: str
    kind: FactKind
    present: int
    distinct: int
    top: tuple[tuple[Value, int], ...] = ()
    least: Value | None = None
    median: Value | None = None
    greatest: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLook:
    """What is known of a kind of address.

    Attributes:
        kind: The kind, as channels name it.
        present: How many customers have one.
        valid: How many of them have one of the right shape; None for a kind of unknown shape.
        shared: How many have the same one as somebody else.
    """

    kind: str
    present: int
    valid: int | None
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLook:
    """How records became people.

    Attributes:
        records: How many records there are in the sources of customers.
        people: How many people there are.
        elsewhere: How many of them stand in no source of customers: other tables name them.
        merged: How many records joined another one, by the key that joined them.
        rejected: How many values were not usable, by source, column and reason; the most
            frequent first. Reasons name nobody.
    """

    records: int
    people: int
    elsewhere: int
    merged: tuple[tuple[str, int], ...]
    rejected: tuple[tuple[str, str, str, int], ...]


def identity_of(resolution: Resolution) -> IdentityLook:
    """Count how records became people, the most frequent first."""
    people, rejections = resolution.people, resolution.rejections
    records = people.filter(people.column("row").is_valid())
    joined = records.filter(pc.greater(pc.utf8_length(records.column("rule")), 0))
    merged = joined.group_by("rule").aggregate([([], "count_all")])
    reasons = pc.replace_substring_regex(rejections.column("reason"), _NAMED_OTHER, r"\1:")
    reasons = pc.replace_substring_regex(reasons, _NUMBERED_OTHER, r"\1 another row")
    at = rejections.column_names.index("reason")
    nameless = rejections.set_column(at, "reason", reasons)
    rejected = nameless.group_by(["source", "column", "reason"]).aggregate([([], "count_all")])
    everybody = pc.count_distinct(people.column("person")).as_py()
    return IdentityLook(
        records=records.num_rows,
        people=everybody,
        elsewhere=everybody - pc.count_distinct(records.column("person")).as_py(),
        merged=tuple(
            sorted(zip(*merged.to_pydict().values(), strict=True), key=lambda one: (-one[1], one))
        ),
        rejected=tuple(
            sorted(zip(*rejected.to_pydict().values(), strict=True), key=lambda one: (-one[3], one))
        ),
    )


def events_of(history: History, at: Instant) -> Iterator[EventLook]:
    """Look at every event up to an instant, by name."""
    for name in sorted(history.streams):
        yield _event(name, history.streams[name], at)


def attributes_of(history: History, at: Instant) -> Iterator[AttributeLook]:
    """Look at every attribute as of an instant, in the order of declaration."""
    for name, column in history.attributes.items():
        changes = history.changes.get(name)
        yield _attribute(name, column if changes is None else _as_of(changes, at))


def addresses_of(history: History) -> Iterator[AddressLook]:
    """Look at every kind of address, by name."""
    for kind in sorted(history.addresses):
        texts = history.addresses[kind].texts
        counted = texts.drop_null().value_counts()
        values, counts = counted.field("values"), counted.field("counts")
        shape = _SHAPES.get(kind)
        valid = None if shape is None else pc.match_substring_regex(values, shape)
        yield AddressLook(
            kind=kind,
            present=len(texts) - texts.null_count,
            valid=None if valid is None else _total(counts.filter(valid)),
            shared=_total(counts.filter(pc.greater(counts, 1))),
        )


def _total(counts: pa.Array) -> int:
    return int(pc.sum(counts).as_py() or 0)


def _event(name: str, stream: Stream, at: Instant) -> EventLook:
    rows = np.arange(len(stream.offsets) - 1)
    counts = stream.index_after(rows, at) - stream.offsets[:-1]
    mine = np.sort(counts[counts > 0])
    seen = stream.ts[stream.ts <= min(at, stream.horizon)]
    return EventLook(
        name=name,
        count=int(mine.sum()),
        customers=len(mine),
        median=int(mine[(len(mine) - 1) // 2]) if len(mine) else 0,
        first=int(seen.min()) if len(seen) else None,
        last=int(seen.max()) if len(seen) else None,
    )


def _as_of(changes: Stream, at: Instant) -> Column:
    """Return what held of an attribute that changes, one value a customer."""
    (column,) = changes.properties.values()
    rows = np.arange(len(changes.offsets) - 1)
    latest = changes.index_latest(rows, np.full(rows.shape, at))
    return Column(
        kind=column.kind,
        values=np.append(column.values, column.values.dtype.type(0))[latest],
        missing=np.append(column.missing, True)[latest],
        words=column.words,
    )


def _attribute(name: str, column: Column) -> AttributeLook:
    values = column.values[~column.missing]
    found, counts = np.unique(values, return_counts=True)
    look = AttributeLook(
        name=name, kind=FactKind(column.kind.value), present=len(values), distinct=len(found)
    )
    if not len(values):
        return look
    match column.kind:
        case ValueKind.TEXT | ValueKind.BOOLEAN:
            order = np.lexsort((found, -counts))[:TOP_VALUES]
            common = order[counts[order] >= FEWEST_SHOWN]
            shown = common[:0] if is_personal(name) else common
            top = tuple((_value(column, found[at]), int(counts[at])) for at in shown)
            return replace(look, top=top)
        case ValueKind.NUMBER | ValueKind.MONEY | ValueKind.DATE:
            middle = int(np.searchsorted(np.cumsum(counts), (len(values) + 1) // 2))
            least, median, greatest = (_value(column, found[at]) for at in (0, middle, -1))
            return replace(look, least=least, median=median, greatest=greatest)
        case _:
            assert_never(column.kind)


def _value(column: Column, found: Any) -> Value:
    is_text = column.kind is ValueKind.TEXT
    plain = str(column.words[found]) if is_text else found.item()
    return Value(kind=FactKind(column.kind.value), value=plain)
