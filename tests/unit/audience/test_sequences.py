"""Sequences over a few events of one customer, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from campaignspec.audience import Audience, Explanation, explain
from campaignspec.clock import DAY, HOUR, Duration, parse_instant
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.money import MICROS
from campaignspec.spec.audience import Segment
from campaignspec.spec.conditions import write_segment
from campaignspec.spec.kinds import Name
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.sequence import Absence, Following, Step

START = parse_instant("2018-03-01")

Told = Sequence[tuple[float, str, float]]
"""Hours since the start, an event, and its amount in dollars, in order of arrival."""


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def hours(number: float) -> Duration:
    return Duration(int(number * HOUR))


def event(name: str, **keys: Any) -> Following:
    return Following(event=Name(name), **keys)


def no(name: str, within: float, **keys: Any) -> Absence:
    return Absence(not_=Name(name), within=hours(within), **keys)


def audience(told: Told, steps: Sequence[Step], within: Duration | None = None) -> Audience:
    streams = {
        name: Stream.build(
            np.zeros(sum(each[1] == name for each in told), np.int64),
            np.array([START + int(each[0] * HOUR) for each in told if each[1] == name], np.int64),
            1,
            {
                "amount": Column.of(
                    ValueKind.MONEY, [int(each[2] * MICROS) for each in told if each[1] == name]
                )
            },
        )
        for name in ("cart", "order")
    }
    history = History(
        customers=("ann",),
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(1, np.int32),
        streams=streams,
        messages={},
        consents={},
        fingerprint="by hand",
        first=START,
        last=START + 9 * DAY,
    )
    segments: Mapping[str, Segment] = {"it": Segment(sequence=tuple(steps), within=within)}
    return Audience(history, traits={}, segments=segments, tick=HOUR)


def is_in(asked: Audience, hour: float) -> bool:
    """Ask at one instant for all and at an instant for each, which must agree."""
    rows, at = np.zeros(1, np.int64), START + int(hour * HOUR)
    at_one = bool(asked.matches("it", rows, at)[0])
    of_each = bool(asked.matches("it", rows, np.array([at]))[0])
    again = bool(asked.matches("it", rows, at)[0])
    assert at_one is of_each is again
    return at_one


CART, LATE_ORDER = (0, "cart", 10), (5, "order", 10)
ABANDONED = [Name("cart"), no("order", 4)]
AT_ONCE = [Name("cart"), no("order", 4, at_once=True)]
BOUGHT = [Name("cart"), event("order", within=hours(5))]

TRUTHS: list[tuple[str, Told, Sequence[Step], Duration | None, Mapping[float, bool]]] = [
    ("an event alone is true from its instant on", [CART], [Name("cart")], None,
     {-0.1: False, 0: True, 99: True}),
    ("and while it is in the window, whose beginning is not in it", [CART], [Name("cart")],
     hours(7), {6.9: True, 7: False}),
    ("only an event that fits counts", [CART], [event("cart", where=rule("amount > 10"))], None,
     {1: False}),
    ("what follows makes it true when it comes", [CART, LATE_ORDER], BOUGHT, None,
     {4.9: False, 5: True}),
    ("as long after as the step may be, and no longer", [CART, (5.1, "order", 1)], BOUGHT, None,
     {6: False}),
    ("what comes in the same instant follows", [CART, (0, "order", 1)], BOUGHT, None, {0: True}),
    ("what came before does not", [(0, "order", 1), (1, "cart", 1)], BOUGHT, None, {9: False}),
    ("one event does not follow itself", [CART], [Name("cart"), event("cart")], None, {9: False}),
    ("another in the same instant does", [CART, CART], [Name("cart"), event("cart")], None,
     {0: True}),
    ("in the order of arrival", [(0, "cart", 1), (0, "cart", 2)],
     [event("cart", where=rule("amount = 2")), event("cart", where=rule("amount = 1"))], None,
     {9: False}),
    ("an absence is true once its time is over", [CART], ABANDONED, None,
     {3.9: False, 4: True, 99: True}),
    ("nothing breaks it later", [CART, LATE_ORDER], ABANDONED, None, {4: True, 5: True}),
    ("at the very end of its time something does", [CART, (4, "order", 1)], ABANDONED, None,
     {4: False, 9: False}),
    ("and in the instant of the step before", [CART, (0, "order", 1)], ABANDONED, None,
     {9: False}),
    ("not what came before", [(-1, "order", 1), CART], ABANDONED, None, {4: True}),
    ("only what fits breaks it", [CART, (1, "order", 1)],
     [Name("cart"), no("order", 4, where=rule("amount > 5"))], None, {4: True}),
    ("at once it holds from the first moment", [CART], AT_ONCE, None, {0: True, 99: True}),
    ("until it is broken", [CART, (3, "order", 1)], AT_ONCE, None, {2.9: True, 3: False}),
    ("but not after its time", [CART, LATE_ORDER], AT_ONCE, None, {5: True, 99: True}),
    ("a new beginning holds anew", [CART, (3, "order", 1), (6, "cart", 1)], AT_ONCE, None,
     {5: False, 6: True}),
    ("the window is that of the first event", [CART, LATE_ORDER], BOUGHT, hours(8),
     {7.9: True, 8: False}),
    ("of several ways the one that began last stays longest",
     [CART, (2, "cart", 1), LATE_ORDER], BOUGHT, hours(8), {9.9: True, 10: False}),
    ("after an absence comes what comes after its end", [CART, (3, "cart", 1), (6, "cart", 1)],
     [*ABANDONED, event("cart", within=hours(2))], None, {5: False, 6: True}),
    ("an absence may be that of the event itself", [CART, (3, "cart", 1)],
     [Name("cart"), no("cart", 4)], None, {4: False, 6.9: False, 7: True}),
    ("what never happens is followed by nothing", [], ABANDONED, hours(9), {0: False}),
    ("three steps", [CART, (1, "order", 1), (2, "cart", 1)],
     [Name("cart"), Name("order"), Name("cart")], None, {1.9: False, 2: True}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "steps", "within", "truths"),
    [each[1:] for each in TRUTHS],
    ids=[each[0] for each in TRUTHS],
)
def test_a_sequence_is_true(
    told: Told, steps: Sequence[Step], within: Duration | None, truths: Mapping[float, bool]
) -> None:
    asked = audience(told, steps, within)

    assert {hour: is_in(audience(told, steps, within), hour) for hour in truths} == truths
    assert {hour: is_in(asked, hour) for hour in truths} == truths


def test_members_come_and_go_when_a_sequence_begins_and_ends_to_be_true() -> None:
    asked = audience([CART, (3, "order", 1), (6, "cart", 1)], AT_ONCE, hours(10))

    assert ((asked.entries("it").ts - START) // HOUR).tolist() == [0, 6]
    assert ((asked.exits("it").ts - START) // HOUR).tolist() == [3, 16]


def steps_of(told: Told, steps: Sequence[Step], hour: float) -> Sequence[Explanation]:
    (sequence,) = explain(audience(told, steps), "it", 0, START + int(hour * HOUR)).parts
    return sequence.parts


def test_an_explanation_names_the_event_of_each_step() -> None:
    first, second = steps_of([CART, LATE_ORDER], BOUGHT, 6)

    assert first.holds
    assert first.event is not None
    assert first.event.at == START
    assert second.holds
    assert second.event is not None
    assert second.event.at == START + 5 * HOUR


def test_an_explanation_names_the_event_that_broke_an_absence() -> None:
    first, second = steps_of([CART, (3, "order", 1)], ABANDONED, 6)

    assert first.holds
    assert not second.holds
    assert second.event is not None
    assert second.event.at == START + 3 * HOUR


def test_an_explanation_tells_until_when_an_absence_must_hold() -> None:
    _, second = steps_of([CART], ABANDONED, 2)

    assert not second.holds
    assert second.event is None
    assert second.since == START + 4 * HOUR


def test_an_explanation_leaves_out_what_was_not_come_to() -> None:
    steps = steps_of([], [Name("cart"), event("order"), no("cart", 3)], 2)

    assert [(step.holds, step.since, step.event) for step in steps] == [(False, None, None)] * 3


def test_a_sequence_is_written_for_people() -> None:
    segment = Segment(
        sequence=(
            Name("cart"),
            event("order", within=hours(5), where=rule("amount > 5")),
            no("cart", 24, at_once=True),
        ),
        within=Duration(7 * DAY),
        exclude=(Name("staff"),),
    )

    assert write_segment(segment) == (
        "cart, then order where amount > 5 within 5h, then no cart within 1d so far, "
        "all since 7d ago; and not segment('staff')"
    )
