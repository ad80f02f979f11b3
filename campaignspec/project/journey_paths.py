"""The paths of journeys: which steps can be reached, and what was sent on the way there."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TypeAlias, assert_never

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.scope import Scope
from campaignspec.project.walk import leaves_of, send_name, sends_of, way_of
from campaignspec.spec.journey import Branch, Case, Else, Experiment, Leave, Send, Step, Wait
from campaignspec.spec.rule import Answered
from campaignspec.spec.shape import verb_of
from campaignspec.spec.waiting import OnClicked, OnOpened, WaitFor

Sent: TypeAlias = frozenset[str] | None
"""What may have been sent on the paths to a place; None where no path leads."""

Walk: TypeAlias = Generator[Diagnostic, None, Sent]
"""Findings on the way, and what may have been sent at its end."""


def paths(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps that nobody reaches, and answers asked for before their message is sent."""
    for campaign in scope.campaigns:
        named = frozenset(send_name(step) for step in sends_of(campaign))
        yield from _Paths(scope, named).steps(campaign.journey, frozenset())


class _Paths:
    """One walk through one journey, along all its paths at once."""

    def __init__(self, scope: Scope, named: frozenset[str]) -> None:
        self._scope = scope
        self._named = named

    def steps(self, steps: Sequence[Step], sent: Sent) -> Walk:
        for step in steps:
            if sent is None:
                yield self._unreachable(step)
                return None
            sent = yield from self._step(step, sent)
        return sent

    def _step(self, step: Step, sent: frozenset[str]) -> Walk:
        match step:
            case Send():
                return sent | {send_name(step)}
            case Leave():
                return None
            case Wait():
                return (yield from self._wait(step, sent))
            case Branch():
                return (yield from self._branch(step, sent))
            case Experiment():
                return (yield from self._ways((arm.do for arm in step.arms.values()), sent))
            case _:
                assert_never(step)

    def _wait(self, step: Wait, sent: frozenset[str]) -> Walk:
        if not isinstance(step.wait, WaitFor):
            return sent
        match step.wait.for_:
            case OnOpened(opened=name, loc=loc):
                yield from self._asked(name, self._scope.span(loc / "opened"), sent)
            case OnClicked(clicked=name, loc=loc):
                yield from self._asked(name, self._scope.span(loc / "clicked"), sent)
            case _:
                pass
        return (yield from self._ways((step.then, step.otherwise), sent))

    def _branch(self, step: Branch, sent: frozenset[str]) -> Walk:
        closed = False
        for way in step.branch:
            if closed:
                yield self._behind_else(way)
            closed = closed or isinstance(way, Else)
            if isinstance(way, Case):
                for leaf in leaves_of(way.if_.term):
                    if isinstance(leaf, Answered):
                        span = self._scope.part(way.if_.loc, leaf.at)
                        yield from self._asked(leaf.step, span, sent)
        ways = [way_of(way) for way in step.branch]
        return (yield from self._ways(ways if closed else [*ways, ()], sent))

    def _ways(self, ways: Iterable[Sequence[Step]], sent: frozenset[str]) -> Walk:
        """Follow several ways from one place to where those meet again that go on."""
        ends = []
        for way in ways:
            end = yield from self.steps(way, sent)
            if end is not None:
                ends.append(end)
        return frozenset().union(*ends) if ends else None

    def _asked(self, name: str, span: Span, sent: frozenset[str]) -> Iterator[Diagnostic]:
        if name in self._named and name not in sent:
            yield Diagnostic(
                code="JRN404",
                message=f"no path to here has sent `{name}`, so nobody can have answered it",
                span=span,
                help="ask after it is sent, on the same path",
            )

    def _unreachable(self, step: Step) -> Diagnostic:
        return Diagnostic(
            code="JRN401",
            message=f"nobody comes to this `{verb_of(type(step))}`: everybody has left before",
            span=self._scope.key_span(step.loc / verb_of(type(step))),
            help="remove it, or move it before the `leave`",
        )

    def _behind_else(self, way: Case | Else) -> Diagnostic:
        key = verb_of(type(way))
        return Diagnostic(
            code="JRN401",
            message=f"nobody takes this `{key}`: the `else` above it takes everybody",
            span=self._scope.key_span(way.loc / key),
            help="let a branch have one `else`, and put it last",
        )
