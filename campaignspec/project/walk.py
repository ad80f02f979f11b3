"""Walking through the steps of a journey and the terms of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from campaignspec.spec.acting import (
    Acting,
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.emitting import Emit
from campaignspec.spec.journey import (
    Approve,
    Branch,
    Case,
    Else,
    Experiment,
    Grant,
    Leave,
    Preference,
    RepeatSteps,
    Send,
    Split,
    Step,
    Wait,
)
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.publishing import Post
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answered,
    AnyOf,
    Compare,
    InSegment,
    Known,
    Not,
    Offered,
    OneOf,
    Replied,
    Term,
)
from campaignspec.spec.steering import Goto, Run

Leaf: TypeAlias = Compare | OneOf | Known | Age | InSegment | Answered | Replied | Offered
"""A term without terms in it."""

Sending: TypeAlias = Send | Survey
"""The steps that send a message to their customer."""

Templated: TypeAlias = Send | Survey | Task | Show | Post
"""Whatever shows a text to somebody: steps, and posts of the content plan."""


def steps_of(campaign: Campaign) -> Iterator[Step]:
    """Yield every step of a campaign in reading order, the nested ones too."""
    return all_steps(campaign.journey)


def sends_of(campaign: Campaign) -> Iterator[Sending]:
    """Yield every step of a campaign that sends a message to its customer, in reading order."""
    return (step for step in steps_of(campaign) if isinstance(step, Sending))


def templated_of(campaign: Campaign) -> Iterator[Templated]:
    """Yield whatever of a campaign shows a text to somebody, in reading order; posts come last."""
    yield from (step for step in steps_of(campaign) if isinstance(step, Templated))
    yield from campaign.publish


def message_of(step: Templated) -> str:
    """Return the name of what a step shows: its folder of templates."""
    match step:
        case Send():
            return step.send
        case Survey():
            return step.survey
        case Task():
            return step.task
        case Show():
            return step.show
        case Post():
            return step.post
        case _:
            assert_never(step)


def send_name(step: Sending) -> str:
    """Return the name that a send step goes by."""
    return step.name or message_of(step)


def acting_name(step: Acting | SetMarks | Emit) -> str | None:
    """Return the name that an acting step goes by, where what it says is a name of its own."""
    match step:
        case Task() | Show():
            return step.name or message_of(step)
        case Webhook():
            return step.name or step.webhook
        case WriteBack() | AddTo() | RemoveFrom() | SetMarks() | Emit():
            return step.name
        case _:
            assert_never(step)


def step_name(step: Step) -> str | None:
    """Return the name that a step goes by, where it has one that others may refer to."""
    match step:
        case Send() | Survey():
            return send_name(step)
        case Experiment():
            return step.experiment
        case Approve():
            return step.approve
        case Wait() | Branch() | Split() | Preference() | Grant() | Revoke() | Redeem() | Emit():
            return step.name
        case Task() | Webhook() | WriteBack() | AddTo() | RemoveFrom() | Show() | SetMarks():
            return acting_name(step)
        case Leave() | Goto() | Run() | RepeatSteps():
            return None
        case _:
            assert_never(step)


def ways_of(step: Step) -> tuple[tuple[Step, ...], ...]:
    """Return the lists of steps that a step leads into."""
    match step:  # asked more often than anything else, so the most frequent come first
        case Send() | Survey() | Task() | Webhook() | WriteBack() | AddTo() | RemoveFrom() | Show():
            return ()
        case Wait():
            return step.then, step.otherwise
        case Branch():
            return tuple(way_of(way) for way in step.branch)
        case Experiment():
            return tuple(arm.do for arm in step.arms.values())
        case Split():
            return tuple(way.do for way in step.split.values())
        case Preference():
            return *step.ways.values(), step.else_
        case RepeatSteps():
            return (step.do,)
        case Grant() | Approve():
            return (step.otherwise,)
        case Leave() | Goto() | Run() | SetMarks() | Emit() | Revoke() | Redeem():
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


def all_steps(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps in reading order, the nested ones too."""
    for step in steps:
        yield step
        for way in ways_of(step):
            yield from all_steps(way)
