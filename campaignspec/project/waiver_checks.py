"""The warnings that are not to be shown: each one that exists, with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import CODES, Diagnostic, nearest
from campaignspec.project.scope import Scope
from campaignspec.spec.waiver import Waiver


def codes(scope: Scope) -> Iterator[Diagnostic]:
    """Check that there is a finding that is waived."""
    for piece in scope.values(Waiver, "ignore"):
        if piece.value not in CODES:
            meant = nearest(piece.value, tuple(CODES))
            yield Diagnostic(
                code="REF301",
                message=f"no finding has the code `{piece.value}`",
                span=scope.span_of(piece),
                help=f"did you mean `{meant}`? Warnings say their code where they are shown"
                if meant
                else "warnings say their code where they are shown",
            )


def reasons(scope: Scope) -> Iterator[Diagnostic]:
    """Check that a reason says something."""
    for piece in scope.values(Waiver, "reason"):
        if not piece.value.strip():
            yield Diagnostic(
                code="SPC204",
                message="this reason is empty",
                span=scope.span_of(piece),
                help="say why it is right as it is, for those who review it",
            )
