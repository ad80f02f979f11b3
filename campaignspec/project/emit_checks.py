"""Events that journeys emit: who may listen to them, and who cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.definitions import events_of_sources
from campaignspec.project.places import PLACES, Sort
from campaignspec.project.scope import Scope
from campaignspec.spec.case import Happens
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import OnEvent
from campaignspec.spec.journey import Goal
from campaignspec.spec.project import Settings
from campaignspec.spec.reading import Piece, Place

_HEARD: Final[tuple[Place, ...]] = (
    *((OnEvent, "event"), (Goal, "event")),
    *((Happens, "event"), (Emit, "emit")),
)
_UNHEARD: Final = tuple(
    place for place, sorts in PLACES.items() if Sort.EVENT in sorts and place not in _HEARD
)
_NOT_HEARD_IN: Final = frozenset({"answer"})
"""Keys whose `OnEvent` asks the history alone."""


def emitted_events(scope: Scope) -> Iterator[Diagnostic]:
    """Check that what journeys emit is declared."""
    for piece in scope.values(Emit, "emit"):
        yield from scope.find(scope.names.emitted, piece)


def emitted_beside_sources(scope: Scope) -> Iterator[Diagnostic]:
    """Find emitted events that are called like one of a source."""
    told = events_of_sources(scope.files.settings) or frozenset()
    for piece in scope.entry_names(Settings, "emits"):
        if piece.value in told:
            yield Diagnostic(
                code="REF302",
                message=f"a source has an event called `{piece.value}`, too",
                span=scope.span_of(piece),
                help="give the event that journeys emit a name of its own",
            )


def unheard_events(scope: Scope) -> Iterator[Diagnostic]:
    """Find emitted events where only events of the history count."""
    known = scope.names.emitted
    for section, key in _UNHEARD:
        for piece in scope.values(section, key):
            if piece.value in known.known:
                yield _unheard(scope, piece)
    for piece in scope.values(OnEvent, "event"):
        if piece.value in known.known and _NOT_HEARD_IN & set(piece.loc.path):
            yield _unheard(scope, piece)
    for rule in scope.values(OnEvent, "where"):
        if scope.beside(rule.loc, "event") in known.known:
            yield Diagnostic(
                code="JRN502",
                message=f"a journey emits `{scope.beside(rule.loc, 'event')}`, "
                "and nothing is asked of such an event",
                span=scope.span_of(rule),
                help="ask the customer instead, by `where` beside `on`, or emit it on a branch",
            )


def _unheard(scope: Scope, piece: Piece) -> Diagnostic:
    return Diagnostic(
        code="JRN502",
        message=f"a journey emits `{piece.value}`, and it is no event of the history",
        span=scope.span_of(piece),
        help="only entries, goals, leave rules and waits hear such events; "
        "remember it by `set:`, if it is to be asked for",
    )
