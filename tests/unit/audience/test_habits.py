"""Traits that say what a customer is like, over one short history, worked out by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from campaignspec.audience import Audience, FactKind, Moment, Values, explain
from campaignspec.buckets import growthbook_bucket
from campaignspec.clock import DAY, HOUR, Duration, parse_instant
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.money import MICROS
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
from campaignspec.spec.rule import Fact, Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.traits import Count, DaysSince, Latest, MedianGap, Sum, Trait

ANN, BOB, CY = 0, 1, 2
ZONE = "America/New_York"
BUY, OPENED = Name("buy"), Name("message.opened")
WEEK = Duration(7 * DAY)


def at(text: str) -> int:
    """Return an instant of New York's clock in March 2018, whose 11th has 23 hours."""
    return parse_instant(f"2018-03-{text}", ZONE)


# Who, when, what, and how many dollars off.
BUYS = [
    (ANN, "01 10:00", "tea", 0),
    (ANN, "03 23:30", "cup", 5),
    (ANN, "04 00:30", "tea", 0),
    (ANN, "05 12:00", None, 2),
    (ANN, "11 01:30", "tea", 0),
    (ANN, "19 12:00", "cup", 1),
    (BOB, "10 09:00", "cup", 3),
]
VIEWS = [
    (ANN, "01 09:00", "pot"),
    (ANN, "02 09:00", "cup"),
    (ANN, "02 10:00", "cup"),
    (ANN, "02 11:00", "cup"),
    (ANN, "06 09:00", "pot"),
    (ANN, "07 09:00", "jug"),
    (ANN, "08 09:00", "jug"),
    (BOB, "12 09:00", "cup"),
    (BOB, "13 09:00", "cup"),
]
SENT = [(ANN, f"{day:02} 08:00", channel) for day in range(1, 7) for channel in ("mail", "push")]
SENT += [(BOB, "01 08:00", "mail"), (BOB, "01 09:00", "mail"), (BOB, "04 07:00", "push")]
OPENS = [
    (ANN, "01 22:15", "mail"),
    (ANN, "02 22:45", "push"),
    (ANN, "03 08:00", "mail"),
    (ANN, "09 08:30", "sms"),
    (BOB, "03 23:00", "mail"),
    (BOB, "04 08:00", "push"),
]
SCORES = [(ANN, "01", 9.0), (ANN, "04", 6.5), (ANN, "08", 7.0), (ANN, "20", 11.0), (BOB, "02", 0.0)]
TIERS = [(ANN, "02", "silver"), (ANN, "10", "gold"), (ANN, "20", None), (BOB, "05", "gold")]


def stream(rows: list[Any], **properties: ValueKind) -> Stream:
    """Lay out who, when and a property each."""
    columns = {
        name: Column.of(kind, [row[2 + place] for row in rows])
        for place, (name, kind) in enumerate(properties.items())
    }
    who = np.array([row[0] for row in rows])
    return Stream.build(who, np.array([at(row[1]) for row in rows]), 3, columns)


