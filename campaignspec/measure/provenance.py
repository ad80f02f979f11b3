"""How much a number can be trusted: every number that is shown has one of four classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Provenance(StrEnum):
    """Where a number comes from."""

    EXACT = "exact"
    UNTIL_FIRST_SEND = "exact until first send"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"


class Quantity(StrEnum):
    """The sorts of number that a campaign is measured by."""

    ENTRIES = "entries"
    """Who met the entry, who was refused, who is held out."""
    TOUCHES = "touches"
    """Messages sent and not sent, what they cost, and where people are in the journey."""
    ANSWERS = "answers"
    """Opens, clicks and opt-outs."""
    BASELINE = "baseline"
    """What people did who got no message."""
    CONVERSIONS = "conversions"
    """What people did who may have got a message."""
    LIFT = "lift"
    """The difference between the two."""


SENTENCES: Final[Mapping[Provenance, str]] = MappingProxyType(
    {
        Provenance.EXACT: "Counted. It follows from the records and the campaign alone.",
        Provenance.UNTIL_FIRST_SEND: (
            "Counted up to each person's first message; after it, where people are and what "
            "they get may depend on assumed answers."
        ),
        Provenance.ESTIMATED: (
            "Worked out from counted numbers; chance plays a part, so it has an interval."
        ),
        Provenance.ASSUMED: (
            "Rests on an assumption that the records cannot confirm; it is listed below."
        ),
    }
)
"""What each class means, for readers of a report."""

_IN_A_REHEARSAL: Final[Mapping[Quantity, Provenance]] = MappingProxyType(
    {
        Quantity.ENTRIES: Provenance.EXACT,
        Quantity.TOUCHES: Provenance.UNTIL_FIRST_SEND,
        Quantity.ANSWERS: Provenance.ASSUMED,
        Quantity.BASELINE: Provenance.EXACT,
        Quantity.CONVERSIONS: Provenance.ASSUMED,
        Quantity.LIFT: Provenance.ASSUMED,
    }
)


def provenance_of(quantity: Quantity, *, simulated: bool) -> Provenance:
    """Class a number.

    In a rehearsal the history is replayed as it was. That is exact for what people did before
    any message and without one, under business as usual. It cannot know how people would have
    answered: answers come from a response model, and purchases are taken as if messages
    changed nothing. In a run everything is counted, and only the comparison of two random
    groups leaves something to chance.
    """
    if simulated:
        return _IN_A_REHEARSAL[quantity]
    return Provenance.ESTIMATED if quantity is Quantity.LIFT else Provenance.EXACT


def weakest(provenances: Iterable[Provenance]) -> Provenance:
    """Return the class of a number that is made of others: that of the least sure."""
    order = list(Provenance)
    return max(provenances, key=order.index, default=Provenance.EXACT)
