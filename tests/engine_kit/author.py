"""An author who writes random projects, all of them sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from engine_kit.audiences import (
    CELLS,
    LIVELY_TRAITS,
    STAGES,
    draw_lifecycle,
    draw_rfm,
    draw_segment,
    is_recent,
)
from engine_kit.choices import Choices
from engine_kit.story import ATTRIBUTES, PROPERTIES
from engine_kit.traits import draw_trait, kind_of

from campaignspec.clock import DAY, HOUR, MINUTE, Duration
from campaignspec.connector import MessageClass
from campaignspec.history import ValueKind
from campaignspec.money import Money
from campaignspec.project import Project
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import (
    Cap,
    Channel,
    Consent,
    Otherwise,
    Per,
    Policies,
    QuietHours,
)
from campaignspec.spec.entering import (
    Again,
    Enter,
    LeaveTrigger,
    OnDate,
    OnEvent,
    OnSegment,
    Repeat,
    Trigger,
)
from campaignspec.spec.groups import group_property, wants_key
from campaignspec.spec.journey import (
    Arm,
    Branch,
    Case,
    Else,
    Experiment,
    Goal,
    Leave,
    LeaveRule,
    Send,
    Step,
    Wait,
    WhenCapped,
)
from campaignspec.spec.kinds import LocalTime, Name, Offset, Share, ZoneName
from campaignspec.spec.project import Settings
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Literal,
    Not,
    OneOf,
    Operator,
    Rule,
    Term,
)
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.traits import Trait
from campaignspec.spec.waiting import Happening, OnClicked, OnOpened, WaitFor, WaitUntil, Weekday

NO_TICK_LENGTHS = (90 * MINUTE, 45 * MINUTE)
LENGTHS = (HOUR, 3 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, *NO_TICK_LENGTHS)
TIMES = (0, 60, 90, 121, 150, 9 * 60, 10 * 60 + 30, 21 * 60, 23 * 60 + 45)
QUIET = ((0, 90), (90, 150), (21 * 60, 9 * 60), (22 * 60, 90), (23 * 60 + 45, 0), (720, 725))
EVENTS = ("buy", "buy", "visit", "visit", "return", "ghost")
SHARES = ((0.5, 0.5), (0.2, 0.3, 0.5), (0.1, 0.7, 0.2), (0.0, 1.0), (1 / 3, 1 / 3, 1 / 3))
_WORDS_OF_HABITS = ("new", "returning", "promoter", "passive", "detractor", "mail", "call")
_EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)


class Author:
    """Writes one project; every choice is drawn."""

    def __init__(self, choices: Choices, tick: int, begin: int, zone: str) -> None:
        self._pick, self._number = choices.pick, choices.number
        self._tick, self._begin, self._zone = tick, begin, zone
        self._traits: dict[str, Trait] = {}
        self._segments: dict[str, Segment] = {}
        self._sends: list[str] = []
        self._count = 0

    def project(self) -> Project:
        """Write everything."""
        for number in range(self._number(1, 4)):
            self._traits[f"t{number}"] = self._trait()
        if self._maybe(3):
            where = self._rule_of_event("buy", alone=True) if self._maybe(3) else None
            self._traits |= draw_rfm(self._pick, where)
        if self._maybe(3):
            self._traits |= LIVELY_TRAITS
            self._traits["stage"] = draw_lifecycle(self._pick, self._rule_of_move)
        for number in range(self._number(1, 3)):
            self._segments[f"s{number}"] = draw_segment(
                self._pick,
                self._rule(answers=False),
                lambda event: self._rule_of_event(event, alone=True),
                self._segments,
            )
        campaigns = [
            self._campaign(name) for name in ("alpha", "beta", "gamma")[: self._number(1, 3)]
        ]
        return Project(
            root=Path(),
            settings=Settings(
                spec=1,
                project=Name("random"),
                timezone=ZoneName(self._zone),
                currency="USD",
                tick=Duration(self._tick),
                sources=(),
            ),
            traits=self._traits,
            segments=self._segments,
            channels={
                "mail": Channel(connector=Name("outbox"), cost=Money(micros=400, currency="USD")),
                "text": Channel(connector=Name("outbox")),
            },
            policies=self._policies(),
            campaigns={each.campaign: each for each in campaigns},
            folders={},
            tests={},
            documents={},
        )

    # --- draws ---

    def _maybe(self, chance: int = 2) -> bool:
        return self._number(1, chance) == chance

    def _duration(self) -> Duration:
        return Duration(self._pick(LENGTHS))

    # --- audiences ---

    def _trait(self) -> Trait:
        event = self._pick(EVENTS)
        return draw_trait(
            self._pick,
            event,
            where=self._rule_of_event(event, alone=True) if self._maybe(3) else None,
            fits=lambda: self._rule_of_event(event, alone=True),
            within=self._duration() if self._maybe() else None,
            others=self._traits,
        )

    def _rule(self, *, answers: bool) -> Rule:
        return _rule(self._term(2, self._customer_facts(), answers=answers))

    def _rule_of_move(self) -> Rule:
        """Write a rule over facts that change only when something happens."""
        facts: list[tuple[str, ValueKind | None]] = [
            (name, kind) for name, kind in ATTRIBUTES.items() if kind is not ValueKind.DATE
        ]
        for name, trait in self._traits.items():
            if is_recent(name, self._traits):
                facts += [(name, kind_of(trait, self._traits))] * 2
        return _rule(self._term(1, facts, answers=False, segments=False))

    def _rule_of_event(self, event: str, *, alone: bool) -> Rule:
        """Write a rule over an event's properties; and over its customer, unless ``alone``."""
        facts = [(name, kind) for name, kind in PROPERTIES[event].items()]
        if alone or self._maybe():
            return _rule(self._term(1, facts, answers=False, segments=False))
        return _rule(self._term(1, facts + self._customer_facts(), answers=False))

    def _customer_facts(self) -> list[tuple[str, ValueKind | None]]:
        facts: list[tuple[str, ValueKind | None]] = [*ATTRIBUTES.items(), ("day", ValueKind.DATE)]
        for name, trait in self._traits.items():
            facts += [(name, kind_of(trait, self._traits))] * 2
        return facts

    def _term(
        self,
        depth: int,
        facts: Sequence[tuple[str, ValueKind | None]],
        *,
        answers: bool,
        segments: bool = True,
    ) -> Term:
        choice = self._number(0, 9)
        if depth > 0 and choice <= 2:
            parts = tuple(
                self._term(depth - 1, facts, answers=answers, segments=segments) for _ in range(2)
            )
            return (AllOf(terms=parts), AnyOf(terms=parts), Not(term=parts[0]))[choice]
        if choice == 3 and segments and self._segments:
            lasting = self._duration() if self._maybe(3) else None
            return InSegment(segment=self._pick(sorted(self._segments)), lasting=lasting)
        if choice in {4, 5} and answers and self._sends:
            return Answered(answer=self._pick(tuple(Answer)), step=self._pick(self._sends))
        return self._leaf(*self._pick(facts))

    def _leaf(self, name: str, kind: ValueKind | None) -> Term:
        fact = Fact(name=name, key=self._key(name))
        if self._maybe(8):
            return Known(fact=fact, known=self._maybe())
        if kind is None or (kind is ValueKind.DATE and self._maybe()):
            return Age(fact=fact, older=self._maybe(), duration=self._duration())
        values = self._values(kind)
        if self._maybe(5):
            literals = tuple(Literal(value=self._pick(values)) for _ in range(2))
            return OneOf(fact=fact, literals=literals)
        ordered = kind in {ValueKind.MONEY, ValueKind.NUMBER, ValueKind.DATE}
        by = self._pick(tuple(Operator) if ordered else _EQUALITY)
        return Compare(fact=fact, operator=by, literal=Literal(value=self._pick(values)))

    def _key(self, name: str) -> str | None:
        """Choose a value of the property that tells a trait apart, if one does."""
        trait = self._traits.get(name)
        if trait is None or group_property(trait) is None:
            return None
        keys = ("tea", "cup", "nowhere")
        key: str | None = self._pick(keys if wants_key(trait) else (None, *keys))
        return key

    def _values(self, kind: ValueKind) -> Sequence[float | str]:
        match kind:
            case ValueKind.MONEY:
                return (0.0, 5.0, 10.0, 19.99, 25.0)
            case ValueKind.NUMBER:
                return (0.0, 1.0, 2.0, 2.5, 18.0, 35.0, 0.5, 1 / 3)
            case ValueKind.TEXT:
                return (
                    "tea",
                    "cup",
                    "ваза",
                    "Kazan",
                    "Xi'an",
                    "nowhere",
                    *_WORDS_OF_HABITS,
                    *STAGES,
                    *CELLS,
                )
            case ValueKind.BOOLEAN:
                return ("yes", "no", "true", "false")
            case ValueKind.DATE:
                today = date(1970, 1, 1) + timedelta(days=self._begin // DAY)
                return [str(today + timedelta(days=days)) for days in (-3000, -1, 0, 3)]

    # --- policies ---

    def _policies(self) -> Policies:
        consents = (Consent.NOT_NEEDED,) * 4 + (Consent.OPT_OUT, Consent.OPT_OUT, Consent.OPT_IN)
        consent = {
            MessageClass.PROMOTIONAL: self._pick(consents),
            MessageClass.SERVICE: self._pick(consents),
        }
        if self._maybe(3):
            consent[MessageClass.TRANSACTIONAL] = self._pick(consents)
        if self._maybe(5):
            del consent[MessageClass.SERVICE]
        quiet = None
        if self._maybe():
            begin, end = self._pick(QUIET)
            quiet = QuietHours(
                from_=LocalTime(begin),
                to=LocalTime(end),
                otherwise=self._pick((Otherwise.WAIT, Otherwise.WAIT, Otherwise.DROP)),
            )
        caps = tuple(self._cap() for _ in range(self._number(0, 4)))
        return Policies(consent=consent, caps=caps, quiet=quiet)

    def _cap(self) -> Cap:
        rolls = self._maybe()
        return Cap(
            at_most=self._pick((1, 1, 2, 3)),
            per=None if rolls else Per.CALENDAR_DAY,
            within=self._duration() if rolls else None,
            class_=self._pick((None, None, MessageClass.PROMOTIONAL, MessageClass.TRANSACTIONAL)),
            channel=self._pick((None, None, Name("mail"))),
        )

    # --- campaigns ---

    def _campaign(self, name: str) -> Campaign:
        self._sends = []
        self._count = 0
        return Campaign(
            campaign=Name(name),
            seed=self._pick((None, None, "one-seed")),
            enter=Enter(
                on=self._trigger(),
                where=self._rule(answers=False) if self._maybe(4) else None,
                again=self._again(),
                holdout=Share(self._pick((0.2, 0.5))) if self._maybe(3) else None,
            ),
            goal=self._goal() if self._maybe(3) or self._maybe() else None,
            leave=tuple(
                LeaveRule(when=self._leave_trigger()) for _ in range(self._pick((0, 0, 1, 2)))
            ),
            journey=self._steps(2, self._number(1, 4)),
        )

    def _trigger(self) -> Trigger:
        match self._number(0, 4):
            case 4:
                return OnDate(
                    date=Name("day"),
                    offset=Offset(self._pick((0, 0, -2, 3, 730, -730))),
                    at=LocalTime(self._pick(TIMES)),
                    every=self._pick((None, Repeat.YEAR, Repeat.YEAR)),
                )
            case _:
                return self._leave_trigger()

    def _leave_trigger(self) -> LeaveTrigger:
        if self._maybe(3):
            return OnSegment(segment=Name(self._pick(sorted(self._segments))))
        event = self._pick(EVENTS)
        where = self._rule_of_event(event, alone=False) if self._maybe(4) else None
        return OnEvent(event=Name(event), where=where)

    def _again(self) -> Again | Duration:
        return self._pick((Again.NEVER, Again.ALWAYS, Again.ALWAYS, Duration(DAY), Duration(HOUR)))

    def _goal(self) -> Goal:
        event = self._pick(("buy", "buy", "visit", "ghost"))
        value = {"buy": ("amount", "items"), "visit": ("seconds",), "ghost": ("amount",)}[event]
        return Goal(
            event=Name(event),
            where=self._rule_of_event(event, alone=True) if self._maybe(3) else None,
            within=Duration(self._pick((*LENGTHS, 5 * DAY + 1))),
            value=Name(self._pick(value)) if self._maybe(3) or self._maybe() else None,
            stay=self._maybe(),
        )

    def _steps(self, depth: int, number: int) -> tuple[Step, ...]:
        steps: list[Step] = []
        for _ in range(number):
            steps.append(self._step(depth))
            if isinstance(steps[-1], Leave):
                break
        return tuple(steps)

    def _step(self, depth: int) -> Step:
        choice = self._number(0, 11 if depth else 7)
        if choice <= 2:
            return self._send()
        if choice <= 6:
            return self._wait(depth)
        if choice == 7:
            return Leave(leave=Name("done")) if self._maybe() else self._send()
        if choice <= 9:
            return self._branch(depth - 1)
        return self._experiment(depth - 1)

    def _send(self) -> Send:
        name = self._new("message")
        self._sends.append(name)
        return Send(
            send=Name(name),
            via=Name(self._pick(("mail", "mail", "text"))),
            class_=self._pick((MessageClass.PROMOTIONAL, *MessageClass)),
            when_capped=self._pick(tuple(WhenCapped)),
        )

    def _wait(self, depth: int) -> Wait:
        match self._number(0, 3):
            case 0:
                return Wait(wait=Duration(self._pick((0, *LENGTHS))))
            case 1:
                on = tuple(self._pick(tuple(Weekday)) for _ in range(self._pick((0, 0, 1, 2))))
                return Wait(wait=WaitUntil(until=LocalTime(self._pick(TIMES)), on=on))
            case _:
                wait = WaitFor(for_=self._happening(), at_most=self._duration())
                then = self._steps(depth - 1, self._number(0, 2)) if depth else ()
                otherwise = self._steps(depth - 1, self._number(0, 2)) if depth else ()
                return Wait(wait=wait, then=then, otherwise=otherwise)

    def _happening(self) -> Happening:
        if self._sends and self._maybe():
            step = Name(self._pick(self._sends))
            return OnOpened(opened=step) if self._maybe() else OnClicked(clicked=step)
        return self._leave_trigger()

    def _branch(self, depth: int) -> Branch:
        cases: list[Case | Else] = [
            Case(
                if_=self._rule(answers=True),
                do=self._steps(depth, self._number(1, 2)),
                name=Name(f"way-{number}"),
            )
            for number in range(self._number(1, 2))
        ]
        if self._maybe():
            cases.append(Else(else_=self._steps(depth, self._number(0, 2))))
        return Branch(branch=tuple(cases), name=Name(self._new("branch")))

    def _experiment(self, depth: int) -> Experiment:
        arms = {
            f"arm-{number}": Arm(share=Share(share), do=self._steps(depth, self._number(0, 2)))
            for number, share in enumerate(self._pick(SHARES))
        }
        return Experiment(
            experiment=Name(self._new("test")), seed=self._pick(("x", "y")), arms=arms
        )

    def _new(self, word: str) -> str:
        self._count += 1
        return f"{word}-{self._count}"


def _rule(term: Term) -> Rule:
    return Rule(text=write_rule(term), term=term)
