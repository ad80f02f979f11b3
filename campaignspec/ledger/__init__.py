"""Where state and facts are kept: in memory for a rehearsal, in a database for a run."""

from __future__ import annotations

from campaignspec.ledger.memory import MemoryLedger
from campaignspec.ledger.sql import SqlLedger

__all__ = ["MemoryLedger", "SqlLedger"]
