"""Look at an environment: who is where, and what became of messages."""

from __future__ import annotations

from campaignspec.api.names import environment_of
from campaignspec.ledger.opening import ledger_place, open_ledger
from campaignspec.ledger.reading import Kept, read_ledger
from campaignspec.ledger.store import Access
from campaignspec.project import Project


def status(project: Project, environment: str) -> Kept:
    """Read an environment's ledger; its runner may go on meanwhile.

    Raises:
        LedgerError: There is no ledger, or it cannot be read.
    """
    place = environment_of(project, environment)
    with open_ledger(ledger_place(project.root, place), Access.READ) as book:
        return read_ledger(book)
