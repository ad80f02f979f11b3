"""An author who strews deeds among the steps of a project that is written already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine_kit.choices import Choices
from engine_kit.journeys import EVENTS, LENGTHS
from engine_kit.story import PROPERTIES

from campaignspec.clock import Duration
from campaignspec.connector import MessageClass
from campaignspec.history import ValueKind
from campaignspec.project import Project
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
from campaignspec.spec.destination import Destination
from campaignspec.spec.entering import OnEvent
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
    Split,
    Step,
    Wait,
)
from campaignspec.spec.kinds import Name
from campaignspec.spec.marks import Mark, MarkKind
from campaignspec.spec.rule import (
    Compare,
    Fact,
    Known,
    Literal,
    Operator,
    Replied,
    Rule,
    Term,
)
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.sources import ColumnKind
from campaignspec.spec.steering import Goto
from campaignspec.spec.waiting import OnAnswered, WaitFor

MARKS: Mapping[str, tuple[MarkKind, Sequence[Any]]] = {
    "hot": (MarkKind.BOOLEAN, (True, False)),
    "level": (MarkKind.NUMBER, (1, 2, 2.5)),
    "tier": (MarkKind.TEXT, ("gold", "tin")),
}
KEPT = {
    Name("score"): ColumnKind.NUMBER,
    Name("tier"): ColumnKind.TEXT,
    Name("good"): ColumnKind.BOOLEAN,
}
_ASSUMED: Sequence[Mapping[Name, Any]] = (
    {},
    {Name("score"): 7, Name("tier"): "gold", Name("good"): True},
    {Name("score"): 0.5, Name("good"): False},
    {Name("score"): "many", Name("tier"): "tin"},
    {Name("score"): True, Name("tier"): 1, Name("good"): 1},
    {Name("score"): True},
)
"""What calls are answered; of the last three not all is of the kind that is kept."""

_VALUES: Mapping[str, Sequence[float | str]] = {
    "NUMBER": (0.0, 1.0, 2.5, 7.0),
    "TEXT": ("gold", "tin", "tea", "nowhere"),
    "BOOLEAN": ("yes", "no"),
    "MONEY": (0.0, 10.0, 19.99),
}
_BY = {"NUMBER": tuple(Operator), "MONEY": tuple(Operator)}
_SAME = (Operator.EQUAL, Operator.NOT_EQUAL)
_CHANNELS = ("mail", "text")


def sown(choices: Choices, project: Project) -> Project:
    """Strew deeds over the campaigns of a project; over every other project none."""
    if choices.pick((True, False)):
        return project
    classes = tuple(MessageClass)
    destinations = {
        name: Destination(via=Name(choices.pick(_CHANNELS)), class_=choices.pick(classes))
        for name in ("fans", "others")
    }
    marks = {name: Mark(mark=kind) for name, (kind, _) in MARKS.items()}
    campaigns = {}
    for name, campaign in project.campaigns.items():
        sower = _Sower(choices.pick)
        campaigns[name] = replace(campaign, journey=sower.over(campaign.journey))
        if choices.pick((True, False, False)) and campaign.enter.where is None:
            where = sower.rule_of_marks()
            campaigns[name] = replace(campaigns[name], enter=replace(campaign.enter, where=where))
    return replace(
        project,
        campaigns=campaigns,
        traits={**project.traits, **marks},
        destinations={**project.destinations, **destinations},
    )


def gated(choices: Choices, project: Project) -> Project:
    """Put gates in the place of some waits; in two of three projects in the place of none."""
    if choices.pick((True, True, False)):
        return project
    return replace(
        project,
        campaigns={
            name: replace(campaign, journey=_Gatekeeper(choices.pick).over(campaign.journey))
            for name, campaign in project.campaigns.items()
        },
    )


class _Sower:
    """Strews deeds over one campaign; they are named by number."""

    def __init__(self, pick: Callable[[Sequence[Any]], Any]) -> None:
        self._pick = pick
        self._count = 0

    def over(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Strew deeds before steps, within them, and behind the last that is gone on from."""
        found: list[Step] = []
        for step in steps:
            found += self._maybe_some()
            found.append(self._within(step))
        if not steps or not isinstance(steps[-1], Leave | Goto):
            found += self._maybe_some()
        return tuple(found)

    def rule_of_marks(self) -> Rule:
        """Write a rule over what journeys remember."""
        name = self._pick(tuple(MARKS))
        return _rule(self._leaf(name, MARKS[name][0].name))

    def _within(self, step: Step) -> Step:
        match step:
            case Wait(then=then, otherwise=otherwise) if then or otherwise:
                return replace(step, then=self.over(then), otherwise=self.over(otherwise))
            case Branch():
                return replace(step, branch=tuple(self._way(way) for way in step.branch))
            case Experiment():
                return replace(step, arms=self._arms(step.arms))
            case Split():
                return replace(step, split=self._arms(step.split))
            case Preference():
                ways = {value: self.over(way) for value, way in step.ways.items()}
                return replace(step, ways=ways, else_=self.over(step.else_))
            case RepeatSteps():
                until = step.until or (self.rule_of_marks() if self._pick((True, False)) else None)
                return replace(step, do=self.over(step.do), until=until)
            case Grant() | Approve():
                return replace(step, otherwise=self.over(step.otherwise))
            case _:
                return step

    def _way(self, way: Case | Else) -> Case | Else:
        if isinstance(way, Else):
            return replace(way, else_=self.over(way.else_))
        return replace(way, do=self.over(way.do))

    def _arms(self, arms: Mapping[str, Any]) -> dict[str, Any]:
        return {name: replace(arm, do=self.over(arm.do)) for name, arm in arms.items()}

    # --- deeds ---

    def _maybe_some(self) -> tuple[Step, ...]:
        return self._some() if self._pick((True, False, False)) else ()

    def _some(self) -> tuple[Step, ...]:
        """Do something; if it asks for an answer, mostly wait for that and go by it."""
        choice = self._pick(range(8))
        if choice <= 1:
            return self._asking(self._call(), _KINDS_KEPT)
        if choice <= 3:
            event = self._pick(EVENTS)
            step = self._survey(event) if self._pick((True, False)) else self._task(event)
            return self._asking(step, {name: k.name for name, k in PROPERTIES[event].items()})
        if choice == 4:
            return (self._set(), *self._gone_by(self.rule_of_marks()))
        if choice == 5:
            return self._gone_by(self.rule_of_marks())
        return (self._plain(),)

    def _asking(self, step: Any, told: Mapping[str, str]) -> tuple[Step, ...]:
        name = str(step.name)
        wait = Wait(
            wait=WaitFor(
                for_=OnAnswered(answered=Name(name)), at_most=Duration(self._pick(LENGTHS))
            ),
            then=(self._set(),),
            otherwise=self._pick(((), (self._plain(),))),
        )
        asked = self._leaf(*self._pick(sorted(told.items())))
        rule = _rule(Replied(step=name, asked=asked))
        choice = self._gone_by(rule)
        ways = ((step, wait, *choice), (step, wait, *choice), (step, *choice), (*choice, step))
        return tuple(self._pick(ways))

    def _gone_by(self, rule: Rule) -> tuple[Step, ...]:
        case = Case(if_=rule, do=(self._set(),), name=Name("so"))
        return (Branch(branch=(case,), name=self._new("choice")),)

    def _plain(self) -> Step:
        match self._pick(("add", "add", "remove", "show", "write", "task")):
            case "add":
                return AddTo(add_to=Name(self._pick(("fans", "others"))), name=self._new("deed"))
            case "remove":
                return RemoveFrom(remove_from=Name("fans"), name=self._new("deed"))
            case "show":
                return Show(
                    show=Name("banner"),
                    slot=Name("home"),
                    class_=self._pick(tuple(MessageClass)),
                    via=Name(self._pick(_CHANNELS)),
                    name=self._new("deed"),
                )
            case "write":
                told = {Name("stage"): self._pick(("won", "lost"))}
                return WriteBack(write_back=told, via=Name("text"), name=self._new("deed"))
            case _:
                return Task(task=Name("ring"), via=Name("mail"), name=self._new("deed"))

    def _task(self, event: str) -> Task:
        answer = OnEvent(event=Name(event))
        return Task(task=Name("ring"), answer=answer, via=Name("text"), name=self._new("deed"))

    def _survey(self, event: str) -> Survey:
        return Survey(
            survey=Name("how-was-it"),
            answer=OnEvent(event=Name(event)),
            via=Name(self._pick(_CHANNELS)),
            class_=self._pick(tuple(MessageClass)),
            name=self._new("deed"),
        )

    def _call(self) -> Webhook:
        assumed = self._pick(_ASSUMED)
        name = self._new("deed")
        return Webhook(
            webhook=Name("score"), keep=KEPT, assume=assumed, via=Name("mail"), name=name
        )

    def _set(self) -> SetMarks:
        name = self._pick(tuple(MARKS))
        return SetMarks(set={Name(name): self._pick(MARKS[name][1])}, name=self._new("deed"))

    def _leaf(self, name: str, kind: str) -> Compare | Known:
        fact = Fact(name=name)
        if self._pick((True, False, False, False)):
            return Known(fact=fact, known=self._pick((True, False)))
        return Compare(
            fact=fact,
            operator=self._pick(_BY.get(kind, _SAME)),
            literal=Literal(value=self._pick(_VALUES[kind])),
        )

    def _new(self, word: str) -> Name:
        self._count += 1
        return Name(f"{word}-{self._count + 1000}")


_KINDS_KEPT = {str(name): ValueKind[kind.name].name for name, kind in KEPT.items()}


class _Gatekeeper(_Sower):
    """Makes gates of half the waits to which nothing refers; they are named by number."""

    def over(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        return tuple(self._within(step) for step in steps)

    def _within(self, step: Step) -> Step:
        match step:
            case Wait(name=None, then=()) if self._pick((True, False)):
                self._count += 1
                lengths = tuple(map(Duration, LENGTHS))
                return Approve(
                    approve=Name(f"gate-{self._count}"),
                    by=Name("board"),
                    at_most=self._pick((None, *lengths)),
                    otherwise=self.over(step.otherwise),
                    assume=self._pick((Duration(0), *lengths)),
                )
            case RepeatSteps():
                return replace(step, do=self.over(step.do))
            case _:
                return super()._within(step)


def _rule(term: Term) -> Rule:
    return Rule(text=write_rule(term), term=term)
