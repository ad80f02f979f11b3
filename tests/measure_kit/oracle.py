"""Every built-in KPI in plain Python, as a person would count it with a pencil.

No code of the package is used: entries and events are walked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from measure_kit.world import CAC, END, GOAL_DAYS, MARGIN, PRODUCTION, START, Entry, Happened, World

_DAY = 24 * 60 * 60 * 1_000_000
Fraction = tuple[float | None, float | None]
Rule = Callable[[World, int], Fraction]


def counted(name: str, world: World, days: int) -> Fraction:
    """Return what stands above and below the line of a KPI with a window of so many days."""
    return _RULES[name](world, days)


def _treated(world: World) -> list[Entry]:
    return [entry for entry in world.entries if not entry.held_out]


def _held_out(world: World) -> list[Entry]:
    return [entry for entry in world.entries if entry.held_out]


def _over(entries: Sequence[Entry], days: int) -> list[Entry]:
    """Return the entries whose window is over."""
    return [entry for entry in entries if entry.at + days * _DAY <= END]


def _sent(entry: Entry) -> list[int]:
    return [message.at for message in entry.messages if message.was_sent]


def _messages(world: World, *, delivered: bool = False) -> list:
    every = [m for entry in _treated(world) for m in entry.messages if m.was_sent]
    return [message for message in every if not (delivered and message.failed)]


def _did(world: World, name: str, entry: Entry, days: int, since: int | None = None) -> list:
    begin = entry.at if since is None else since
    return [
        event
        for event in world.events.get(name, [])
        if event.customer == entry.customer and begin < event.at <= begin + days * _DAY
    ]


def _orders(world: World, entry: Entry, days: int) -> list[Happened]:
    return sorted(_did(world, "order.placed", entry, days), key=lambda event: event.at)


def _in_period(world: World, *names: str) -> list[Happened]:
    return [e for name in names for e in world.events.get(name, []) if START < e.at <= END]


def _revenue(world: World, entries: Sequence[Entry], days: int) -> float:
    return float(sum(o.amount for entry in entries for o in _orders(world, entry, days)))


def _is_new(world: World, entry: Entry) -> bool:
    orders = world.events.get("order.placed", [])
    return not any(o.customer == entry.customer and o.at <= START for o in orders)


def _costs(world: World) -> float:
    messages = sum(message.cost for message in _messages(world)) / 1000
    return messages + sum(entry.redeemed for entry in _treated(world))


def _costs_over(world: World, days: int) -> float:
    """Return the cost of entries whose window is over, for what happened in it."""
    entries = _over(_treated(world), days)
    total = sum(
        message.cost / 1000
        for entry in entries
        for message in entry.messages
        if message.was_sent and message.at <= entry.at + days * _DAY
    )
    return total + sum(entry.redeemed for entry in entries)


def _conversion(world: World, _: int) -> Fraction:
    entries = _over(_treated(world), GOAL_DAYS)
    return sum(entry.converted is not None for entry in entries), len(entries)


def _lift(world: World, _: int) -> Fraction:
    rates: list[float | None] = []
    for side in (_treated(world), _held_out(world)):
        entries = _over(side, GOAL_DAYS)
        hits = sum(entry.converted is not None for entry in entries)
        rates.append(hits / len(entries) if entries else None)
    return rates[0], rates[1]


def _value(world: World, _: int) -> Fraction:
    entries = _over(_treated(world), GOAL_DAYS)
    return sum(e.converted[1] for e in entries if e.converted is not None), len(entries)


def _cost_per_conversion(world: World, _: int) -> Fraction:
    cost = sum(message.cost for message in _messages(world)) / 1000
    return cost, sum(entry.converted is not None for entry in _treated(world))


def _after_message(name: str) -> Rule:
    def rule(world: World, days: int) -> Fraction:
        entries = [e for e in _treated(world) if _sent(e)]
        entries = [e for e in entries if min(_sent(e)) + days * _DAY <= END]
        hits = sum(bool(_did(world, name, e, days, min(_sent(e)))) for e in entries)
        return hits, len(entries)

    return rule


def _rate(counts: Callable, *, of: Callable | None = None, delivered: bool = False) -> Rule:
    def rule(world: World, _: int) -> Fraction:
        below = [m for m in _messages(world, delivered=delivered) if of is None or of(m)]
        return sum(bool(counts(message)) for message in below), len(below)

    return rule


def _reached(world: World) -> set[str]:
    return {
        entry.customer
        for entry in _treated(world)
        for message in entry.messages
        if message.was_sent and not message.failed
    }


def _treated_people(world: World) -> int:
    return len({entry.customer for entry in _treated(world)})


def _retention(world: World, days: int) -> Fraction:
    entries = _over(_treated(world), days)
    return sum(bool(_did(world, "site.visited", e, days)) for e in entries), len(entries)


def _repurchase(world: World, days: int) -> Fraction:
    counts = [len(_orders(world, entry, days)) for entry in _over(_treated(world), days)]
    return sum(count >= 2 for count in counts), sum(count >= 1 for count in counts)


def by_category(world: World, days: int) -> Fraction:
    """Count the repurchase of each category by itself."""
    again = bought = 0
    for entry in _over(_treated(world), days):
        orders = _orders(world, entry, days)
        for category in {o.category for o in orders} - {None}:
            bought += 1
            again += len({o.at for o in orders if o.category == category}) >= 2
    return again, bought


def _loyal(world: World, days: int) -> Fraction:
    entries = _over(_treated(world), days)
    orders = world.events.get("order.placed", [])
    hits = [
        sum(o.customer == e.customer and o.at <= e.at + days * _DAY for o in orders) >= 2
        for e in entries
    ]
    return sum(hits), len(entries)


def _nps(world: World, days: int) -> Fraction:
    entries = _over(_treated(world), days)
    scores = [a.amount for e in entries for a in _did(world, "survey.answered", e, days)]
    promoters, detractors = (sum(s >= 9 for s in scores), sum(s <= 6 for s in scores))
    return promoters - detractors, len(scores)


def _owned(world: World, days: int) -> Fraction:
    orders = [o for e in _over(_treated(world), days) for o in _orders(world, e, days)]
    return sum(order.via in {"app", "shop"} for order in orders), len(orders)


def _contribution(*, new: bool) -> Rule:
    def rule(world: World, days: int) -> Fraction:
        entries = _over(_treated(world), days)
        mine = [entry for entry in entries if _is_new(world, entry) is new]
        return _revenue(world, mine, days), _revenue(world, entries, days)

    return rule


def _cpo(world: World, days: int) -> Fraction:
    orders = sum(len(_orders(world, e, days)) for e in _over(_treated(world), days))
    return _costs_over(world, days) + PRODUCTION, orders


def _ltv(world: World, days: int) -> Fraction:
    entries = _over(_treated(world), days)
    return _revenue(world, entries, days) * MARGIN, len(entries)


def _romi(world: World, days: int) -> Fraction:
    ours, theirs = _over(_treated(world), days), _over(_held_out(world), days)
    cost = _costs_over(world, days) + PRODUCTION
    if not theirs:
        return None, cost
    scaled = _revenue(world, theirs, days) * len(ours) / len(theirs)
    return (_revenue(world, ours, days) - scaled) * MARGIN - cost, cost


def payback(world: World, days: int) -> int | None:
    """Return the number of the first order with which the margin per entry covers the cost."""
    entries = _over(_treated(world), days)
    orders = [_orders(world, entry, days) for entry in entries]
    earned = 0.0
    for number in range(max(map(len, orders), default=0)):
        earned += sum(o[number].amount for o in orders if len(o) > number) * MARGIN
        if earned / len(entries) >= CAC:
            return number + 1
    return None


def _growth(world: World, _: int) -> Fraction:
    won, lost = (len(_in_period(world, name)) for name in ("page.followed", "page.left"))
    return won - lost, (END - START) / _DAY


def _activity(world: World, _: int) -> Fraction:
    readers = {event.customer for event in _in_period(world, "post.read")}
    active = {event.customer for event in _in_period(world, "post.liked", "post.shared")}
    return len(readers & active), len(readers)


_RULES: dict[str, Rule] = {
    "conversion_rate": _conversion,
    "lift": _lift,
    "value_per_customer": _value,
    "cost_per_conversion": _cost_per_conversion,
    "response_rate": _after_message("order.placed"),
    "open_rate_sent": _rate(lambda m: m.opens),
    "open_rate_delivered": _rate(lambda m: m.opens, delivered=True),
    "ctr": _rate(lambda m: m.clicks, delivered=True),
    "ctor": _rate(lambda m: m.clicks, of=lambda m: m.opens),
    "click_rate": _rate(lambda m: m.clicks),
    "unsubscribe_rate": _rate(lambda m: m.opted_out),
    "bounce_rate": _rate(lambda m: m.failed),
    "complaint_rate": _after_message("message.complained"),
    "reach": lambda world, _: (len(_reached(world)), None),
    "reach_rate": lambda world, _: (len(_reached(world)), _treated_people(world)),
    "messages_per_customer": lambda world, _: (len(_messages(world)), _treated_people(world)),
    "list_size": lambda world, _: (len({e.customer for e in world.entries}), None),
    "retention_rate": _retention,
    "repurchase_rate": _repurchase,
    "loyal_share": _loyal,
    "nps": _nps,
    "owned_channel_share": _owned,
    "new_contribution": _contribution(new=True),
    "returning_contribution": _contribution(new=False),
    "cpo": _cpo,
    "cost_per_contact": lambda world, _: (_costs(world) + PRODUCTION, len(_reached(world))),
    "ltv": _ltv,
    "romi": _romi,
    "social_reads": lambda world, _: (len(_in_period(world, "post.read")), None),
    "social_interactions": lambda world, _: (
        len(_in_period(world, "post.liked", "post.shared")),
        None,
    ),
    "social_growth": _growth,
    "social_activity": _activity,
}
