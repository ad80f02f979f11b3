"""A campaign's calendar: the days it turns on, and phases counted from each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from campaignspec.spec.kinds import Name, PhaseDay
from campaignspec.spec.shape import Change, Loc, key, location

_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Some days before, on or after each anchor: ``{from: D-14, to: D-8}``."""

    from_: PhaseDay = key("Its first day: D-14, D0, D+3.", Change.TIMING)
    to: PhaseDay = key("Its last day, which belongs to it.", Change.TIMING)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days that everything turns on, such as 11 November, and the phases around each."""

    anchors: tuple[date, ...] = key("The days called D0, one for each time round.", Change.TIMING)
    phases: Mapping[Name, Phase] = key("The phases by name.", Change.TIMING)
    loc: Loc = location()


def days_of(calendar: Calendar, phase: str) -> tuple[tuple[int, int], ...]:
    """Return a phase's first and last day around each anchor, earliest first.

    Days are numbered since 1970-01-01, on whatever clock they are looked at.
    """
    found = calendar.phases[Name(phase)]
    anchors = sorted({anchor.toordinal() - _EPOCH_DAY for anchor in calendar.anchors})
    return tuple((anchor + found.from_.days, anchor + found.to.days) for anchor in anchors)
