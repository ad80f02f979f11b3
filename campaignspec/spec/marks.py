"""Marks: what journeys remember of customers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaignspec.spec.shape import Change, Loc, key, location


class MarkKind(StrEnum):
    """What a mark holds."""

    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What journeys remember with `set:`; missing until one does. Only journeys may ask for it."""

    mark: MarkKind = key("What it holds.", Change.ROUTING)
    loc: Loc = location()
