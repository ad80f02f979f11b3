"""What became of offers, worked by hand on a dozen facts.

Two campaigns give the same offer; a grant ends in one way, whoever ends it:

a  is given one on day 1 and redeems it on day 2 for 3; is given another on day 5, and holds it
b  is given one on day 1, which the other campaign takes back on day 4
c  is given one on day 2, which expires on day 9
d  is not given one: none is left; and again on day 3, because it is not for d
e  is given one by the other campaign, which e redeems: it is none of ours
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sample_facts import entered, fact, table
from sample_journey import win_back

from campaignspec.clock import DAY, parse_instant
from campaignspec.graph.nodes import GrantNode
from campaignspec.measure.cohort import cohort_of
from campaignspec.measure.offers import OfferUse, offers_of

DAY_ZERO = parse_instant("2017-03-01")
GRAPH = win_back()
OURS = replace(GRAPH, nodes={**GRAPH.nodes, "gift": GrantNode(id="gift", offer="ten-off")})
FIVE, THREE = 5_000_000, 3_000_000


def day(number: float) -> int:
    return DAY_ZERO + int(number * DAY)


def deal(at: float, who: str, kind: str, **more: Any) -> dict[str, Any]:
    told = {"reason": "ten-off", "node": "gift", "edge": None, "seq": -1} | more
    return fact(day(at), who, kind, told.pop("node"), told.pop("edge"), **told)


def facts() -> list[dict[str, Any]]:
    theirs = {"campaign": "other"}
    return [
        *(each for who in "abcd" for each in entered(who, day(0))),
        deal(1, "a", "granted", edge="next", seq=1, value=FIVE),
        deal(2, "a", "redeemed", value=THREE),
        deal(5, "a", "granted", edge="next", seq=2, value=FIVE),
        deal(1, "b", "granted", edge="next", seq=1, value=FIVE),
        deal(4, "b", "revoked", node="revoke", edge="next", seq=3, value=FIVE, **theirs),
        deal(2, "c", "granted", edge="next", seq=1, value=FIVE),
        deal(9, "c", "offer_expired", value=FIVE),
        deal(1, "d", "not_granted", edge="not granted", seq=1, reason="none-left"),
        deal(3, "d", "not_granted", edge="not granted", seq=2, reason="not-eligible"),
        deal(1, "e", "granted", edge="next", seq=1, value=FIVE, **theirs),
        deal(2, "e", "redeemed", value=FIVE, **theirs),
    ]


def used(until: float = 60) -> OfferUse:
    everything = table(facts())
    cohort = cohort_of(everything, OURS.campaign, start=DAY_ZERO - 1, end=day(until))
    (use,) = offers_of(everything, cohort, OURS)
    return use


def test_every_grant_has_one_end_whoever_ends_it():
    assert used() == OfferUse(
        offer="ten-off",
        granted=4,
        refused=(("none-left", 1), ("not-eligible", 1)),
        redeemed=1,
        revoked=1,
        expired=1,
        open=1,
        cost=THREE,
        liability=FIVE,
    )
    assert used().redemption_rate == 0.25


def test_what_ends_later_is_still_owed():
    use = used(until=3)

    assert (use.granted, use.redeemed, use.open) == (3, 1, 2)
    assert use.liability == 2 * FIVE


def test_nobody_was_given_anything_yet():
    use = used(until=0.5)

    assert (use.granted, use.open, use.cost, use.liability) == (0, 0, 0, 0)
    assert use.redemption_rate is None


def test_a_campaign_that_gives_no_offers_has_none():
    everything = table(facts())
    cohort = cohort_of(everything, GRAPH.campaign, start=DAY_ZERO - 1, end=day(60))

    assert offers_of(everything, cohort, GRAPH) == ()
