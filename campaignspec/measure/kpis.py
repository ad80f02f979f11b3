"""What a campaign promises, held against what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from campaignspec.measure.channels import ChannelUse
from campaignspec.measure.funnel import Funnel
from campaignspec.measure.lift import Lift
from campaignspec.measure.provenance import Provenance, Quantity, provenance_of
from campaignspec.money import MICROS
from campaignspec.spec.kinds import Threshold
from campaignspec.spec.kpi import DEFINITIONS, Kpi, KpiName

Fraction: TypeAlias = tuple[float | None, float | None]
"""What stands above and below the line; of a difference, what it is taken from and what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiReading:
    """One KPI, measured.

    Attributes:
        name: Which one; `campaignspec.spec.kpi.DEFINITIONS` says what it counts.
        value: A share as a fraction, money in units of the currency; None when there is
            nothing to divide by.
        numerator: What stands above the line; of a difference, what comes first.
        denominator: What stands below it; of a difference, what is taken away.
        target: What was to be reached.
        target_met: Whether it was; None without a target or a value, or when the value is assumed.
        guardrail: What must not be crossed.
        guardrail_kept: Whether it was not; None in the same cases.
        owner: Who answers for it.
        provenance: How much the value can be trusted.
    """

    name: KpiName
    value: float | None
    numerator: float | None
    denominator: float | None
    target: Threshold | None
    target_met: bool | None
    guardrail: Threshold | None
    guardrail_kept: bool | None
    owner: str | None
    provenance: Provenance

    @property
    def is_promised(self) -> bool:
        """Whether the campaign says anything about it."""
        return self.target is not None or self.guardrail is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What KPIs are made of."""

    funnel: Funnel
    channels: Sequence[ChannelUse]
    lift: Lift


def _sum(numbers: Numbers, attribute: str) -> int:
    return sum(getattr(channel, attribute) for channel in numbers.channels)


def _units(micros: int | None) -> float | None:
    return None if micros is None else micros / MICROS


_FRACTIONS: Final[Mapping[KpiName, Callable[[Numbers], Fraction]]] = MappingProxyType(
    {
        KpiName.CONVERSION_RATE: lambda n: (n.lift.treated.hits, n.lift.treated.trials),
        KpiName.LIFT: lambda n: (n.lift.treated.value, n.lift.held_out.value),
        KpiName.VALUE_PER_CUSTOMER: lambda n: (
            _units(n.funnel.treated.mature_value),
            n.funnel.treated.mature,
        ),
        KpiName.OPEN_RATE: lambda n: (_sum(n, "opened"), n.funnel.sent),
        KpiName.CLICK_RATE: lambda n: (_sum(n, "clicked"), n.funnel.sent),
        KpiName.UNSUBSCRIBE_RATE: lambda n: (_sum(n, "unsubscribed"), n.funnel.sent),
        KpiName.MESSAGES_PER_CUSTOMER: lambda n: (n.funnel.sent, n.funnel.treated.customers),
        KpiName.COST_PER_CONVERSION: lambda n: (
            _sum(n, "cost") / MICROS,
            n.funnel.treated.converted,
        ),
    }
)

_QUANTITIES: Final[Mapping[KpiName, Quantity]] = MappingProxyType(
    {
        KpiName.CONVERSION_RATE: Quantity.CONVERSIONS,
        KpiName.LIFT: Quantity.LIFT,
        KpiName.VALUE_PER_CUSTOMER: Quantity.CONVERSIONS,
        KpiName.OPEN_RATE: Quantity.ANSWERS,
        KpiName.CLICK_RATE: Quantity.ANSWERS,
        KpiName.UNSUBSCRIBE_RATE: Quantity.ANSWERS,
        KpiName.MESSAGES_PER_CUSTOMER: Quantity.TOUCHES,
        KpiName.COST_PER_CONVERSION: Quantity.CONVERSIONS,
    }
)


def kpis_of(
    numbers: Numbers, promises: Mapping[KpiName, Kpi], *, has_goal: bool, simulated: bool
) -> tuple[KpiReading, ...]:
    """Read every KPI that makes sense for the campaign, in the registry's order."""
    is_worth = numbers.funnel.treated.mature_value is not None
    names = (
        name
        for name in KpiName
        if (has_goal or not DEFINITIONS[name].needs_goal)
        and (name is not KpiName.VALUE_PER_CUSTOMER or is_worth or name in promises)
    )
    nothing = Kpi()
    return tuple(
        _reading(name, numbers, promises.get(name, nothing), simulated=simulated) for name in names
    )


def _reading(name: KpiName, numbers: Numbers, promise: Kpi, *, simulated: bool) -> KpiReading:
    above, below = _FRACTIONS[name](numbers)
    value = _difference(above, below) if name is KpiName.LIFT else _quotient(above, below)
    provenance = provenance_of(_QUANTITIES[name], simulated=simulated)
    return KpiReading(
        name=name,
        value=value,
        numerator=above,
        denominator=below,
        target=promise.target,
        target_met=_is_met(promise.target, value, provenance),
        guardrail=promise.guardrail,
        guardrail_kept=_is_met(promise.guardrail, value, provenance),
        owner=promise.owner,
        provenance=provenance,
    )


def _quotient(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def _difference(above: float | None, below: float | None) -> float | None:
    return above - below if above is not None and below is not None else None


def _is_met(
    threshold: Threshold | None, value: float | None, provenance: Provenance
) -> bool | None:
    """Judge a value, but never an assumed one: it would judge the assumption."""
    if threshold is None or value is None or provenance is Provenance.ASSUMED:
        return None
    return threshold.is_met_by(value)
