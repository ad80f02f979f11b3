"""Walking through the steps of a journey and the terms of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Branch, Case, Else, Experiment, Leave, Send, Step, Wait
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    InSegment,
    Known,
    Not,
    OneOf,
    Term,
)

Leaf: TypeAlias = Compare | OneOf | Known | Age | InSegment | Answered
"""A term without terms in it."""


def steps_of(campaign: Campaign) -> Iterator[Step]:
    """Yield every step of a campaign in reading order, the nested ones too."""
    return _steps(campaign.journey)


def sends_of(campaign: Campaign) -> Iterator[Send]:
    """Yield every send step of a campaign in reading order."""
    return (step for step in steps_of(campaign) if isinstance(step, Send))


def send_name(step: Send) -> str:
    """Return the name that a send step goes by."""
    return step.name or step.send


def ways_of(step: Step) -> tuple[tuple[Step, ...], ...]:
    """Return the lists of steps that a step leads into."""
    match step:
        case Wait():
            return step.then, step.otherwise
        case Branch():
            return tuple(way_of(way) for way in step.branch)
        case Experiment():
            return tuple(arm.do for arm in step.arms.values())
        case Send() | Leave():
            return ()
        case _:
            assert_never(step)


def way_of(way: Case | Else) -> tuple[Step, ...]:
    """Return the steps of one way of a branch."""
    return way.do if isinstance(way, Case) else way.else_


def leaves_of(term: Term) -> Iterator[Leaf]:
    """Yield the conditions that a rule is made of, from left to right."""
    match term:
        case Not():
            yield from leaves_of(term.term)
        case AllOf() | AnyOf():
            for part in term.terms:
                yield from leaves_of(part)
        case _:
            yield term


def _steps(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        for way in ways_of(step):
            yield from _steps(way)
