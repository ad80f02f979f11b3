"""Explanations: every condition true or false as the rule is, with the events that count."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.profile import examples
from engine_kit.rules import Beholder
from engine_kit.story import history_of
from hypothesis import given

from campaignspec.audience import Audience, Evidence, Explanation, FactKind, Value, explain
from campaignspec.audience.explain import MOST_EVENTS
from campaignspec.clock import DAY, HOUR, Duration, parse_instant
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import Followed, Listed
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rule import AllOf, AnyOf, InSegment, Not, Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.sequence import Absence, Following
from campaignspec.spec.traits import Average, Count, First, Latest, Sum

NOW = parse_instant("2025-03-31 12:00")


def rule(text: str) -> Rule:
    """Read a rule."""
    return Rule(text=text, term=read_rule(text))


def walk(node: Explanation) -> Iterator[Explanation]:
    """Yield a node and all below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def check_explanations(case: Case) -> None:
    project = case.project
    audience = Audience(
        history_of(case.story),
        traits=project.traits,
        segments=project.segments,
        tick=case.tick,
        zone=project.settings.timezone,
    )
    for row, person in enumerate(case.story):
        beholder = Beholder(project, person, case.story)
        for segment in project.segments:
            found = explain(audience, segment, row, case.end)
            assert found.holds == beholder.matches(segment, case.end)
            for node in walk(found):
                check_node(node, case.end)


def check_node(node: Explanation, now: int) -> None:
    match node.term:
        case AllOf():
            assert node.holds == all(part.holds for part in node.parts)
        case AnyOf():
            assert node.holds == any(part.holds for part in node.parts)
        case Not():
            assert [node.holds] == [not part.holds for part in node.parts]
        case InSegment(lasting=None):
            assert node.holds == all(part.holds for part in node.parts)
        case InSegment():
            assert all(part.holds for part in node.parts) or not node.holds
            assert node.since is None or node.since <= now
        case Followed():
            assert node.holds == all(part.holds for part in node.parts)
            assert len(node.parts) == len(node.term.steps)
        case Following() | Absence():
            assert node.event is None or node.event.at <= now
            assert not node.holds or (node.since is not None and node.since <= now)
        case Listed():
            assert node.parts == ()
        case _:
            assert node.parts == ()
            assert node.evidence is not None
            check_evidence(node.evidence, now)


def check_evidence(evidence: Evidence, now: int) -> None:
    ats = [event.at for event in evidence.events]
    assert ats == sorted(ats, reverse=True)
    assert len(ats) <= MOST_EVENTS
    assert all(at <= now for at in ats)
    assert evidence.more == 0 or len(ats) == MOST_EVENTS
    match evidence.trait:
        case Count(within=within):
            assert evidence.value.value == len(ats) + evidence.more
            assert within is None or all(at > now - within.micros for at in ats)
        case Latest() | First():
            assert ats == ([] if evidence.value.value is None else [evidence.value.value])
        case Average():
            assert (evidence.value.value is None) == (not ats)
        case None:
            assert ats == []


@examples(40)
@given(cases())
def test_every_condition_is_as_true_as_the_oracle_says(case: Case) -> None:
    check_explanations(case)


@pytest.mark.parametrize("seed", range(60))
def test_every_condition_is_as_true_as_the_oracle_says_in_seeded_cases(seed: int) -> None:
    check_explanations(case_of(seed))


TRAITS = {
    "orders_90d": Count(count=Name("order"), within=Duration(90 * DAY)),
    "orders_60d": Count(count=Name("order"), within=Duration(60 * DAY)),
    "small_orders": Count(count=Name("order"), where=rule("amount < 2")),
    "spend": Sum(sum=Property("order.amount")),
    "last_order": Latest(latest=Name("order")),
    "first_order": First(first=Name("order")),
    "last_visit": Latest(latest=Name("visit")),
}


