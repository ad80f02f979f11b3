"""Events that journeys emit, for other journeys to hear."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.spec.kinds import Name
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """An event that journeys may emit; it has no properties."""

    title: str = key("What it means, in one line.", Change.METADATA)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emit:
    """Emit an event: other journeys may be entered, left or go on by it, one tick later."""

    emit: Name = key("The event, under `emits:` in campaignspec.yaml.", Change.ROUTING)
    name: Name | None = key("The step's own name.", Change.IDENTITY, default=None)
    loc: Loc = location()
