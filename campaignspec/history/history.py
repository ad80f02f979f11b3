"""The history of a project: its customers in dense rows, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER, Instant
from campaignspec.digests import Ids
from campaignspec.history.addresses import Addresses
from campaignspec.history.column import Column
from campaignspec.history.sorting import distinct
from campaignspec.history.source import ValueKind
from campaignspec.history.stream import Stream
from campaignspec.people.resolution import Resolution


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roll:
    """People who stand in a file.

    Attributes:
        rows: The customers among them, ascending, each once.
        unknown: The ids that are no customer's, ascending.
    """

    rows: npt.NDArray[np.int64]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Everything that is known of the customers, up to an instant.

    A customer is a row: every column and stream counts customers the same way.

    Attributes:
        customers: The customers' ids in ascending order; row ``n`` is ``customers[n]``.
        attributes: A column by attribute, one value a customer.
        addresses: The addresses by kind, one a customer.
        zones: The time zones that customers have, and the default, each once.
        zone_of: For each customer an index into ``zones``.
        streams: Events by type.
        messages: Messages sent before campaignspec came, by channel, with the text properties
            ``class`` and ``campaign``.
        zone_known: Of which customers the zone is known, not only assumed; None where of all.
        changes: The attributes that change, by name: a stream of their changes with the property
            ``value``. What holds last is in ``attributes`` as well.
        consents: Decisions by channel and purpose, with the boolean properties ``granted``, which
            is missing while a question is open, and ``confirmed``.
        fingerprint: Equal for equal files and declarations.
        first: The instant of the first event or message; ``NEVER`` where there is none.
        last: The instant of the last event or message; `LONG_AGO` where there is none.
        lists: People listed in files, by the file's path from the project's folder.
        resolution: How records became people, and what was not usable; None where each id is a
            person.
        replaced: How many rows of a table of orders a later row replaced, by the table.
        memo: What was derived once; views of a history share it.
    """

    customers: tuple[str, ...]
    attributes: Mapping[str, Column]
    addresses: Mapping[str, Addresses]
    zones: tuple[str, ...]
    zone_of: npt.NDArray[np.int32]
    streams: Mapping[str, Stream]
    messages: Mapping[str, Stream]
    consents: Mapping[tuple[str, str], Stream]
    fingerprint: str
    first: Instant
    last: Instant
    zone_known: npt.NDArray[np.bool_] | None = None
    changes: Mapping[str, Stream] = field(default_factory=dict)
    lists: Mapping[str, Roll] = field(default_factory=dict)
    resolution: Resolution | None = None
    replaced: Mapping[str, int] = field(default_factory=dict)
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def timezones(self) -> Column:
        """The time zone of each customer, as text."""
        words = np.array(self.zones, np.object_)
        missing = np.zeros(len(self.customers), np.bool_)
        return Column(kind=ValueKind.TEXT, values=self.zone_of, missing=missing, words=words)

    @property
    def zones_known(self) -> tuple[str, ...]:
        """The zones in which somebody is known to live, in alphabetical order."""
        codes = self.zone_of if self.zone_known is None else self.zone_of[self.zone_known]
        return tuple(self.zones[code] for code in distinct(codes))

    @property
    def row_of(self) -> Mapping[str, int]:
        """The row of each customer id; made at the first look."""
        if "row_of" not in self.memo:
            self.memo["row_of"] = {customer: row for row, customer in enumerate(self.customers)}
        rows: Mapping[str, int] = self.memo["row_of"]
        return rows

    @property
    def ids(self) -> Ids:
        """The customers' ids, laid out for draws; made at the first look."""
        if "ids" not in self.memo:
            self.memo["ids"] = Ids(self.customers)
        ids: Ids = self.memo["ids"]
        return ids

    def until(self, horizon: Instant) -> History:
        """Return a view in which nothing that happened after ``horizon`` exists.

        Attributes and addresses carry no instants and are as they are; of those that change,
        ``changes`` tells what held at the horizon.
        """
        if horizon == NEVER:
            return self
        return replace(
            self,
            streams={name: stream.until(horizon) for name, stream in self.streams.items()},
            messages={name: stream.until(horizon) for name, stream in self.messages.items()},
            consents={name: stream.until(horizon) for name, stream in self.consents.items()},
            changes={name: stream.until(horizon) for name, stream in self.changes.items()},
            first=self.first if self.first <= horizon else NEVER,
            last=min(self.last, horizon),
        )
