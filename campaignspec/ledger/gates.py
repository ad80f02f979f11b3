"""Gates in an SQLite ledger: somebody decides, the next tick of the runner lets people go on.

As with calls, whoever decides does not hold the ledger's lock. So a decision is only put down,
without an instant; the next tick takes it, and from then on it holds for everybody, for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from campaignspec.clock import Instant
from campaignspec.engine.state import ACTIVE
from campaignspec.engine.world import Verdict
from campaignspec.errors import LedgerError
from campaignspec.ledger.file import LedgerFile

_BUSY_MILLISECONDS: Final = 30_000


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


def put_decision(path: Path, campaign: str, gate: str, decision: Decision) -> None:
    """Put a decision down, the only one for its gate.

    Args:
        path: The ledger's file; it may be a runner's.
        campaign: The campaign.
        gate: The gate's name.
        decision: What was decided.

    Raises:
        LedgerError: There is no ledger, it is of another version, or it cannot be written; or the
            gate is decided already.
    """
    if not path.exists():
        raise LedgerError(f"there is no ledger at {path}; it is made by `campaignspec run`")
    try:
        with apsw.Connection(str(path)) as db:
            db.set_busy_timeout(_BUSY_MILLISECONDS)
            is_new = db.execute(
                "INSERT INTO gate (campaign, node, approved, by, note) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING RETURNING 1",
                (campaign, gate, decision.is_approved, decision.by, decision.note),
            ).fetchall()
            (known,) = db.execute(
                "SELECT approved, by FROM gate WHERE campaign = ? AND node = ?", (campaign, gate)
            ).fetchall()
    except apsw.Error as error:
        raise LedgerError(f"{path} cannot take a decision: {error}") from error
    if not is_new:
        word = "approved" if known[0] else "refused"
        raise LedgerError(
            f"{gate} of {campaign} was {word} by {known[1]} before; a gate is decided once. To ask "
            "anew, give the step another name"
        )


def take_verdicts(file: LedgerFile, at: Instant) -> bool:
    """Give the decisions that wait the instant of a tick, and say whether there were any."""
    with file.db:
        taken = file.db.execute(
            "UPDATE gate SET at = ? WHERE at IS NULL RETURNING 1", (at,)
        ).fetchall()
    return bool(taken)


def verdicts_of(file: LedgerFile) -> Mapping[tuple[str, str], Verdict]:
    """Return the decisions that a tick has taken, by campaign and gate."""
    return {
        gate: Verdict(at=decision.at, is_approved=decision.is_approved, by=decision.by)
        for gate, decision in decisions_of(file).items()
        if decision.at is not None
    }


def decisions_of(file: LedgerFile) -> Mapping[tuple[str, str], Decision]:
    """Return all decisions, by campaign and gate."""
    found = file.db.execute("SELECT campaign, node, approved, by, note, at FROM gate")
    return {
        (str(campaign), str(gate)): Decision(is_approved=bool(approved), by=by, note=note, at=at)
        for campaign, gate, approved, by, note, at in found
    }


def waiting_at(file: LedgerFile, campaign: str, gate: str) -> int:
    """Count the enrolments that wait at a gate."""
    found = file.db.execute(
        "SELECT 1 FROM enrolment WHERE campaign = ? AND node = ? AND flags & ?",
        (campaign, gate, ACTIVE),
    )
    return sum(1 for _ in found)
