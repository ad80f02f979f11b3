"""What is known of a kind of trait: its values, when they may change, and what proves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from campaignspec.audience.spells import Spells
from campaignspec.audience.values import Instants, Mask, Moments, Rows, Values
from campaignspec.clock import Instant
from campaignspec.history import History, Stream
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import Followed
from campaignspec.spec.rule import Fact, Rule, Term
from campaignspec.spec.traits import EventTrait, Trait

T = TypeVar("T")

Span: TypeAlias = tuple[Instant, Instant]
"""After one instant, and until another."""

Points: TypeAlias = tuple[Rows, Instants]
"""Customers, and an instant for each."""
Counts: TypeAlias = npt.NDArray[np.int64]
"""Numbers of events."""


class Facts(Protocol):
    """What traits are computed from."""

    @property
    def history(self) -> History:
        """What is known of the customers."""

    @property
    def traits(self) -> Mapping[str, Trait]:
        """All traits by name."""

    @property
    def zone(self) -> str:
        """The project's time zone, whose days, weeks and months count."""

    @property
    def tick(self) -> int:
        """The length of a tick in microseconds."""

    @property
    def segments(self) -> Mapping[str, Segment]:
        """All segments by name."""

    @property
    def memo(self) -> dict[Any, Any]:
        """What was computed once, by keys of those who computed it."""

    def events(self, name: str, where: Rule | None) -> Stream:
        """Return the events of one name whose properties fit a rule."""

    def counted(self, trait: EventTrait) -> Stream:
        """Return the events that a trait looks at, whatever its window."""

    def fitting(self, stream: Stream, where: Rule) -> Counts:
        """Return how many of the stream's first 0, 1, 2, … events fit a rule."""

    def fact_values(self, fact: Fact, rows: Rows, at: Moments) -> Values:
        """Return what a trait or an attribute is worth for each customer at its instant."""

    def trait_values(self, trait: Trait, rows: Rows, at: Moments) -> Values:
        """Compute a trait for each customer at its instant."""

    def fact_changes(self, fact: Fact, asked: Asked) -> Iterator[Points]:
        """Yield every instant at which what is asked of a trait or an attribute may change."""

    def changes(self, trait: Trait, asked: Asked) -> Iterator[Points]:
        """Yield every instant at which what is asked of a trait may change."""

    def true_of(self, term: Term, rows: Rows, at: Moments) -> Mask:
        """Say of each customer whether a rule is true at its instant, or at one for all."""

    def turns_of(self, term: Term) -> Points:
        """Return every instant at which a rule's truth may change."""

    def entries(self, segment: str) -> Stream:
        """Return when customers come to match a segment."""

    def exits(self, segment: str) -> Stream:
        """Return when customers cease to match a segment."""

    def spells(self, condition: Followed) -> Spells:
        """Return when a sequence is true of whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What rules ask of a fact.

    Attributes:
        numbers: What it is compared with.
        ages: How old it must be, or must not be, microseconds.
        span: After which instant, and until which, it is asked; None is ever. What changes at
            other times need not be told.
    """

    numbers: tuple[float, ...] = ()
    ages: tuple[int, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation(Generic[T]):
    """How one kind of trait is computed.

    Attributes:
        values: The trait's values for customers at their instants; nothing later is seen.
        changes: Every instant at which what is asked of the trait may change; ages are added
            by the caller. Repetitions, and instants at which nothing changes, do no harm.
        proof: Where the events that make one customer's value begin and end in the stream that
            the trait counts, which is handed in as well.
    """

    values: Callable[[T, Facts, Rows, Moments], Values]
    changes: Callable[[T, Facts, Asked], Iterator[Points]]
    proof: Callable[[T, Facts, Stream, int, Instant], tuple[int, int]]