def history() -> History:
    """Lay out everything; Bob lives in Moscow."""
    text, number = ValueKind.TEXT, ValueKind.NUMBER
    signed_up = (parse_instant("2018-03-02") // DAY, None, parse_instant("2018-03-09") // DAY)
    return History(
        customers=("ann", "bob", "cy"),
        attributes={
            "signed_up": Column.of(ValueKind.DATE, signed_up),
            "tier": Column.of(text, [None, "gold", None]),
            "city": Column.of(text, ["Omsk", None, None]),
        },
        addresses={},
        zones=(ZONE, "Europe/Moscow"),
        zone_of=np.array([0, 1, 0], np.int32),
        streams={
            "buy": stream(BUYS, sku=text, discount=number),
            "view": stream(VIEWS, product=text),
            "message.sent": stream(SENT, channel=text),
            "message.opened": stream(OPENS, channel=text),
            "answered": stream(SCORES, score=number),
        },
        messages={},
        consents={},
        fingerprint="by hand",
        first=at("01"),
        last=at("20"),
        changes={"tier": stream(TIERS, value=text)},
    )


def rule(text: str) -> Rule:
    """Read a rule."""
    return Rule(text=text, term=read_rule(text))


def audience(traits: Mapping[str, Trait], where: str = "city is known") -> Audience:
    """Return an audience with one segment."""
    segments = {"some": Segment(where=rule(where))}
    return Audience(history(), traits=traits, segments=segments, tick=HOUR, zone=ZONE)


def plain(found: Values) -> Any:
    """Return the only value, None where it is missing."""
    if found.missing[0]:
        return None
    value = found.data[0].item()
    return str(found.words[value]) if found.kind is FactKind.TEXT else value


def worth(trait: Trait, row: int, when: str, key: str | None = None) -> Any:
    """Return what a trait is worth."""
    moment = Moment(rows=np.array([row]), at=np.array([at(when)]))
    return plain(audience({"it": trait}).values(Fact(name="it", key=key), moment))


def streak(per: str, where: Rule | None = None) -> Streak:
    """Return the streak of buying."""
    return Streak(streak=BUY, per=CalendarPeriod(per), where=where)


DISCOUNTS = ShareOf(share=BUY, where=rule("discount > 0"))
RECENT_DISCOUNTS = ShareOf(share=BUY, where=rule("discount > 0"), within=WEEK)
SEEN = NewOrReturning(new_or_returning=BUY, within=WEEK)
SKU = Property("buy.sku")
JUGS = Interest(
    interest=Property("view.product"), without=SKU, at_least=2, within=Duration(14 * DAY)
)
SCORE = Property("answered.score")

WORKED: list[tuple[Trait, int, str, Any]] = [
    (Tenure(tenure=BUY), ANN, "01 09:59", None),
    (Tenure(tenure=BUY), ANN, "02 09:59", 0),
    (Tenure(tenure=BUY), ANN, "02 10:00", 1),
    (Tenure(tenure=BUY, where=rule("sku = 'cup'")), ANN, "06", 2),
    (Tenure(tenure=BUY), CY, "20", None),
    (Tenure(tenure=Name("signed_up")), ANN, "01 18:59", None),
    (Tenure(tenure=Name("signed_up")), ANN, "01 19:00", 0),
    (Tenure(tenure=Name("signed_up")), ANN, "11 20:00", 10),
    (Tenure(tenure=Name("signed_up")), BOB, "20", None),
    (streak("day"), ANN, "01 09:00", 0),
    (streak("day"), ANN, "01 10:00", 1),
    (streak("day"), ANN, "02 23:59", 1),
    (streak("day"), ANN, "03 00:00", 0),
    (streak("day"), ANN, "04 00:29", 1),
    (streak("day"), ANN, "04 00:30", 2),
    (streak("day"), ANN, "05 12:00", 3),
    (streak("day"), ANN, "06 23:59", 3),
    (streak("day"), ANN, "07 00:00", 0),
    (streak("day", rule("sku = 'tea'")), ANN, "05 12:00", 1),
    (streak("week"), ANN, "04 23:59", 1),
    (streak("week"), ANN, "05 12:00", 2),
    (streak("week"), ANN, "18 23:59", 2),
    (streak("week"), ANN, "19 00:00", 0),
    (streak("week"), ANN, "19 12:00", 1),
    (streak("month"), ANN, "31 23:59", 1),
    (streak("day"), CY, "20", 0),
    (DISCOUNTS, ANN, "01", None),
    (DISCOUNTS, ANN, "01 10:00", 0),
    (DISCOUNTS, ANN, "31", 1 / 2),
    (RECENT_DISCOUNTS, ANN, "08 10:00", 2 / 3),
    (RECENT_DISCOUNTS, ANN, "18 02:30", None),
    (ShareOf(share=BUY, where=rule("discount > 0"), among=rule("sku = 'cup'")), ANN, "31", 1),
    (SEEN, ANN, "01", None),
    (SEEN, ANN, "08 09:59", "new"),
    (SEEN, ANN, "08 10:00", "returning"),
    (SEEN, ANN, "19", None),
    (SEEN, BOB, "12", "new"),
    (Nps(nps=SCORE), ANN, "01", "promoter"),
    (Nps(nps=SCORE), ANN, "05", "detractor"),
    (Nps(nps=SCORE), ANN, "08", "passive"),
    (Nps(nps=SCORE), ANN, "20", None),
    (Nps(nps=SCORE), BOB, "20", "detractor"),
    (Nps(nps=SCORE), CY, "20", None),
    (Nps(nps=SCORE, within=WEEK), ANN, "14 12:00", "passive"),
    (Nps(nps=SCORE, within=WEEK), BOB, "09", None),
    (Affinity(affinity=SKU, at_least=Share(0.5)), ANN, "03 23:30", "cup"),
    (Affinity(affinity=SKU, at_least=Share(0.6)), ANN, "03 23:30", None),
    (Affinity(affinity=SKU, at_least=Share(0.6)), ANN, "05 12:00", "tea"),
    (Affinity(affinity=SKU, at_least=Share(0.6)), ANN, "31", "tea"),
    (Affinity(affinity=SKU, at_least=Share(0.6), within=WEEK), ANN, "18 01:00", "tea"),
    (Affinity(affinity=SKU, at_least=Share(0.6)), CY, "31", None),
    (JUGS, ANN, "03 12:00", "cup"),
    (JUGS, ANN, "03 23:30", None),
    (JUGS, ANN, "06 09:00", "pot"),
    (JUGS, ANN, "08 09:00", "jug"),
    (JUGS, ANN, "15 10:00", "jug"),
    (JUGS, ANN, "22 10:00", None),
    (JUGS, CY, "22 10:00", None),
    (PreferredChannel(preferred_channel=OPENED), ANN, "01", None),
    (PreferredChannel(preferred_channel=OPENED), ANN, "02 22:45", "mail"),
    (PreferredChannel(preferred_channel=OPENED), ANN, "03 08:00", "mail"),
    (PreferredChannel(preferred_channel=OPENED), ANN, "09 08:30", "sms"),
    (PreferredChannel(preferred_channel=OPENED, within=WEEK), ANN, "09 08:00", "mail"),
    (PreferredHour(preferred_hour=OPENED), ANN, "02", 22),
    (PreferredHour(preferred_hour=OPENED), ANN, "08", 22),
    (PreferredHour(preferred_hour=OPENED), ANN, "31", 8),
    (PreferredHour(preferred_hour=OPENED), BOB, "31", 16),
    (PreferredHour(preferred_hour=OPENED), CY, "31", None),
    (ValueAgo(value=Name("tier"), ago=WEEK), ANN, "09", "silver"),
    (ValueAgo(value=Name("tier"), ago=WEEK), ANN, "08 12:00", None),
    (ValueAgo(value=Name("tier"), ago=WEEK), ANN, "18", "gold"),
    (ValueAgo(value=Name("tier"), ago=WEEK), ANN, "28", None),
    (ValueAgo(value=Name("city"), ago=WEEK), ANN, "01", "Omsk"),
]


@pytest.mark.parametrize(
    ("trait", "row", "when", "expected"),
    WORKED,
    ids=[f"{type(trait).__name__}-{place}" for place, (trait, *_) in enumerate(WORKED)],
)
def test_a_trait_is_worth(trait: Trait, row: int, when: str, expected: Any) -> None:
    assert worth(trait, row, when) == (expected if expected is None else pytest.approx(expected))


BY_SKU: list[tuple[Trait, str | None, Any]] = [
    (Count(count=BUY, by=Name("sku")), "tea", 3),
    (Count(count=BUY, by=Name("sku")), "pot", 0),
    (Count(count=BUY, by=Name("sku"), where=rule("discount > 0")), "cup", 2),
    (Count(count=BUY, by=Name("sku"), within=WEEK), "cup", 1),
    (Sum(sum=Property("buy.discount"), by=Name("sku")), "cup", 6),
    (Latest(latest=BUY, by=Name("sku")), "tea", at("11 01:30")),
    (DaysSince(days_since=BUY, by=Name("sku")), "pot", None),
    (ShareOf(share=BUY, where=rule("discount > 1"), by=Name("sku")), "cup", 1 / 2),
    (MedianGap(median_gap=BUY, by=Name("sku")), "cup", 15 + 11.5 / 24),
    (MedianGap(median_gap=BUY, by=Name("sku")), "tea", (2 + 14.5 / 24 + 7 + 1 / 24) / 2),
    (MedianGap(median_gap=BUY, by=Name("sku")), None, 7 + 1 / 24),
    (MedianGap(median_gap=BUY, by=Name("sku"), within=WEEK), None, None),
]


@pytest.mark.parametrize(("trait", "key", "expected"), BY_SKU)
def test_a_trait_of_one_value_sees_the_events_that_have_it(
    trait: Trait, key: str | None, expected: Any
) -> None:
    found = worth(trait, ANN, "20", key)

    assert found == (expected if expected is None else pytest.approx(expected))


def test_many_keys_of_a_trait_are_parted_once() -> None:
    it = audience({"it": Count(count=BUY, by=Name("sku"))})
    rows, now = np.arange(3), at("31")

    counts = {key: it.fact_values(Fact(name="it", key=key), rows, now).data.tolist()
              for key in ("tea", "cup", "pot")}  # fmt: skip

    assert counts == {"tea": [3, 0, 0], "cup": [2, 1, 0], "pot": [0, 0, 0]}


@pytest.mark.parametrize("hash_", BucketHash)
def test_a_bucket_is_the_same_at_any_time_and_for_any_population(hash_: BucketHash) -> None:
    trait = Bucket(bucket="spring", hash=hash_)

    assert worth(trait, BOB, "01") == worth(trait, BOB, "31")
    assert 0 <= worth(trait, BOB, "01") < 1
    assert worth(trait, BOB, "01") != worth(trait, ANN, "01")


def test_a_bucket_is_what_a_warehouse_computes() -> None:
    digits = hashlib.md5(b"spring:ann", usedforsecurity=False).hexdigest()[:8]

    assert worth(Bucket(bucket="spring"), ANN, "01") == int(digits, 16) / 2**32


def test_a_growthbook_bucket_is_growthbooks() -> None:
    trait = Bucket(bucket="my-test", hash=BucketHash.GROWTHBOOK)

    assert worth(trait, ANN, "01") == growthbook_bucket("my-test", "ann", 2)


TURNS: list[tuple[Trait, str, list[str]]] = [
    (Tenure(tenure=BUY), "it >= 3", ["04 10:00"]),
    (Tenure(tenure=Name("signed_up")), "it >= 1", ["02 19:00"]),
    (streak("day"), "it >= 2", ["04 01:00"]),
    (streak("day"), "it = 0", ["03 00:00", "07 00:00", "13 00:00", "21 00:00"]),
    (streak("week"), "it >= 2", ["05 12:00"]),
    (RECENT_DISCOUNTS, "it > 0.5", ["08 10:00", "11 01:00", "19 12:00"]),
    (SEEN, "it = 'returning'", ["08 10:00", "19 12:00"]),
    (Nps(nps=SCORE, within=WEEK), "it = 'passive'", ["08 00:00"]),
    (Affinity(affinity=SKU, at_least=Share(0.6)), "it = 'tea'", ["01 10:00", "04 01:00"]),
    (JUGS, "it is known", ["02 10:00", "06 09:00"]),
    (PreferredChannel(preferred_channel=OPENED), "it = 'sms'", ["09 09:00"]),
    (PreferredHour(preferred_hour=OPENED), "it = 8", ["09 09:00"]),
    (ValueAgo(value=Name("tier"), ago=WEEK), "it = 'gold'", ["17 01:00"]),
    (Bucket(bucket="spring"), "it >= 0", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("trait", "text", "days"),
    TURNS,
    ids=[f"{type(each).__name__} {text}" for each, text, _ in TURNS],
)
def test_a_segment_is_entered_when_a_trait_turns(trait: Trait, text: str, days: list[str]) -> None:
    entries = audience({"it": trait}, text).entries("some")

    assert entries.ts[entries.rows() == ANN].tolist() == [at(day) for day in days]


@pytest.mark.parametrize(
    ("trait", "text", "days"),
    [
        (JUGS, "it = 'cup'", ["24 10:00"]),
        (
            PreferredChannel(preferred_channel=OPENED, within=WEEK),
            "it = 'mail'",
            ["03 23:00", "08 08:00"],
        ),
    ],
    ids=["a purchase", "a message"],
)
def test_a_segment_is_entered_when_what_stands_against_it_leaves_the_window(
    trait: Trait, text: str, days: list[str]
) -> None:
    entries = audience({"it": trait}, text).entries("some")

    assert entries.ts[entries.rows() == BOB].tolist() == [at(day) for day in days]


def test_an_attribute_over_time_is_what_it_was_then() -> None:
    it = audience({}, "tier = 'gold'")
    entries, exits = it.entries("some"), it.exits("some")

    assert entries.rows().tolist() == [ANN, BOB]
    assert entries.ts.tolist() == [at("10"), at("05")]
    assert exits.ts.tolist() == [at("20")]
    assert it.matches("some", np.arange(3), at("10")).tolist() == [True, True, False]
    assert it.matches("some", np.arange(3), at("09")).tolist() == [False, True, False]


def test_a_cut_history_knows_the_attribute_of_its_time() -> None:
    cut = Audience(history().until(at("09")), traits={}, segments={}, tick=HOUR, zone=ZONE)

    tier = cut.fact_values(Fact(name="tier"), np.array([ANN]), at("31"))

    assert plain(tier) == "silver"


def test_the_age_of_a_past_instant_is_counted_from_the_instant() -> None:
    last_week = ValueAgo(value=Name("last"), ago=WEEK)
    traits = {"last": Latest(latest=BUY), "it": last_week}

    entries = audience(traits, "it older than 9d").entries("some")

    older = ["10 10:00", "14 13:00", "20 03:00", "28 12:00"]
    assert entries.ts[entries.rows() == ANN].tolist() == [at(day) for day in older]


PROOFS: list[tuple[Trait, str, str, list[str]]] = [
    (Tenure(tenure=BUY), "it >= 1", "20", ["01 10:00"]),
    (streak("day"), "it >= 1", "05 13:00", ["05 12:00", "04 00:30", "03 23:30"]),
    (streak("day"), "it = 0", "07 13:00", []),
    (RECENT_DISCOUNTS, "it > 0", "11 02:00", ["11 01:30", "05 12:00"]),
    (Nps(nps=SCORE), "it = 'passive'", "09", ["08"]),
    (JUGS, "it = 'jug'", "22 08:59", ["08 09:00"]),
    (Bucket(bucket="spring"), "it >= 0", "01", []),
]


@pytest.mark.parametrize(("trait", "text", "when", "days"), PROOFS)
def test_a_trait_is_proved_by_the_events_it_was_computed_from(
    trait: Trait, text: str, when: str, days: list[str]
) -> None:
    (part,) = explain(audience({"it": trait}, text), "some", ANN, at(when)).parts

    assert part.evidence is not None
    assert [event.at for event in part.evidence.events] == [at(day) for day in days]


@pytest.mark.parametrize(
    ("trait", "fact", "value", "when"),
    [
        (ValueAgo(value=Name("tier"), ago=WEEK), "tier", "silver", "09"),
        (Tenure(tenure=Name("signed_up")), "signed_up", parse_instant("2018-03-02") // DAY, "09"),
    ],
)
def test_what_a_trait_is_made_of_proves_it(trait: Trait, fact: str, value: Any, when: str) -> None:
    (part,) = explain(audience({"it": trait}, "it is known"), "some", ANN, at(when)).parts

    assert part.evidence is not None
    (then,) = part.evidence.parts
    assert (then.fact, then.value.value) == (fact, value)


def test_a_fact_of_a_key_is_explained_under_its_whole_name() -> None:
    it = audience({"it": Count(count=BUY, by=Name("sku"))}, "it('tea') >= 2")

    (part,) = explain(it, "some", ANN, at("31")).parts

    assert part.holds
    assert part.evidence is not None
    assert part.evidence.fact == "it('tea')"
    assert [dict(event.properties)["sku"].value for event in part.evidence.events] == ["tea"] * 3


@pytest.mark.parametrize(
    "trait",
    [
        streak("day"),
        ShareOf(share=Name("ghost"), where=rule("discount > 0")),
        NewOrReturning(new_or_returning=Name("ghost"), within=WEEK),
        Nps(nps=Property("ghost.score")),
        Affinity(affinity=Property("ghost.sku"), at_least=Share(0.5)),
        Interest(interest=Property("ghost.sku"), without=SKU, at_least=1),
        Interest(interest=Property("view.product"), without=Property("ghost.sku"), at_least=9),
        PreferredChannel(preferred_channel=Name("ghost")),
        PreferredHour(preferred_hour=Name("ghost")),
        MedianGap(median_gap=Name("ghost"), by=Name("sku")),
        Tenure(tenure=Name("ghost")),
    ],
)
def test_what_never_happened_is_no_habit(trait: Trait) -> None:
    found = worth(trait, CY, "31")

    assert found in (None, 0)
    assert len(audience({"it": trait}, "it is known").exits("some").ts) == 0


def test_money_keeps_its_kind_in_the_past() -> None:
    spend = Stream.build(
        np.zeros(1, np.int64),
        np.array([at("02")]),
        1,
        {"amount": Column.of(ValueKind.MONEY, [7 * MICROS])},
    )
    one = History(
        customers=("ann",),
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(1, np.int32),
        streams={"buy": spend},
        messages={},
        consents={},
        fingerprint="one",
        first=at("02"),
        last=at("02"),
    )
    traits = {
        "spend": Sum(sum=Property("buy.amount")),
        "it": ValueAgo(value=Name("spend"), ago=WEEK),
    }

    found = Audience(one, traits=traits, segments={}, tick=HOUR).fact_values(
        Fact(name="it"), np.array([0]), at("09")
    )

    assert (found.kind, found.data.tolist()) == (FactKind.MONEY, [7 * MICROS])


def test_everybody_has_a_time_zone_whether_or_not_it_is_declared() -> None:
    where = Rule(text="", term=read_rule("timezone = 'Europe/Moscow'"))
    audience = Audience(history(), traits={}, segments={"moscow": Segment(where=where)}, tick=HOUR)

    matching = audience.matches("moscow", np.arange(3), at("10"))

    assert matching.tolist() == [False, True, False]
