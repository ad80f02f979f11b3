"""Names outside of rules: each refers to something that exists and is of the right sort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.definitions import SUMMABLE
from campaignspec.project.names import FactKind, listed
from campaignspec.project.rule_checks import step_names
from campaignspec.project.scope import Scope
from campaignspec.project.walk import sends_of, steps_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import (
    Goal,
    Happening,
    OnClicked,
    OnDate,
    OnEvent,
    OnOpened,
    OnSegment,
    Wait,
    WaitFor,
)


def entries(scope: Scope) -> Iterator[Diagnostic]:
    """Check what lets customers enter."""
    for campaign in scope.campaigns:
        match campaign.enter.on:
            case OnDate() as on:
                yield from _date(scope, on)
            case OnEvent() | OnSegment() as on:
                yield from _happening(scope, campaign, on)
            case on:
                assert_never(on)


def goals(scope: Scope) -> Iterator[Diagnostic]:
    """Check what counts as success, and what it is worth."""
    for campaign in scope.campaigns:
        goal = campaign.goal
        if goal:
            span = scope.span(goal.loc / "event")
            yield from scope.names.find(scope.names.events, goal.event, span)
            yield from _worth(scope, goal)


def leave_rules(scope: Scope) -> Iterator[Diagnostic]:
    """Check what ends an enrolment early."""
    for campaign in scope.campaigns:
        for rule in campaign.leave:
            yield from _happening(scope, campaign, rule.when)


def waits(scope: Scope) -> Iterator[Diagnostic]:
    """Check what is waited for."""
    for campaign in scope.campaigns:
        for step in steps_of(campaign):
            if isinstance(step, Wait) and isinstance(step.wait, WaitFor):
                yield from _happening(scope, campaign, step.wait.for_)


def send_channels(scope: Scope) -> Iterator[Diagnostic]:
    """Check that every message has a channel; without a choice it need not be named."""
    known = scope.names.channels
    for campaign in scope.campaigns:
        for step in sends_of(campaign):
            if step.via is not None:
                yield from scope.names.find(known, step.via, scope.span(step.loc / "via"))
            elif known.complete and len(known.known) != 1:
                yield _no_channel(known.known, step.send, scope.key_span(step.loc / "send"))


def caps(scope: Scope) -> Iterator[Diagnostic]:
    """Check the channels that caps speak of."""
    for cap in scope.caps:
        if cap.channel is not None:
            span = scope.span(cap.loc / "channel")
            yield from scope.names.find(scope.names.channels, cap.channel, span)


def response_models(scope: Scope) -> Iterator[Diagnostic]:
    """Check the channels that response models speak of."""
    for model in scope.settings.responses.values() if scope.settings else ():
        for name in model.channels:
            span = scope.key_span(model.loc / "channels" / name)
            yield from scope.names.find(scope.names.channels, name, span)


def environments(scope: Scope) -> Iterator[Diagnostic]:
    """Check the campaigns, the channels and the response models of environments."""
    names = scope.names
    for place in scope.settings.environments.values() if scope.settings else ():
        for at, campaign in enumerate(place.campaigns):
            span = scope.span(place.loc / "campaigns" / at)
            yield from names.find(names.campaigns, campaign, span)
        for channel in place.channels:
            span = scope.key_span(place.loc / "channels" / channel)
            yield from names.find(names.channels, channel, span)
        if place.responses is not None:
            span = scope.span(place.loc / "responses")
            yield from names.find(names.responses, place.responses, span)


def _happening(scope: Scope, campaign: Campaign, happening: Happening) -> Iterator[Diagnostic]:
    names, loc = scope.names, happening.loc
    match happening:
        case OnEvent():
            yield from names.find(names.events, happening.event, scope.span(loc / "event"))
        case OnSegment():
            yield from names.find(names.segments, happening.segment, scope.span(loc / "segment"))
        case OnOpened():
            span = scope.span(loc / "opened")
            yield from names.find(step_names(campaign), happening.opened, span)
        case OnClicked():
            span = scope.span(loc / "clicked")
            yield from names.find(step_names(campaign), happening.clicked, span)
        case _:
            assert_never(happening)


def _date(scope: Scope, on: OnDate) -> Iterator[Diagnostic]:
    names, span = scope.names, scope.span(on.loc / "date")
    yield from names.find(names.attributes, on.date, span)
    kind = names.facts.get(on.date) if on.date in names.attributes else None
    if kind not in {None, FactKind.DATE}:
        dates = [n for n in names.attributes.known if names.facts.get(n) is FactKind.DATE]
        yield Diagnostic(
            code="REF305",
            message=f"the attribute `{on.date}` is {kind}, not a date",
            span=span,
            help=f"attributes that are dates: {listed(dates)}"
            if dates
            else f"declare it in campaignspec.yaml as `{on.date}: date`, if it is one",
        )


def _worth(scope: Scope, goal: Goal) -> Iterator[Diagnostic]:
    if goal.value is None:
        return
    span = scope.span(goal.loc / "value")
    yield from scope.names.find(scope.names.properties_of(goal.event), goal.value, span)
    kind = scope.names.properties.get(goal.event, {}).get(goal.value)
    if kind is not None and kind not in SUMMABLE:
        yield Diagnostic(
            code="REF305",
            message=f"`{goal.value}` of `{goal.event}` is {kind}; a goal cannot be worth that",
            span=span,
            help="name a property that is a number or an amount of money",
        )


def _no_channel(known: tuple[str, ...], message: str, span: Span) -> Diagnostic:
    advice = (
        f"add `via:` with one of {listed(known)}"
        if known
        else "define one under `channels:` in channels.yaml"
    )
    return Diagnostic(
        code="SPC202",
        message=f"`{message}` is sent through no channel"
        if known
        else f"`{message}` cannot be sent: the project has no channel",
        span=span,
        help=advice,
    )
