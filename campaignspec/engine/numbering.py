"""Codes of grants that were made ahead of their turn: numbered once the order is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from campaignspec.engine.ahead import Numbered
from campaignspec.engine.codes import NO_CODE
from campaignspec.engine.holdings import GrantBatch, GrantEvent
from campaignspec.engine.state import State
from campaignspec.engine.terms import codes_limit


def number_codes(numbered: Iterable[Numbered], state: State, events: Sequence[GrantEvent]) -> None:
    """Give codes to grants that have none yet, in the order in which they were served.

    Args:
        numbered: By limit of codes, who was served, in order.
        state: Where everybody is; what is held is changed in place.
        events: Offers given, in each customer's order; they are changed in place.
    """
    by_limit = {each.limit: each for each in numbered}
    for offer in state.offers.by_offer:
        served = by_limit.get(codes_limit(offer))
        if served is not None and len(served.rows):
            _number(offer, served, state, events)


def _number(offer: str, served: Numbered, state: State, events: Sequence[GrantEvent]) -> None:
    batches = [
        event
        for event in events
        if isinstance(event, GrantBatch) and event.offer == offer and (event.code == NO_CODE).any()
    ]
    rows = np.concatenate([batch.rows for batch in batches])
    # A customer's first claim that was served led to its first grant, the second to the second.
    codes = np.empty(rows.shape, np.int64)
    codes[np.argsort(rows, kind="stable")] = served.first + np.argsort(served.rows, kind="stable")
    ends = np.cumsum([len(batch.rows) for batch in batches])
    for batch, mine in zip(batches, np.split(codes, ends[:-1]), strict=True):
        batch.code[:] = mine
    state.offers.by_offer[offer].code[np.searchsorted(state.who, rows)] = codes
