"""The stages that campaigns are tagged with: those of the lifecycle that the project names."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.diagnostics import Diagnostic, nearest
from campaignspec.project.names import listed
from campaignspec.project.scope import Scope
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.lifecycle import Lifecycle
from campaignspec.spec.project import Settings


def lifecycles(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the project's lifecycle is a trait with stages."""
    known = _lifecycles(scope)
    for piece in scope.values(Settings, "lifecycle"):
        span = scope.span_of(piece)
        missing = tuple(scope.names.find(scope.names.traits, piece.value, span))
        yield from missing
        if not missing and piece.value not in known and _all_are_read(scope):
            yield Diagnostic(
                code="REF305",
                message=f"`{piece.value}` is no lifecycle",
                span=span,
                help="name a trait with `lifecycle:` and its stages",
            )


def served_stages(scope: Scope) -> Iterator[Diagnostic]:
    """Check that campaigns are tagged with stages that there are."""
    lifecycles_ = _lifecycles(scope)
    named = [str(piece.value) for piece in scope.values(Settings, "lifecycle")]
    chosen = [lifecycles_[name] for name in named if name in lifecycles_]
    stages = [str(stage) for each in chosen or lifecycles_.values() for stage in each.lifecycle]
    for piece in scope.values(Campaign, "serves"):
        if piece.value not in stages and _all_are_read(scope):
            meant = nearest(piece.value, stages)
            hint = f"did you mean `{meant}`? " if meant else ""
            there = f"stages: {listed(stages)}" if stages else "no trait has a `lifecycle:`"
            yield Diagnostic(
                code="REF301",
                message=f"no stage of a lifecycle is called `{piece.value}`",
                span=scope.span_of(piece),
                help=f"{hint}{there}",
            )


def _lifecycles(scope: Scope) -> dict[str, Lifecycle]:
    return {str(trait.loc.path[-1]): trait for trait in scope.sections(Lifecycle)}


def _all_are_read(scope: Scope) -> bool:
    """Say whether no mistake hides a lifecycle."""
    return all(part.value is not None for part in scope.files.audiences)
