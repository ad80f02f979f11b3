"""Tables of customers become people while a history is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.clock import parse_instant
from campaignspec.errors import HistoryError
from campaignspec.history import CustomerSource, EventSource, History, ValueKind
from campaignspec.history.load import load_history
from campaignspec.history.source import ConsentSource
from campaignspec.people import Identity, Newest, Reference

RULES = Identity(region="RU", match=(("phone",),))
TEXT = ValueKind.TEXT


def csv(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.csv"
    file.write_text(text, encoding="utf-8")
    return file


def crm(folder: Path, text: str, **more: object) -> CustomerSource:
    declared = {
        "customer": "id",
        "timezone": None,
        "addresses": {"phone": "phone"},
        "attributes": {"city": TEXT},
        **more,
    }
    return CustomerSource(file=csv(folder, "crm", text), **declared)  # type: ignore[arg-type]


def shop(folder: Path, text: str, **more: object) -> CustomerSource:
    declared = {
        "customer": "id",
        "timezone": None,
        "addresses": {"phone": "phone"},
        "attributes": {"city": TEXT},
        **more,
    }
    return CustomerSource(file=csv(folder, "shop", text), **declared)  # type: ignore[arg-type]


def city(history: History, person: str) -> object:
    return history.attributes["city"].get(history.row_of[person])


def people(history: History) -> dict[str, str]:
    assert history.resolution is not None
    return {row["alias"]: row["person"] for row in history.resolution.people.to_pylist()}


def reasons(history: History) -> list[tuple[str, int | None, str, str, str]]:
    assert history.resolution is not None
    return [tuple(row.values()) for row in history.resolution.rejections.to_pylist()]


CRM = "id,phone,city\n1,8 916 123-45-67,Омск\n2,,Пермь\n"
SHOP = "id,phone,city\n9,+79161234567,Казань\n1,+79990001122,Тула\n"


def test_records_of_two_tables_are_one_person_under_the_first_ones_id(tmp_path: Path) -> None:
    history = load_history([crm(tmp_path, CRM), shop(tmp_path, SHOP)], [], identity=RULES)

    assert people(history) == {"1": "1", "2": "2", "9": "1"}
    assert history.customers == ("1", "2")
    assert city(history, "1") == "Омск"


def test_ids_of_its_own_are_told_from_those_of_others(tmp_path: Path) -> None:
    sources = [crm(tmp_path, CRM), shop(tmp_path, SHOP, own_ids=True)]

    history = load_history(sources, [], identity=RULES)

    assert people(history) == {"1": "1", "2": "2", "shop:9": "1", "shop:1": "shop:1"}


def test_a_source_may_be_preferred_for_a_field(tmp_path: Path) -> None:
    rules = Identity(region="RU", match=(("phone",),), keep={"city": ("shop", "crm")})

    history = load_history(
        [crm(tmp_path, CRM), shop(tmp_path, SHOP, own_ids=True)], [], identity=rules
    )

    assert city(history, "1") == "Казань"


def test_the_newest_value_wins_where_it_is_asked_for(tmp_path: Path) -> None:
    rules = Identity(region="RU", match=(("phone",),), keep={"city": Newest()})
    old = "id,phone,city,at\n1,89161234567,Омск,2024-01-01\n2,89161234568,Уфа,2024-01-01\n"
    new = "id,phone,city,at\n8,89161234567,Казань,2024-02-01\n9,89161234568,,2024-02-01\n"

    history = load_history(
        [crm(tmp_path, old, updated_at="at"), shop(tmp_path, new, updated_at="at")],
        [],
        identity=rules,
    )

    assert (city(history, "1"), city(history, "2")) == ("Казань", "Уфа")


def test_what_one_record_lacks_another_supplies(tmp_path: Path) -> None:
    bare = "id,phone,city\n1,89161234567,\n"

    history = load_history([crm(tmp_path, bare), shop(tmp_path, SHOP)], [], identity=RULES)

    assert city(history, "1") == "Тула"


def test_events_and_consents_of_any_id_are_the_persons(tmp_path: Path) -> None:
    bought = csv(tmp_path, "orders", "customer,at\n9,2025-01-01\n1,2025-01-02\n")
    agreed = csv(
        tmp_path,
        "consents",
        "customer,at,channel,purpose,state\n"
        "9,2025-01-01,sms,promotional,refused\n1,2025-01-02,sms,promotional,granted\n",
    )

    history = load_history(
        [crm(tmp_path, CRM), shop(tmp_path, SHOP.replace("\n1,", "\n5,"))],
        [EventSource(file=bought, event="order.placed", event_column=None)],
        consents=[ConsentSource(file=agreed)],
        identity=RULES,
    )

    row = history.row_of["1"]
    stream = history.streams["order.placed"]
    assert stream.offsets[row + 1] - stream.offsets[row] == 2
    consents = history.consents["sms", "promotional"]
    assert consents.properties["granted"].values.tolist() == [False, False]


ORDERS = "customer,at\n8 916 1234567,2025-01-01\n8 999 888-77-66,2025-01-02\nнет,2025-01-03\n"


def orders_by(folder: Path, reference: Reference, text: str = ORDERS) -> EventSource:
    return EventSource(
        file=csv(folder, "orders", text), event="order", event_column=None, by=reference
    )


def test_rows_may_name_people_by_phone_and_strangers_become_people(tmp_path: Path) -> None:
    orders = orders_by(tmp_path, Reference(field="phone", table="orders"))

    history = load_history([crm(tmp_path, CRM)], [orders], identity=RULES)

    assert history.customers == ("1", "2", "phone:+79998887766")
    assert history.streams["order"].ts.tolist() == [
        parse_instant("2025-01-01"),
        parse_instant("2025-01-02"),
    ]
    assert reasons(history) == [
        ("orders", None, "customer", "8 999 888-77-66", "belongs to no customer"),
        ("orders", None, "customer", "нет", "not a number"),
    ]


def test_strangers_may_be_left_out(tmp_path: Path) -> None:
    orders = orders_by(tmp_path, Reference(field="phone", makes_people=False))

    history = load_history([crm(tmp_path, CRM)], [orders], identity=RULES)

    assert history.customers == ("1", "2")
    assert len(history.streams["order"].ts) == 1


def test_a_phone_of_several_people_names_none_of_them(tmp_path: Path) -> None:
    shared = "id,phone,city,born\n1,89161234567,,1970-01-01\n2,89161234567,,2000-01-01\n"
    rules = Identity(region="RU", match=(("phone",),), differ=("born",))
    source = crm(tmp_path, shared, attributes={"born": ValueKind.DATE})
    orders = orders_by(tmp_path, Reference(field="phone"), "customer,at\n89161234567,2025-01-01\n")

    history = load_history([source], [orders], identity=rules)

    assert history.customers == ("1", "2", "phone:+79161234567")
    phones = history.addresses["phone"]
    assert phones[history.row_of["phone:+79161234567"]] is None
    apart = ("crm", 3, "phone", "2", "not the same person as 1: born differs")
    assert apart in reasons(history)


@pytest.mark.parametrize("written", ["", '""', "  "])
def test_an_empty_phone_names_nobody(tmp_path: Path, written: str) -> None:
    text = f"customer,at\n{written},2025-01-01\n89161234567,2025-01-02\n"
    orders = orders_by(tmp_path, Reference(field="phone", table="orders"), text)

    history = load_history([crm(tmp_path, CRM)], [orders], identity=RULES)

    assert history.streams["order"].ts.tolist() == [parse_instant("2025-01-02")]
    assert ("orders", None, "customer", "", "is empty") in reasons(history)


def test_an_empty_id_of_one_sources_ids_is_an_error(tmp_path: Path) -> None:
    text = "customer,at\n,2025-01-01\n"
    orders = orders_by(tmp_path, Reference(field="customer", ids_of="crm"), text)

    with pytest.raises(HistoryError, match="row 2: column 'customer' is empty"):
        load_history([crm(tmp_path, CRM)], [orders], identity=RULES)


def test_two_rows_of_one_id_that_contradict_each_other_are_noted(tmp_path: Path) -> None:
    rules = Identity(region="RU", match=(("phone",),), differ=("city",))

    history = load_history([crm(tmp_path, CRM), shop(tmp_path, SHOP)], [], identity=rules)

    contradictions = [row for row in reasons(history) if "same id" in row[4]]
    assert contradictions == [
        ("shop", 3, "city", "тула", "differs from what a source before says of the same id")
    ]


def test_without_rules_each_id_is_a_person_and_nothing_is_changed(tmp_path: Path) -> None:
    history = load_history([crm(tmp_path, CRM), shop(tmp_path, SHOP)], [])

    assert history.resolution is None
    assert history.customers == ("1", "2", "9")
    assert history.addresses["phone"][0] == "8 916 123-45-67"


def test_a_rule_about_a_field_that_no_source_has_is_an_error(tmp_path: Path) -> None:
    rules = Identity(region="RU", match=(("card",),))

    with pytest.raises(HistoryError, match="no source of customers has 'card'; they have city"):
        load_history([crm(tmp_path, CRM)], [], identity=rules)


def test_rules_need_a_source_of_customers() -> None:
    with pytest.raises(HistoryError, match="there is no source of customers"):
        load_history([], [], identity=RULES)


def test_an_attribute_is_of_one_kind_in_all_sources(tmp_path: Path) -> None:
    sources = [crm(tmp_path, CRM), shop(tmp_path, SHOP, attributes={"city": ValueKind.NUMBER})]
    sources[1].file.write_text("id,phone,city\n1,,5\n", encoding="utf-8")  # type: ignore[union-attr]

    with pytest.raises(HistoryError, match="'city' is number here and text in another"):
        load_history(sources, [], identity=RULES)


REPEATED = ("7,+79161234567,Moscow,2024-01-05\n", "7,+79161234567,Kazan,2024-01-09\n")


@pytest.mark.parametrize("rows", [REPEATED, REPEATED[::-1]], ids=["in order", "reversed"])
def test_of_rows_with_one_id_the_one_that_changed_last_counts(
    tmp_path: Path, rows: tuple[str, str]
) -> None:
    source = crm(tmp_path, "id,phone,city,changed\n" + "".join(rows), updated_at="changed")

    history = load_history([source], [], identity=RULES)

    assert city(history, "7") == "Kazan"
    assert len(history.customers) == 1
    lost, won = (2, 3) if rows is REPEATED else (3, 2)
    assert reasons(history) == [("crm", lost, "id", "7", f"repeats the id of row {won}")]


def test_of_rows_with_one_id_and_no_instant_the_last_one_counts(tmp_path: Path) -> None:
    source = crm(tmp_path, "id,phone,city\n7,,Moscow\n8,,Perm\n7,,Kazan\n 7 ,,Omsk\n")

    history = load_history([source], [], identity=RULES)

    assert [city(history, each) for each in history.customers] == ["Omsk", "Perm"]
    assert reasons(history) == [
        ("crm", 2, "id", "7", "repeats the id of row 5"),
        ("crm", 4, "id", "7", "repeats the id of row 5"),
    ]


def test_a_row_that_says_when_it_changed_counts_before_one_that_does_not(tmp_path: Path) -> None:
    rows = "7,,Moscow,2024-01-05\n7,,Kazan,\n"
    source = crm(tmp_path, f"id,phone,city,changed\n{rows}", updated_at="changed")

    history = load_history([source], [], identity=RULES)

    assert city(history, "7") == "Moscow"
