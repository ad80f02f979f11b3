"""The enrolments that a measurement is about, with their facts, in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind

Tally: TypeAlias = tuple[tuple[str, int], ...]
"""Counts by name, the largest first."""

Flags: TypeAlias = npt.NDArray[np.bool_]

_ENROLMENTS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Everybody who entered in a period, and what is known of them at its end.

    Attributes:
        facts: Their facts.
        enrolment: For every fact the place of its enrolment in the columns below.
        refused: Facts of those who met the entry in the period and might not enter.
        entered_at: Instants of entry, one an enrolment.
        customer: Numbers that stand for customers, one an enrolment.
        names: The customers' ids, one an enrolment.
        held_out: Who is kept from all treatment.
        end: The end of the period.
        memo: What was derived once; many KPIs ask for the same.
    """

    facts: pa.Table
    enrolment: npt.NDArray[np.int64]
    refused: pa.Table
    entered_at: npt.NDArray[np.int64]
    customer: npt.NDArray[np.int64]
    names: pa.ChunkedArray
    held_out: Flags
    end: Instant
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def instants(self) -> npt.NDArray[np.int64]:
        """When each fact happened."""
        at: npt.NDArray[np.int64] = self.remembered(
            "instants", lambda: pc.cast(self.facts["at"], pa.int64()).to_numpy()
        )
        return at

    def remembered(self, name: Any, make: Callable[[], Any]) -> Any:
        """Return what was derived under a name, made at the first look."""
        if name not in self.memo:
            self.memo[name] = make()
        return self.memo[name]

    def marks(self, *kinds: Kind) -> Flags:
        """Mark the facts of some kinds."""
        return self._is(kinds)

    def of(self, *kinds: Kind) -> pa.Table:
        """Return the facts of some kinds."""
        return self.facts.filter(pa.array(self._is(kinds)))

    def reached(self, *kinds: Kind) -> Flags:
        """Say of every enrolment whether it has a fact of these kinds."""
        flags = np.zeros(len(self.entered_at), dtype=np.bool_)
        flags[self.enrolment[self._is(kinds)]] = True
        return flags

    def value(self, kind: Kind) -> npt.NDArray[np.int64]:
        """Add up the values of a kind of fact by enrolment."""
        chosen = self._is((kind,))
        totals = np.zeros(len(self.entered_at), dtype=np.int64)
        values = pc.fill_null(self.facts["value"], 0).to_numpy()
        np.add.at(totals, self.enrolment[chosen], values[chosen])
        return totals

    def took(self, kind: Kind, node: str, edge: str) -> Flags:
        """Say of every enrolment whether a fact of a kind sent it this way out of a node."""
        here = pc.and_(pc.equal(self.facts["node"], node), pc.equal(self.facts["edge"], edge))
        chosen: Flags = pc.fill_null(here, fill_value=False).to_numpy()
        flags = np.zeros(len(self.entered_at), dtype=np.bool_)
        flags[self.enrolment[self._is((kind,)) & chosen]] = True
        return flags

    def messages(self, kind: Kind) -> pa.Table:
        """Return the messages that have a fact of a kind, each once, with its channel.

        An opened message may be opened again; it is still one message.
        """
        chosen = self._is((kind,))
        table = self.facts.filter(pa.array(chosen)).select(["node", "channel"])
        table = table.append_column("enrolment", pa.array(self.enrolment[chosen]))
        return table.group_by(["enrolment", "node", "channel"]).aggregate([])

    def _is(self, kinds: Iterable[Kind]) -> Flags:
        wanted = tuple(kind.value for kind in kinds)
        flags: Flags = self.remembered(
            wanted,
            lambda: pc.is_in(self.facts["kind"], pa.array(wanted, pa.string())).to_numpy(),
        )
        return flags


def cohort_of(facts: pa.Table, campaign: str, *, start: Instant, end: Instant) -> Cohort:
    """Gather the enrolments that began after ``start``, up to and including ``end``."""
    facts = facts.filter(pc.equal(facts["campaign"], campaign)).combine_chunks()
    at = pc.cast(facts["at"], pa.int64()).to_numpy()
    customer = _numbered(facts["customer"])
    key = customer * _ENROLMENTS + facts["enrolment"].to_numpy()
    entering = _is(facts, Kind.ENTERED) & (at > start) & (at <= end)
    keys, first = np.unique(key[entering], return_index=True)
    entries = np.flatnonzero(entering)[first]
    known = np.isin(key, keys) & (at <= end) & ~_is(facts, Kind.REFUSED)
    refused = _is(facts, Kind.REFUSED) & (at > start) & (at <= end)
    held_out = np.isin(keys, key[known & _is(facts, Kind.HELD_OUT)])
    return Cohort(
        facts=facts.filter(pa.array(known)),
        enrolment=np.searchsorted(keys, key[known]),
        refused=facts.filter(pa.array(refused)),
        entered_at=at[entries],
        customer=customer[entries],
        names=facts["customer"].take(pa.array(entries)),
        held_out=held_out,
        end=end,
    )


def tally(table: pa.Table, column: str) -> Tally:
    """Count the rows of a table by a column; a missing name is empty."""
    counted = table.group_by(column).aggregate([([], "count_all")])
    names = (name or "" for name in counted[column].to_pylist())
    pairs = zip(names, counted["count_all"].to_pylist(), strict=True)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _is(facts: pa.Table, kind: Kind) -> Flags:
    flags: Flags = pc.equal(facts["kind"], kind.value).to_numpy()
    return flags


def _numbered(names: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Give every name a number."""
    encoded = names.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    numbers: npt.NDArray[np.int64] = pc.cast(encoded.indices, pa.int64()).to_numpy()
    return numbers
