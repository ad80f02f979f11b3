"""Segments that nothing uses or that are there twice, and rules that tell nobody apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from campaignspec.diagnostics import Diagnostic
from campaignspec.lint.logic import are_equal, is_certain, is_possible, variables_of
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import rules_in
from campaignspec.lint.told import Told
from campaignspec.project.places import Sort
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import cells_of, conditions_of
from campaignspec.spec.rule import AllOf, AnyOf, Not, Rule, Term
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.shape import Loc, is_section

_OWN: Final = ("campaigns", "tests", "nevers")
"""What of a project is its campaigns'."""


def unused_segments(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find segments that no campaign, trait or other segment names.

    In a project without campaigns the segments are what it is for.
    """
    if not told:
        return
    used = named_in(scope, _shared(scope)).union(*(each.segments for each in told))
    for name, segment in written_segments(scope).items():
        if not used & {name, *cells_of(name, segment)}:
            yield advice(
                "DAT810",
                f"nothing uses the segment `{name}`",
                scope.key_span(segment.loc),
                "use it, or remove it",
            )


def duplicate_segments(scope: Scope) -> Iterator[Diagnostic]:
    """Find segments that every customer is in who is in another one, and the other way round."""
    seen: dict[object, list[tuple[str, Segment]]] = {}
    for name, segment in written_segments(scope).items():
        if segment.matrix:
            continue
        others = seen.setdefault(_asked(segment), [])
        same = next(((n, s) for n, s in others if _same(segment, s)), None)
        if same is not None:
            yield advice(
                "DAT811",
                f"`{name}` and `{same[0]}` are the same people",
                scope.key_span(segment.loc),
                "keep one of them, and name it where the other is used",
                related=((scope.key_span(same[1].loc), f"`{same[0]}` stands here"),),
            )
        others.append((name, segment))


def contradictions(scope: Scope) -> Iterator[Diagnostic]:
    """Find rules, and parts of rules, that can be true of nobody."""
    for rule in _rules(scope):
        for term in _impossible(rule.term):
            yield advice(
                "DAT812",
                f"`{write_rule(term)}` is true of nobody, whatever the data are",
                scope.span(rule.loc),
                "did you mean `or`, or is one of the limits the wrong way round?",
            )


def tautologies(scope: Scope) -> Iterator[Diagnostic]:
    """Find rules, and parts of rules, that are true of everybody."""
    for rule in _rules(scope):
        for term in _certain(rule.term):
            yield advice(
                "DAT813",
                f"`{write_rule(term)}` is true of everybody, whatever the data are",
                scope.span(rule.loc),
                "did you mean `and`? If everybody is meant, leave it out",
            )


def written_segments(scope: Scope) -> Mapping[str, Segment]:
    """Return the segments as they are written: a matrix, and not its cells."""
    matrices = scope.project.matrices
    made = {cell for name, segment in matrices.items() for cell in cells_of(name, segment)}
    plain = {name: s for name, s in scope.project.segments.items() if name not in made}
    return {**plain, **matrices}


# --- who uses what ---


def named_in(scope: Scope, sections: Iterable[object]) -> frozenset[str]:
    """Return the segments that sections and templates name; not those that are only exclusive."""
    named = (name for section in sections for name in scope.names_used(section, Sort.SEGMENT))
    asked = (name for each in scope.library.templates.values() for name in each.uses.segments)
    return frozenset((*named, *asked))


def own_sections(scope: Scope) -> Iterator[object]:
    """Yield the sections of campaigns: their own, and those of their tests."""
    for name in _OWN:
        yield from _sections_in(getattr(scope.project, name))


def _shared(scope: Scope) -> Iterator[object]:
    """Yield the sections that are no campaign's, segments as they are written."""
    yield from written_segments(scope).values()
    for field in dataclasses.fields(scope.project):
        if field.name not in {*_OWN, "segments", "matrices", "documents"}:
            yield from _sections_in(getattr(scope.project, field.name))


def _sections_in(value: object) -> Iterator[object]:
    if is_section(type(value)):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _sections_in(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _sections_in(item)


# --- the same people ---


def _asked(segment: Segment) -> object:
    """Return what must be equal in segments that may be the same."""
    if _is_rule_alone(segment) and segment.where is not None:
        return variables_of(segment.where.term)
    return conditions_of(segment)


def _same(one: Segment, other: Segment) -> bool:
    if not (_is_rule_alone(one) and _is_rule_alone(other)):
        return conditions_of(one) == conditions_of(other)
    assert one.where is not None, "a rule alone is a rule"  # noqa: S101
    assert other.where is not None, "a rule alone is a rule"  # noqa: S101
    return are_equal(one.where.term, other.where.term)


def _is_rule_alone(segment: Segment) -> bool:
    return segment.where is not None and len(conditions_of(segment)) == 1


# --- rules that tell nobody apart ---


def _rules(scope: Scope) -> Iterator[Rule]:
    """Yield every rule of a campaign, or else of what all share, once, in no order."""
    yield from scope.once("rules", lambda: tuple(_all_rules(scope)))


def _all_rules(scope: Scope) -> Iterator[Rule]:
    seen: set[Loc] = set()
    for section in own_sections(scope) if scope.project.campaigns else _shared(scope):
        for rule in rules_in(section):
            if rule.loc not in seen:
                seen.add(rule.loc)
                yield rule


def _impossible(term: Term) -> Iterator[Term]:
    """Yield the largest parts of a rule that nothing makes true."""
    if is_possible(term) is False:
        yield term
    else:
        for part in _parts(term):
            yield from _impossible(part)


def _certain(term: Term) -> Iterator[Term]:
    """Yield the largest parts of a rule that nothing makes false."""
    if is_certain(term):
        yield term
    else:
        for part in _parts(term):
            yield from _certain(part)


def _parts(term: Term) -> tuple[Term, ...]:
    """Return the terms of a term, but not of a negated one, in which true and false turn."""
    match term:
        case AllOf() | AnyOf():
            return term.terms
        case Not():
            return ()
        case _:
            return ()
