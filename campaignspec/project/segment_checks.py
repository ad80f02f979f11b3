"""Segments beyond a rule: sequences, lists, matrices, exclusions and expectations make sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.expand import MOST_CELLS, cell_names
from campaignspec.project.names import article
from campaignspec.project.scope import Scope
from campaignspec.spec.audience import Audiences, Expectation, Segment
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.shape import Loc


def something_is_asked(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a segment says who is in it."""
    for segment in scope.sections(Segment):
        if not (segment.where or segment.sequence or segment.listed or segment.matrix):
            yield Diagnostic(
                code="SPC202",
                message=f"`{segment.loc.path[-1]}` does not say who is in it",
                span=scope.key_span(segment.loc),
                help="add `where:` with a rule, `sequence:` with events, or `listed:` with a file",
            )


def windows_of_sequences(scope: Scope) -> Iterator[Diagnostic]:
    """Find windows of segments that have no sequence."""
    for segment in scope.sections(Segment):
        if segment.within is not None and not segment.sequence:
            yield Diagnostic(
                code="SPC206",
                message="`within` says how recent a sequence is, and there is none",
                span=scope.key_span(segment.loc / "within"),
                help="add `sequence:`, or give the window to a trait: "
                "{count: order.placed, within: 7d}",
            )


def steps_of_sequences(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a sequence begins with an event, and that its steps stand where they may."""
    for segment in scope.sections(Segment):
        here = segment.loc / "sequence"
        for number, step in enumerate(segment.sequence):
            match step:
                case Absence() if number == 0:
                    yield Diagnostic(
                        code="SPC206",
                        message="a sequence begins with something that happens",
                        span=scope.key_span(here / number / "not"),
                        help=f"name the event first: [cart.added, {{not: {step.not_}, "
                        f"within: {step.within}}}]",
                    )
                case Absence() if step.at_once and number < len(segment.sequence) - 1:
                    yield Diagnostic(
                        code="SPC206",
                        message="only the last step can hold at once",
                        span=scope.key_span(here / number / "at_once"),
                        help="leave `at_once` out: steps come after the end of an absence",
                    )
                case Following() if number == 0 and step.within is not None:
                    yield Diagnostic(
                        code="SPC206",
                        message="there is no step before the first that it could follow",
                        span=scope.key_span(here / number / "within"),
                        help=f"write `within: {step.within}` beside `sequence:`, "
                        "to say how recent the first event is",
                    )
                case _:
                    continue


def events_of_sequences(scope: Scope) -> Iterator[Diagnostic]:
    """Check the events of sequences."""
    for section, key in ((Segment, "sequence"), (Following, "event"), (Absence, "not")):
        for piece in scope.values(section, key):
            yield from scope.find(scope.names.events, piece)


def lists(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the files exist in which people are listed."""
    for piece in scope.values(Segment, "listed"):
        path: Path = scope.parts[piece.loc.file].folder / piece.value
        if not scope.is_there(path):
            yield Diagnostic(
                code="REF304",
                message=f"the list `{piece.value}` does not exist",
                span=scope.span_of(piece),
                help="put the file there, or write its path from the folder of this file",
            )


def matrices(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a matrix has dimensions, and not too many cells."""
    for segment in scope.sections(Segment):
        if not segment.matrix:
            continue
        here = segment.loc / "matrix"
        cells = 1
        for name, ways in segment.matrix.items():
            cells *= len(ways)
            if not ways:
                yield Diagnostic(
                    code="SPC206",
                    message=f"the dimension `{name}` has no parts",
                    span=scope.key_span(here / name),
                    help=f"name at least one: {name}: {{many: orders_90d >= 2}}",
                )
        if cells > MOST_CELLS:
            yield Diagnostic(
                code="SPC206",
                message=f"this matrix makes {cells:,} segments; it may make {MOST_CELLS:,}",
                span=scope.key_span(here),
                help="leave out a dimension, or join some of its parts",
            )


def cells_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find segments that are called like a cell of a matrix."""
    named = {str(p.value): p for p in scope.entry_names(Audiences, "segments")}
    for segment in scope.sections(Segment):
        name = str(segment.loc.path[-1])
        if not segment.matrix:
            continue
        for cell in sorted(cell_names(name, {"matrix": segment.matrix}) or ()):
            if cell in named:
                yield Diagnostic(
                    code="REF302",
                    message=f"{article('segment')} called `{cell}` is made by the matrix `{name}`",
                    span=scope.span_of(named[cell]),
                    help="give it another name",
                    related=((scope.key_span(segment.loc / "matrix"), "the matrix is here"),),
                )


def names_of_others(scope: Scope) -> Iterator[Diagnostic]:
    """Check the segments that are excluded, and those that exclude each other."""
    for section, key in ((Segment, "exclude"), (Audiences, "exclusive")):
        for piece in scope.values(section, key):
            yield from scope.find(scope.names.segments, piece)


def exclusive_groups(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a group of segments that exclude each other names two or more, each once."""
    for audiences in scope.sections(Audiences):
        for number, group in enumerate(audiences.exclusive):
            here = audiences.loc / "exclusive" / number
            if len(set(group)) < max(len(group), 2):
                yield Diagnostic(
                    code="SPC206",
                    message="a group names at least two different segments",
                    span=scope.span(here),
                    help="name each once: [[new, regular, lapsed]]",
                )


def expectations(scope: Scope) -> Iterator[Diagnostic]:
    """Check that sizes are expected as numbers, and shares in percent."""
    wanted: Mapping[str, tuple[str, str]] = {
        "size": ("", 'write how many: ">= 100"'),
        "share": ("%", 'write a part of all customers: "<= 20%"'),
    }
    for key, (unit, advice) in wanted.items():
        for piece in scope.values(Expectation, key):
            if piece.value.unit != unit:
                yield Diagnostic(
                    code="SPC204",
                    message=f"`{piece.value}` is no {key} of a segment",
                    span=scope.span_of(piece),
                    help=advice,
                )
    for expected in scope.sections(Expectation):
        if expected.size is None and expected.share is None:
            yield _nothing_expected(scope, expected.loc)


def _nothing_expected(scope: Scope, loc: Loc) -> Diagnostic:
    return Diagnostic(
        code="SPC206",
        message="nothing is expected here",
        span=scope.key_span(loc),
        help='add `size: ">= 100"` or `share: "<= 20%"`',
    )
