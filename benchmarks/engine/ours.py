"""Our engine on the made data: the campaigns of ``shop``, rehearsed over the last 90 days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.engine.facts import Facts, together
from benchmarks.engine.made import END, SECOND, START, Made, ids, lay_out
from benchmarks.engine.measuring import Phase, Stopwatch
from benchmarks.reference_data import DAY, T0, TYPES
from campaignspec.assembly import Assembly, assemble
from campaignspec.engine.journal import Batch, to_table
from campaignspec.graph.nodes import NEXT
from campaignspec.history import Addresses, Column, History, Stream, ValueKind
from campaignspec.project import Project, load_project
from campaignspec.simulate.parts import Outing, each_part

SHOP: Final = Path(__file__).parent / "shop"
ZONES: Final = ("Etc/GMT-8", "Etc/GMT-3", "Etc/GMT+5", "Etc/GMT-1", "Etc/GMT+3")
"""The zones of `TZ_MINUTES`; east of Greenwich their names count down."""

_FOR: Final = 1_000_000
"""The number of customers for which ``shop/offers.yaml`` is written."""
_PROMOTIONAL: Final = "promotional"


def project_for(customers: int) -> Project:
    """Return the shop's project, with offers for so many customers."""
    project = load_project(SHOP, relative_to=SHOP).project
    assert project is not None, "the benchmark's project is valid"
    scaled = {}
    for name, offer in project.offers.items():
        total, per_day = offer.limits.total, offer.limits.per_day
        limits = replace(
            offer.limits,
            total=None if total is None else total * customers // _FOR,
            per_day=None if per_day is None else per_day * customers // _FOR,
        )
        scaled[name] = replace(offer, limits=limits)
    return replace(project, offers=scaled)


def history_of(made: Made) -> History:
    """Return the made data as a history: events are mapped, not read."""
    size = made.customers
    streams = {name: _stream(*made.events(name)) for name in TYPES}
    messages = streams.pop("email_sent")
    everybody = np.arange(size + 1, dtype=np.int64)
    history = History(
        customers=tuple(ids(size)),
        attributes={"agrees_to_email": _flags(made.agrees_to_email)},
        addresses=dict.fromkeys(("email", "phone"), Addresses.of(["reachable"] * size)),
        zones=ZONES,
        zone_of=made.zone,
        streams={**streams, "signup": _stream(made.signup, everybody)},
        messages={"email": _of_class(messages, _PROMOTIONAL)},
        consents={
            (channel, _PROMOTIONAL): _agreed(mask)
            for channel, mask in (("email", made.agrees_to_email), ("sms", made.agrees_to_sms))
        },
        fingerprint=f"made {size}",
        first=T0 * SECOND,
        last=END,
    )
    lay_out(history.ids)
    return history


class Engine:
    """Our engine: campaigns bound to a history, then walked through in parts, as a rehearsal does.

    Args:
        made: The data.
        campaigns: What is rehearsed.
        threads: How many threads walk.
    """

    def __init__(self, made: Made, campaigns: Sequence[str], threads: int = 1) -> None:
        project, history = project_for(made.customers), history_of(made)
        watch = Stopwatch()
        self._assembly: Assembly = assemble(
            project, history, campaigns=campaigns, assumes=True, start=START, end=END
        )
        self._phases = {"bind": watch.lap()}
        self._customers, self._threads = made.customers, threads
        self._happened: list[Batch] = []

    def walk(self) -> None:
        """Walk to the end; the facts of each part are held in columns."""
        outing = Outing(assembly=self._assembly, start=START, end=END)
        everybody = np.arange(self._customers, dtype=np.int64)
        parts = each_part(outing, everybody, lambda part: part.facts, jobs=self._threads)
        self._happened = [batch for facts in parts for batch in facts]

    def count(self) -> int:
        """Return how many facts there are."""
        return sum(len(batch.rows) for batch in self._happened)

    def facts(self) -> Facts:
        """Return the facts as they are compared."""
        return together([(_name(batch), batch.at, batch.rows) for batch in self._happened])

    def extra(self) -> dict[str, Phase]:
        """Return how long it takes to bind, and to make the sorted table with all its texts.

        Nobody else makes such a table: it is what comes after the facts are held in columns.
        """
        if "table" not in self._phases:
            watch = Stopwatch()
            to_table(self._happened, self._assembly.world.history.ids)
            self._phases["table"] = watch.lap()
        return self._phases


def _name(batch: Batch) -> str:
    way = None if batch.edge == NEXT else batch.edge
    parts = (batch.campaign, batch.kind, batch.node, batch.reason or way)
    return " ".join(part for part in parts if part)


def _stream(ts: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64]) -> Stream:
    return Stream(ts=ts, offsets=offsets)


def _of_class(stream: Stream, word: str) -> Stream:
    columns = {"class": word, "campaign": "newsletter"}
    size = len(stream.ts)
    return replace(
        stream,
        properties={
            name: Column(
                kind=ValueKind.TEXT,
                values=np.zeros(size, np.int32),
                missing=np.zeros(size, np.bool_),
                words=np.array([text], np.object_),
            )
            for name, text in columns.items()
        },
    )


def _agreed(mask: npt.NDArray[np.bool_]) -> Stream:
    """Everybody who agrees does so on the day before the data begin."""
    size = int(mask.sum())
    return Stream(
        ts=np.full(size, (T0 - DAY) * SECOND, np.int64),
        offsets=np.concatenate(([0], np.cumsum(mask))).astype(np.int64),
        properties={"granted": _flags(np.ones(size, np.bool_))},
    )


def _flags(values: npt.NDArray[np.bool_]) -> Column:
    return Column(kind=ValueKind.BOOLEAN, values=values, missing=np.zeros(len(values), np.bool_))
