"""The marks that journeys set: declared, of the right kind, and asked for where they are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaignspec.connector import Value
from campaignspec.diagnostics import Diagnostic
from campaignspec.project.names import Names
from campaignspec.project.scope import Scope
from campaignspec.project.walk import leaves_of
from campaignspec.spec.acting import SetMarks
from campaignspec.spec.audience import Segment
from campaignspec.spec.entering import Enter
from campaignspec.spec.journey import Case
from campaignspec.spec.marks import Mark, MarkKind
from campaignspec.spec.rule import Age, Compare, Known, OneOf, Rule

_ASKED_IN = ((Case, "if"), (Enter, "where"))
"""Where rules may ask for marks: what a journey knows."""


def marks_set(scope: Scope) -> Iterator[Diagnostic]:
    """Check that what journeys set is a mark, and that its value is what the mark holds."""
    marks = _marks(scope)
    names = Names(
        noun="mark",
        plural="marks",
        known=tuple(marks),
        complete=scope.names.traits.complete,
        home="declare it under `traits:` in audiences.yaml: `vip: {mark: boolean}`",
    )
    for step in scope.sections(SetMarks):
        for name, value in step.set.items():
            place = step.loc / "set" / name
            yield from scope.names.find(names, name, scope.key_span(place))
            if name in marks and not _fits(value, marks[name]):
                yield Diagnostic(
                    code="SPC205",
                    message=f"the mark `{name}` holds {_HOLDS[marks[name]]}",
                    span=scope.span(place),
                    help=f"write {_WRITTEN[marks[name]]}, or declare another kind of mark",
                )


def marks_asked(scope: Scope) -> Iterator[Diagnostic]:
    """Find rules that ask for marks where nobody knows them: in segments, and of events."""
    marks = _marks(scope)
    allowed = {rule.value.loc for place in _ASKED_IN for rule in scope.values(*place)}
    for rule in _rules(scope):
        if rule.loc in allowed:
            continue
        for leaf in leaves_of(rule.term):
            if isinstance(leaf, Compare | OneOf | Known | Age) and leaf.fact.name in marks:
                yield Diagnostic(
                    code="REF305",
                    message=f"`{leaf.fact.name}` is a mark, and only journeys know it",
                    span=scope.part(rule.loc, leaf.fact.at),
                    help="ask for it in a branch, or in the `where` of an entry",
                )


def _rules(scope: Scope) -> Iterator[Rule]:
    yield from (rule.value for rule in scope.values(Segment, "where"))


def _marks(scope: Scope) -> Mapping[str, MarkKind]:
    return {str(mark.loc.path[-1]): mark.mark for mark in scope.sections(Mark)}


def _fits(value: Value, kind: MarkKind) -> bool:
    match kind:
        case MarkKind.BOOLEAN:
            return isinstance(value, bool)
        case MarkKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case MarkKind.TEXT:
            return isinstance(value, str)


_HOLDS = {
    MarkKind.BOOLEAN: "yes or no",
    MarkKind.NUMBER: "a number",
    MarkKind.TEXT: "text",
}
_WRITTEN = {
    MarkKind.BOOLEAN: "`true` or `false`",
    MarkKind.NUMBER: "a number",
    MarkKind.TEXT: "text",
}
