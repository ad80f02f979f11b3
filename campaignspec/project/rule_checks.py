"""The rules of a project, each in its surroundings."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.journey_names import step_names
from campaignspec.project.names import Names
from campaignspec.project.rule_types import Surroundings, check_rule
from campaignspec.project.scope import Scope
from campaignspec.project.trait_kinds import EVENT_TRAITS, source_of
from campaignspec.spec.audience import Segment
from campaignspec.spec.entering import Enter, OnEvent
from campaignspec.spec.habits import ShareOf, Tenure
from campaignspec.spec.journey import Case, Goal
from campaignspec.spec.lifecycle import Move
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import verb_of


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
            case "for":
                around = _of_customer_at(scope, event, "the wait's `where`")
            case _:
                around = _at_event(scope, event, "a leave rule")
        yield from check_rule(scope, rule.value, around)


def rules_of_goals(scope: Scope) -> Iterator[Diagnostic]:
    """Check which events count as success."""
    for rule in scope.values(Goal, "where"):
        event = scope.beside(rule.loc, "event")
        if event is not None:
            yield from check_rule(scope, rule.value, _at_event(scope, event, "a goal"))


def rules_of_branches(scope: Scope) -> Iterator[Diagnostic]:
    """Check who takes which way of a branch."""
    for part in scope.files.campaigns:
        around = _of_customer(scope, "a branch", steps=step_names(part))
        for rule in part.pieces.values_of(Case, "if"):
            yield from check_rule(scope, rule.value, around)


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
