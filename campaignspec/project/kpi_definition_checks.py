"""A project's own KPIs, and the events that play a part in the built-in ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.clock import Duration
from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import FactKind, Names
from campaignspec.project.scope import Scope
from campaignspec.project.setting_checks import currency_of
from campaignspec.project.trait_kinds import SUMMABLE
from campaignspec.spec.economics import Economics
from campaignspec.spec.kpi import Kpi
from campaignspec.spec.kpi_definition import (
    CountCustomers,
    CountDays,
    CountEvents,
    Counting,
    Definition,
    Kpis,
    Of,
    RoleEvent,
    SumEvents,
)
from campaignspec.spec.kpi_promise import Need, needs_of, quantities_of
from campaignspec.spec.kpi_registry import BUILTINS
from campaignspec.spec.reading import Piece, Place

_AMOUNTS: Final[tuple[Place, ...]] = (
    (Economics, "price"),
    (Economics, "cac"),
    (Economics, "production"),
)


def own_names(scope: Scope) -> Iterator[Diagnostic]:
    """Find own KPIs that are called like a built-in one, and such as can never be counted."""
    for entry in scope.entry_names(Kpis, "kpis"):
        if entry.value in BUILTINS:
            yield Diagnostic(
                code="REF302",
                message=f"a KPI `{entry.value}` is built in",
                span=scope.span_of(entry),
                help="give yours another name, or use the built-in one and remove yours",
            )
        definition = scope.parts[entry.loc.file].pieces.at(entry.loc.path)
        if isinstance(definition, Definition):
            yield from _mixed(scope, definition)


def windows(scope: Scope) -> Iterator[Diagnostic]:
    """Find windows of no length, and own KPIs that look at people without a window."""
    for section, key in ((Definition, "window"), (Definition, "after"), (Kpi, "after")):
        for piece in scope.values(section, key):
            if isinstance(piece.value, Duration) and key == "window" and piece.value.micros <= 0:
                yield Diagnostic(
                    code="SPC204",
                    message="`window` is zero, which leaves no time at all",
                    span=scope.span_of(piece),
                    help="write a length of at least 1s: 30m, 48h, 7d",
                )
    for definition in scope.sections(Definition):
        if Need.WINDOW in needs_of("", definition):
            name = definition.loc.path[-1]
            yield Diagnostic(
                code="MSR606",
                message=f"`{name}` does not say how long it looks at an entry",
                span=scope.key_span(definition.loc),
                help="give it a window, `window: 45d` or `window: goal`, or count `of: everybody`",
            )


def counts(scope: Scope) -> Iterator[Diagnostic]:
    """Check that something has to happen at least once."""
    for piece in scope.values(CountCustomers, "at_least"):
        if piece.value < 1:
            yield Diagnostic(
                code="SPC204",
                message=f"`at_least: {piece.value}` is true of everybody",
                span=scope.span_of(piece),
                help="write how often it must happen: 1 or more",
            )


def properties(scope: Scope) -> Iterator[Diagnostic]:
    """Check the properties that KPIs add up, and those that name what is bought."""
    for section, key in ((SumEvents, "total"), (RoleEvent, "product")):
        for piece in scope.values(section, key):
            event, _, name = piece.value.rpartition(".")
            yield from scope.names.find(scope.names.events, event, scope.span_of(piece))
            if event in scope.names.events:
                yield from _property(scope, piece, event, name, summed=section is SumEvents)
    for kind, key, beside in ((RoleEvent, "value", "event"), (CountCustomers, "by", "customers")):
        for piece in scope.values(kind, key):
            event = scope.beside(piece.loc, beside)
            if event is not None:
                yield from _property(scope, piece, event, piece.value, summed=key == "value")


def amounts(scope: Scope) -> Iterator[Diagnostic]:
    """Check that economics are in money of the project's currency."""
    counted = currency_of(scope)
    for section, key in _AMOUNTS:
        for piece in scope.values(section, key):
            if counted and piece.value.currency != counted:
                yield Diagnostic(
                    code="SPC204",
                    message=f"`{key}` is in {piece.value.currency}, but the project counts in "
                    f"{counted}",
                    span=scope.span_of(piece),
                    help=f"write it in {counted}",
                )


def _mixed(scope: Scope, definition: Definition) -> Iterator[Diagnostic]:
    """Find a difference of what is counted of everybody and what is counted of entries."""
    scopes = {_is_of_everybody(each) for each in quantities_of(definition)} - {None}
    if len(scopes) > 1:
        yield Diagnostic(
            code="MSR611",
            message=f"`{definition.loc.path[-1]}` holds everybody against those who entered",
            span=scope.key_span(definition.loc),
            help="count both `of: everybody`, or both of entries",
        )


def _is_of_everybody(quantity: Counting) -> bool | None:
    """Say whether something is counted of everybody; None of what belongs to nobody."""
    match quantity:
        case CountCustomers() | CountEvents() | SumEvents():
            return quantity.of is Of.EVERYBODY
        case _:
            return None if isinstance(quantity, CountDays) else False


def _property(
    scope: Scope, piece: Piece, event: str, name: str, *, summed: bool
) -> Iterator[Diagnostic]:
    known: Names = scope.names.properties_of(event)
    yield from scope.names.find(known, name, scope.span_of(piece))
    kind = scope.names.properties.get(event, {}).get(name)
    if kind is None or (kind in SUMMABLE if summed else kind is FactKind.TEXT):
        return
    yield Diagnostic(
        code="REF305",
        message=f"`{name}` of `{event}` is {kind}",
        span=scope.span_of(piece),
        help="name a property that is a number or an amount of money"
        if summed
        else "name a property that is a text: a product, a category",
    )
