"""Offers in a ledger: every grant with its code, and what was taken of shared limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from campaignspec.clock import NEVER, Instant
from campaignspec.engine.codes import NO_CODE
from campaignspec.engine.holdings import Closing, ClosingBatch, GrantBatch, GrantEvent
from campaignspec.engine.limits import Used, period_number
from campaignspec.engine.state import State
from campaignspec.engine.terms import Terms
from campaignspec.engine.world import World
from campaignspec.errors import StaleLedgerError
from campaignspec.ledger.loading import Loading
from campaignspec.ledger.people import People
from campaignspec.ledger.store import Clash, Rows, Store
from campaignspec.spec.offer import SharedCode

_GRANTED: Final = (
    "person",
    "offer",
    "number",
    "campaign",
    "enrolment",
    "node",
    "key",
    "at",
    "until",
    "code",
    "code_number",
    "worth",
)
_CLOSE: Final = (
    "UPDATE granted SET ended_at = ?1, ended = ?2 WHERE person = ?3 AND offer = ?4 AND number = ?5"
)
_HELD: Final = (
    "SELECT person, offer, number, campaign, enrolment, node, key, at, until, code_number, worth, "
    "ended_at, ended FROM PEOPLE granted USING (person) ORDER BY number"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An offer that a customer holds.

    Attributes:
        offer: Its name.
        code: The customer's code, if it has one.
        until: When it ends, or None.
    """

    offer: str
    code: str | None
    until: Instant | None


def held_offers(store: Store, customer: str, at: Instant) -> tuple[Held, ...]:
    """Return the offers that a customer held at an instant, as far as is known now."""
    found = store.query(
        "SELECT offer, code, until FROM granted JOIN person USING (person) WHERE customer = ?1 "
        "AND at <= ?2 AND (ended_at IS NULL OR ended_at > ?2) ORDER BY offer",
        customer,
        at,
    )
    return tuple(Held(offer=offer, code=code, until=until) for offer, code, until in found)


class OfferShelf:
    """Keeps grants and counts. It commits nothing by itself: the ledger does, in one go."""

    def __init__(self, store: Store, people: People, world: World) -> None:
        self._store = store
        self._people = people
        self._world = world

    def check(self) -> None:
        """Look at what was given.

        Raises:
            StaleLedgerError: Codes that were given are not where they were in their pool.
        """
        for terms in self._world.offers.values():
            self._check_codes(terms)

    def load(self, state: State, loading: Loading, seen: Instant) -> None:
        """Put grants and counts into a state.

        Args:
            state: The state of customers to whom nothing has happened yet.
            loading: What asks about the customers of the state.
            seen: The instant after which the state goes on.
        """
        state.used.update(self._used(seen))
        if state.offers.by_offer:
            found = loading.about(_HELD)
            for place, *row in zip(found.places.tolist(), *found.columns[1:], strict=True):
                self._put(state, place, row)

    def keep(self, events: Sequence[GrantEvent], used: Used) -> None:
        """Note what happened to grants, and what was taken."""
        grants = [event for event in events if isinstance(event, GrantBatch)]
        closings = [event for event in events if isinstance(event, ClosingBatch)]
        rows = list(self._grants(grants))
        if rows:
            columns = zip(_GRANTED, map(list, zip(*rows, strict=True)), strict=True)
            self._store.put(Rows(table="granted", size=len(rows), columns=dict(columns)))
        self._store.repeat(_CLOSE, list(self._closings(closings)))
        self._store.put(_taken(used))

    def _put(self, state: State, place: int, row: Sequence[Any]) -> None:
        """Put one grant into a state; a customer's later grants come later."""
        offer, number, campaign, enrolment, node, key, at, until, code, worth, ended_at, how = row
        holding = state.offers.by_offer.get(str(offer))
        if holding is None:
            return  # no campaign gives it any more
        holding.number[place] = number
        holding.held[place] = how is None
        holding.granted_at[place] = at
        holding.until[place] = NEVER if until is None else until
        holding.code[place] = NO_CODE if code is None else code
        holding.worth[place] = worth
        holding.origin[place] = state.offers.origin(str(campaign), str(node))
        holding.enrolment[place] = enrolment
        holding.key[place] = key
        if how == Closing.REDEEMED:
            holding.redeem(place, ended_at)

    def _used(self, seen: Instant) -> Iterator[tuple[tuple[str, int], int]]:
        zone = self._world.audience.zone
        for name, limit in self._world.limits.items():
            first = period_number(limit.period, seen, zone)
            found = self._store.query(
                "SELECT period, amount FROM used WHERE name = ?1 AND period >= ?2", name, first
            )
            yield from (((name, int(period)), int(amount)) for period, amount in found)

    def _grants(self, batches: Iterable[GrantBatch]) -> Iterator[tuple[object, ...]]:
        for batch in batches:
            terms = self._world.offers[batch.offer]
            for place, person in enumerate(self._people.numbers(batch.rows).tolist()):
                number, until = int(batch.code[place]), int(batch.until[place])
                yield (
                    person,
                    batch.offer,
                    int(batch.number[place]),
                    batch.campaign,
                    int(batch.enrolment[place]),
                    batch.node,
                    None if batch.keys is None else batch.keys[place],
                    int(batch.at[place]),
                    None if until == NEVER else until,
                    _code(terms, number),
                    None if number == NO_CODE else number,
                    int(batch.worth[place]),
                )

    def _closings(self, batches: Iterable[ClosingBatch]) -> Iterator[tuple[object, ...]]:
        for batch in batches:
            persons = self._people.numbers(batch.rows).tolist()
            for person, at, number in zip(persons, batch.at, batch.number, strict=True):
                yield int(at), batch.how.value, person, batch.offer, int(number)

    def _check_codes(self, terms: Terms) -> None:
        found = self._store.query(
            "SELECT code_number, code FROM granted WHERE offer = ?1 AND code_number IS NOT NULL",
            terms.name,
        )
        codes = terms.pool.codes if terms.pool else ()
        moved = [int(number) for number, code in found if codes[number : number + 1] != (code,)]
        if moved:
            raise StaleLedgerError(
                f"{len(moved):,} codes of {terms.name!r} that customers have are not where they "
                f"were, the first of them number {min(moved) + 1:,}: codes are given in the order "
                "of their file or pattern. Leave those that were given as they were, and add new "
                "ones behind them"
            )


def _taken(used: Used) -> Rows:
    """Return what was taken of limits."""
    return Rows(
        table="used",
        size=len(used),
        columns={
            "name": [name for name, _ in used],
            "period": [int(period) for _, period in used],
            "amount": [int(amount) for amount in used.values()],
        },
        key=("name", "period"),
        clash=Clash.REPLACES,
    )


def _code(terms: Terms, number: int) -> str | None:
    """Return the text of a code: of the customer's own, or of the one for everybody."""
    if terms.pool is not None and number != NO_CODE:
        return terms.pool.codes[number]
    codes = terms.offer.codes
    return codes.shared if isinstance(codes, SharedCode) else None
