"""What a segment asks of a customer: its parts, all of which must be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from campaignspec.clock import Duration
from campaignspec.spec.audience import Segment
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import AllOf, InSegment, Not, Rule, Term
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A sequence came true, and its first event is recent enough."""

    steps: tuple[Following | Absence, ...]
    within: Duration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The customer stands in a file."""

    file: str


Condition: TypeAlias = Term | Followed | Listed
"""A part of a segment."""


def conditions_of(segment: Segment) -> tuple[Condition, ...]:
    """Return what must be true of a customer of a segment, in the order people read it."""
    return tuple(_conditions(segment))


def cells_of(name: str, segment: Segment) -> Mapping[str, Segment]:
    """Return the segments that a segment makes: the cells of a matrix by name, or itself."""
    if not segment.matrix:
        return {name: segment}
    ways = (tuple(dimension.items()) for dimension in segment.matrix.values())
    return {
        ".".join((name, *(part for part, _ in cell))): _cell(segment, [rule for _, rule in cell])
        for cell in product(*ways)
    }


def write_condition(condition: Condition) -> str:
    """Write a part of a segment for people, on one line."""
    match condition:
        case Followed():
            first, *others = condition.steps
            steps = [write_step(first, first=True), *(write_step(step) for step in others)]
            ago = f", all since {condition.within} ago" if condition.within else ""
            return f"{', then '.join(steps)}{ago}"
        case Listed():
            return f"listed in {condition.file}"
        case _:
            return write_rule(condition)


def write_step(step: Following | Absence, *, first: bool = False) -> str:
    """Write a step of a sequence for people: "no order.placed within 4h"."""
    where = f" where {write_rule(step.where.term)}" if step.where else ""
    if isinstance(step, Absence):
        return f"no {step.not_}{where} within {step.within}{' so far' if step.at_once else ''}"
    within = f" within {step.within}" if step.within and not first else ""
    return f"{step.event}{where}{within}"


def write_segment(segment: Segment) -> str:
    """Write what a segment asks for people; a rule alone in its author's words."""
    parts = conditions_of(segment)
    if segment.where is not None and len(parts) == 1:
        return segment.where.text
    return "; and ".join(write_condition(part) for part in parts)


def _conditions(segment: Segment) -> Iterator[Condition]:
    if segment.where is not None:
        yield segment.where.term
    if segment.sequence:
        steps = tuple(
            Following(event=Name(step)) if isinstance(step, str) else step
            for step in segment.sequence
        )
        yield Followed(steps=steps, within=segment.within)
    if segment.listed is not None:
        yield Listed(file=segment.listed)
    for name in segment.exclude:
        yield Not(term=InSegment(segment=name))


def _cell(segment: Segment, rules: list[Rule]) -> Segment:
    every = [rule.term for rule in (*rules, *((segment.where,) if segment.where else ()))]
    term = every[0] if len(every) == 1 else AllOf(terms=tuple(every))
    where = Rule(text=write_rule(term), term=term, loc=segment.loc)
    return replace(segment, where=where, matrix=EMPTY, title=None)
