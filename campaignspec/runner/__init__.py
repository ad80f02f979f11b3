"""The live role: tick by tick, state into the ledger, messages into the world."""

from __future__ import annotations

from campaignspec.runner.live import Bench, Live
from campaignspec.runner.runner import Progress, run

__all__ = ["Bench", "Live", "Progress", "run"]
