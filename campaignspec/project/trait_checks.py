"""What traits are computed from: properties and other traits of fitting kinds, not in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.names import FactKind
from campaignspec.project.scope import Scope
from campaignspec.project.trait_kinds import (
    GROUPED_TRAITS,
    PROPERTY_TRAITS,
    SUMMABLE,
    source_of,
    suits,
    wanted,
)
from campaignspec.spec.habits import Interest, PreferredChannel, Tenure, ValueAgo
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import Loc, verb_of
from campaignspec.spec.traits import DaysSince, Ratio


def properties(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the property of a trait exists, and that the trait can be computed of it."""
    for trait in PROPERTY_TRAITS:
        for piece in scope.values(trait, verb_of(trait)):
            yield from _property(scope, trait, piece)


def parts_of_ratios(scope: Scope) -> Iterator[Diagnostic]:
    """Check that both traits of a ratio exist, and that they can be divided."""
    names, counting_days = scope.names, _counting_days(scope)
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
            else:
                yield from _without_key(scope, piece)


def traits_in_circles(scope: Scope) -> Iterator[Diagnostic]:
    """Find traits that are computed from themselves, be it through others."""
    parts: dict[str, dict[str, Piece]] = {}
    for section, key in ((Ratio, "ratio"), (Ratio, "to"), (ValueAgo, "value")):
        for piece in scope.values(section, key):
            parts.setdefault(str(piece.loc.path[-2]), {})[key] = piece
    settled: set[str] = set()
    for name in parts:
        chain = _circle(name, parts, settled, ())
        if chain:
            yield _circular(scope, parts[chain[0]], chain)


def groups(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a trait is told apart by a property of its event that is text."""
    for trait in GROUPED_TRAITS:
        for by in scope.values(trait, "by"):
            source = scope.beside(by.loc, verb_of(trait))
            if source is not None:
                event, _ = source_of(trait, source)
                yield from _text(scope, event, by.value, scope.span_of(by), "be told apart by")


def ends_of_interest(scope: Scope) -> Iterator[Diagnostic]:
    """Check what ends an interest, and how often something must be seen."""
    for piece in scope.values(Interest, "without"):
        event, _, name = piece.value.rpartition(".")
        before = scope.part(piece.loc, (0, len(event)))
        behind = scope.part(piece.loc, (len(event) + 1, len(piece.value)))
        yield from scope.names.find(scope.names.events, event, before)
        yield from _text(scope, event, name, behind, "end an interest with")
    for piece in scope.values(Interest, "at_least"):
        if piece.value < 1:
            yield Diagnostic(
                code="SPC204",
                message=f"nobody sees something {piece.value} times",
                span=scope.span_of(piece),
                help="write how often it is seen by those who are interested: 3",
            )


def channels_of_answers(scope: Scope) -> Iterator[Diagnostic]:
    """Check that answers, by which channels are compared, name their channel."""
    for piece in scope.values(PreferredChannel, verb_of(PreferredChannel)):
        if piece.value in scope.names.events:
            span = scope.span_of(piece)
            yield from _text(scope, piece.value, "channel", span, "compare channels by")


def tenures(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a tenure begins with an event, or with an attribute that is a date."""
    names = scope.names
    for piece in scope.values(Tenure, verb_of(Tenure)):
        span = scope.span_of(piece)
        if piece.value not in names.attributes:
            yield from names.find(names.events, piece.value, span)
        elif piece.value in names.events:
            yield Diagnostic(
                code="REF302",
                message=f"`{piece.value}` is an attribute of customers and an event at once",
                span=span,
                help="give the attribute another name",
            )
        else:
            yield from _date(scope, piece)


def values_ago(scope: Scope) -> Iterator[Diagnostic]:
    """Check that what is looked back on is an attribute or a trait."""
    names = scope.names
    for piece in scope.values(ValueAgo, verb_of(ValueAgo)):
        facet_of = piece.value.rpartition(".")[0]
        is_facet = piece.value in names.facts and facet_of in names.traits
        if piece.value not in names.attributes and not is_facet:
            yield from names.find(names.traits, piece.value, scope.span_of(piece))
            yield from _without_key(scope, piece)


def _date(scope: Scope, piece: Piece) -> Iterator[Diagnostic]:
    """Check that an attribute begins a tenure, and by itself."""
    kind = scope.names.facts.get(piece.value)
    if kind not in {None, FactKind.DATE}:
        yield Diagnostic(
            code="REF305",
            message=f"the attribute `{piece.value}` is {kind}, and only a date begins a tenure",
            span=scope.span_of(piece),
            help="name an event, or an attribute that is a date",
        )
    where = scope.beside(piece.loc, "where")
    if where is not None:
        yield Diagnostic(
            code="SPC206",
            message="`where` looks at events, and this tenure begins with an attribute",
            span=scope.key_span(Loc(piece.loc.file, (*piece.loc.path[:-1], "where"))),
            help="remove it",
        )


def _counting_days(scope: Scope) -> set[str]:
    """Return the traits that grow by time alone, and those that look back on such."""
    found = {
        str(piece.loc.path[-2])
        for trait in (DaysSince, Tenure)
        for piece in scope.values(trait, verb_of(trait))
    }
    pasts = [(str(each.loc.path[-2]), each.value) for each in scope.values(ValueAgo, "value")]
    for _ in pasts:
        found |= {name for name, of in pasts if of in found}
    return found


def _without_key(scope: Scope, piece: Piece) -> Iterator[Diagnostic]:
    """Find a trait that only a rule can name, because it must be told of which value."""
    if scope.names.keys_wanted.get(piece.value):
        yield Diagnostic(
            code="REF305",
            message=f"`{piece.value}` is told apart by a property, and has no value of its own",
            span=scope.span_of(piece),
            help="name a trait without `by:`, with a `where:` that chooses one value",
        )


def _text(scope: Scope, event: str, name: str, span: Span, purpose: str) -> Iterator[Diagnostic]:
    """Check that an event has a property and that it is text."""
    yield from scope.names.find(scope.names.properties_of(event), name, span)
    kind = scope.names.properties.get(event, {}).get(name)
    if kind not in {None, FactKind.TEXT}:
        yield Diagnostic(
            code="REF305",
            message=f"`{name}` of `{event}` is {kind}, and only text is good to {purpose}",
            span=span,
            help="name a property that is text",
        )


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
