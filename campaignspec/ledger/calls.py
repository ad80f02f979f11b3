"""Calls in a ledger: other programs ask that somebody enters, the next tick sees to it.

Whoever asks does not hold the ledger's lock; a runner may be at work. So a call is only put down,
without an instant. The next tick takes it: it gets the tick's instant, for ever, and from then on
it is an event like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from campaignspec.clock import Instant
from campaignspec.errors import LedgerError
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.ledger.store import Store
from campaignspec.spec.entering import OnCall


def put_call(store: Store, *, request: str, campaign: str, customer: str, key: str | None) -> bool:
    """Put a call down, once for each request.

    Args:
        store: The ledger's database; a runner may be at work in it.
        request: What tells this request from others; asked again, it changes nothing.
        campaign: The campaign.
        customer: Who is to enter.
        key: What the enrolment is about, where the campaign is keyed.

    Returns:
        Whether the request is new.

    Raises:
        LedgerError: It cannot be written, or the same request was made for something else.
    """
    asked = (campaign, customer, key)
    with store.transaction():
        found = store.query(
            "INSERT INTO call (request, campaign, customer, key) VALUES (?1, ?2, ?3, ?4) "
            "ON CONFLICT DO NOTHING RETURNING 1",
            request,
            *asked,
        )
        (known,) = store.query(
            "SELECT campaign, customer, key FROM call WHERE request = ?1", request
        )
    if tuple(known) != asked:
        raise LedgerError(
            f"request {request!r} was made before, for {known[1]} and {known[0]}; give each "
            "request an id of its own"
        )
    return bool(found)


def take_calls(store: Store, history: History, at: Instant) -> bool:
    """Give the calls that wait the instant of a tick; those for strangers wait on.

    Returns:
        Whether there were any.
    """
    waiting = store.query("SELECT request, customer FROM call WHERE at IS NULL")
    taken = [(at, request) for request, who in waiting if who in history.row_of]
    if taken:
        with store.transaction():
            store.repeat("UPDATE call SET at = ?1 WHERE request = ?2", taken)
    return bool(taken)


def calls_of(
    store: Store, graphs: Sequence[JourneyGraph], history: History
) -> Mapping[str, Stream]:
    """Return the calls that were taken, by campaign, as streams of events."""
    streams = {}
    for graph in graphs:
        if isinstance(graph.enter.on, OnCall):
            found = store.query(
                "SELECT customer, at, key FROM call WHERE campaign = ?1 AND at IS NOT NULL "
                "ORDER BY at, request",
                graph.campaign,
            )
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
