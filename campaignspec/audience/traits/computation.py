"""What is known of a kind of trait: its values, when they may change, and what proves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from campaignspec.audience.values import Instants, Moments, Rows, Values
from campaignspec.clock import Instant
from campaignspec.history import History, Stream
from campaignspec.spec.rule import Rule
from campaignspec.spec.traits import EventTrait, Trait

T = TypeVar("T")

Points: TypeAlias = tuple[Rows, Instants]
"""Customers, and an instant for each."""


class Facts(Protocol):
    """What traits are computed from."""

    @property
    def history(self) -> History:
        """What is known of the customers."""

    @property
    def traits(self) -> Mapping[str, Trait]:
        """All traits by name."""

    def events(self, name: str, where: Rule | None) -> Stream:
        """Return the events of one name whose properties fit a rule."""

    def counted(self, trait: EventTrait) -> Stream:
        """Return the events that a trait looks at, whatever its window."""

    def trait_values(self, trait: Trait, rows: Rows, at: Moments) -> Values:
        """Compute a trait for each customer at its instant."""

    def changes(self, trait: Trait, asked: Asked) -> Iterator[Points]:
        """Yield every instant at which what is asked of a trait may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What rules ask of a fact.

    Attributes:
        numbers: What it is compared with.
        ages: How old it must be, or must not be, microseconds.
    """

    numbers: tuple[float, ...] = ()
    ages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation(Generic[T]):
    """How one kind of trait is computed.

    Attributes:
        values: The trait's values for customers at their instants; nothing later is seen.
        changes: Every instant at which what is asked of the trait may change; ages are added
            by the caller. Repetitions, and instants at which nothing changes, do no harm.
        proof: Where the events that make one customer's value begin and end in the stream that
            the trait counts.
    """

    values: Callable[[T, Facts, Rows, Moments], Values]
    changes: Callable[[T, Facts, Asked], Iterator[Points]]
    proof: Callable[[T, Stream, int, Instant], tuple[int, int]]
