"""Data tests: each can be judged as it is written, whatever the data turn out to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, get_args

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.scope import Scope
from campaignspec.spec.data_tests import (
    AcceptedValues,
    Fresh,
    Matches,
    Range,
    Relationships,
    Target,
)
from campaignspec.spec.shape import Loc, keys_of, verb_of
from campaignspec.spec.sources import CustomersSource, ProductsSource, Source
from campaignspec.spec.write import write

_LISTED_BY: Final = {Target.CUSTOMERS: CustomersSource, Target.PRODUCTS: ProductsSource}
_BEYOND: Final = re.compile(r"\(\?<?[=!]|\(\?P=|(?<!\\)(?:\\\\)*\\[1-9]")
"""What Python's expressions can do, and those of databases cannot: to look around and back."""


def patterns(scope: Scope) -> Iterator[Diagnostic]:
    """Check that patterns are regular expressions, and such as databases understand."""
    for piece in scope.values(Matches, "pattern"):
        try:
            re.compile(piece.value)
        except re.error as error:
            wrong, advice = str(error), "escape what is meant as it stands: \\+, \\(, \\."
        else:
            if not _BEYOND.search(piece.value):
                continue
            wrong = "it looks ahead or back"
            advice = "say it without (?=…), (?!…), (?<=…), (?<!…) and \\1"
        yield Diagnostic(
            code="SPC204",
            message=f"{piece.value!r} is not a pattern that can be searched for: {wrong}",
            span=scope.span_of(piece),
            help=advice,
        )


def ranges(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a range has a bound, and that its bounds are of one kind and in order."""
    for test in scope.sections(Range):
        if test.from_ is None and test.to is None:
            wrong, advice = "a range needs a bound", "add `from:`, `to:`, or both"
        elif test.from_ is None or test.to is None:
            continue
        elif isinstance(test.from_, date) != isinstance(test.to, date):
            wrong = "one bound is a date, and the other a number"
            advice = "write two numbers, or two dates"
        elif test.from_ > test.to:  # type: ignore[operator] # both are of one kind here
            wrong = f"nothing lies between {write(test.from_)} and {write(test.to)}"
            advice = "write the lesser bound under `from:`"
        else:
            continue
        yield _finding(scope, test.loc / "range", wrong, advice)


def lists_of_values(scope: Scope) -> Iterator[Diagnostic]:
    """Check that some value is accepted."""
    for test in scope.sections(AcceptedValues):
        if not test.values:
            advice = "list the values that are expected, or leave the test out"
            yield _finding(scope, test.loc / "values", "no value is accepted", advice)


def targets(scope: Scope) -> Iterator[Diagnostic]:
    """Check that ids that are to be there can be there: that some source lists them."""
    for piece in scope.values(Relationships, "to"):
        if not any(scope.sections(_LISTED_BY[piece.value])):
            yield Diagnostic(
                code="REF301",
                message=f"no source lists {piece.value}",
                span=scope.span_of(piece),
                help=f"add a source that begins with `{piece.value}:`",
            )


def columns_of_freshness(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the newest row of a table without instants of its own can be told."""
    for kind in get_args(Source):
        if any(key.name == "at" for key in keys_of(kind)):
            continue
        for source in scope.sections(kind):
            for test in source.tests:
                if isinstance(test, Fresh) and test.by is None:
                    yield _finding(
                        scope,
                        test.loc / "fresh",
                        f"{verb_of(kind)} have no instant of their own to be fresh by",
                        "name the column that says when a row was changed: `by: updated_at`",
                    )


def _finding(scope: Scope, loc: Loc, wrong: str, advice: str) -> Diagnostic:
    return Diagnostic(code="SPC206", message=wrong, span=scope.key_span(loc), help=advice)
