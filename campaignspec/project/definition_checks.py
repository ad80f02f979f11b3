"""What is defined: once, under a fitting name, and not in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.definitions import declared_properties
from campaignspec.project.named import Named
from campaignspec.project.names import article
from campaignspec.project.scope import Scope
from campaignspec.project.walk import leaves_of
from campaignspec.spec.audience import Audiences, Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.reading import Piece
from campaignspec.spec.rule import InSegment
from campaignspec.spec.shape import Loc
from campaignspec.spec.sources import ColumnKind


def campaigns_once(named: Sequence[Named]) -> Iterator[Diagnostic]:
    """Find campaigns of the same name."""
    places = (place for each in named for place in each.places)
    yield from repeated("campaign", places, "give one of them another name")


def traits_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find traits of the same name in several files."""
    yield from _once(scope, "trait", scope.entry_names(Audiences, "traits"))


def segments_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find segments of the same name in several files."""
    yield from _once(scope, "segment", scope.entry_names(Audiences, "segments"))


def traits_beside_attributes(scope: Scope) -> Iterator[Diagnostic]:
    """Find traits that are called like an attribute, so that rules could mean either."""
    for trait in scope.entry_names(Audiences, "traits"):
        if trait.value in scope.names.attributes:
            yield Diagnostic(
                code="REF302",
                message=f"`{trait.value}` is an attribute of customers and a trait at once",
                span=scope.span_of(trait),
                help="give the trait another name",
            )


def properties_agree(scope: Scope) -> Iterator[Diagnostic]:
    """Find properties of one event that two sources declare as different things."""
    first: dict[tuple[str, str], tuple[ColumnKind, Loc]] = {}
    for event, name, kind, loc in declared_properties(scope.files.settings):
        if kind is None:
            continue
        known, known_loc = first.setdefault((event, name), (kind, loc))
        if known is not kind:
            yield Diagnostic(
                code="REF305",
                message=f"`{name}` of `{event}` is {kind} here and {known} elsewhere",
                span=scope.span(loc),
                help="declare it alike in all sources of the event, "
                "or give these events another name with `as:`",
                related=((scope.span(known_loc), f"here it is {known}"),),
            )


def folder_names(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a campaign is called like its folder."""
    for part in scope.files.campaigns:
        for named in part.pieces.values_of(Campaign, "campaign"):
            if named.value != part.folder.name:
                yield Diagnostic(
                    code="REF301",
                    message=f"the campaign is called `{named.value}`, "
                    f"but the folder is called `{part.folder.name}`",
                    span=scope.span_of(named),
                    help="give both the same name, so that each finds the other; "
                    "to keep the holdout of a renamed campaign, set `seed:` to its old name",
                )


def segments_in_circles(scope: Scope) -> Iterator[Diagnostic]:
    """Find segments that are defined by themselves, be it through others."""
    asked = _links(scope)
    settled: set[str] = set()
    for name in asked:
        chain = _circle(name, asked, settled, ())
        if chain:
            yield _circular(asked[chain[0]], chain)


def repeated(noun: str, named: Iterable[tuple[str, Span]], advice: str) -> Iterator[Diagnostic]:
    """Find names that stand for two things of one sort."""
    first: dict[str, Span] = {}
    for name, span in named:
        if name not in first:
            first[name] = span
            continue
        yield Diagnostic(
            code="REF302",
            message=f"{article(noun)} called `{name}` exists already",
            span=span,
            help=advice,
            related=((first[name], "the first is here"),),
        )


def _once(scope: Scope, noun: str, pieces: Iterable[Piece]) -> Iterator[Diagnostic]:
    by_name: dict[Any, list[Piece]] = {}
    for piece in pieces:
        by_name.setdefault(piece.value, []).append(piece)
    again = (piece for same in by_name.values() if len(same) > 1 for piece in same)
    named = ((piece.value, scope.span_of(piece)) for piece in again)
    yield from repeated(noun, named, "keep one of them")


def _links(scope: Scope) -> Mapping[str, Mapping[str, Span]]:
    """Return which segments each segment asks for, and where; a cell asks what its matrix does."""
    found: dict[str, dict[str, Span]] = {}
    for key in ("where", "matrix"):
        for rule in scope.values(Segment, key):
            asked = found.setdefault(str(rule.loc.path[1]), {})
            for leaf in leaves_of(rule.value.term):
                if isinstance(leaf, InSegment):
                    asked.setdefault(leaf.segment, scope.part(rule.loc, leaf.at))
    for excluded in scope.values(Segment, "exclude"):
        asked = found.setdefault(str(excluded.loc.path[1]), {})
        asked.setdefault(excluded.value, scope.span_of(excluded))
    matrices = {str(rule.loc.path[1]) for rule in scope.values(Segment, "matrix")}
    return {
        name: {_maker(each, matrices): span for each, span in asked.items()}
        for name, asked in found.items()
    }


def _maker(name: str, matrices: Iterable[str]) -> str:
    """Return the matrix that makes a segment, or else the segment."""
    return next((each for each in matrices if name.startswith(f"{each}.")), name)


def _circle(
    name: str,
    links: Mapping[str, Mapping[str, Span]],
    settled: set[str],
    above: tuple[str, ...],
) -> tuple[str, ...]:
    """Return the first circle that is reached from a segment, closed; empty without one."""
    if name in above:
        return (*above[above.index(name) :], name)
    if name in settled or name not in links:
        return ()
    settled.add(name)
    for asked in links[name]:
        chain = _circle(asked, links, settled, (*above, name))
        if chain:
            return chain
    return ()


def _circular(links: Mapping[str, Span], chain: tuple[str, ...]) -> Diagnostic:
    shown = " → ".join(f"`{name}`" for name in chain)
    alone = len(chain) == 2
    return Diagnostic(
        code="REF303",
        message=f"the segment `{chain[0]}` is defined by itself"
        if alone
        else f"these segments are defined by each other: {shown}",
        span=links[chain[1]],
        help="write out one of the conditions in place of segment(…)",
    )
