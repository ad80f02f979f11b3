"""The paths of journeys: which steps can be reached, and what was sent on the way there."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TypeAlias, assert_never

from campaignspec.diagnostics import Diagnostic, Span
from campaignspec.project.inline import inlined
from campaignspec.project.journey_names import asking
from campaignspec.project.scope import Scope
from campaignspec.project.walk import (
    Sending,
    acting_name,
    all_steps,
    leaves_of,
    send_name,
    step_name,
    way_of,
)
from campaignspec.spec.acting import (
    AddTo,
    RemoveFrom,
    SetMarks,
    Show,
    Survey,
    Task,
    Webhook,
    WriteBack,
)
from campaignspec.spec.emitting import Emit
from campaignspec.spec.journey import (
    Approve,
    Branch,
    Case,
    Else,
    Experiment,
    Grant,
    Leave,
    Preference,
    RepeatSteps,
    Send,
    Split,
    Step,
    Wait,
)
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.rule import Answered, Replied, Rule
from campaignspec.spec.shape import verb_of
from campaignspec.spec.steering import Goto, Run
from campaignspec.spec.waiting import OnAnswered, OnAny, OnClicked, OnOpened, WaitFor

Sent: TypeAlias = frozenset[str] | None
"""What may have been sent on the paths to a place; None where no path leads."""

Walk: TypeAlias = Generator[Diagnostic, None, Sent]
"""Findings on the way, and what may have been sent at its end."""


def paths(scope: Scope) -> Iterator[Diagnostic]:
    """Find steps that nobody reaches, and answers asked for before their message is sent."""
    whole = scope.files.journeys.value if scope.files.journeys else None
    shared = () if whole is None else tuple(whole.journeys.values())
    for journey in (*(campaign.journey for campaign in scope.campaigns), *shared):
        yield from _Paths(scope, journey).steps(journey, frozenset())


def _names_asked(journey: Sequence[Step]) -> frozenset[str]:
    """Return the names of the steps of a journey to which there may be an answer."""
    sends = (send_name(step) for step in all_steps(journey) if isinstance(step, Sending))
    waits = (name for step in all_steps(journey) for name, _, _ in asking(step))
    return frozenset((*sends, *waits))


class _Paths:
    """One walk through one journey, along all its paths at once."""

    def __init__(self, scope: Scope, journey: Sequence[Step]) -> None:
        self._scope = scope
        self._named = _names_asked(journey)
        self._everywhere = frozenset(filter(None, map(step_name, all_steps(journey))))
        self._ahead: list[frozenset[str]] = []
        self._jumped: dict[str, frozenset[str]] = {}

    def steps(self, steps: Sequence[Step], sent: Sent) -> Walk:
        told = False
        for place, step in enumerate(steps):
            sent = self._arrived(step, sent)
            if sent is not None:
                told = False
                later = (name for each in steps[place + 1 :] for name in self._names(each))
                self._ahead.append(frozenset(later))
                sent = yield from self._step(step, sent)
                self._ahead.pop()
            elif not told:
                told = True
                yield self._unreachable(step)
        return sent

    def _names(self, step: Step) -> tuple[str, ...]:
        """Return the name by which a step is jumped to; of a run, those of its steps."""
        inside = inlined((step,), self._scope.shared) if isinstance(step, Run) else (step,)
        return tuple(name for each in inside if (name := step_name(each)))

    def _arrived(self, step: Step, sent: Sent) -> Sent:
        """Return what was sent to those who come to a step, by a jump too."""
        jumps = [self._jumped.pop(name) for name in self._names(step) if name in self._jumped]
        ways = [way for way in (sent, *jumps) if way is not None]
        return frozenset().union(*ways) if ways else None

    def _step(self, step: Step, sent: frozenset[str]) -> Walk:  # noqa: C901, PLR0912 (one line a kind)
        match step:
            case Send() | Survey():
                return sent | {send_name(step)}
            case (
                SetMarks()
                | Emit()
                | Task()
                | Webhook()
                | WriteBack()
                | AddTo()
                | RemoveFrom()
                | Show()
            ):
                name = acting_name(step)
                return sent | {name} if name else sent
            case Revoke() | Redeem():
                return sent
            case Grant():
                return (yield from self._ways(((), step.otherwise), sent))
            case Approve():
                yield from self.steps(step.otherwise, sent)
                return sent
            case Leave():
                return None
            case Goto():
                return (yield from self._jump(step, sent))
            case Run():
                inside = inlined((step,), self._scope.shared)
                return self._quietly(inside, sent)
            case Wait():
                return (yield from self._wait(step, sent))
            case Branch():
                return (yield from self._branch(step, sent))
            case Experiment():
                return (yield from self._ways((arm.do for arm in step.arms.values()), sent))
            case Split():
                return (yield from self._ways((way.do for way in step.split.values()), sent))
            case Preference():
                return (yield from self._ways((*step.ways.values(), step.else_), sent))
            case RepeatSteps():
                return (yield from self._repeat(step, sent))
            case _:
                assert_never(step)

    def _wait(self, step: Wait, sent: frozenset[str]) -> Walk:
        if not isinstance(step.wait, WaitFor):
            return (yield from self._ways((step.then, step.otherwise), sent))
        happening = step.wait.for_
        for each in happening.any if isinstance(happening, OnAny) else (happening,):
            match each:
                case OnOpened(opened=name) | OnClicked(clicked=name) | OnAnswered(answered=name):
                    span = self._scope.span(each.loc / verb_of(type(each)))
                    yield from self._asked(name, span, sent)
                case _:
                    pass
        sent |= {name for name, _, _ in asking(step)}
        return (yield from self._ways((step.then, step.otherwise), sent))

    def _jump(self, step: Goto, sent: frozenset[str]) -> Walk:
        """Let those who jump come to the step; it stands later, here or further out."""
        if any(step.goto in names for names in self._ahead):
            self._jumped[step.goto] = self._jumped.get(step.goto, frozenset()) | sent
        elif step.goto in self._everywhere:
            yield Diagnostic(
                code="JRN405",
                message=f"`{step.goto}` does not come later on this way",
                span=self._scope.span(step.loc / "goto"),
                help="go to a step behind this one, here or where this way has ended; to take "
                "steps again, use `repeat`",
            )
        return None

    def _repeat(self, step: RepeatSteps, sent: frozenset[str]) -> Walk:
        end = yield from self.steps(step.do, sent)
        if step.until is not None and end is not None:
            yield from self._rule(step.until, end)
        return end

    def _quietly(self, steps: Sequence[Step], sent: frozenset[str]) -> Sent:
        """Follow steps whose findings are told elsewhere."""
        walk = _Paths(self._scope, ()).steps(steps, sent)
        while True:
            try:
                next(walk)
            except StopIteration as end:
                found: Sent = end.value
                return found

    def _rule(self, rule: Rule, sent: frozenset[str]) -> Iterator[Diagnostic]:
        for leaf in leaves_of(rule.term):
            if isinstance(leaf, Answered | Replied):
                yield from self._asked(leaf.step, self._scope.part(rule.loc, leaf.at), sent)

    def _branch(self, step: Branch, sent: frozenset[str]) -> Walk:
        closed = False
        for way in step.branch:
            if closed:
                yield self._behind_else(way)
            closed = closed or isinstance(way, Else)
            if isinstance(way, Case):
                yield from self._rule(way.if_, sent)
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
