"""Pure decisions about a touch: now, later, or not at all; the same in rehearsal and run."""

from __future__ import annotations

from campaignspec.policy.decide import decide, may_be_used
from campaignspec.policy.reasons import SENTENCES
from campaignspec.policy.rulebook import Counter, Rulebook, Standing
from campaignspec.policy.ruling import Action, Reason, Ruling
from campaignspec.policy.touches import Facts, Touches

__all__ = [
    "SENTENCES",
    "Action",
    "Counter",
    "Facts",
    "Reason",
    "Rulebook",
    "Ruling",
    "Standing",
    "Touches",
    "decide",
    "may_be_used",
]
