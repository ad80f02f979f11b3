"""What templates are told of the offers that a customer holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaignspec.clock import Instant, to_datetime
from campaignspec.ledger.offers import held_offers
from campaignspec.ledger.queue import Queued
from campaignspec.ledger.store import Store
from campaignspec.project import Project


class HeldOffers:
    """Looks into a ledger for what the customer of a message held when it was decided.

    A code leaves the ledger by this way only, and only for its own customer.
    """

    def __init__(self, store: Store, project: Project) -> None:
        self._store = store
        self._offers = project.offers
        self._zone = project.settings.timezone

    def __call__(self, queued: Queued) -> Mapping[str, Mapping[str, Any]]:
        """Return code, last moment and title by offer."""
        found = held_offers(self._store, queued.customer, queued.at)
        return {
            held.offer: {
                "code": held.code,
                "valid_until": None if held.until is None else self._last(held.until),
                "title": self._offers[held.offer].title if held.offer in self._offers else None,
            }
            for held in found
        }

    def _last(self, until: Instant) -> datetime:
        """Return when an offer ends; of one that ends at midnight, its last day."""
        end = to_datetime(until, self._zone)
        is_midnight = (end.hour, end.minute, end.second) == (0, 0, 0)
        return to_datetime(until - 1, self._zone) if is_midnight else end
