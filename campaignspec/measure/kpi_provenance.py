"""What sort of number a KPI is: as sure as the least sure thing that it counts."""

from __future__ import annotations

from typing import assert_never

from campaignspec.measure.provenance import Quantity
from campaignspec.spec.kpi_definition import (
    CountCosts,
    CountCustomers,
    CountDays,
    Counted,
    CountEntries,
    CountEvents,
    CountFacts,
    Counting,
    CountMoney,
    Definition,
    Income,
    SumEvents,
)
from campaignspec.spec.kpi_promise import quantities_of
from campaignspec.spec.kpi_registry import LIFT

_ANSWERS = frozenset({Counted.OPENED, Counted.CLICKED, Counted.UNSUBSCRIBED})
_ENDS = frozenset({Counted.CONVERTED, Counted.EXPIRED, Counted.LEFT})
_CAUSED = frozenset({Income.INCREMENTAL_REVENUE, Income.INCREMENTAL_MARGIN})


def quantities_behind(kpi: str, definition: Definition) -> tuple[Quantity, ...]:
    """Return the sorts of number that a KPI is made of."""
    if kpi == LIFT:
        return (Quantity.LIFT,)
    return tuple(_sort(quantity) for quantity in quantities_of(definition))


def _sort(quantity: Counting) -> Quantity:
    match quantity:
        case CountFacts():
            among = {quantity.facts, quantity.among}
            if among & _ANSWERS:
                return Quantity.ANSWERS
            return Quantity.CONVERSIONS if among & _ENDS else Quantity.TOUCHES
        case CountEntries():
            if quantity.segment is not None or quantity.where is not None:
                return _of(quantity.entries)
            return Quantity.TOUCHES if quantity.entries == "touched" else Quantity.ENTRIES
        case CountCustomers() | CountEvents() | SumEvents():
            return _of(quantity.of)
        case CountMoney():
            return Quantity.LIFT if quantity.money in _CAUSED else _of(quantity.of)
        case CountCosts():
            return Quantity.TOUCHES
        case CountDays():
            return Quantity.ENTRIES
        case _:
            assert_never(quantity)


def _of(side: str) -> Quantity:
    """Class what people did: those who may have got a message, and those who did not."""
    return Quantity.BASELINE if side == "held_out" else Quantity.CONVERSIONS
