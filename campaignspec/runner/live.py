"""What a run works with: built from the history as it is, built anew when its sources change."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from campaignspec.assembly import Assembly, with_requests
from campaignspec.clock import Instant
from campaignspec.connector import Connector
from campaignspec.content import Library
from campaignspec.ledger.book import Book
from campaignspec.ledger.calls import calls_of, take_calls
from campaignspec.ledger.gates import take_verdicts, verdicts_of
from campaignspec.ledger.people import People
from campaignspec.ledger.queue import Queue
from campaignspec.ledger.sql import SqlLedger
from campaignspec.project import Project
from campaignspec.runner.delivery import Delivery
from campaignspec.runner.held_offers import HeldOffers
from campaignspec.runner.recheck import PolicyRecheck
from campaignspec.runner.rendering import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The parts of a run that belong together.

    Attributes:
        assembly: The campaigns on the history.
        ledger: State and facts.
        delivery: The way out.
    """

    assembly: Assembly
    ledger: SqlLedger
    delivery: Delivery


class Live:
    """Hands out the bench, and builds another one when the sources have changed."""

    def __init__(
        self,
        project: Project,
        library: Library,
        book: Book,
        connectors: Mapping[str, Connector],
        assemble: Callable[[], Assembly],
        look: Callable[[], object],
        seen: object,
    ) -> None:
        """Build the first bench.

        Args:
            project: The linked project.
            library: Its templates.
            book: The ledger.
            connectors: The connectors of the channels that are used.
            assemble: Sets the campaigns up on the history as it is.
            look: Says what the sources look like; different where they have changed.
            seen: What it said before the first history was loaded.
        """
        self._project = project
        self._library = library
        self.book = book
        self._connectors = connectors
        self._assemble = assemble
        self._look = look
        self._seen = seen
        self._people: People | None = None
        self._is_new = True
        self._bench = self._build()

    def bench(self, tick: Instant | None = None) -> Bench:
        """Return the bench for the sources as they are now; take the calls and verdicts of a tick.

        Raises:
            HistoryError: A source cannot be read.
        """
        seen = self._look()
        if seen != self._seen:
            self._bench = self._build()
            self._seen = seen
        history = self._bench.assembly.world.history
        if tick is not None and take_calls(self.book.store, history, tick):
            self._bench = self._set_up(self._bench.assembly)
        if tick is not None and self._is_new:
            look_past_what_lasts()
            self._is_new = False
        if tick is not None and take_verdicts(self.book.store, tick):
            self._bench.assembly.world.gates.update(verdicts_of(self.book.store))
        return self._bench

    def close(self) -> None:
        """Close connectors and ledger."""
        gc.unfreeze()
        for connector in self._connectors.values():
            connector.close()
        self.book.close()

    def _build(self) -> Bench:
        self._is_new = True
        return self._set_up(self._assemble())

    def _set_up(self, assembly: Assembly) -> Bench:
        graphs = tuple(assembly.graphs.values())
        requests = calls_of(self.book.store, graphs, assembly.world.history)
        assembly = with_requests(assembly, requests) if requests else assembly
        assembly.world.gates.update(verdicts_of(self.book.store))
        same = self._people is not None and self._people.history is assembly.world.history
        people = self._people if same else None
        ledger = SqlLedger(self.book, assembly.programs, assembly.world, people=people)
        self._people = ledger.people
        renderer = Renderer(
            self._project,
            self._library,
            assembly.world.audience,
            graphs=assembly.graphs,
            address_kinds=assembly.world.address_kinds,
            offers=HeldOffers(self.book.store, self._project),
        )
        recheck = PolicyRecheck(assembly.world, ledger)
        delivery = Delivery(Queue(self.book.store), self._connectors, renderer, recheck)
        return Bench(assembly=assembly, ledger=ledger, delivery=delivery)


def look_past_what_lasts() -> None:
    """Let Python's collector of circles look at what is new only.

    A history of a million customers lasts until its sources change. To walk through all of it
    again and again takes longer than half a tick, and finds nothing.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
