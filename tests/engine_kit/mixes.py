"""Channel mixes in plain Python: which channel a customer is written to by; and drawn ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine_kit.story import Customer

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.graph.nodes import Mixed
from campaignspec.project import Project
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.mix import ChooseBy, Fallback, Mix, Unless, Weigh
from campaignspec.spec.rule import Rule

_ORDERS = (("mail", "text"), ("text", "mail"))
_SHARES = (0.5, 0.2, 0.9999)
_WEIGHTS = (None, (1.0, 0.0), (1.0, 0.1), (1.0, 1.0), (0.0, 1.0), (0.3, 0.7))


def chosen(
    project: Project,
    mixed: Mixed,
    person: Customer,
    candidates: Sequence[str],
    draw: int,
    now: int,
) -> str | None:
    """Return the channel among those that may be used, in the order of the mix; None of none."""
    if not candidates:
        return None
    mix = mixed.mix
    match mix.choose:
        case ChooseBy.IN_ORDER:
            return candidates[0]
        case ChooseBy.SPLIT:
            return _drawn(mix, candidates, draw)
        case ChooseBy.BEST:
            best = candidates[0]
            for channel in candidates:
                if _score(project, mix, person, channel, now) > _score(
                    project, mix, person, best, now
                ):
                    best = channel
            return best


def _drawn(mix: Mix, candidates: Sequence[str], draw: int) -> str:
    whole = sum(mix.shares[Name(channel)].fraction for channel in candidates)
    end = 0.0
    for channel in candidates:
        end += mix.shares[Name(channel)].fraction
        if draw * whole < end * 2**32:
            return channel
    raise AssertionError("shares end at the whole")


def _score(project: Project, mix: Mix, person: Customer, channel: str, now: int) -> float:
    preference, cost = (1.0, 0.0) if mix.weigh is None else (mix.weigh.preference, mix.weigh.cost)
    costs = {str(name): _cost(project, name) for name in mix.from_}
    dear = costs[channel] / (max(costs.values()) or 1)
    sent = sum(m.channel == channel and m.at <= now for m in person.messages)
    events = [
        e.name for e in person.events if e.at <= now and e.properties.get("channel") == channel
    ]
    answered = max(events.count("message.opened"), events.count("message.clicked"))
    return preference * ((min(answered, sent) + 1) / (sent + 2)) - cost * dear


def _cost(project: Project, channel: str) -> int:
    cost = project.channels[channel].cost
    return cost.micros if cost else 0


def draw_mixes(pick: Callable[[Sequence[Any]], Any], rule: Callable[[], Rule]) -> Mapping[str, Mix]:
    """Draw a mix, or none."""
    if not pick((0, 1, 1)):
        return {}
    order, choose = pick(_ORDERS), pick(tuple(ChooseBy))
    share, weights = pick(_SHARES), pick(_WEIGHTS)
    weigh = weights and Weigh(preference=weights[0], cost=weights[1])
    shares = {Name(order[0]): Share(share), Name(order[1]): Share(1 - share)}
    return {
        "both": Mix(
            choose=choose,
            from_=tuple(map(Name, order)),
            shares=shares if choose is ChooseBy.SPLIT else {},
            weigh=weigh if choose is ChooseBy.BEST else None,
            needs={Name(pick(order)): rule()} if pick((0, 0, 1)) else {},
            fallback=_fallback(pick),
        )
    }


def _fallback(pick: Callable[[Sequence[Any]], Any]) -> Fallback | None:
    after = pick((None, None, HOUR, 3 * HOUR, DAY, 2 * DAY))
    return after and Fallback(after=Duration(after), unless=pick(tuple(Unless)))
