"""What a ledger says of itself: since when it runs, for which campaigns, and how far it came."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Self

from campaignspec.clock import Instant, format_instant
from campaignspec.errors import LedgerError, StaleLedgerError
from campaignspec.ledger.store import Store


class Book:
    """An open ledger.

    Attributes:
        store: Its database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def begin(
        self,
        *,
        start: Instant,
        campaigns: Mapping[str, str],
        steps: Mapping[str, Collection[str]],
        adopt: bool = False,
    ) -> None:
        """Note what the ledger is for, or see that it is for this.

        Args:
            start: The instant after which the run begins.
            campaigns: The campaigns' names and fingerprints.
            steps: By campaign, the steps that its journey has.
            adopt: Take campaigns as they are now, if everybody in flight keeps a step to be
                on.

        Raises:
            StaleLedgerError: The ledger was begun at another instant, or for other campaigns
                than there are now, or people wait on a step that is gone.
        """
        known = self.get("campaigns")
        begun = {**dict.fromkeys(campaigns, self.coming(start)), **self.begun()}
        written = json.dumps(dict(campaigns), sort_keys=True)
        if known is None:
            with self.store.transaction():
                self.put("campaigns", written)
                self.put("start", str(start))
                self.put("begun", json.dumps(begun, sort_keys=True))
                self.put("watermark", str(start))
            return
        if self.instant("start") != start:
            raise StaleLedgerError(
                f"{self.store.name} was begun at {format_instant(self.instant('start'))} UTC, not "
                f"at {format_instant(start)} UTC; give the same --from, or begin anew with --fresh"
            )
        if adopt:
            self._check_steps(steps)
            with self.store.transaction():
                self.put("campaigns", written)
                self.put("begun", json.dumps(begun, sort_keys=True))
        else:
            self._compare(json.loads(known), campaigns)

    def _compare(self, known: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        changed = sorted(n for n in known.keys() & wanted.keys() if known[n] != wanted[n])
        others = sorted(known.keys() ^ wanted.keys())
        if changed or others:
            what = (
                f"changed since: {', '.join(changed)}"
                if changed
                else f"come or gone since: {', '.join(others)}"
            )
            raise StaleLedgerError(
                f"{self.store.name} was begun for other campaigns than there are now ({what}). "
                "People in flight are on the old ones: let them go on by the new with --adopt, or, "
                "on a virtual clock, begin anew with --fresh"
            )

    def _check_steps(self, steps: Mapping[str, Collection[str]]) -> None:
        """See that nobody in flight stands on a step that is gone."""
        found = self.store.query(
            "SELECT campaign, node, count(*) FROM enrolment WHERE flags != 0 "
            "GROUP BY campaign, node ORDER BY campaign, node"
        )
        lost = [
            f"{number} on {campaign}/{node}"
            for campaign, node, number in found
            if node not in steps.get(str(campaign), ())
        ]
        if lost:
            raise StaleLedgerError(
                f"people wait on steps that are gone: {', '.join(lost)}. Give a step its old "
                "name with `name:`, or let them finish first"
            )

    def begun(self) -> dict[str, Instant]:
        """Return since when each campaign that ever ran here is run, by its name."""
        return dict(json.loads(self.get("begun") or "{}"))

    def coming(self, start: Instant) -> Instant:
        """Return since when a campaign is run that is new here: nobody enters it by the past."""
        return start if self.get("watermark") is None else self.instant("watermark")

    def advance(self, seen: Instant, until: Instant) -> None:
        """Move the watermark; the ledger must still be where the caller believes it to be.

        This is the last fence against doing a tick twice: whoever lost the lock without noticing,
        and commits what another runner has done since, is stopped here, inside the transaction.

        Raises:
            LedgerError: The ledger is elsewhere.
        """
        moved = self.store.query(
            "UPDATE meta SET value = ?1 WHERE key = 'watermark' AND value = ?2 RETURNING value",
            str(until),
            str(seen),
        )
        if not moved:
            raise LedgerError(
                f"{self.store.name} is no longer at {format_instant(seen)} UTC, where this runner "
                "left it: another one has gone on with it; nothing was written"
            )

    def get(self, key: str) -> str | None:
        """Return what the ledger says of itself under a key."""
        found = self.store.query("SELECT value FROM meta WHERE key = ?1", key)
        return str(found[0][0]) if found else None

    def put(self, key: str, value: str) -> None:
        """Note something about the ledger."""
        self.store.query(
            "INSERT INTO meta VALUES (?1, ?2) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value,
        )

    def instant(self, key: str) -> Instant:
        """Return an instant that the ledger says of itself."""
        value = self.get(key)
        if value is None:
            raise LedgerError(f"{self.store.name} does not say its {key}; it was never begun")
        return int(value)

    def close(self) -> None:
        """Close the ledger; a runner's lock is free again."""
        self.store.close()
