"""Journeys that can be walked, and are poor all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from campaignspec.clock import Duration
from campaignspec.diagnostics import Diagnostic, Edit, Fix
from campaignspec.lint.logic import is_certain, is_covered
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.steps import (
    goes_past,
    jumps,
    lists_of,
    place_of,
    rules_in,
    takes_no_time,
    walk,
)
from campaignspec.lint.told import Told
from campaignspec.project.walk import Sending, leaves_of, message_of, sends_of, steps_of, ways_of
from campaignspec.spec.campaign import Campaign, Objective
from campaignspec.spec.journey import Branch, Case, Else, Experiment, Leave, Step, Wait
from campaignspec.spec.rule import AnyOf, Compare, Operator, Term
from campaignspec.spec.shape import Loc, keys_of, verb_of
from campaignspec.spec.steering import Goto
from campaignspec.spec.traits import Count

_FOR_NEW: Final = frozenset({Objective.ACQUIRE, Objective.ACTIVATE})


def blast(scope: Scope) -> Iterator[Diagnostic]:
    """Find campaigns that send one message to everybody and keep nobody aside to compare."""
    for campaign in scope.campaigns:
        sends = list(sends_of(campaign))
        simple = all(isinstance(s, Sending | Wait | Leave) for s in steps_of(campaign))
        chosen = any(getattr(step, "mix", None) for step in sends)
        if len(sends) == 1 and simple and not chosen and campaign.enter.holdout is None:
            yield advice(
                "JRN411",
                f"`{message_of(sends[0])}` is all that `{campaign.campaign}` does: one message to "
                "everybody on one channel",
                scope.span(place_of(sends[0])),
                "wait for an answer and follow up, keep a `holdout:`, or compare two messages "
                "in an `experiment:`",
            )


def repeated_messages(scope: Scope) -> Iterator[Diagnostic]:
    """Find messages that are sent again before any time has passed."""
    for campaign in scope.campaigns:
        found: list[Diagnostic] = []
        _repeated(scope, campaign.journey, {}, found)
        yield from found


def identical_arms(scope: Scope) -> Iterator[Diagnostic]:
    """Find arms of an experiment that nothing tells apart."""
    for campaign in scope.campaigns:
        for step in steps_of(campaign):
            if isinstance(step, Experiment):
                yield from _identical(scope, step)


def shadowed_ways(scope: Scope) -> Iterator[Diagnostic]:
    """Find ways of a branch that the ways above them leave nobody."""
    for campaign in scope.campaigns:
        for step in steps_of(campaign):
            if isinstance(step, Branch):
                yield from _shadowed(scope, step)


def waits_of_no_length(scope: Scope) -> Iterator[Diagnostic]:
    """Find waits that hold nobody."""
    for campaign in scope.campaigns:
        for steps in lists_of(campaign):
            for step in steps:
                if isinstance(step, Wait) and step.wait == Duration(0):
                    alone = len(steps) == 1 or step.name is not None
                    yield advice(
                        "JRN415",
                        "this wait has no length, so it holds nobody",
                        scope.span(step.loc / "wait"),
                        "say how long, or remove the step",
                        fix=None if alone else _without_line(scope, step.loc),
                    )


def steps_after_the_goal(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps to which nobody can come, because the enrolment ends with the goal's window."""
    for campaign in scope.campaigns:
        if campaign.goal is not None and not jumps(campaign):
            late: list[tuple[Step, int]] = []
            limit = campaign.goal.within.micros

            def visit(
                step: Step, now: int, late: list[tuple[Step, int]] = late, limit: int = limit
            ) -> None:
                if now >= limit and not late:
                    late.append((step, now))

            walk(campaign, visit)
            for step, now in late:
                yield _too_late(scope, campaign, step, now)


