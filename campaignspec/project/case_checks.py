"""The tests beside a campaign: they speak of things that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.journey_names import (
    arm_names,
    experiment_names,
    experiments_of,
    step_names,
)
from campaignspec.project.scope import Scope
from campaignspec.spec.case import Clicks, ExpectedMessage, Happens, Opens, Person, Silence
from campaignspec.spec.reading import Place

_MESSAGES: Final[tuple[Place, ...]] = (
    (Opens, "opened"),
    (Clicks, "clicked"),
    (ExpectedMessage, "send"),
    (Silence, "send"),
)


def attributes_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the attributes of a test's customer."""
    for piece in scope.entry_names(Person, "attributes"):
        yield from scope.names.find(scope.names.attributes, piece.value, scope.span_of(piece))


def properties_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the properties of a test's events."""
    for piece in scope.entry_names(Happens, "properties"):
        path = piece.loc.path[:-2]
        event = scope.parts[piece.loc.file].pieces.at((*path, "event"))
        if event is not None:
            known = scope.names.properties_of(event)
            yield from scope.names.find(known, piece.value, scope.span_of(piece))


def arms_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the experiments and arms that a test's customer draws."""
    for test, campaign in scope.files.tests:
        known = experiment_names(campaign)
        for piece in test.pieces.names_of(Person, "arms"):
            yield from scope.names.find(known, piece.value, scope.span_of(piece))
        arms = {each.value: arm_names(campaign, each) for each in experiments_of(campaign)}
        for piece in test.pieces.values_of(Person, "arms"):
            of = arms.get(piece.loc.path[-1])
            if of:
                yield from scope.names.find(of, piece.value, scope.span_of(piece))


def messages_of_tests(scope: Scope) -> Iterator[Diagnostic]:
    """Check the messages that a test expects, and those that its customer answers."""
    for test, campaign in scope.files.tests:
        names = step_names(campaign)
        for section, key in _MESSAGES:
            for piece in test.pieces.values_of(section, key):
                yield from scope.names.find(names, piece.value, scope.span_of(piece))
