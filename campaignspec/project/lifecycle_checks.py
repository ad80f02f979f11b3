"""Lifecycles: their moves lead from stages to stages, by rules that do not ask for themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import Names
from campaignspec.project.scope import Scope
from campaignspec.project.walk import leaves_of
from campaignspec.spec.audience import Segment
from campaignspec.spec.lifecycle import Lifecycle, Move
from campaignspec.spec.rule import Age, Compare, InSegment, Known, OneOf, Rule
from campaignspec.spec.shape import Loc
from campaignspec.spec.traits import Ratio

_MOST: Final = 60

_Node = tuple[str, str]
"""A trait or a segment, and its name."""


def stages(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a lifecycle has stages, each once, and not more than it can count."""
    for trait in scope.sections(Lifecycle):
        seen: set[str] = set()
        for number, stage in enumerate(trait.lifecycle):
            if stage in seen:
                yield Diagnostic(
                    code="REF302",
                    message=f"a stage called `{stage}` exists already",
                    span=scope.span(trait.loc / "lifecycle" / number),
                    help="name each stage once",
                )
            seen.add(stage)
        for key, found in (("lifecycle", trait.lifecycle), ("moves", trait.moves)):
            if not 1 <= len(found) <= _MOST:
                yield Diagnostic(
                    code="SPC206",
                    message=f"`{key}` has {len(found)} entries; it wants 1 to {_MOST}",
                    span=scope.key_span(trait.loc / key),
                    help="a lifecycle is a few stages and the ways between them",
                )


def stages_of_moves(scope: Scope) -> Iterator[Diagnostic]:
    """Check that moves lead from stages to another stage of their lifecycle."""
    for key in ("to", "from"):
        for piece in scope.values(Move, key):
            place = piece.loc.path.index("moves")
            owner = Loc(piece.loc.file, piece.loc.path[:place])
            known = _stages(scope, owner)
            yield from scope.find(known, piece)
    for move in scope.sections(Move):
        for number, stage in enumerate(move.from_):
            if stage == move.to:
                yield Diagnostic(
                    code="SPC204",
                    message=f"this move leads from `{stage}` to `{stage}`",
                    span=scope.span(move.loc / "from" / number),
                    help="leave it out: who is there already does not move there",
                )


def circles(scope: Scope) -> Iterator[Diagnostic]:
    """Find lifecycles whose moves ask for the stage itself, be it through other definitions."""
    asked = _asked(scope)
    for trait in scope.sections(Lifecycle):
        name = str(trait.loc.path[-1])
        for number, move in enumerate(trait.moves):
            if ("trait", name) in _reached(_names_in(move.when), asked):
                yield Diagnostic(
                    code="REF303",
                    message=f"this rule asks for `{name}`, which it decides",
                    span=scope.span(trait.loc / "moves" / number / "when"),
                    help="say in `from:` which stages it leads from, and ask for other facts",
                )


def _stages(scope: Scope, owner: Loc) -> Names:
    part = scope.parts[owner.file]
    known = [
        piece.value
        for piece in part.pieces.values_of(Lifecycle, "lifecycle")
        if piece.loc.path[:-2] == owner.path
    ]
    return Names(
        noun="stage",
        plural="stages",
        known=tuple(known),
        complete=(Lifecycle, "lifecycle") not in part.pieces.holes,
    )


def _asked(scope: Scope) -> Mapping[_Node, frozenset[_Node]]:
    """Return what each segment, ratio and lifecycle asks for."""
    found: dict[_Node, set[_Node]] = {}
    for key in ("where", "matrix"):
        for rule in scope.values(Segment, key):
            name = str(rule.loc.path[1])
            found.setdefault(("segment", name), set()).update(_names_in(rule.value))
    for excluded in scope.values(Segment, "exclude"):
        name = str(excluded.loc.path[1])
        found.setdefault(("segment", name), set()).add(("segment", excluded.value))
    for ratio in scope.sections(Ratio):
        parts = {("trait", str(ratio.ratio)), ("trait", str(ratio.to))}
        found.setdefault(("trait", str(ratio.loc.path[-1])), set()).update(parts)
    for trait in scope.sections(Lifecycle):
        rules = [name for move in trait.moves for name in _names_in(move.when)]
        found.setdefault(("trait", str(trait.loc.path[-1])), set()).update(rules)
    return {node: frozenset(names) for node, names in found.items()}


def _names_in(rule: Rule) -> frozenset[_Node]:
    names: set[_Node] = set()
    for leaf in leaves_of(rule.term):
        match leaf:
            case InSegment():
                names.add(("segment", leaf.segment))
            case Compare() | OneOf() | Known() | Age():
                names.add(("trait", leaf.fact.name))
            case _:
                continue
    return frozenset(names)


def _reached(begin: frozenset[_Node], asked: Mapping[_Node, frozenset[_Node]]) -> set[_Node]:
    reached: set[_Node] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += asked.get(node, _cell_of(node, asked))
    return reached


def _cell_of(node: _Node, asked: Mapping[_Node, frozenset[_Node]]) -> frozenset[_Node]:
    """Return what a cell of a matrix asks for: what its matrix does."""
    sort, name = node
    made_by = [of for of in asked if of[0] == sort and name.startswith(f"{of[1]}.")]
    return frozenset(each for of in made_by for each in asked[of])
