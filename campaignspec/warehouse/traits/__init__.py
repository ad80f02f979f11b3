"""Traits in SQL: one module a family, as in the audience's room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from campaignspec.spec.traits import Trait
from campaignspec.warehouse.inexpressible import INEXPRESSIBLE, refuse_trait
from campaignspec.warehouse.traits.habits import HABITS
from campaignspec.warehouse.traits.happenings import HAPPENINGS
from campaignspec.warehouse.traits.properties import PROPERTIES
from campaignspec.warehouse.traits.ratio import RATIOS
from campaignspec.warehouse.traits.rfm import RFM
from campaignspec.warehouse.traits.translating import Asked, Expressed, Translator

EXPRESSED: Final[Mapping[type, Expressed]] = {
    **HAPPENINGS,
    **PROPERTIES,
    **HABITS,
    **RATIOS,
    **RFM,
}
"""How each kind of trait is written."""


def expressed(name: str, trait: Trait) -> Expressed:
    """Return how a trait is written.

    Raises:
        UsageError: It has no SQL.
    """
    if type(trait) in INEXPRESSIBLE:
        raise refuse_trait(name, INEXPRESSIBLE[type(trait)])
    return EXPRESSED[type(trait)]


__all__ = ["EXPRESSED", "Asked", "Expressed", "Translator", "expressed"]
