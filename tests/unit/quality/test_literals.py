"""Values in rules, held against the values that occur."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import load_files

from campaignspec.api.check import Checkup
from campaignspec.api.values import with_values
from campaignspec.diagnostics import Severity

SETTINGS = """\
spec: 1
project: shop
timezone: Europe/Moscow
currency: USD
sources:
  - customers: customers.csv
    attributes: {city: text, first_name: text, age: number, birthday: date, vip: boolean}
  - events: orders.csv
    names: [order.placed]
    properties: {amount: money, brand: text}
"""
CUSTOMERS = """\
customer,city,first_name,age,birthday,vip
c1,Moscow,Ann,30,1990-05-01,no
c2,Kazan,Bob,18,2001-05-01,no
c3,Moscow,,,,
"""
ORDERS = """\
customer,at,event,amount,brand
c1,2025-03-01 12:00,order.placed,300,Acme
c2,2025-03-02 12:00,order.placed,120.50,Bolt
c2,2025-03-03 12:00,order.placed,99,Bolt
"""
TRAITS = "traits:\n  favourite: {most_frequent: order.placed.brand}\n"


def found(
    root: Path, rule: str, *, trait: str = "", customers: str = CUSTOMERS
) -> list[tuple[str, str, str | None]]:
    """Return code, message and advice of all findings on a project with this rule."""
    root.mkdir(exist_ok=True)
    (root / "customers.csv").write_text(customers, encoding="utf-8")
    (root / "orders.csv").write_text(ORDERS, encoding="utf-8")
    segments = f'segments:\n  some: {{where: "{rule}"}}\n'
    files = {"campaignspec.yaml": SETTINGS, "audiences.yaml": f"{TRAITS}{trait}{segments}"}
    loaded = load_files(root, files)
    assert loaded.project is not None, loaded.diagnostics
    before = Checkup(project=loaded.project, library=None, diagnostics=(), texts=loaded.texts)
    findings = with_values(before).diagnostics
    assert {finding.severity for finding in findings} <= {Severity.WARNING}
    return [(each.code, each.message, each.help) for each in findings]


UNSEEN = {
    "a city misspelt": (
        "city = 'Moskow'",
        "`city` is never 'Moskow'",
        "did you mean 'Moscow'? it is 'Moscow' (2), 'Kazan' (1)",
    ),
    "not a city": ("city != 'Riga'", "`city` is never 'Riga'", "it is 'Moscow' (2), 'Kazan' (1)"),
    "one of a list": (
        "city in ('Moscow', 'Kasan')",
        "`city` is never 'Kasan'",
        "did you mean 'Kazan'? it is 'Moscow' (2), 'Kazan' (1)",
    ),
    "deep in a rule": (
        "age > 20 and not (vip = 'no' or city = 'Omsk')",
        "`city` is never 'Omsk'",
        "it is 'Moscow' (2), 'Kazan' (1)",
    ),
    "a name is not told": ("first_name = 'Anne'", "`first_name` is never 'Anne'", None),
    "nobody is": ("vip = 'yes'", "`vip` is never 'yes'", None),
    "a number": ("age = 31", "`age` is never 31", "its values lie between 18 and 30"),
    "a date": (
        "birthday = '1990-05-02'",
        "`birthday` is never '1990-05-02'",
        "its values lie between 1990-05-01 and 2001-05-01",
    ),
    "a text of a trait": (
        "favourite = 'Akme'",
        "`favourite` is never 'Akme'",
        "did you mean 'Acme'? it is 'Acme' (1), 'Bolt' (1)",
    ),
}


@pytest.mark.parametrize(("rule", "message", "advice"), UNSEEN.values(), ids=UNSEEN)
def test_a_value_that_occurs_nowhere_is_found(tmp_path, rule, message, advice):
    assert found(tmp_path, rule) == [("DAT802", message, advice)]


IDLE = {
    "too high": ("age > 30", "`age > 30` is true of no value there is"),
    "too low": ("age >= 18", "`age >= 18` is true of every value there is"),
    "a date too late": (
        "birthday > '2020-01-01'",
        "`birthday > '2020-01-01'` is true of no value there is",
    ),
}


@pytest.mark.parametrize(("rule", "message"), IDLE.values(), ids=IDLE)
def test_a_comparison_that_tells_nobody_apart_is_found(tmp_path, rule, message):
    ((code, said, advice),) = found(tmp_path, rule)

    assert (code, said) == ("DAT803", message)
    assert advice is not None
    assert advice.startswith("they lie between ")


def test_money_is_shown_as_money(tmp_path):
    trait = "  dear: {count: order.placed, where: amount > 1000}\n"

    assert found(tmp_path, "age > 20", trait=trait) == [
        (
            "DAT803",
            "`amount > 1000` is true of no value there is",
            "they lie between 99.00 and 300.00",
        )
    ]


FINE = {
    "values that occur": "city = 'Kazan' and age > 18 and age <= 29",
    "a trait that counts": "favourite is known",
    "missing and present": "city is unknown or birthday is known",
}


@pytest.mark.parametrize("rule", FINE.values(), ids=FINE)
def test_a_rule_that_tells_people_apart_is_left_alone(tmp_path, rule):
    assert found(tmp_path, rule) == []


def test_of_many_values_only_the_nearest_is_named(tmp_path):
    rows = "".join(f"c{n},City{n:02},,,,\n" for n in range(20))
    customers = f"{CUSTOMERS.splitlines()[0]}\n{rows}"

    said = found(tmp_path, "city in ('Citi07', 'Nowhere')", customers=customers)

    assert [advice for _, _, advice in said] == [
        "did you mean 'City07' (1)?",
        "it has 20 values",
    ]


def test_the_finding_stands_at_the_value(tmp_path):
    found(tmp_path, "city = 'Moskow'")
    loaded = load_files(tmp_path, {})
    assert loaded.project is not None

    checkup = Checkup(project=loaded.project, library=None, diagnostics=(), texts=loaded.texts)
    (finding,) = with_values(checkup).diagnostics

    line = loaded.texts[finding.span.file].splitlines()[finding.span.line - 1]
    assert line[finding.span.column - 1 :].startswith("'Moskow'")


def test_a_project_with_errors_is_not_held_against_data():
    checkup = Checkup(project=None, library=None, diagnostics=(), texts={})

    assert with_values(checkup) is checkup
