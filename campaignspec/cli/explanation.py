"""Writing why a customer matches a segment: as a tree, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from campaignspec.api.explain import Explained
from campaignspec.audience import Evidence, Explanation, Happened
from campaignspec.cli.values import instant_data, value_data, value_text
from campaignspec.clock import format_instant
from campaignspec.spec.traits import First, Latest, Trait
from campaignspec.spec.rule import Age, AllOf, AnyOf, Known, Not, Term
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.shape import keys_of

_FORMAT_VERSION: Final = "1.0"


def explanation_lines(explained: Explained) -> Iterator[str]:
    """Write an explanation as a tree, a condition a line, what proves it below."""
    root = explained.explanation
    at = format_instant(root.at, explained.zone)
    yield f"{explained.segment} at {at}: {_truth(root)}"
    yield from _branches(explained, root, "")


def explanation_data(explained: Explained) -> dict[str, Any]:
    """Return an explanation as plain data."""
    return {
        "format_version": _FORMAT_VERSION,
        "segment": explained.segment,
        "customer": explained.customer,
        "at": instant_data(explained.explanation.at),
        "explanation": _data(explained.explanation),
    }


def _branches(explained: Explained, node: Explanation, indent: str) -> Iterator[str]:
    for part in node.parts:
        is_last = part is node.parts[-1]
        yield f"{indent}{'└─' if is_last else '├─'} {_condition(part.term)}: {_truth(part)}"
        below = f"{indent}{'  ' if is_last else '│ '} "
        for line in _proof(explained, part):
            yield f"{below}  {line}"
        yield from _branches(explained, part, below)


def _condition(term: Term) -> str:
    match term:
        case AllOf():
            return "all of"
        case AnyOf():
            return "any of"
        case Not():
            return "not"
        case _:
            return write_rule(term)


def _truth(node: Explanation) -> str:
    return "true" if node.holds else "false"


def _proof(explained: Explained, node: Explanation) -> Iterator[str]:
    evidence = node.evidence
    if evidence is None:
        return
    yield _worth(explained, evidence) + _edge(explained, node)
    if evidence.value.value is None and not isinstance(node.term, Known):
        yield "nothing is equal to, less than or older than what is missing"
    yield from _grounds(explained, evidence)


def _worth(explained: Explained, evidence: Evidence) -> str:
    is_missing = evidence.value.value is None
    value = value_text(evidence.value, zone=explained.zone, currency=explained.currency)
    return f"{evidence.fact} {'is' if is_missing else '='} {value} ({_meaning(evidence.trait)})"


def _grounds(explained: Explained, evidence: Evidence) -> Iterator[str]:
    """Write what a fact was computed from; an instant says when its event was by itself."""
    for part in evidence.parts:
        yield _worth(explained, part)
        for line in _grounds(explained, part):
            yield f"  {line}"
    if evidence.trait is None or isinstance(evidence.trait, Latest | First) or evidence.parts:
        return
    if not evidence.events:
        yield "no event counts"
    for event in evidence.events:
        yield _event(explained, event)
    if evidence.more:
        yield f"… and {evidence.more:,} earlier"


def _edge(explained: Explained, node: Explanation) -> str:
    """Say which instant the age is held against."""
    if not isinstance(node.term, Age):
        return ""
    edge = format_instant(node.at - node.term.duration.micros, explained.zone)
    return f"; {node.term.duration} before is {edge}"


def _event(explained: Explained, event: Happened) -> str:
    values = ", ".join(
        f"{name} {value_text(value, zone=explained.zone, currency=explained.currency)}"
        for name, value in event.properties
    )
    return f"{format_instant(event.at, explained.zone)}  {values}".rstrip()


def _meaning(trait: Trait | None) -> str:
    """Say how a fact is computed, in the words of ``audiences.yaml``."""
    if trait is None:
        return "attribute"
    section: Any = type(trait)
    said = ((key.name, getattr(trait, key.attribute)) for key in keys_of(section))
    return ", ".join(f"{name} {value}" for name, value in said if value is not None)


def _data(node: Explanation) -> dict[str, Any]:
    return {
        "condition": write_rule(node.term),
        "holds": node.holds,
        "evidence": None if node.evidence is None else _evidence_data(node.evidence),
        "parts": [_data(part) for part in node.parts],
    }


def _evidence_data(evidence: Evidence) -> dict[str, Any]:
    return {
        "fact": evidence.fact,
        "meaning": _meaning(evidence.trait),
        **value_data(evidence.value),
        "events": [
            {
                "at": instant_data(event.at),
                "properties": {name: value_data(value) for name, value in event.properties},
            }
            for event in evidence.events
        ],
        "more": evidence.more,
        "parts": [_evidence_data(part) for part in evidence.parts],
    }
