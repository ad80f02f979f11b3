"""Where state and facts are kept: in memory for a rehearsal, in SQLite for a run."""

from __future__ import annotations

from campaignspec.ledger.memory import MemoryLedger
from campaignspec.ledger.sqlite import SqliteLedger

__all__ = ["MemoryLedger", "SqliteLedger"]
