"""What KPIs are counted from besides facts: the history, and what the project says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.audience import Audience
from campaignspec.history import Column, Stream, ValueKind
from campaignspec.money import MICROS
from campaignspec.spec.economics import Economics
from campaignspec.spec.kpi_definition import ROLE, Definition, Role, RoleEvent
from campaignspec.spec.kpi_registry import ACTIVE, OWNED, VALUE
from campaignspec.spec.rule import AllOf, Compare, Rule, Term
from campaignspec.spec.shape import EMPTY

Amounts: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.int64]

UNKNOWN: Final = -1
"""The row of a customer whom the history does not know."""

_NOTHING: Final = Economics()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Events of one sort, whatever they are called in the project.

    Attributes:
        stream: The events.
        value: The property that they are worth, if any.
    """

    stream: Stream
    value: str | None = None

    def amounts(self, index: Places, price: float | None) -> Amounts:
        """Return what events are worth, in units: their value, or else the price of each."""
        if self.value is None or self.value not in self.stream.properties:
            return np.full(index.shape, price or 0.0)
        return in_units(self.stream.properties[self.value].take(index))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The history and the words to ask it in.

    Attributes:
        audience: Answers for the history; None where only facts are at hand.
        roles: Which event plays which part.
        economics: What money is counted by.
        own: The project's own KPIs.
    """

    audience: Audience | None = None
    roles: Mapping[Role, RoleEvent] = field(default_factory=lambda: EMPTY)
    economics: Economics = _NOTHING
    own: Mapping[Any, Definition] = field(default_factory=lambda: EMPTY)

    @property
    def price(self) -> float | None:
        """What an order without a value of its own brings, in units of the currency."""
        price = self.economics.price
        return None if price is None else price.micros / MICROS

    def role(self, role: Role) -> RoleEvent | None:
        """Return the event that plays a part."""
        return self.roles.get(role)

    def happenings(self, name: str, where: Rule | None = None) -> tuple[Happening, ...]:
        """Return the events of a name, or of a role, that fit a rule."""
        return tuple(self._happenings(name, where))

    def rows(self, customers: pa.ChunkedArray) -> Places:
        """Return the history's row of each customer, or `UNKNOWN`."""
        known = self.history_customers()
        found = pc.index_in(customers, value_set=known)
        rows: Places = pc.fill_null(pc.cast(found, pa.int64()), UNKNOWN).to_numpy()
        return rows

    def history_customers(self) -> pa.Array:
        """Return the ids of the history's customers."""
        if self.audience is None:
            return pa.array([], pa.string())
        return pa.array(self.audience.history.customers, pa.string())

    def _happenings(self, name: str, where: Rule | None) -> Iterator[Happening]:
        if self.audience is None:
            return
        if not name.startswith(ROLE):
            yield Happening(stream=self.audience.events(name, where))
            return
        role = self._played(name)
        if role is not None:
            rule = _rule(role, where)
            for event in (role.event, *role.also):
                yield Happening(stream=self.audience.events(event, rule), value=role.value)

    def _played(self, name: str) -> RoleEvent | None:
        if name == ACTIVE:
            return self.role(Role.VISIT) or self.role(Role.ORDER)
        return self.role(Role(name.removeprefix(ROLE)))


def in_units(column: Column) -> Amounts:
    """Return a column as plain numbers: money in units of the currency, nothing as 0."""
    scale = MICROS if column.kind is ValueKind.MONEY else 1
    values = np.nan_to_num(column.values.astype(np.float64)) / scale
    return np.where(column.missing, 0.0, values)


def _rule(role: RoleEvent, where: Rule | None) -> Rule | None:
    """Join a role's own rule and that of a KPI, in which the role's property is named."""
    terms = [rule.term for rule in (role.where,) if rule is not None]
    if where is not None:
        terms.append(_grounded(where.term, role))
    if not terms:
        return None
    return Rule(text="", term=terms[0] if len(terms) == 1 else AllOf(terms=tuple(terms)))


def _grounded(term: Term, role: RoleEvent) -> Term:
    if isinstance(term, Compare) and term.fact.name == VALUE and role.value is not None:
        return replace(term, fact=replace(term.fact, name=role.value))
    if isinstance(term, Compare) and term.fact.name == OWNED and role.owned is not None:
        return role.owned.term
    return term
