"""The rules of a project, each in its surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.journey_names import asked_by, asking_names, calls_of, step_names
from campaignspec.project.names import FactKind, Names
from campaignspec.project.rule_types import Surroundings, check_rule
from campaignspec.project.scope import Part, Scope
from campaignspec.project.trait_kinds import EVENT_TRAITS, source_of
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import Enter, OnEvent
from campaignspec.spec.habits import ShareOf, Tenure
from campaignspec.spec.journey import Case, Goal, RepeatSteps
from campaignspec.spec.kpi_definition import (
    CountCustomers,
    CountEntries,
    CountEvents,
    RoleEvent,
    SumEvents,
)
from campaignspec.spec.lifecycle import Move
from campaignspec.spec.mix import Mix
from campaignspec.spec.never import Never
from campaignspec.spec.offer import Offer, RedeemedBy
from campaignspec.spec.policy import SuppressEvent
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import verb_of
from campaignspec.spec.sources import ColumnKind
from campaignspec.spec.steering import Stage

_OF_KPIS: Final[tuple[tuple[type, str, str], ...]] = (
    (CountCustomers, "where", "customers"),
    (CountEvents, "where", "events"),
    (SumEvents, "where", "total"),
    (RoleEvent, "where", "event"),
    (RoleEvent, "owned", "event"),
)
"""The rules of KPIs, each with the key beside it that names its event."""


def rules_of_traits(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events a trait counts."""
    places = [(trait, "where") for trait in (*EVENT_TRAITS, Tenure)]
    for trait, key in (*places, (ShareOf, "among")):
        for rule in scope.values(trait, key):
            source = scope.beside(rule.loc, verb_of(trait))
            if source is not None:
                event, _ = source_of(trait, source)
                yield from check_rule(scope, rule.value, _at_event(scope, event, "a trait"))


def rules_of_segments(scope: Scope) -> Iterator[Diagnostic]:
    """Check who is in a segment."""
    for key in ("where", "matrix"):
        for rule in scope.values(Segment, key):
            yield from check_rule(scope, rule.value, _of_customer(scope, "a segment"))


