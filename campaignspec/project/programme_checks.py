"""Programmes: their campaigns exist, and what they are judged by can be counted."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import FactKind
from campaignspec.project.scope import Scope
from campaignspec.spec.programme import Order, Part, Programme


def campaigns_of_programmes(scope: Scope) -> Iterator[Diagnostic]:
    """Check the campaigns that are judged together."""
    for piece in scope.entry_names(Programme, "campaigns"):
        yield from scope.find(scope.names.campaigns, piece)


def orders_of_programmes(scope: Scope) -> Iterator[Diagnostic]:
    """Check the orders that a programme is judged by."""
    for piece in scope.values(Order, "event"):
        yield from scope.find(scope.names.events, piece)
    for piece in scope.values(Order, "value"):
        event = scope.beside(piece.loc, "event")
        if event is None:
            continue
        names = scope.names.properties_of(event)
        yield from scope.find(names, piece)
        kind = scope.names.properties.get(event, {}).get(piece.value)
        if kind not in {None, FactKind.MONEY, FactKind.NUMBER}:
            yield Diagnostic(
                code="REF305",
                message=f"`{piece.value}` of `{event}` is {kind}; an order is not worth that",
                span=scope.span_of(piece),
                help="name a property that is a number or an amount of money",
            )


def two_departments(scope: Scope) -> Iterator[Diagnostic]:
    """Find programmes in which nobody is to bring customers, or nobody to keep them."""
    for programme in scope.sections(Programme):
        parts = set(programme.campaigns.values())
        for part, lacks in ((Part.BRINGS, "brings customers"), (Part.KEEPS, "keeps them")):
            if parts and part not in parts:
                yield Diagnostic(
                    code="MSR660",
                    message=f"no campaign of this programme {lacks}",
                    span=scope.key_span(programme.loc / "campaigns"),
                    help=f"name one that does, as `CAMPAIGN: {part}`, or judge the campaigns alone",
                )
