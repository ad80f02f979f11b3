"""An author who writes random projects, all of them sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from engine_kit.doors import draw_backlog, draw_calendar, draw_key, draw_trigger
from engine_kit.journeys import LENGTHS, SIGNALS, JourneyAuthor
from engine_kit.mixes import draw_mixes
from engine_kit.policies import CATEGORIES, PRIORITIES, draw_budget, draw_channels, draw_policies
from engine_kit.presents import draw_offers
from engine_kit.story import ATTRIBUTES, PROPERTIES
from engine_kit.traits import draw_trait, kind_of

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.connector import MessageClass
from campaignspec.history import ValueKind
from campaignspec.project import Project
from campaignspec.spec.audience import Segment
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.entering import (
    Again,
    Enter,
)
from campaignspec.spec.groups import group_property, wants_key
from campaignspec.spec.journey import (
    Goal,
    LeaveRule,
)
from campaignspec.spec.kinds import Name, Share, ZoneName
from campaignspec.spec.mix import Mix
from campaignspec.spec.offer import Offer
from campaignspec.spec.policy import Consent, Policies
from campaignspec.spec.project import Settings
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    Holding,
    InSegment,
    Known,
    Literal,
    Not,
    Offered,
    OneOf,
    Operator,
    Replied,
    Rule,
    Term,
)
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.traits import Trait

EVENTS = ("buy", "buy", "visit", "visit", "return", "ghost")
_WORDS_OF_HABITS = ("new", "returning", "promoter", "passive", "detractor", "mail", "call")
_EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)


class Author:
    """Writes one project; every choice is drawn."""

    def __init__(self, choices: Choices, tick: int, begin: int, zone: str) -> None:
        self._pick, self._number = choices.pick, choices.number
        self._tick, self._begin, self._zone = tick, begin, zone
        self._traits: dict[str, Trait] = {}
        self._segments: dict[str, Segment] = {}
        self._offers: dict[Name, Offer] = {}
        self._mixes: Mapping[str, Mix] = {}
        self._journeys = JourneyAuthor(
            choices.pick,
            begin=begin,
            rule=lambda: self._rule(answers=True),
            rule_of_event=lambda event, alone: self._rule_of_event(event, alone=alone),
            names=self._names_for_journeys,
        )

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
        self._offers = draw_offers(
            self._pick,
            begin=self._begin,
            lengths=LENGTHS,
            traits=self._amounts(),
            rule=lambda: self._rule(answers=False),
            rule_of_event=lambda event: self._rule_of_event(event, alone=True),
        )
        self._mixes = draw_mixes(self._pick, lambda: self._rule(answers=False))
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
            offers=self._offers,
            mixes=self._mixes,
            channels=draw_channels(self._pick),
            policies=self._policies([each.campaign for each in campaigns]),
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
        if choice in {4, 5} and answers and self._journeys.sends:
            return Answered(answer=self._pick(tuple(Answer)), step=self._pick(self._journeys.sends))
        if choice == 6 and answers and self._journeys.asked:
            return self._replied(self._pick(sorted(self._journeys.asked)))
        if choice == 6 and answers and self._offers:
            return Offered(asked=self._pick(tuple(Holding)), offer=self._pick(sorted(self._offers)))
        return self._leaf(*self._pick(facts))

    def _replied(self, step: str) -> Term:
        """Ask for what was answered to a wait that keeps it."""
        properties = PROPERTIES[self._journeys.asked[step]]
        asked = self._leaf(*self._pick(sorted(properties.items())))
        assert isinstance(asked, Compare | OneOf | Known)
        return Replied(step=step, asked=asked)

    def _names_for_journeys(self) -> dict[str, list[str]]:
        """Return the names that steps may go by."""
        plain = {
            name: kind_of(trait, self._traits)
            for name, trait in self._traits.items()
            if group_property(trait) is None
        }
        kinds = {**ATTRIBUTES, **plain}
        return {
            "segments": sorted(self._segments),
            "offers": sorted(self._offers),
            "mixes": sorted(self._mixes),
            "numbers": [name for name, kind in kinds.items() if kind is ValueKind.NUMBER],
            "texts": [name for name, kind in kinds.items() if kind is ValueKind.TEXT],
        }

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

    def _amounts(self) -> Sequence[str]:
        """Return the traits that are one number or one amount."""
        kinds = {
            name: kind_of(trait, self._traits)
            for name, trait in self._traits.items()
            if group_property(trait) is None
        }
        return [n for n, kind in kinds.items() if kind in {ValueKind.NUMBER, ValueKind.MONEY}]

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

    def _policies(self, campaigns: Sequence[str]) -> Policies:
        consents = (Consent.NOT_NEEDED,) * 4 + (Consent.OPT_OUT, Consent.OPT_OUT, Consent.OPT_IN)
        consent = {
            MessageClass.PROMOTIONAL: self._pick(consents),
            MessageClass.SERVICE: self._pick(consents),
        }
        if self._maybe(3):
            consent[MessageClass.TRANSACTIONAL] = self._pick(consents)
        if self._maybe(5):
            del consent[MessageClass.SERVICE]
        return draw_policies(
            self._pick,
            consent=consent,
            campaigns=campaigns,
            segments=sorted(self._segments),
            rule_of=lambda event: self._rule_of_event(event, alone=False),
        )

    # --- campaigns ---

    def _campaign(self, name: str) -> Campaign:
        goal = self._goal() if self._maybe(3) or self._maybe() else None
        self._journeys.begin_campaign(has_goal=goal is not None)
        return Campaign(
            campaign=Name(name),
            seed=self._pick((None, None, "one-seed")),
            priority=self._pick(PRIORITIES),
            budget=draw_budget(self._pick),
            category=self._pick(CATEGORIES),
            enter=self._enter(),
            calendar=draw_calendar(self._pick, self._begin),
            goal=goal,
            stages=self._journeys.stages() if goal else {},
            pause=self._journeys.pauses(),
            leave=tuple(
                LeaveRule(when=self._journeys.leave_trigger())
                for _ in range(self._pick((0, 0, 1, 2)))
            ),
            journey=self._journeys.steps(2, self._number(1, 4)),
        )

    def _enter(self) -> Enter:
        on = draw_trigger(
            self._pick, self._begin, sorted(self._segments), self._journeys.leave_trigger
        )
        key, at_once = draw_key(self._pick, on)
        return Enter(
            on=on,
            where=self._rule(answers=False) if self._maybe(4) else None,
            key_=key,
            at_once=at_once,
            again=self._again(),
            backlog=draw_backlog(self._pick, on),
            holdout=Share(self._pick((0.2, 0.5))) if self._maybe(3) else None,
        )

    def _again(self) -> Again | Duration:
        return self._pick((Again.NEVER, Again.ALWAYS, Again.ALWAYS, Duration(DAY), Duration(HOUR)))

    def _goal(self) -> Goal:
        event = self._pick(("buy", "buy", "visit", "ghost", "ping"))
        if event in SIGNALS:
            within = Duration(self._pick((*LENGTHS, 5 * DAY + 1)))
            return Goal(event=Name(event), within=within, stay=self._maybe())
        value = {"buy": ("amount", "items"), "visit": ("seconds",), "ghost": ("amount",)}[event]
        return Goal(
            event=Name(event),
            where=self._rule_of_event(event, alone=True) if self._maybe(3) else None,
            within=Duration(self._pick((*LENGTHS, 5 * DAY + 1))),
            value=Name(self._pick(value)) if self._maybe(3) or self._maybe() else None,
            stay=self._maybe(),
        )


def _rule(term: Term) -> Rule:
    return Rule(text=write_rule(term), term=term)