def audience(where: str) -> Audience:
    """Return one customer's audience: seven orders, one every ten days, the last one now."""
    ats = [NOW - n * 10 * DAY for n in range(6, -1, -1)]
    amounts = [n * 1_000_000 for n in range(7)]
    orders = Stream.build(
        rows=np.zeros(7, np.int64),
        ts=np.array(ats),
        n_rows=1,
        properties={
            "amount": Column.of(ValueKind.MONEY, amounts),
            "sku": Column.of(ValueKind.TEXT, [None, *"abcdef"]),
        },
    )
    history = History(
        customers=("ann",),
        attributes={
            "city": Column.of(ValueKind.TEXT, [None]),
            "vip": Column.of(ValueKind.BOOLEAN, [True]),
        },
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(1, np.int32),
        streams={"order": orders},
        messages={},
        consents={},
        fingerprint="one",
        first=ats[0],
        last=NOW,
    )
    segments = {
        "asked": Segment(where=rule(where)),
        "vips": Segment(where=rule("vip = 'yes'")),
    }
    return Audience(history, traits=TRAITS, segments=segments, tick=HOUR)


def leaf(where: str, at: int = NOW) -> Explanation:
    """Explain a rule of one condition."""
    (part,) = explain(audience(where), "asked", 0, at).parts
    return part


TRUTHS = {
    "orders_90d >= 7": True,
    "orders_90d > 7": False,
    "orders_90d in (1, 7)": True,
    "city = 'Omsk'": False,
    "city != 'Omsk'": True,
    "city is unknown": True,
    "last_visit is known": False,
    "last_visit older than 1d": False,
    "last_order older than 1d": False,
    "first_order older than 60d": True,
    "segment('vips')": True,
    "not segment('vips')": False,
}


@pytest.mark.parametrize(("where", "holds"), TRUTHS.items(), ids=TRUTHS)
def test_each_kind_of_condition_is_proved(where: str, *, holds: bool) -> None:
    found = explain(audience(where), "asked", 0, NOW)

    assert found.holds is holds
    assert found.parts[0].holds is holds


def test_a_count_tells_of_its_latest_events_and_how_many_more_there_are() -> None:
    evidence = leaf("orders_90d >= 1").evidence

    assert evidence is not None
    assert evidence.value == Value(kind=FactKind.NUMBER, value=7)
    assert [event.at for event in evidence.events] == [NOW - n * 10 * DAY for n in range(5)]
    assert evidence.more == 2
    assert dict(evidence.events[0].properties) == {
        "amount": Value(kind=FactKind.MONEY, value=6_000_000),
        "sku": Value(kind=FactKind.TEXT, value="f"),
    }


def test_nothing_later_than_the_instant_is_told_of() -> None:
    evidence = leaf("orders_90d >= 1", NOW - 10 * DAY).evidence

    assert evidence is not None
    assert evidence.events[0].at == NOW - 10 * DAY
    assert evidence.more == 1


def test_an_event_as_old_as_the_window_is_long_counts_no_more() -> None:
    evidence = leaf("orders_60d = 6").evidence

    assert evidence is not None
    assert evidence.value.value == 6
    assert len(evidence.events) + evidence.more == 6


def test_only_events_that_fit_the_trait_count_and_unknown_properties_are_left_out() -> None:
    evidence = leaf("small_orders = 2").evidence

    assert evidence is not None
    assert [len(event.properties) for event in evidence.events] == [2, 1]
    assert evidence.more == 0


def test_the_first_event_proves_when_it_first_happened() -> None:
    evidence = leaf("first_order older than 60d").evidence

    assert evidence is not None
    assert [event.at for event in evidence.events] == [NOW - 60 * DAY]
    assert evidence.value.value == NOW - 60 * DAY


def test_what_never_happened_is_missing() -> None:
    evidence = leaf("last_visit within 3d").evidence

    assert evidence is not None
    assert evidence.value == Value(kind=FactKind.INSTANT, value=None)
    assert evidence.events == ()


def test_a_nested_segment_is_explained_down_to_its_own_conditions() -> None:
    found = explain(audience("segment('vips') and spend >= 1"), "asked", 0, NOW)

    facts = [node.evidence.fact for node in walk(found) if node.evidence]
    assert facts == ["vip", "spend"]
