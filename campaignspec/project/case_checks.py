"""The tests beside a campaign: they speak of things that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import Names
from campaignspec.project.rule_checks import step_names
from campaignspec.project.scope import Scope
from campaignspec.project.walk import steps_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.case import Clicks, Happens, Occurrence, Opens, OptsOut, TestCase
from campaignspec.spec.journey import Experiment
from campaignspec.spec.shape import Loc


def customers_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the attributes and the consents of a test's customer."""
    names = scope.names
    for case, _ in _cases(scope):
        person = case.customer
        for name in person.attributes:
            span = scope.key_span(person.loc / "attributes" / name)
            yield from names.find(names.attributes, name, span)
        for name in person.consent:
            span = scope.key_span(person.loc / "consent" / name)
            yield from names.find(names.channels, name, span)


def arms_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the experiments and arms that a test's customer draws."""
    for case, campaign in _cases(scope):
        if campaign is None:
            continue
        known = _experiments(campaign)
        for name, arm in case.customer.arms.items():
            loc = case.customer.loc / "arms" / name
            yield from scope.names.find(
                _sort("experiment", campaign, tuple(known)), name, scope.key_span(loc)
            )
            if name in known:
                arms = Names(noun=f"arm of `{name}`", plural="arms", known=tuple(known[name].arms))
                yield from scope.names.find(arms, arm, scope.span(loc))


def timelines_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the events, the messages and the channels of a test's timeline."""
    for case, campaign in _cases(scope):
        for happening in case.timeline:
            yield from _occurrence(scope, campaign, happening)


def expectations_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the messages that a test expects."""
    for case, campaign in _cases(scope):
        if campaign:
            names = step_names(campaign)
            for name, loc in _expected(case):
                yield from scope.names.find(names, name, scope.span(loc))


def _cases(scope: Scope) -> Iterator[tuple[TestCase, Campaign | None]]:
    for test, campaign in scope.files.tests:
        for case in test.value.tests if test.value else ():
            yield case, campaign.value


def _expected(case: TestCase) -> Iterator[tuple[str, Loc]]:
    yield from ((each.send, each.loc / "send") for each in case.expect.messages or ())
    yield from ((each.send, each.loc / "send") for each in case.expect.suppressed or ())


def _occurrence(scope: Scope, campaign: Campaign | None, what: Occurrence) -> Iterator[Diagnostic]:
    names = scope.names
    match what:
        case Happens():
            yield from names.find(names.events, what.event, scope.span(what.loc / "event"))
            for name in what.properties:
                span = scope.key_span(what.loc / "properties" / name)
                yield from names.find(names.properties_of(what.event), name, span)
        case OptsOut():
            span = scope.span(what.loc / "unsubscribed")
            yield from names.find(names.channels, what.unsubscribed, span)
        case Opens() if campaign:
            span = scope.span(what.loc / "opened")
            yield from names.find(step_names(campaign), what.opened, span)
        case Clicks() if campaign:
            span = scope.span(what.loc / "clicked")
            yield from names.find(step_names(campaign), what.clicked, span)
        case Opens() | Clicks():
            return
        case _:
            assert_never(what)


def _experiments(campaign: Campaign) -> dict[str, Experiment]:
    steps = steps_of(campaign)
    return {step.experiment: step for step in steps if isinstance(step, Experiment)}


def _sort(noun: str, campaign: Campaign, known: tuple[str, ...]) -> Names:
    return Names(noun=f"{noun} of `{campaign.campaign}`", plural=f"{noun}s", known=known)
