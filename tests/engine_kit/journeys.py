"""An author's journeys: random steps, all of them sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine_kit.policies import VALIDITIES
from engine_kit.story import PROPERTIES

from campaignspec.clock import DAY, HOUR, MINUTE, Duration
from campaignspec.connector import MessageClass
from campaignspec.project.walk import step_name
from campaignspec.spec.emitting import Emit
from campaignspec.spec.entering import LeaveTrigger, OnEvent, OnLeft, OnSegment
from campaignspec.spec.journey import (
    Arm,
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
    WhenCapped,
)
from campaignspec.spec.kinds import LocalTime, Moment, Name, Offset, Share
from campaignspec.spec.offer import Redeem, Revoke
from campaignspec.spec.rule import Rule
from campaignspec.spec.steering import Goto, Pause, Stage, Winner
from campaignspec.spec.waiting import (
    Happening,
    OnAnswered,
    OnAny,
    OnClicked,
    OneHappening,
    OnOpened,
    WaitBestHour,
    WaitBy,
    WaitDate,
    WaitDays,
    WaitFor,
    Waiting,
    WaitPhase,
    WaitSpread,
    WaitUntil,
    Weekday,
)

NO_TICK_LENGTHS = (90 * MINUTE, 45 * MINUTE)
LENGTHS = (HOUR, 3 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, *NO_TICK_LENGTHS)
TIMES = (0, 60, 90, 121, 150, 9 * 60, 10 * 60 + 30, 21 * 60, 23 * 60 + 45)
SHARES = ((0.5, 0.5), (0.2, 0.3, 0.5), (0.1, 0.7, 0.2), (0.0, 1.0), (1 / 3, 1 / 3, 1 / 3))
EVENTS = ("buy", "buy", "visit", "visit", "return", "ghost")
SIGNALS = ("ping", "pong")


class JourneyAuthor:
    """Writes the steps of one campaign after the other.

    Attributes:
        sends: The names of the campaign's sends so far.
        has_goal: Whether the campaign has a goal, by which experiments may be decided.
        asked: The waits of the campaign so far that keep an answer, with their events.
    """

    def __init__(
        self,
        pick: Callable[[Sequence[Any]], Any],
        *,
        begin: int,
        rule: Callable[[], Rule],
        rule_of_event: Callable[[str, bool], Rule],
        names: Callable[[], Mapping[str, Sequence[str]]],
    ) -> None:
        """Take what the author of everything else knows.

        Args:
            pick: Chooses one of several.
            begin: When the story begins.
            rule: Writes a rule that may ask for answers.
            rule_of_event: Writes a rule over an event; of its properties alone, if told so.
            names: Returns the names of segments, offers, mixes, numbers and texts.
        """
        self.sends: list[str] = []
        self.asked: dict[str, str] = {}
        self._pick, self._begin = pick, begin
        self._rule, self._rule_of_event, self._names = rule, rule_of_event, names
        self._count = 0
        self.has_goal = False
        self._rounds = 0

    def begin_campaign(self, *, has_goal: bool) -> None:
        """Forget the names of the campaign before."""
        self.sends, self.asked, self._count = [], {}, 0
        self.has_goal = has_goal

    def steps(self, depth: int, number: int) -> tuple[Step, ...]:
        """Write some steps, nested so deep at most."""
        steps: list[Step] = []
        for _ in range(number):
            steps.append(self._step(depth))
            if isinstance(steps[-1], Leave):
                break
        return self._with_jump(tuple(steps))

    def stages(self) -> Mapping[Name, Stage]:
        """Write the stages of a campaign with a goal."""
        return {
            Name(f"stage-{number}"): Stage(
                event=Name(event := self._pick(EVENTS)),
                where=self._rule_of_event(event, True) if self._maybe(3) else None,
            )
            for number in range(self._pick((0, 0, 1, 2)))
        }

    def pauses(self) -> tuple[Pause, ...]:
        """Write when no step acts; pauses may meet and overlap."""
        found = []
        for _ in range(self._pick((0, 0, 0, 1, 2))):
            first = self._begin + self._number(0, 80) * 3 * HOUR + self._pick((0, 0, MINUTE))
            last = first + self._pick((HOUR, 20 * HOUR, 50 * HOUR))
            found.append(Pause(from_=_moment(first), to=_moment(last)))
        return tuple(found)

    def leave_trigger(self) -> LeaveTrigger:
        """Write something that happens to a customer."""
        if self._maybe(3):
            return OnSegment(segment=Name(self._pick(self._names()["segments"])))
        event = self._pick((*EVENTS, *SIGNALS))
        asks = event not in SIGNALS and self._maybe(4)
        where = self._rule_of_event(event, False) if asks else None
        return OnEvent(event=Name(event), where=where)

    def _number(self, least: int, most: int) -> int:
        found: int = self._pick(range(least, most + 1))
        return found

    def _maybe(self, chance: int = 2) -> bool:
        return self._number(1, chance) == chance

    def _duration(self) -> Duration:
        return Duration(self._pick(LENGTHS))

    def _time(self) -> LocalTime:
        return LocalTime(self._pick(TIMES))

    def _new(self, word: str) -> str:
        self._count += 1
        return f"{word}-{self._count}"

    # --- steps ---

    def _step(self, depth: int) -> Step:
        if self._maybe(8):
            return Emit(emit=Name(self._pick(SIGNALS)), name=Name(self._new("emit")))
        if self._names()["offers"] and self._maybe(4):
            return self._deal(depth)
        if depth and self._maybe(4):
            return self._steered(depth - 1)
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

    def _steered(self, depth: int) -> Step:
        match self._number(0, 1 if self._rounds > 1 else 2):
            case 0:
                ways = {
                    f"way-{number}": Arm(share=Share(share), do=self._some(depth))
                    for number, share in enumerate(self._pick(SHARES))
                }
                return Split(split=ways, seed=self._pick(("x", "y")), name=Name(self._new("part")))
            case 1:
                values = ("Kazan", "Xi'an", "tea", "nowhere")[: self._number(1, 4)]
                return Preference(
                    preference=Name(self._pick(self._names()["texts"])),
                    ways={value: self._some(depth) for value in values},
                    else_=self._some(depth),
                )
            case _:
                self._rounds += 1
                do = self.steps(depth, self._number(1, 2))
                self._rounds -= 1
                until = self._rule() if self._maybe() else None
                return RepeatSteps(repeat=self._number(1, 3), until=until, do=do)

    def _deal(self, depth: int) -> Grant | Revoke | Redeem:
        offer, name = Name(self._pick(self._names()["offers"])), Name(self._new("deal"))
        match self._number(0, 5):
            case 4:
                return Revoke(revoke=offer, name=name)
            case 5:
                return Redeem(redeem=offer, name=name)
            case _:
                return Grant(grant=offer, otherwise=self._some(depth - 1), name=name)

    def _some(self, depth: int) -> tuple[Step, ...]:
        return self.steps(depth, self._number(0, 2)) if depth >= 0 else ()

    def _send(self) -> Send:
        name = self._new("message")
        self.sends.append(name)
        mix = self._pick((None, *map(Name, self._names()["mixes"])))
        return Send(
            send=Name(name),
            via=None if mix else Name(self._pick(("mail", "mail", "text"))),
            mix=mix,
            class_=self._pick((MessageClass.PROMOTIONAL, *MessageClass)),
            when_capped=self._pick(tuple(WhenCapped)),
            valid_for=self._pick(VALIDITIES),
        )

    def _branch(self, depth: int) -> Branch:
        cases: list[Case | Else] = [
            Case(
                if_=self._rule(),
                do=self.steps(depth, self._number(1, 2)),
                name=Name(f"way-{number}"),
            )
            for number in range(self._number(1, 2))
        ]
        if self._maybe():
            cases.append(Else(else_=self._some(depth)))
        return Branch(branch=tuple(cases), name=Name(self._new("branch")))

    def _experiment(self, depth: int) -> Experiment:
        arms = {
            f"arm-{number}": Arm(share=Share(share), do=self._some(depth))
            for number, share in enumerate(self._pick(SHARES))
        }
        return Experiment(
            experiment=Name(self._new("test")),
            seed=self._pick(("x", "y")),
            arms=arms,
            winner=self._winner() if self.has_goal and self._maybe() else None,
        )

    def _winner(self) -> Winner:
        at = self._begin + self._number(10, 60) * 3 * HOUR + self._pick((0, 20 * MINUTE))
        return Winner(decide_at=_moment(at), confidence=Share(0.5))

    def _with_jump(self, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        """Let some who take a way go on at a later step."""
        for place, step in enumerate(steps):
            later = [name for each in steps[place + 1 :] if (name := step_name(each))]
            if isinstance(step, Wait) and step.otherwise and later and self._maybe():
                jump = Goto(goto=Name(self._pick(later)))
                if not isinstance(step.otherwise[-1], Leave | Goto):
                    otherwise = (*step.otherwise, jump)
                    return (*steps[:place], replace(step, otherwise=otherwise), *steps[place + 1 :])
        return steps

    # --- waits ---

    def _wait(self, depth: int) -> Wait:
        if self._maybe():
            return self._listen(depth)
        wait = self._holding()
        if not isinstance(wait, WaitDate | WaitPhase):
            return Wait(wait=wait)
        return Wait(wait=wait, then=self._some(depth - 1), otherwise=self._some(depth - 1))

    def _listen(self, depth: int) -> Wait:
        happening, keep, name = self._happening(), (), None
        if isinstance(happening, OnEvent) and PROPERTIES[happening.event] and self._maybe():
            keep = tuple(Name(each) for each in PROPERTIES[happening.event])
            name = Name(self._new("ask"))
        wait = WaitFor(for_=happening, at_most=self._duration(), keep=keep)
        if name is not None:
            self.asked[name] = str(getattr(happening, "event", ""))
        then, otherwise = self._some(depth - 1), self._some(depth - 1)
        return Wait(wait=wait, then=then, otherwise=otherwise, name=name)

    def _holding(self) -> Waiting:
        match self._number(0, 8):
            case 0 | 1:
                return Duration(self._pick((0, *LENGTHS)))
            case 2:
                on = tuple(self._pick(tuple(Weekday)) for _ in range(self._pick((0, 0, 1, 2))))
                to = self._pick((None, LocalTime(0), LocalTime(60), LocalTime(15 * 60)))
                return WaitUntil(until=self._time(), to=to, on=on)
            case 3:
                at = self._time() if self._maybe() else None
                return WaitDays(days=self._pick((0, 1, 1, 2, 4)), at=at)
            case 4:
                offset = Offset(self._pick((0, 0, -2, 3, 400)))
                return WaitDate(date=Name("day"), offset=offset, at=self._time())
            case 5:
                return WaitPhase(phase=Name("burst"), at=self._time())
            case 6:
                seed = self._pick((None, "z"))
                return WaitSpread(spread=Duration(self._pick(LENGTHS)), seed=seed)
            case 7:
                return WaitBestHour(
                    best_hour=Name(self._pick(self._names()["numbers"])),
                    otherwise=self._time(),
                    from_=self._time(),
                    to=self._time(),
                )
            case _:
                return WaitBy(
                    by=Name(self._pick(self._names()["numbers"])),
                    share=Share(self._pick((1.0, 0.8, 0.015))),
                    at_least=Duration(self._pick((0, HOUR))),
                    at_most=Duration(self._pick((HOUR, DAY, 3 * DAY))),
                )

    def _happening(self) -> Happening:
        if self._maybe(5):
            return OnAny(any=(self._one(), self._one()))
        return self._one()

    def _one(self) -> OneHappening:
        if self.sends and self._maybe():
            step = Name(self._pick(self.sends))
            return OnOpened(opened=step) if self._maybe() else OnClicked(clicked=step)
        if self.asked and self._maybe(3):
            return OnAnswered(answered=Name(self._pick(sorted(self.asked))))
        if self._maybe(4):
            return OnLeft(left=Name(self._pick(self._names()["segments"])))
        return self.leave_trigger()


def _moment(instant: int) -> Moment:
    written = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return Moment(f"{written:%Y-%m-%d %H:%M}")
