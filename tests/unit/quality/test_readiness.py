"""What is counted of events, attributes and addresses, and what is kept back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.audience import FactKind, Value
from campaignspec.clock import DAY, NEVER
from campaignspec.history import Addresses, Column, History, Stream, ValueKind
from campaignspec.history.stream import LONG_AGO
from campaignspec.lint.power import smallest_difference
from campaignspec.people import Resolution
from campaignspec.people.resolution import PEOPLE_SCHEMA, REJECTIONS_SCHEMA
from campaignspec.quality.list_size import regime
from campaignspec.quality.masking import is_personal, masked
from campaignspec.quality.readiness import addresses_of, attributes_of, events_of, identity_of


def history(
    customers: int, *, streams=None, attributes=None, addresses=None, zones=("UTC",)
) -> History:
    """Make a history of customers ``0`` to ``customers - 1``."""
    return History(
        customers=tuple(str(n) for n in range(customers)),
        attributes=attributes or {},
        addresses=addresses or {},
        zones=zones,
        zone_of=np.zeros(customers, np.int32),
        streams=streams or {},
        messages={},
        consents={},
        fingerprint="",
        first=NEVER,
        last=LONG_AGO,
    )


@given(
    happened=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=30),
    at=st.integers(-1, 10),
)
def test_events_are_counted_as_by_hand(happened, at):
    rows = np.array([row for row, _ in happened], np.int64)
    days = np.array([day * DAY for _, day in happened], np.int64)
    known = history(5, streams={"visit": Stream.build(rows, days, 5)})

    (look,) = events_of(known, at * DAY)

    seen = [(row, day) for row, day in happened if day <= at]
    each = sorted(sum(row == one for row, _ in seen) for one in {row for row, _ in seen})
    assert (look.count, look.customers) == (len(seen), len(each))
    assert look.median == (each[(len(each) - 1) // 2] if each else 0)
    assert look.first == (min(day for _, day in seen) * DAY if seen else None)
    assert look.last == (max(day for _, day in seen) * DAY if seen else None)


def look_at(name: str, kind: ValueKind, values: list[object]):
    (look,) = attributes_of(history(len(values), attributes={name: Column.of(kind, values)}), 0)
    return look


def test_only_values_that_several_people_share_are_shown():
    look = look_at("city", ValueKind.TEXT, ["Omsk"] * 5 + ["Kazan"] * 6 + ["Ufa"] * 4 + [None])

    assert (look.present, look.distinct) == (15, 3)
    assert [(value.value, times) for value, times in look.top] == [("Kazan", 6), ("Omsk", 5)]


@pytest.mark.parametrize("name", ["first_name", "Телефон", "e-mail", "ФИО", "手机"])
def test_what_belongs_to_one_person_is_never_shown(name):
    assert look_at(name, ValueKind.TEXT, ["same"] * 9).top == ()


def test_numbers_are_told_by_their_ends_and_their_middle():
    look = look_at("age", ValueKind.NUMBER, [30.0, None, 18.0, 99.0, 40.0])

    assert (look.least, look.median, look.greatest) == (
        Value(kind=FactKind.NUMBER, value=18.0),
        Value(kind=FactKind.NUMBER, value=30.0),
        Value(kind=FactKind.NUMBER, value=99.0),
    )


@given(values=st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_the_median_is_the_lower_one(values):
    look = look_at("points", ValueKind.MONEY, list(values))

    assert look.median is not None
    assert look.median.value == sorted(values)[(len(values) - 1) // 2]


def test_an_attribute_that_nobody_has_has_no_values():
    look = look_at("age", ValueKind.NUMBER, [None, None])

    assert (look.present, look.distinct, look.least, look.top) == (0, 0, None, ())


def test_addresses_are_counted_valid_and_shared():
    email = Addresses.of(["a@x.ru", "a@x.ru", "b@x", None, "c d@x.ru", "я@почта.рф"])
    push = Addresses.of(["t1", None, None, None, None, "t1"])

    found = list(addresses_of(history(6, addresses={"email": email, "push": push})))

    assert [(each.kind, each.present, each.valid, each.shared) for each in found] == [
        ("email", 5, 3, 2),
        ("push", 2, None, 2),
    ]


def test_records_that_became_people_are_counted_by_their_reason():
    people = pa.Table.from_pylist(
        [
            {"alias": "c1", "person": "c1", "source": "crm", "row": 2, "rule": ""},
            {"alias": "c2", "person": "c1", "source": "crm", "row": 3, "rule": "phone"},
            {"alias": "s1", "person": "c1", "source": "shop", "row": 2, "rule": "phone"},
            {"alias": "s2", "person": "s2", "source": "shop", "row": 3, "rule": ""},
            {"alias": "p1", "person": "c1", "source": "tills", "row": None, "rule": "phone"},
            {"alias": "p2", "person": "p2", "source": "tills", "row": None, "rule": ""},
        ],
        schema=PEOPLE_SCHEMA,
    )
    apart = "not the same person as {}: birthday differs"
    rejected = [
        *[("phone", "too short"), ("email", "no @"), ("phone", "too short")],
        *[("phone", apart.format("c1")), ("phone", apart.format("s: 2"))],
    ]
    rejections = pa.Table.from_pylist(
        [
            {"source": "crm", "row": n, "column": column, "value": "x", "reason": reason}
            for n, (column, reason) in enumerate(rejected)
        ],
        schema=REJECTIONS_SCHEMA,
    )

    look = identity_of(Resolution(people=people, rejections=rejections))

    assert (look.records, look.people, look.elsewhere) == (4, 3, 1)
    assert look.merged == (("phone", 2),)
    assert look.rejected == (
        ("crm", "phone", "not the same person: birthday differs", 2),
        ("crm", "phone", "too short", 2),
        ("crm", "email", "no @", 1),
    )


MASKED = {
    "an e-mail address": ("ivan@x.ru", False, "i***@x.ru"),
    "a phone number": ("+7 (916) 123-45-67", False, "***67"),
    "a short number in a personal column": ("123-45-67", True, "***67"),
    "an amount": ("12345.67", False, "12345.67"),
    "a date": ("2017-03-01", False, "2017-03-01"),
    "a date in a personal column": ("2017-03-01", True, "***01"),
    "a name": ("Иван", True, "И***"),
    "a city": ("Омск", False, "Омск"),
    "nothing": ("", True, ""),
    "a handle": ("@ivan", False, "@ivan"),
}


@pytest.mark.parametrize(("value", "personal", "shown"), MASKED.values(), ids=MASKED)
def test_values_are_shown_without_telling_whose_they_are(value, personal, shown):
    assert masked(value, personal=personal) == shown


@given(name=st.text(min_size=1), domain=st.sampled_from(["x.ru", "mail.cn"]))
def test_of_an_address_one_letter_is_shown_at_most(name, domain):
    assert masked(f"{name}@{domain}", personal=False) == f"{name[0]}***@{domain}"


def test_columns_that_identity_gives_are_personal_as_names_are():
    assert all(map(is_personal, ["given_name", "family_name", "patronymic", "phone"]))


def test_columns_of_other_things_are_not_personal():
    assert not any(map(is_personal, ["city", "brand", "Сумма", "age", "数量", "phone_type"]))


REGIMES = {
    "nobody": (0, "nobody can be reached: begin with addresses and consent"),
    "a handful": (
        10,
        (
            "a small list: compute and think before you send; few, broad segments; a test in two "
            "halves sees a rate of 5% change by 38.6 percentage points"
        ),
    ),
    "a thousand or two": (
        1_500,
        (
            "a small list: compute and think before you send; few, broad segments; a test in two "
            "halves sees a rate of 5% change by 3.2 percentage points"
        ),
    ),
    "ten thousand": (
        10_000,
        (
            "a list of medium size: it can earn; work on effectiveness; a test in two halves "
            "sees a rate of 5% change by 1.2 percentage points"
        ),
    ),
    "thirty thousand": (
        30_000,
        (
            "a large list: bring out what is left with many, narrow segments; a test in two halves "
            "sees a rate of 5% change by 0.7 percentage points"
        ),
    ),
}


@pytest.mark.parametrize(("people", "said"), REGIMES.values(), ids=REGIMES)
def test_a_list_is_told_what_it_is_good_for(people, said):
    assert regime(people) == said


def test_the_smallest_difference_is_the_textbooks():
    # Cohen's approximation: 5 % against 7.44 % needs about 1,250 a half at 80 % power.
    assert smallest_difference(1_250, 1_250) == pytest.approx(0.0244, abs=1e-4)


def test_an_attribute_that_changes_is_looked_at_as_of_the_instant():
    cities = Column.of(ValueKind.TEXT, ["Omsk", "Ufa", "Omsk", "Omsk", "Omsk", "Omsk"])
    changes = Stream.build(
        np.array([0, 0, 1, 2, 3, 4]), np.array([0, 2, 0, 0, 0, 3]) * DAY, 5, {"value": cities}
    )
    latest = Column.of(ValueKind.TEXT, ["Ufa", "Omsk", "Omsk", "Omsk", "Omsk"])
    known = replace(history(5, attributes={"city": latest}), changes={"city": changes})

    before, after = (next(iter(attributes_of(known, day * DAY))) for day in (1, 3))

    assert (before.present, before.distinct) == (4, 1)
    assert (after.present, after.distinct) == (5, 2)
