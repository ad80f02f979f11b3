"""A judge of grants, who knows only the facts and the terms of the offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
    """Yield every grant beside one that it may not stand beside, and every end of none."""
    held: set[tuple[str, str]] = set()
    # What ends by itself comes first at an instant; steps follow in their order.
    in_order = sorted(facts, key=lambda f: (f["at"], f["seq"] >= 0, f["campaign"], f["seq"]))
    for fact in in_order:
        mine = (fact["customer"], fact["reason"])
        if fact["kind"] == "granted":
            beside = [name for customer, name in held if customer == fact["customer"]]
            for name in beside:
                if not stacks(name, project.offers[name], mine[1], project.offers[mine[1]]):
                    yield f"{mine} beside {name}: {dict(fact)}"
            held.add(mine)
        elif fact["kind"] in ENDS:
            held.discard(mine)