def rules_of_sequences(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events are steps of a sequence."""
    for section in (Following, Absence):
        for rule in scope.values(section, "where"):
            event = scope.beside(rule.loc, verb_of(section))
            if event is not None:
                yield from check_rule(scope, rule.value, _at_event(scope, event, "a step"))


def rules_of_moves(scope: Scope) -> Iterator[Diagnostic]:
    """Check when a customer moves from one stage of a lifecycle to another."""
    for rule in scope.values(Move, "when"):
        yield from check_rule(scope, rule.value, _of_customer(scope, "a move"))


def rules_of_entries(scope: Scope) -> Iterator[Diagnostic]:
    """Check who may enter a campaign."""
    for rule in scope.values(Enter, "where"):
        yield from check_rule(scope, rule.value, _of_customer(scope, "the entry's `where`"))


def rules_of_events(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events let a customer enter, leave or go on."""
    for rule in scope.values(OnEvent, "where"):
        event = scope.beside(rule.loc, "event")
        if event is None:
            continue
        match rule.loc.path[-2]:
            case "on":
                around = _of_customer_at(scope, event, "the entry's `where`")
            case "answer":
                around = _at_event(scope, event, "an answer")
            case "for" | int():
                around = _of_customer_at(scope, event, "the wait's `where`")
            case "confirmed_by":
                around = _at_event(scope, event, "a confirmation")
            case "after":
                around = _at_event(scope, event, "a `never`")
            case _:
                around = _at_event(scope, event, "a leave rule")
        yield from check_rule(scope, rule.value, around)


def rules_of_goals(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events count as success, or as a stage on the way to it."""
    for section, place in ((Goal, "a goal"), (Stage, "a stage")):
        for rule in scope.values(section, "where"):
            event = scope.beside(rule.loc, "event")
            if event is not None:
                yield from check_rule(scope, rule.value, _at_event(scope, event, place))


def rules_of_branches(scope: Scope) -> Iterator[Diagnostic]:
    """Check who takes which way of a branch."""
    for part in scope.files.campaigns:
        places = ((Case, "if"), (RepeatSteps, "until"))
        rules = [rule for place in places for rule in part.pieces.values_of(*place)]
        if rules:
            around = _of_journey(scope, part)
            yield from (found for rule in rules for found in check_rule(scope, rule.value, around))


def _of_journey(scope: Scope, part: Part[Campaign]) -> Surroundings:
    """Return what the rules within a journey may speak of: its own messages and answers too."""
    around = _of_customer(scope, "a branch", steps=step_names(part, scope.shared, scope.mixes))
    return replace(
        around,
        answering=asking_names(part, scope.shared),
        replies={
            **{
                step: _kept(scope, event, kept)
                for step, (event, kept) in asked_by(part, scope.shared).items()
            },
            **{step: _called(keep) for step, keep in calls_of(part, scope.shared).items()},
        },
    )


def _called(keep: Mapping[str, ColumnKind]) -> tuple[Names, Mapping[str, FactKind | None]]:
    """Return the names of what is kept of an answer to a call, and what they hold."""
    kinds: Mapping[str, FactKind | None] = {
        name: FactKind[kind.name] for name, kind in keep.items()
    }
    names = Names(
        noun="value of the answer",
        plural="values of the answer",
        known=tuple(keep),
        complete=True,
        home="name it under `keep:` of the call",
    )
    return names, kinds


def _kept(
    scope: Scope, event: str, kept: tuple[str, ...] | None
) -> tuple[Names, Mapping[str, FactKind | None]]:
    """Return the names of what is kept of an event, and what they hold."""
    names = scope.names.properties_of(event)
    if kept is not None:
        advice = "name it under `keep:` of the wait"
        names = replace(names, known=kept, complete=True, home=advice)
    return names, scope.names.properties.get(event, {})


def rules_of_offers(scope: Scope) -> Iterator[Diagnostic]:
    """Check who may have an offer."""
    for rule in scope.values(Offer, "for"):
        yield from check_rule(scope, rule.value, _of_customer(scope, "an offer's `for`"))


def rules_of_mixes(scope: Scope) -> Iterator[Diagnostic]:
    """Check what channels of a mix need."""
    for mix in scope.sections(Mix):
        for rule in mix.needs.values():
            yield from check_rule(scope, rule, _of_customer(scope, "a mix's `needs`"))


def rules_of_redemptions(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events redeem an offer."""
    for rule in scope.values(RedeemedBy, "where"):
        event = scope.beside(rule.loc, "event")
        if event is not None:
            yield from check_rule(scope, rule.value, _at_event(scope, event, "a redemption"))


def rules_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check to whom messages must never be sent."""
    for test, campaign in scope.files.tests:
        around = _of_customer(
            scope, "a `never`", steps=step_names(campaign, scope.shared, scope.mixes)
        )
        for rule in test.pieces.values_of(Never, "for"):
            yield from check_rule(scope, rule.value, around)


def rules_of_suppressions(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events keep people from being reached."""
    for rule in scope.values(SuppressEvent, "where"):
        event = scope.beside(rule.loc, "event")
        if event is not None:
            yield from check_rule(scope, rule.value, _at_event(scope, event, "a suppression"))


def rules_of_kpis(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events KPIs and stages look at, and what KPIs ask of customers."""
    for section, key, verb in _OF_KPIS:
        for rule in scope.values(section, key):
            event = scope.beside(rule.loc, verb)
            if event is not None:
                named = event.rpartition(".")[0] if section is SumEvents else event
                yield from check_rule(scope, rule.value, _at_event(scope, named, "a KPI"))
    for rule in scope.values(CountEntries, "where"):
        yield from check_rule(scope, rule.value, _of_customer(scope, "a KPI"))


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
        keys_wanted=scope.names.keys_wanted,
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
        keys_wanted={
            name: wanted
            for name, wanted in scope.names.keys_wanted.items()
            if name not in properties
        },
        segments=True,
    )


def _facts(scope: Scope, properties: Names | None, noun: str, plural: str) -> Names:
    sorts = (scope.names.traits, scope.names.attributes, *((properties,) if properties else ()))
    return Names(
        noun=noun,
        plural=plural,
        known=tuple(dict.fromkeys(name for sort in sorts for name in sort.known)),
        complete=all(sort.complete for sort in sorts),
        kinds={**scope.names.facts, **(properties.kinds if properties else {})},
    )
