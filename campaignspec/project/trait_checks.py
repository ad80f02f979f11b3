"""What traits are computed from: properties and other traits of fitting kinds, not in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.definitions import PROPERTY_TRAITS, SUMMABLE, source_of, suits, wanted
from campaignspec.project.scope import Scope
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import verb_of
from campaignspec.spec.traits import DaysSince, Ratio


def properties(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the property of a trait exists, and that the trait can be computed of it."""
    for trait in PROPERTY_TRAITS:
        for piece in scope.values(trait, verb_of(trait)):
            yield from _property(scope, trait, piece)


def parts_of_ratios(scope: Scope) -> Iterator[Diagnostic]:
    """Check that both traits of a ratio exist, and that they can be divided."""
    names = scope.names
    counting_days = {
        str(piece.loc.path[-2]) for piece in scope.values(DaysSince, verb_of(DaysSince))
    }
    for key in ("ratio", "to"):
        for piece in scope.values(Ratio, key):
            span, kind = scope.span_of(piece), names.facts.get(piece.value)
            yield from names.find(names.traits, piece.value, span)
            if piece.value not in names.traits:
                continue
            if kind is not None and kind not in SUMMABLE:
                yield Diagnostic(
                    code="REF305",
                    message=f"the trait `{piece.value}` is {kind} and has no ratio",
                    span=span,
                    help="name a trait that is a number or an amount of money",
                )
            elif piece.value in counting_days:
                yield Diagnostic(
                    code="REF305",
                    message=f"`{piece.value}` grows with every day and has no ratio",
                    span=span,
                    help="name a trait that changes only when something happens",
                )


def ratios_in_circles(scope: Scope) -> Iterator[Diagnostic]:
    """Find ratios that are computed from themselves, be it through others."""
    parts = {str(piece.loc.path[-2]): {"ratio": piece} for piece in scope.values(Ratio, "ratio")}
    for piece in scope.values(Ratio, "to"):
        parts.setdefault(str(piece.loc.path[-2]), {})["to"] = piece
    settled: set[str] = set()
    for name in parts:
        chain = _circle(name, parts, settled, ())
        if chain:
            yield _circular(scope, parts[chain[0]], chain)


def _property(scope: Scope, trait: type, piece: Piece) -> Iterator[Diagnostic]:
    event, name = source_of(trait, piece.value)
    if name is None:
        return
    before = scope.part(piece.loc, (0, len(event)))
    behind = scope.part(piece.loc, (len(event) + 1, len(piece.value)))
    yield from scope.names.find(scope.names.events, event, before)
    yield from scope.names.find(scope.names.properties_of(event), name, behind)
    kind = scope.names.properties.get(event, {}).get(name)
    if kind is not None and not suits(trait, kind):
        yield Diagnostic(
            code="REF305",
            message=f"`{name}` of `{event}` is {kind} and has no {verb_of(trait)}",
            span=behind,
            help=f"{verb_of(trait)} wants {wanted(trait)}",
        )


def _circle(
    name: str,
    ratios: Mapping[str, Mapping[str, Piece]],
    settled: set[str],
    above: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the first circle that is reached from a ratio, closed; empty without one."""
    if name in above:
        return (*above[above.index(name) :], name)
    if name in settled or name not in ratios:
        return ()
    settled.add(name)
    for part in ratios[name].values():
        chain = _circle(part.value, ratios, settled, (*above, name))
        if chain:
            return chain
    return ()


def _circular(scope: Scope, parts: Mapping[str, Piece], chain: tuple[str, ...]) -> Diagnostic:
    link = next(piece for piece in parts.values() if piece.value == chain[1])
    shown = " → ".join(f"`{name}`" for name in chain)
    alone = len(chain) == 2
    return Diagnostic(
        code="REF303",
        message=f"the trait `{chain[0]}` is defined by itself"
        if alone
        else f"these traits are defined by each other: {shown}",
        span=scope.span_of(link),
        help="name a trait that is computed from events",
    )
