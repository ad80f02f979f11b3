"""The rules of a project, each in its surroundings."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.definitions import trait_source
from campaignspec.project.names import Names
from campaignspec.project.rule_types import Surroundings, check_rule
from campaignspec.project.scope import Scope
from campaignspec.project.walk import send_name, sends_of, steps_of
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.journey import Branch, Case, OnEvent, Wait, WaitFor
from campaignspec.spec.rule import Rule


def rules_of_traits(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events a trait counts."""
    for _, trait in scope.traits:
        if trait.where:
            event, _ = trait_source(trait)
            yield from check_rule(scope, trait.where, _at_event(scope, event, "a trait"))


def rules_of_segments(scope: Scope) -> Iterator[Diagnostic]:
    """Check who is in a segment."""
    for _, segment in scope.segments:
        yield from check_rule(scope, segment.where, _of_customer(scope, "a segment"))


def rules_of_entries(scope: Scope) -> Iterator[Diagnostic]:
    """Check who may enter a campaign."""
    for campaign in scope.campaigns:
        enter = campaign.enter
        if enter.where:
            yield from check_rule(scope, enter.where, _of_customer(scope, "the entry's `where`"))
        if isinstance(enter.on, OnEvent) and enter.on.where:
            around = _of_customer_at(scope, enter.on.event, "the entry's `where`")
            yield from check_rule(scope, enter.on.where, around)


def rules_of_waits(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events a wait waits for."""
    for campaign in scope.campaigns:
        for step in steps_of(campaign):
            match step:
                case Wait(wait=WaitFor(for_=OnEvent(event=event, where=Rule() as where))):
                    around = _of_customer_at(scope, event, "the wait's `where`")
                    yield from check_rule(scope, where, around)


def rules_of_endings(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events a goal or a leave rule looks for."""
    for campaign in scope.campaigns:
        for ending, place in _endings(campaign):
            if ending.where:
                around = _at_event(scope, ending.event, place)
                yield from check_rule(scope, ending.where, around)


def rules_of_branches(scope: Scope) -> Iterator[Diagnostic]:
    """Check who takes which way of a branch."""
    for campaign in scope.campaigns:
        around = _of_customer(scope, "a branch", steps=step_names(campaign))
        for step in steps_of(campaign):
            for way in step.branch if isinstance(step, Branch) else ():
                if isinstance(way, Case):
                    yield from check_rule(scope, way.if_, around)


def step_names(campaign: Campaign) -> Names:
    """Return the names of a campaign's send steps."""
    known = dict.fromkeys(send_name(step) for step in sends_of(campaign))
    return Names(
        noun=f"send step of `{campaign.campaign}`",
        plural="send steps",
        known=tuple(known),
    )


def _endings(campaign: Campaign) -> Iterator[tuple[OnEvent, str]]:
    if campaign.goal:
        yield OnEvent(event=campaign.goal.event, where=campaign.goal.where), "a goal"
    for rule in campaign.leave:
        if isinstance(rule.when, OnEvent):
            yield rule.when, "a leave rule"


def _at_event(scope: Scope, event: str, place: str) -> Surroundings:
    names = scope.names.properties_of(event)
    return Surroundings(
        place=f"{place}'s `where`",
        allowed=f"it looks at the properties of `{event}` only",
        names=names,
        kinds=scope.names.properties.get(event, {}),
    )


def _of_customer(scope: Scope, place: str, *, steps: Names | None = None) -> Surroundings:
    return Surroundings(
        place=place,
        allowed="use traits, attributes and segments",
        names=_facts(scope, None, "trait or attribute", "traits and attributes"),
        kinds=scope.names.facts,
        segments=True,
        steps=steps,
    )


def _of_customer_at(scope: Scope, event: str, place: str) -> Surroundings:
    properties = scope.names.properties_of(event)
    sort = f"property of `{event}`, trait or attribute"
    plural = "properties, traits and attributes"
    return Surroundings(
        place=place,
        allowed=f"use properties of `{event}`, traits, attributes and segments",
        names=_facts(scope, properties, sort, plural),
        kinds={**scope.names.facts, **scope.names.properties.get(event, {})},
        segments=True,
    )


def _facts(scope: Scope, properties: Names | None, noun: str, plural: str) -> Names:
    sorts = (scope.names.traits, scope.names.attributes, *((properties,) if properties else ()))
    return Names(
        noun=noun,
        plural=plural,
        known=tuple(dict.fromkeys(name for sort in sorts for name in sort.known)),
        complete=all(sort.complete for sort in sorts),
    )
