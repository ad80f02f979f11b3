"""Calls in an SQLite ledger: other programs ask that somebody enters, the next tick sees to it.

Whoever asks does not hold the ledger's lock; a runner may be at work. So a call is only put down,
without an instant. The next tick takes it: it gets the tick's instant, for ever, and from then on
it is an event like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import apsw
import numpy as np

from campaignspec.clock import Instant
from campaignspec.errors import LedgerError
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.ledger.file import LedgerFile
from campaignspec.spec.entering import OnCall

_BUSY_MILLISECONDS: Final = 30_000


def put_call(path: Path, *, request: str, campaign: str, customer: str, key: str | None) -> bool:
    """Put a call down, once for each request.

    Args:
        path: The ledger's file; it may be a runner's.
        request: What tells this request from others; asked again, it changes nothing.
        campaign: The campaign.
        customer: Who is to enter.
        key: What the enrolment is about, where the campaign is keyed.

    Returns:
        Whether the request is new.

    Raises:
        LedgerError: There is no ledger, it is of another version, or it cannot be written; or the
            same request was made for something else.
    """
    if not path.exists():
        raise LedgerError(f"there is no ledger at {path}; it is made by `campaignspec run`")
    asked = (campaign, customer, key)
    try:
        with apsw.Connection(str(path)) as db:
            db.set_busy_timeout(_BUSY_MILLISECONDS)
            found = db.execute(
                "INSERT INTO call (request, campaign, customer, key) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING RETURNING 1",
                (request, *asked),
            ).fetchall()
            (known,) = db.execute(
                "SELECT campaign, customer, key FROM call WHERE request = ?", (request,)
            ).fetchall()
    except apsw.Error as error:
        raise LedgerError(f"{path} cannot take a call: {error}") from error
    if tuple(known) != asked:
        raise LedgerError(
            f"request {request!r} was made before, for {known[1]} and {known[0]}; give each "
            "request an id of its own"
        )
    return bool(found)


def take_calls(file: LedgerFile, history: History, at: Instant) -> bool:
    """Give the calls that wait the instant of a tick; those for strangers wait on.

    Returns:
        Whether there were any.
    """
    with file.db:
        waiting = file.db.execute("SELECT request, customer FROM call WHERE at IS NULL").fetchall()
        taken = [(at, request) for request, who in waiting if who in history.row_of]
        file.db.executemany("UPDATE call SET at = ? WHERE request = ?", taken)
    return bool(taken)


def calls_of(
    file: LedgerFile, graphs: Sequence[JourneyGraph], history: History
) -> Mapping[str, Stream]:
    """Return the calls that were taken, by campaign, as streams of events."""
    streams = {}
    for graph in graphs:
        if isinstance(graph.enter.on, OnCall):
            found = file.db.execute(
                "SELECT customer, at, key FROM call WHERE campaign = ? AND at IS NOT NULL "
                "ORDER BY at, request",
                (graph.campaign,),
            ).fetchall()
            streams[graph.campaign] = _stream(graph, found, history)
    return streams


def _stream(graph: JourneyGraph, found: Sequence[tuple[Any, ...]], history: History) -> Stream:
    known = [call for call in found if call[0] in history.row_of]
    return Stream.build(
        np.array([history.row_of[customer] for customer, _, _ in known], np.int64),
        np.array([at for _, at, _ in known], np.int64),
        len(history.customers),
        {str(graph.enter.key_ or "key"): Column.of(ValueKind.TEXT, [key for *_, key in known])},
    )
