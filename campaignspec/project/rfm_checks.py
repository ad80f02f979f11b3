"""RFM traits: their bins, their limits and their cells agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaignspec.diagnostics import Diagnostic
from campaignspec.money import Money
from campaignspec.project.names import FactKind, Names
from campaignspec.project.rule_types import Surroundings, check_rule
from campaignspec.project.scope import Scope
from campaignspec.project.trait_kinds import source_of
from campaignspec.spec.rfm import SCORES, CutOffs, Rfm
from campaignspec.spec.shape import Loc

_LEAST, _MOST = 2, 10


def bins(scope: Scope) -> Iterator[Diagnostic]:
    """Check how many bins there are, and that there are no limits beside them."""
    for trait in scope.sections(Rfm):
        if not _LEAST <= trait.bins <= _MOST:
            yield Diagnostic(
                code="SPC204",
                message=f"`{trait.bins}` is not a number of bins",
                span=scope.span(trait.loc / "bins"),
                help=f"write a number from {_LEAST} to {_MOST}; 5 is usual",
            )
        if trait.cut_offs is not None and trait.bins != Rfm(rfm=trait.rfm).bins:
            yield Diagnostic(
                code="SPC206",
                message="an RFM is drawn by bins or by cut-offs, not by both",
                span=scope.key_span(trait.loc / "bins"),
                help="keep either `bins:` or `cut_offs:`",
            )


def limits(scope: Scope) -> Iterator[Diagnostic]:
    """Check that limits ascend, and are few enough."""
    for cut_offs in scope.sections(CutOffs):
        for key in ("r", "f", "m"):
            found: Sequence[object] = getattr(cut_offs, key)
            here = cut_offs.loc / key
            if not 1 <= len(found) < _MOST:
                yield Diagnostic(
                    code="SPC206",
                    message=f"`{key}` has {len(found)} limits; it wants 1 to {_MOST - 1}",
                    span=scope.key_span(here),
                    help="four limits make five scores",
                )
            sizes = [_size(limit) for limit in found]
            for number in range(1, len(sizes)):
                if sizes[number] <= sizes[number - 1]:
                    yield _not_ascending(scope, here / number)


def units(scope: Scope) -> Iterator[Diagnostic]:
    """Check that sums of money have limits of money, and sums of numbers those of numbers."""
    for trait in scope.sections(Rfm):
        event, name = source_of(Rfm, trait.rfm)
        kind = scope.names.properties.get(event, {}).get(name or "")
        for number, limit in enumerate(trait.cut_offs.m if trait.cut_offs else ()):
            if kind is FactKind.NUMBER and isinstance(limit, Money):
                yield _wrong_unit(scope, trait, number, f"`{name}` is a number", "100")
            if kind is FactKind.MONEY and not isinstance(limit, Money):
                wrong = f"`{name}` is an amount of money"
                yield _wrong_unit(scope, trait, number, wrong, "100 USD")


def cells(scope: Scope) -> Iterator[Diagnostic]:
    """Check the rules of cells: they look at the three scores only."""
    scores = tuple(facet.value for facet in SCORES)
    around = Surroundings(
        place="a cell",
        allowed="use r, f and m",
        names=Names(noun="score", plural="scores", known=scores),
        kinds=dict.fromkeys(scores, FactKind.NUMBER),
    )
    for rule in scope.values(Rfm, "cells"):
        yield from check_rule(scope, rule.value, around)


def _size(limit: object) -> float:
    match limit:
        case Money():
            return limit.micros
        case int() | float():
            return limit
        case _:
            return int(getattr(limit, "micros", 0))


def _not_ascending(scope: Scope, loc: Loc) -> Diagnostic:
    return Diagnostic(
        code="SPC204",
        message="limits ascend, and this one is not more than the one before",
        span=scope.span(loc),
        help="write the least first",
    )


def _wrong_unit(scope: Scope, trait: Rfm, number: int, wrong: str, example: str) -> Diagnostic:
    return Diagnostic(
        code="REF305",
        message=f"{wrong}, and its sums are held against limits of their kind",
        span=scope.span(trait.loc / "cut_offs" / "m" / number),
        help=f"write it like {example}",
    )
