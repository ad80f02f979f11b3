"""What may be written under ``lint:``: findings that somebody has decided to live with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from campaignspec.spec.kinds import Name
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One kind of warning that is not shown until a day, and why."""

    ignore: Name = key("The finding's code, such as `MSR631`.", Change.METADATA)
    reason: str = key("Why it is right as it is, for those who review it.", Change.METADATA)
    until: date = key("The last day on which it is not shown.", Change.METADATA)
    loc: Loc = location()
