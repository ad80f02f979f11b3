"""Pure decisions about a touch: now, later, or not at all; the same in rehearsal and run."""

from __future__ import annotations

from campaignspec.policy.decide import Action, Reason, Ruling, decide
from campaignspec.policy.rules import Facts, Touches

__all__ = ["Action", "Facts", "Reason", "Ruling", "Touches", "decide"]
