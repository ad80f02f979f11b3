"""Look at an environment: who is where, and what became of messages."""

from __future__ import annotations

from campaignspec.api.names import environment_of
from campaignspec.ledger.file import LedgerFile
from campaignspec.ledger.reading import Kept, read_ledger
from campaignspec.project import Project


def status(project: Project, environment: str) -> Kept:
    """Read an environment's ledger; its runner may go on meanwhile.

    Raises:
        LedgerError: There is no ledger, or it cannot be read.
    """
    place = environment_of(project, environment)
    file = LedgerFile(project.root / place.ledger, read_only=True)
    try:
        return read_ledger(file)
    finally:
        file.close()
