"""A person's story as values: what happened, in sentences, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.audience import Explanation, Happened
from campaignspec.clock import Instant
from campaignspec.story.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One reason.

    Attributes:
        text: The reason, in a sentence.
        line: Where what is meant is written, ``channels.yaml:7``; empty where nothing is.
        proof: The rule that decided, condition by condition.
        events: The events that are meant, with their properties.
    """

    text: str
    line: str = ""
    proof: Explanation | None = None
    events: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One fact, told.

    Attributes:
        record: The fact.
        text: What happened, in a sentence.
        line: Where the step is written; empty where it is not, or not any more.
        because: Why.
    """

    record: Record
    text: str
    line: str
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One enrolment.

    Attributes:
        campaign: The campaign's name.
        enrolment: The enrolment's number; 0 for refusals of who never entered.
        key: Which order it is about, where there is one an order.
        told: What happened, in order.
        standing: Where the person is at the end, in a sentence; empty where it is over.
    """

    campaign: str
    enrolment: int
    key: str | None
    told: tuple[Told, ...]
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A campaign of which the person never had anything.

    Attributes:
        campaign: Its name.
        text: Why, in a sentence.
        line: Where the entry is written.
        because: What proves it.
    """

    campaign: str
    text: str
    line: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that happened to one person in some campaigns.

    Attributes:
        customer: The person's id.
        zone: The zone by whose clock instants are told.
        home: The person's own zone.
        currency: The project's currency.
        source: Where the facts are from, in a sentence.
        start: Nobody entered at or before this instant.
        end: Nothing later is known.
        chapters: The enrolments, by when they began.
        silences: The campaigns that the person never entered, by name.
    """

    customer: str
    zone: str
    home: str
    currency: str
    source: str
    start: Instant
    end: Instant
    chapters: tuple[Chapter, ...]
    silences: tuple[Silence, ...]
