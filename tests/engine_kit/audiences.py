"""Random segments beyond a rule, RFM traits and lifecycles, all of them sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine_kit.story import LISTED

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.money import Money
from campaignspec.spec.audience import Segment
from campaignspec.spec.habits import Tenure, ValueAgo
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.lifecycle import Lifecycle, Move
from campaignspec.spec.rfm import CutOffs, Facet, Rfm
from campaignspec.spec.rule import Compare, Fact, Literal, Operator, Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.rule_writer import write_rule
from campaignspec.spec.sequence import Absence, Following, Step
from campaignspec.spec.traits import Count, Latest, Ratio, Trait

STAGES = ("lead", "buyer", "loyal", "lapsed")
CELLS = ("best", "worst")
_EVENTS = ("buy", "buy", "visit", "visit", "return", "ghost")
_WINDOWS = (Duration(HOUR), Duration(12 * HOUR), Duration(DAY), Duration(3 * DAY))

Pick = Callable[[Sequence[Any]], Any]
RuleOf = Callable[[str], Rule]


def draw_segment(
    pick: Pick, where: Rule, rule_of: RuleOf, others: Mapping[str, Segment]
) -> Segment:
    """Draw a segment: mostly a rule, at times a sequence, a list, an exclusion.

    Args:
        pick: Draws one of several.
        where: A rule about customers.
        rule_of: Draws a rule over an event's properties.
        others: The segments that are there.
    """
    segment = Segment(where=where)
    match pick(("rule", "rule", "sequence", "sequence", "list", "both")):
        case "sequence" | "both" as sort:
            segment = replace(
                segment,
                where=where if sort == "both" else None,
                sequence=_sequence(pick, rule_of),
                within=pick((None, *_WINDOWS)),
            )
        case "list":
            segment = Segment(listed=LISTED)
        case _:
            pass
    if others and pick((True, False, False, False)):
        segment = replace(segment, exclude=(Name(pick(sorted(others))),))
    return segment


def draw_rfm(pick: Pick, where: Rule | None) -> Mapping[str, Trait]:
    """Draw an RFM trait as its facts."""
    cut_offs = CutOffs(
        r=(Duration(HOUR), Duration(DAY)),
        f=(2, 4),
        m=(Money(micros=5_000_000, currency="USD"), Money(micros=20_000_000, currency="USD")),
    )
    trait = Rfm(
        rfm=Property("buy.amount"),
        within=pick((None, *_WINDOWS)),
        where=where,
        bins=pick((2, 3, 5)),
        cut_offs=pick((None, None, cut_offs)),
        cells={
            Name("best"): _compare("r", Operator.AT_LEAST, 2.0),
            Name("worst"): _compare("m", Operator.LESS, 2.0),
        },
    )
    return {f"rfm.{facet}": replace(trait, facet=facet) for facet in Facet}


def draw_lifecycle(pick: Pick, rule: Callable[[], Rule]) -> Lifecycle:
    """Draw a lifecycle of a few stages, with moves that may lead in circles."""
    stages = STAGES[: pick((2, 3, 4))]
    moves = []
    for _ in range(pick((1, 2, 3, 4))):
        when = pick((rule, lambda: pick(LIVELY)))()
        moves.append(_move(pick, stages, when))
    return Lifecycle(lifecycle=tuple(map(Name, stages)), moves=tuple(moves))


def is_recent(name: str, traits: Mapping[str, Trait]) -> bool:
    """Say whether a trait changes only when, or shortly after, something happens."""
    trait = traits[name]
    if isinstance(trait, Ratio):
        return is_recent(trait.ratio, traits) and is_recent(trait.to, traits)
    return not isinstance(trait, Tenure | ValueAgo | Lifecycle)


LIVELY_TRAITS: Mapping[str, Trait] = {
    "buys": Count(count=Name("buy"), within=Duration(DAY)),
    "seen": Latest(latest=Name("visit")),
}
"""Traits that keep customers moving."""


def _rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


LIVELY = tuple(
    map(
        _rule,
        (
            "buys >= 1",
            "buys >= 2",
            "buys = 0",
            "seen older than 12h",
            "seen within 12h",
            "buys = 0 and seen older than 1d",
        ),
    )
)
"""Rules over them that are now true, now false."""


def _sequence(pick: Pick, rule_of: RuleOf) -> tuple[Step, ...]:
    event = pick(_EVENTS)
    first = Following(event=Name(event), where=_where(pick, rule_of, event))
    others = [_step(pick, rule_of) for _ in range(pick((0, 1, 1, 2)))]
    last = others[-1] if others else None
    if isinstance(last, Absence):
        others[-1] = replace(last, at_once=pick((True, False)))
    return (pick((Name(event), first)), *others)


def _step(pick: Pick, rule_of: RuleOf) -> Following | Absence:
    event = pick(_EVENTS)
    where = _where(pick, rule_of, event)
    if pick((True, False)):
        return Absence(not_=Name(event), where=where, within=pick(_WINDOWS))
    return Following(event=Name(event), where=where, within=pick((None, *_WINDOWS)))


def _where(pick: Pick, rule_of: RuleOf, event: str) -> Rule | None:
    return rule_of(event) if pick((True, False, False)) else None


def _move(pick: Pick, stages: Sequence[str], when: Rule) -> Move:
    to = pick(stages)
    others = [stage for stage in stages if stage != to]
    from_ = pick(((), tuple(map(Name, others[:1])), tuple(map(Name, others))))
    return Move(to=Name(to), from_=from_, when=when)


def _compare(name: str, by: Operator, value: float) -> Rule:
    term = Compare(fact=Fact(name=name), operator=by, literal=Literal(value=value))
    return Rule(text=write_rule(term), term=term)
