"""Rules: what is true of a customer at an instant, as a tree.

A rule is read by `spec.rule_reader`. Offsets are characters of the rule's text, so that a
finding inside a rule points at the word, not at the line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.shape import NOWHERE, Loc


class Operator(StrEnum):
    """The comparisons; text knows only the first two."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


class Answer(StrEnum):
    """What can be asked of a message of this enrolment."""

    SENT = "sent"
    OPENED = "opened"
    CLICKED = "clicked"


class Holding(StrEnum):
    """What can be asked of an offer."""

    HELD = "has_offer"
    REDEEMED = "redeemed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A word that names a trait, an attribute or a property of the event at hand.

    Attributes:
        name: The word.
        key: Of a trait with `by`, the value of that property: ``orders_by_brand('Acme')``.
        at: Where the word stands in the rule's text.
        key_at: Where the key stands, without its quotes.
    """

    name: str
    key: str | None = None
    at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)
    key_at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A number or a quoted text."""

    value: float | str
    at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """``orders_total >= 2``; false when the fact is missing, and `!=` is its negation."""

    fact: Fact
    operator: Operator
    literal: Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """``age in ('25-34', '35-44')``; false when the fact is missing."""

    fact: Fact
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """``birthday is known`` or ``birthday is unknown``."""

    fact: Fact
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """``last_order older than 60d`` or ``last_order within 60d``.

    ``within 7d`` at ``now`` means after ``now - 7d``, up to and including ``now``; ``older
    than 7d`` means at or before ``now - 7d``. Both are false when there is no such event.
    """

    fact: Fact
    older: bool
    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class InSegment:
    """``segment('champions')``, or ``segment('lapsed') for 14d``.

    With a duration: the customer matches now, came to match that long ago or earlier, and has
    matched at every tick since. Who matched before anything was known has always matched.
    """

    segment: str
    lasting: Duration | None = None
    at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """``opened('hello')``: whether a message of this enrolment was sent, opened or clicked."""

    answer: Answer
    step: str
    at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """``answer('ask', 'score') <= 6``: what was answered to a step of this enrolment.

    Attributes:
        step: The step that asks.
        asked: What is asked of the answer; its fact is a property of the answer.
        at: Where the step's name stands, without its quotes.
    """

    step: str
    asked: Compare | OneOf | Known
    at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """``has_offer('ten-off')``: whether the customer holds an offer now, or redeemed it.

    Who gave the offer does not matter. ``redeemed`` asks whether it was redeemed since this
    enrolment began.
    """

    asked: Holding
    offer: str
    at: tuple[int, int] = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The opposite: logic has two values."""

    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Terms joined by ``and``."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Terms joined by ``or``."""

    terms: tuple[Term, ...]


Term: TypeAlias = (
    Compare | OneOf | Known | Age | InSegment | Answered | Replied | Offered | Not | AllOf | AnyOf
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it is written and what it means.

    Attributes:
        text: The author's text, for people.
        term: The tree, for machines; equality and fingerprints go by it.
        loc: Where it is written.
    """

    text: str = field(compare=False)
    term: Term
    loc: Loc = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return self.text
