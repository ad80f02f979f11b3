"""One trait of each kind, and segments of each form, over the events of stories."""

from __future__ import annotations

from collections.abc import Mapping

from campaignspec.clock import DAY, HOUR, Duration
from campaignspec.spec.audience import Segment
from campaignspec.spec.habits import (
    Affinity,
    Bucket,
    BucketHash,
    CalendarPeriod,
    Interest,
    NewOrReturning,
    Nps,
    PreferredChannel,
    PreferredHour,
    ShareOf,
    Streak,
    Tenure,
    ValueAgo,
)
from campaignspec.spec.kinds import Name, Property, Share
from campaignspec.spec.lifecycle import Lifecycle, Move
from campaignspec.spec.rfm import Facet, Rfm
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.traits import (
    Average,
    Count,
    DaysSince,
    Distinct,
    First,
    FirstValue,
    LastValue,
    Latest,
    Maximum,
    MedianGap,
    Minimum,
    MostFrequent,
    Ratio,
    Sum,
    Trait,
)

WEEK = Duration(7 * DAY)
BUY, VISIT = Name("buy"), Name("visit")
AMOUNT, SKU, PAGE = Property("buy.amount"), Property("buy.sku"), Property("visit.page")


def rule(text: str) -> Rule:
    """Read a rule."""
    return Rule(text=text, term=read_rule(text))


TRAITS: Mapping[str, Trait] = {
    "count": Count(count=BUY, within=WEEK, where=rule("items > 1")),
    "by-sku": Count(count=BUY, by=Name("sku")),
    "sum": Sum(sum=AMOUNT, within=WEEK),
    "average": Average(average=AMOUNT, within=WEEK),
    "minimum": Minimum(minimum=AMOUNT),
    "maximum": Maximum(maximum=AMOUNT),
    "distinct": Distinct(distinct=SKU, within=WEEK),
    "most-frequent": MostFrequent(most_frequent=SKU),
    "last-value": LastValue(last_value=SKU),
    "first-value": FirstValue(first_value=SKU),
    "latest": Latest(latest=BUY),
    "first": First(first=BUY),
    "days-since": DaysSince(days_since=BUY),
    "median-gap": MedianGap(median_gap=BUY, by=Name("sku")),
    "ratio": Ratio(ratio=Name("sum"), to=Name("count")),
    "tenure": Tenure(tenure=BUY),
    "age": Tenure(tenure=Name("day")),
    "share": ShareOf(share=BUY, where=rule("items > 1"), among=rule("amount > 5")),
    "new": NewOrReturning(new_or_returning=BUY, within=WEEK),
    "nps": Nps(nps=Property("visit.seconds")),
    "affinity": Affinity(affinity=SKU, at_least=Share(0.5)),
    "interest": Interest(interest=PAGE, without=SKU, at_least=2, within=WEEK),
    "channel": PreferredChannel(preferred_channel=Name("message.opened")),
    "bucket": Bucket(bucket="spring"),
    "drawn": Ratio(ratio=Name("count"), to=Name("bucket")),
    "ago": ValueAgo(value=Name("sum"), ago=Duration(DAY)),
    "scores": Rfm(rfm=AMOUNT, cells={Name("best"): rule("r >= 4")}, facet=Facet.CELL),
    "streak": Streak(streak=BUY, per=CalendarPeriod.WEEK),
    "hour": PreferredHour(preferred_hour=BUY),
    "stage": Lifecycle(
        lifecycle=(Name("lead"), Name("buyer")),
        moves=(Move(to=Name("buyer"), when=rule("vip = 'yes'")),),
    ),
    "product-bucket": Bucket(bucket="spring", hash=BucketHash.GROWTHBOOK),
}

ASKED: Mapping[str, str] = {
    "count": "count >= 2",
    "by-sku": "by-sku('tea') >= 1",
    "sum": "sum > 9.99",
    "average": "average != 5",
    "minimum": "minimum in (5, 10)",
    "maximum": "maximum is unknown",
    "distinct": "distinct >= 2",
    "most-frequent": "most-frequent = 'tea'",
    "last-value": "last-value != 'tea'",
    "first-value": "first-value in ('tea', 'cup')",
    "latest": "latest older than 2d",
    "first": "first within 7d",
    "days-since": "days-since < 1.5",
    "median-gap": "median-gap <= 30",
    "ratio": "ratio >= 5",
    "tenure": "tenure >= 1",
    "age": "age >= 365",
    "share": "share >= 0.5",
    "new": "new = 'new'",
    "nps": "nps = 'promoter'",
    "affinity": "affinity = 'tea'",
    "interest": "interest is known",
    "channel": "channel = 'mail'",
    "bucket": "bucket < 0.2 or bucket >= 0.9",
    "drawn": "drawn > 2.5",
    "ago": "ago >= 5",
    "scores": "scores = 'best'",
    "streak": "streak >= 1",
    "hour": "hour = 9",
    "stage": "stage = 'buyer'",
    "product-bucket": "product-bucket < 0.5",
}
"""A rule that asks for each of them."""

FORMS: Mapping[str, Segment] = {
    "quiet": Segment(where=rule("latest older than 2d and not (city = 'Kazan' or vip = 'yes')")),
    "left-behind": Segment(
        sequence=(
            Following(event=VISIT, where=rule("page = 'cart'")),
            Absence(not_=BUY, within=Duration(4 * HOUR)),
        ),
        within=WEEK,
    ),
    "repeat": Segment(sequence=(BUY, Following(event=BUY, within=WEEK)), exclude=(Name("quiet"),)),
    "at-once": Segment(
        sequence=(VISIT, Absence(not_=BUY, within=Duration(HOUR), at_once=True)),
        where=rule("segment('repeat')"),
    ),
}
"""Segments of every form that has SQL."""

SEGMENTS: Mapping[str, Segment] = {
    **{name: Segment(where=rule(text)) for name, text in ASKED.items()},
    **FORMS,
    "listed": Segment(listed="vips.csv"),
    "lasting": Segment(where=rule("segment('quiet') for 14d")),
}
