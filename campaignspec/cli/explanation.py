"""Writing why a customer matches a segment: as a tree, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from campaignspec.api.explain import Explained
from campaignspec.audience import Evidence, Explanation, Happened
from campaignspec.cli.values import instant_data, value_data, value_text
from campaignspec.clock import format_instant
from campaignspec.spec.conditions import Condition, write_condition, write_step
from campaignspec.spec.habits import Bucket
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.rfm import CutOffs
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    InSegment,
    Known,
    Not,
    Offered,
    Replied,
)
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import EMPTY, keys_of
from campaignspec.spec.traits import First, Latest, Trait

_FORMAT_VERSION: Final = "1.0"
_UNSAID: Final = (None, (), EMPTY)
"""What stands under a key that says nothing."""

_BARE: Final = (Latest, First, Bucket)
"""Traits that say by themselves what proves them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How instants and money are written.

    Attributes:
        zone: The time zone of instants.
        currency: The project's currency.
    """

    zone: str
    currency: str


def explanation_lines(explained: Explained) -> Iterator[str]:
    """Write an explanation as a tree, a condition a line, what proves it below."""
    root = explained.explanation
    at = format_instant(root.at, explained.zone)
    yield f"{explained.segment} at {at}: {_truth(root)}"
    yield from _branches(Words(zone=explained.zone, currency=explained.currency), root, "")


def proof_lines(words: Words, root: Explanation) -> Iterator[str]:
    """Write a rule as a tree: the rule itself, and below it what it is made of and what proves it.

    Args:
        words: How instants and money are written.
        root: The rule, explained.
    """
    yield f"{_condition(root.term)}: {_truth(root)}"
    for line in _proof(words, root):
        yield f"    {line}"
    yield from _branches(words, root, "")


def proof_data(node: Explanation) -> dict[str, Any]:
    """Return a rule and what proves it as plain data."""
    return {
        "condition": _condition_data(node.term),
        "holds": node.holds,
        "evidence": None if node.evidence is None else _evidence_data(node.evidence),
        "since": None if node.since is None else instant_data(node.since),
        "event": None if node.event is None else event_data(node.event),
        "parts": [proof_data(part) for part in node.parts],
    }


def explanation_data(explained: Explained) -> dict[str, Any]:
    """Return an explanation as plain data."""
    return {
        "format_version": _FORMAT_VERSION,
        "segment": explained.segment,
        "customer": explained.customer,
        "at": instant_data(explained.explanation.at),
        "explanation": proof_data(explained.explanation),
    }


def _branches(words: Words, node: Explanation, indent: str) -> Iterator[str]:
    for part in node.parts:
        is_last = part is node.parts[-1]
        yield f"{indent}{'└─' if is_last else '├─'} {_condition(part.term)}: {_truth(part)}"
        below = f"{indent}{'  ' if is_last else '│ '} "
        for line in _proof(words, part):
            yield f"{below}  {line}"
        yield from _branches(words, part, below)


def _condition(term: Condition | Following | Absence) -> str:
    match term:
        case Following() | Absence():
            return write_step(term)
        case AllOf():
            return "all of"
        case AnyOf():
            return "any of"
        case Not():
            return "not"
        case _:
            return write_condition(term)


def _truth(node: Explanation) -> str:
    return "true" if node.holds else "false"


def _proof(words: Words, node: Explanation) -> Iterator[str]:
    evidence = node.evidence
    if evidence is None:
        yield from _moments(words, node)
        return
    yield _worth(words, evidence) + _edge(words, node)
    asked = node.term.asked if isinstance(node.term, Replied) else node.term
    if evidence.value.value is None and not isinstance(asked, Known):
        yield "nothing is equal to, less than or older than what is missing"
    yield from _grounds(words, evidence)


def _moments(words: Words, node: Explanation) -> Iterator[str]:
    """Write when a step was reached, or broken; and since when a segment has matched."""
    since = "" if node.since is None else format_instant(node.since, words.zone)
    match node.term:
        case Following() if node.event is None:
            yield "it has not come to that"
        case Following() | Absence() if node.event is not None:
            yield event_line(words, node.event)
        case Absence():
            begun = "it has not come to that"
            so_far = "none so far since" if node.term.at_once else "none up to"
            yield f"{so_far if node.holds else 'not over before'} {since}" if since else begun
        case Answered() | Offered() if node.since is not None:
            yield f"since {since}"
        case InSegment() if node.term.lasting is not None:
            always = "it has always been so" if node.holds else "it is not so"
            length = node.term.lasting
            edge = format_instant(node.at - length.micros, words.zone)
            yield f"so since {since}; {length} before is {edge}" if since else always
        case _:
            return


def _worth(words: Words, evidence: Evidence) -> str:
    is_missing = evidence.value.value is None
    value = value_text(evidence.value, zone=words.zone, currency=words.currency)
    return f"{evidence.fact} {'is' if is_missing else '='} {value} ({_source(evidence)})"


def _grounds(words: Words, evidence: Evidence) -> Iterator[str]:
    """Write what a fact was computed from, if it does not say so by itself."""
    for part in evidence.parts:
        yield _worth(words, part)
        for line in _grounds(words, part):
            yield f"  {line}"
    if evidence.trait is None or isinstance(evidence.trait, _BARE) or evidence.parts:
        return
    if not evidence.events:
        is_stage = isinstance(evidence.trait, Lifecycle)
        yield "so from the beginning" if is_stage else "no event counts"
    for event in evidence.events:
        yield event_line(words, event)
    if evidence.more:
        yield f"… and {evidence.more:,} earlier"


def _edge(words: Words, node: Explanation) -> str:
    """Say which instant the age is held against."""
    if not isinstance(node.term, Age):
        return ""
    edge = format_instant(node.at - node.term.duration.micros, words.zone)
    return f"; {node.term.duration} before is {edge}"


def event_line(words: Words, event: Happened) -> str:
    """Write an event on one line: when, and its properties."""
    values = ", ".join(
        f"{name} {value_text(value, zone=words.zone, currency=words.currency)}"
        for name, value in event.properties
    )
    return f"{format_instant(event.at, words.zone)}  {values}".rstrip()


def _source(evidence: Evidence) -> str:
    return "told by the event" if evidence.is_told else _meaning(evidence.trait)


def _meaning(trait: Trait | None) -> str:
    """Say how a fact is computed, in the words of ``audiences.yaml``."""
    if trait is None:
        return "attribute"
    section: Any = type(trait)
    keys = keys_of(section)[:1] if section is Lifecycle else keys_of(section)
    said = ((key.name, getattr(trait, key.attribute)) for key in keys)
    return ", ".join(f"{name} {_said(value)}" for name, value in said if value not in _UNSAID)


def _said(value: Any) -> str:
    """Write what stands under a key on one line."""
    match value:
        case Mapping():
            return ", ".join(str(name) for name in value)
        case tuple():
            return ", ".join(map(_said, value))
        case CutOffs():
            return ", ".join(f"{key} {_said(getattr(value, key))}" for key in ("r", "f", "m"))
        case _:
            return str(value)


def _condition_data(term: Condition | Following | Absence) -> str:
    if isinstance(term, Following | Absence):
        return write_step(term)
    return write_condition(term)


def event_data(event: Happened) -> dict[str, Any]:
    """Return an event as plain data."""
    return {
        "at": instant_data(event.at),
        "properties": {name: value_data(value) for name, value in event.properties},
    }


def _evidence_data(evidence: Evidence) -> dict[str, Any]:
    return {
        "fact": evidence.fact,
        "meaning": _source(evidence),
        **value_data(evidence.value),
        "events": [event_data(event) for event in evidence.events],
        "more": evidence.more,
        "parts": [_evidence_data(part) for part in evidence.parts],
    }
