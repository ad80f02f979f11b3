"""What may be written in a ``journeys.yaml``: journeys that several campaigns run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.spec.journey import Step
from campaignspec.spec.kinds import Name
from campaignspec.spec.shape import Change, Loc, key, location


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """Shared journeys: steps written once, and run by campaigns with `run:`."""

    journeys: Mapping[Name, tuple[Step, ...]] = key("Their steps, by name.", Change.ROUTING)
    loc: Loc = location()
