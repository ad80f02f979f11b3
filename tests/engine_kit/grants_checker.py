"""A judge of grants, who knows only the facts and the terms of the offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from engine_kit.wall_clock import local_date

from campaignspec.project import Project
from campaignspec.spec.offer import GeneratedCodes, stacks

Fact = Mapping[str, Any]
ENDS = ("redeemed", "revoked", "offer_expired")


def overruns(project: Project, facts: Sequence[Fact]) -> Iterator[str]:
    """Yield every limit of an offer that was exceeded."""
    grants = [fact for fact in facts if fact["kind"] == "granted"]
    for name, offer in project.offers.items():
        mine = [fact for fact in grants if fact["reason"] == name]
        days = Counter(local_date(fact["at"], project.settings.timezone) for fact in mine)
        people = Counter(fact["customer"] for fact in mine)
        codes = offer.codes.generate if isinstance(offer.codes, GeneratedCodes) else None
        counted = (
            ("total", offer.limits.total, len(mine)),
            ("codes", codes, len(mine)),
            ("a day", offer.limits.per_day, max(days.values(), default=0)),
            ("a customer", offer.limits.per_customer, max(people.values(), default=0)),
        )
        for what, most, given_out in counted:
            if most is not None and given_out > most:
                yield f"{name}: {given_out} given, {most} allowed {what}"


def conflicts(project: Project, facts: Sequence[Fact]) -> Iterator[str]:
    """Yield every instant at which somebody is given what may not stand beside what is held.

    The end of what nobody holds is yielded, too. Steps of one campaign follow each other; in which
    order several campaigns come to act at one instant, where they claim, no fact tells: it is
    enough that there is an order in which all is right.
    """
    told = [fact for fact in facts if fact["kind"] in {"granted", *ENDS}]
    told.sort(key=lambda fact: (fact["customer"], fact["at"], fact["seq"]))
    for customer, mine in groupby(told, key=lambda fact: fact["customer"]):
        held = {frozenset[str]()}
        for at, now in groupby(mine, key=lambda fact: fact["at"]):
            moment = list(now)
            # What ends by itself comes first at an instant.
            turns = [[fact for fact in moment if fact["seq"] < 0], *_by_campaign(moment)]
            held = _after(project, held, turns[:1])
            held = _after(project, held, turns[1:])
            if not held:
                yield f"{customer} at {at}: {moment}"
                break


def _by_campaign(moment: Sequence[Fact]) -> list[list[Fact]]:
    """Part the steps of an instant by campaign."""
    campaigns = sorted({fact["campaign"] for fact in moment})
    return [
        [fact for fact in moment if fact["campaign"] == campaign and fact["seq"] >= 0]
        for campaign in campaigns
    ]


def _after(
    project: Project, held: set[frozenset[str]], turns: Sequence[Sequence[Fact]]
) -> set[frozenset[str]]:
    """Return what may be held when all has happened, in any order that keeps that of each turn."""
    start, end = (0,) * len(turns), tuple(len(turn) for turn in turns)
    reached = {(start, before) for before in held}
    found, ways = set[frozenset[str]](), [*reached]
    while ways:
        places, before = ways.pop()
        if places == end:
            found.add(before)
        for number, turn in enumerate(turns):
            if places[number] == len(turn):
                continue
            after = _held_after(project, before, turn[places[number]])
            further = (*places[:number], places[number] + 1, *places[number + 1 :])
            if after is not None and (further, after) not in reached:
                reached.add((further, after))
                ways.append((further, after))
    return found


def _held_after(project: Project, held: frozenset[str], fact: Fact) -> frozenset[str] | None:
    """Return what is held after a fact, or None where it could not come about."""
    name, offers = fact["reason"], project.offers
    if fact["kind"] != "granted":
        return held - {name} if name in held else None
    stand = (stacks(each, offers[each], name, offers[name]) for each in held)
    return held | {name} if name not in held and all(stand) else None
