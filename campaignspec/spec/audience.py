"""What may be written in an ``audiences.yaml``: traits and segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import Rule
from campaignspec.spec.shape import EMPTY, Change, Loc, key, location
from campaignspec.spec.traits import Trait


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A rule that customers match or do not."""

    where: Rule = key("What is true of everybody in it.", Change.ROUTING)
    title: str | None = key("One line for people.", Change.METADATA, default=None)
    loc: Loc = location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """Facts computed once for everybody, and rules over them."""

    traits: Mapping[Name, Trait] = key(
        "Facts about a customer at an instant, by name.", Change.ROUTING, default=EMPTY
    )
    segments: Mapping[Name, Segment] = key("Segments by name.", Change.ROUTING, default=EMPTY)
    loc: Loc = location()