def no_new_customers(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find projects that do nothing after somebody becomes a customer."""
    if told and not any(each.is_for_new for each in told):
        number = len(told)
        all_ = "the campaign" if number == 1 else f"none of {number} campaigns"
        yield advice(
            "JRN417",
            f"{all_} {'does not look' if number == 1 else 'looks'} after new customers",
            scope.span(scope.project.settings.loc / "project"),
            "add one with `objective: activate` that begins at the first order: "
            "`campaignspec new campaign welcome`",
        )


# --- the same message again ---


def _repeated(
    scope: Scope, steps: Sequence[Step], sent: dict[str, Sending], found: list[Diagnostic]
) -> dict[str, Sending]:
    """Follow all paths at once; return what was sent on them since the last wait."""
    for step in steps:
        if isinstance(step, Leave | Goto):
            return {}
        if isinstance(step, Sending):
            name = message_of(step)
            if name in sent:
                found.append(_again(scope, step, sent[name]))
            sent = {**sent, name: step}
            continue
        before = sent if takes_no_time(step) else {}
        ends = [_repeated(scope, way, before, found) for way in ways_of(step)]
        if not ends or goes_past(step):
            ends.append(before)
        sent = {name: send for end in ends for name, send in end.items()}
    return sent


def _again(scope: Scope, step: Sending, before: Sending) -> Diagnostic:
    return advice(
        "JRN412",
        f"`{message_of(step)}` is sent a second time, and nobody has waited since the first",
        scope.span(place_of(step)),
        "wait between the two, or send another message",
        related=((scope.span(place_of(before)), "it is sent here first"),),
    )


# --- ways and arms ---


def _identical(scope: Scope, step: Experiment) -> Iterator[Diagnostic]:
    seen: dict[tuple[Step, ...], str] = {}
    for name, arm in step.arms.items():
        steps = tuple(map(_nameless, arm.do))
        if steps in seen:
            first = seen[steps]
            yield advice(
                "JRN413",
                f"the arms `{first}` and `{name}` of `{step.experiment}` do the same, so there "
                "is nothing to learn",
                scope.key_span(arm.loc),
                "change what one of them does, or leave the experiment out",
                related=((scope.key_span(step.arms[first].loc), "the other arm"),),
            )
        else:
            seen[steps] = name


def _nameless(step: Step) -> Step:
    """Return a step without its own name, which tells steps apart and does nothing."""
    kind: type = type(step)
    named = any(key.attribute == "name" and not key.required for key in keys_of(kind))
    return replace(step, name=None) if named else step  # type: ignore[arg-type]


def _shadowed(scope: Scope, step: Branch) -> Iterator[Diagnostic]:
    above: list[Case] = []
    for way in step.branch:
        if not isinstance(way, Case):
            if above and is_certain(AnyOf(terms=tuple(case.if_.term for case in above))):
                yield _nobody_else(scope, way, above)
            continue
        if is_covered(way.if_.term, [case.if_.term for case in above]):
            one = next((c for c in above if is_covered(way.if_.term, [c.if_.term])), None)
            by = f"`{one.if_}`" if one else "the ways above"
            yield advice(
                "JRN414",
                f"nobody takes this way: whoever fits `{way.if_}` has taken {by} already",
                scope.span(way.loc / "if"),
                "put the narrower rule first",
                related=((scope.span((one or above[0]).loc / "if"), "this way takes them"),),
            )
        above.append(way)


def _nobody_else(scope: Scope, way: Else, above: Sequence[Case]) -> Diagnostic:
    return advice(
        "JRN414",
        "nobody takes this way: everybody fits one of those above",
        scope.key_span(way.loc / "else"),
        "leave it out, or part the ways above otherwise; a missing value fits `is unknown` alone",
        related=tuple((scope.span(case.loc / "if"), "this way takes some") for case in above),
    )


# --- time ---


def _without_line(scope: Scope, loc: Loc) -> Fix | None:
    """Remove a step that has its lines to itself."""
    document = scope.project.documents[loc.file]
    span = document.span(loc.path)
    lines = document.lines
    start, _ = lines.bounds(span.line)
    if document.text[start : span.start].strip() != "-":
        return None
    last = span.end_line if span.end_column > 1 else span.end_line - 1
    _, stop = lines.bounds(last)
    following = document.text[stop : stop + 1]
    whole = lines.span(loc.file, start, stop + len(following))
    return Fix(title="remove the step", edits=(Edit(span=whole, text=""),))


def _too_late(scope: Scope, campaign: Campaign, step: Step, now: int) -> Diagnostic:
    assert campaign.goal is not None, "only campaigns with a goal have a window"  # noqa: S101
    place = place_of(step)
    return advice(
        "JRN416",
        f"nothing tells what this `{verb_of(type(step))}` brings: it is {Duration(now)} after "
        f"entry at the earliest, and the goal counts for {campaign.goal.within}",
        scope.key_span(place),
        "shorten the waits before it, or lengthen the goal's `within:`",
        related=((scope.span(campaign.goal.loc / "within"), "the window ends here"),),
    )


# --- new customers ---


def is_for_new(scope: Scope, campaign: Campaign) -> bool:
    """Say whether a campaign looks after new customers."""
    return campaign.objective in _FOR_NEW or any(
        _asks_for_the_first(scope, rule.term) for rule in rules_in(campaign.enter)
    )


def _asks_for_the_first(scope: Scope, term: Term) -> bool:
    return any(
        isinstance(leaf, Compare)
        and leaf.operator is Operator.EQUAL
        and leaf.literal.value == 1
        and isinstance(scope.project.traits.get(leaf.fact.name), Count)
        for leaf in leaves_of(term)
    )
