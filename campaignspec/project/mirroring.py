"""Mirrored audiences as journeys: who comes to match is put in, who ceases to is taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from campaignspec.clock import DAY, Duration
from campaignspec.spec.acting import AddTo, RemoveFrom
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.destination import Destination
from campaignspec.spec.entering import Again, Backlog, Enter, OnLeft, OnSegment
from campaignspec.spec.journey import Wait
from campaignspec.spec.kinds import Name
from campaignspec.spec.waiting import WaitFor

_FOR_EVER: Final = Duration(99_999 * DAY)
"""The longest duration that can be written."""


def mirrors_of(destinations: Mapping[Name, Destination]) -> dict[str, Campaign]:
    """Return a journey for each audience that mirrors a segment, by its name.

    Everybody who matches when it begins is put in at once.
    """
    return {
        f"mirror-{name}": _mirror(name, destination, destination.mirror)
        for name, destination in destinations.items()
        if destination.mirror is not None
    }


def _mirror(name: Name, destination: Destination, segment: Name) -> Campaign:
    loc = destination.loc
    left = OnLeft(left=segment, loc=loc)
    return Campaign(
        campaign=Name(f"mirror-{name}"),
        title=f"The audience {name}, which mirrors the segment {segment}",
        enter=Enter(
            on=OnSegment(segment=segment, loc=loc),
            again=Again.ALWAYS,
            backlog=Backlog.EVERYBODY,
            loc=loc,
        ),
        journey=(
            AddTo(add_to=name, loc=loc),
            Wait(wait=WaitFor(for_=left, at_most=_FOR_EVER, loc=loc), loc=loc),
            RemoveFrom(remove_from=name, loc=loc),
        ),
        loc=loc,
    )
