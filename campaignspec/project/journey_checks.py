"""The journeys: every step has its name and its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.definition_checks import repeated
from campaignspec.project.inline import inlined
from campaignspec.project.scope import Part, Scope
from campaignspec.project.walk import Sending, all_steps, send_name
from campaignspec.spec.acting import (
    Acting,
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.emitting import Emit
from campaignspec.spec.journey import (
    Approve,
    Arm,
    Branch,
    Case,
    Experiment,
    Grant,
    Preference,
    Send,
    Split,
    Wait,
)
from campaignspec.spec.kinds import Share
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.shape import Loc, verb_of

_CALLED: tuple[type[Survey | Task | Show | Webhook], ...] = (Survey, Task, Show, Webhook)
_NAMED = (
    (Experiment, "experiment"),
    (Approve, "approve"),
    *((Wait, "name"), (Branch, "name"), (Split, "name"), (Preference, "name")),
    *((Grant, "name"), (Revoke, "name"), (Redeem, "name")),
    *(
        (WriteBack, "name"),
        (AddTo, "name"),
        (RemoveFrom, "name"),
        (SetMarks, "name"),
        (Emit, "name"),
    ),
)
_RESERVED = frozenset({"entry", "holdout", "end"})
_ELSE = "else"
_TOLERANCE = 1e-9


def step_names_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps of one campaign with the same name, or with one that means something else."""
    for part in scope.files.campaigns:
        named = sorted(_named(scope, part), key=lambda each: each[1])
        yield from repeated("step", named, "give one of them a `name:` of its own")
        for name, span in named:
            if name in _RESERVED:
                yield Diagnostic(
                    code="REF302",
                    message=f"every journey has a place called `{name}`",
                    span=span,
                    help="give the step another `name:`",
                )


def way_names_once(scope: Scope) -> Iterator[Diagnostic]:
    """Find ways of one branch with the same name."""
    for step in scope.sections(Branch):
        named = (_way(scope, way) for way in step.branch if isinstance(way, Case))
        nowhere = scope.key_span(step.loc / "branch")
        yield from repeated("way", ((_ELSE, nowhere), *named), "give one of them another `name:`")


def shares(scope: Scope) -> Iterator[Diagnostic]:
    """Check that the arms of an experiment share out everybody."""
    for step in scope.sections(Experiment):
        yield from _shares(scope, f"the arms of `{step.experiment}`", step.loc / "arms", step.arms)
    for split in scope.sections(Split):
        yield from _shares(scope, "the ways of the split", split.loc / "split", split.split)


def _shares(scope: Scope, what: str, loc: Loc, arms: Mapping[str, Arm]) -> Iterator[Diagnostic]:
    total = sum(arm.share.fraction for arm in arms.values())
    if abs(total - 1) > _TOLERANCE:
        noun = "an arm" if "arms" in what else "a way"
        yield Diagnostic(
            code="JRN402",
            message=f"{what} share out {Share(round(total, 9))}, not 100%",
            span=scope.key_span(loc),
            help=f"change their shares, or add {noun} without steps for the rest",
        )


def something_is_sent(scope: Scope) -> Iterator[Diagnostic]:
    """Find journeys in which nobody hears anything, and nothing is done."""
    for campaign in scope.campaigns:
        steps = all_steps(inlined(campaign.journey, scope.shared))
        if not any(isinstance(step, Sending | Acting) for step in steps):
            yield Diagnostic(
                code="JRN403",
                message=f"nothing is sent in the journey of `{campaign.campaign}`",
                span=scope.key_span(campaign.loc / "journey"),
                help="add a step with `send:`",
            )


def _named(scope: Scope, part: Part[Campaign]) -> Iterator[tuple[str, Span]]:
    """Yield the names that steps are given, with their places.

    A send step with a mistake in it is passed over: its name may be what is misspelt.
    """
    for step in part.pieces.sections(Send):
        yield send_name(step), scope.span(step.loc / ("name" if step.name else "send"))
    for kind in _CALLED:
        for act in part.pieces.sections(kind):
            key = "name" if act.name else verb_of(kind)
            yield getattr(act, key), scope.span(act.loc / key)
    for section, key in _NAMED:
        for piece in part.pieces.values_of(section, key):
            yield piece.value, scope.span_of(piece)


def _way(scope: Scope, way: Case) -> tuple[str, Span]:
    key = "name" if way.name else "if"
    return way.name or way.if_.text, scope.span(way.loc / key)
