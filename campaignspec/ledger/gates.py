"""Gates in a ledger: somebody decides, the next tick of the runner lets people go on.

As with calls, whoever decides does not hold the ledger's lock. So a decision is only put down,
without an instant; the next tick takes it, and from then on it holds for everybody, for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.clock import Instant
from campaignspec.engine.state import ACTIVE
from campaignspec.engine.world import Verdict
from campaignspec.errors import LedgerError
from campaignspec.ledger.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decided about a gate.

    Attributes:
        is_approved: Whether people pass.
        by: Who decided.
        note: Why, in words.
        at: The tick that took it; None until one does.
    """

    is_approved: bool
    by: str
    note: str | None
    at: Instant | None = None


def put_decision(store: Store, campaign: str, gate: str, decision: Decision) -> None:
    """Put a decision down, the only one for its gate.

    Args:
        store: The ledger's database; a runner may be at work in it.
        campaign: The campaign.
        gate: The gate's name.
        decision: What was decided.

    Raises:
        LedgerError: It cannot be written, or the gate is decided already.
    """
    with store.transaction():
        is_new = store.query(
            "INSERT INTO gate (campaign, node, approved, by, note) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT DO NOTHING RETURNING 1",
            campaign,
            gate,
            int(decision.is_approved),
            decision.by,
            decision.note,
        )
        (known,) = store.query(
            "SELECT approved, by FROM gate WHERE campaign = ?1 AND node = ?2", campaign, gate
        )
    if not is_new:
        word = "approved" if known[0] else "refused"
        raise LedgerError(
            f"{gate} of {campaign} was {word} by {known[1]} before; a gate is decided once. To ask "
            "anew, give the step another name"
        )


def take_verdicts(store: Store, at: Instant) -> bool:
    """Give the decisions that wait the instant of a tick, and say whether there were any."""
    return bool(store.query("UPDATE gate SET at = ?1 WHERE at IS NULL RETURNING 1", at))


def verdicts_of(store: Store) -> Mapping[tuple[str, str], Verdict]:
    """Return the decisions that a tick has taken, by campaign and gate."""
    return {
        gate: Verdict(at=decision.at, is_approved=decision.is_approved, by=decision.by)
        for gate, decision in decisions_of(store).items()
        if decision.at is not None
    }


def decisions_of(store: Store) -> Mapping[tuple[str, str], Decision]:
    """Return all decisions, by campaign and gate."""
    found = store.query("SELECT campaign, node, approved, by, note, at FROM gate")
    return {
        (str(campaign), str(gate)): Decision(is_approved=bool(approved), by=by, note=note, at=at)
        for campaign, gate, approved, by, note, at in found
    }


def waiting_at(store: Store, campaign: str, gate: str) -> int:
    """Count the enrolments that wait at a gate."""
    found = store.query(
        "SELECT count(*) FROM enrolment WHERE campaign = ?1 AND node = ?2 AND (flags & ?3) != 0",
        campaign,
        gate,
        ACTIVE,
    )
    return int(found[0][0])
