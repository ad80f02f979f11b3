"""A dirty export of the same people from three systems, joined as a golden file says."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from dirty_crm import write_dirty_project

from campaignspec.clock import parse_instant
from campaignspec.history import History
from campaignspec.history.declared import load_declared
from campaignspec.people import write_lineage
from campaignspec.project import load_project

pytest.importorskip("python_calamine", reason="Excel files need python-calamine")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    root = tmp_path_factory.mktemp("dirty")
    return root, write_dirty_project(root)


@pytest.fixture(scope="module")
def history(written: tuple[Path, dict[str, int]]) -> History:
    return loaded(written[0])


def loaded(root: Path, cache: Path | None = None) -> History:
    project = load_project(root, relative_to=root)
    assert project.project is not None, project.diagnostics
    return load_declared(project.project.settings, root=root, cache=cache)


def people_of(history: History) -> dict[str, str]:
    assert history.resolution is not None
    rows = history.resolution.people.to_pylist()
    return {row["alias"]: row["person"] for row in rows}


def test_people_and_rejections_are_as_expected(
    history: History, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    assert history.resolution is not None

    files = write_lineage(history.resolution, tmp_path)

    for file in files:
        golden(f"people/dirty_crm_{file.name}", file.read_text(encoding="utf-8"))


def test_nobody_is_joined_with_somebody_else(
    history: History, written: tuple[Path, dict[str, int]]
) -> None:
    truth, joined = written[1], defaultdict(set)

    for alias, person in people_of(history).items():
        if alias in truth:
            joined[person].add(truth[alias])

    assert [sorted(who) for who in joined.values() if len(who) > 1] == []


def test_most_of_those_who_are_one_are_found(
    history: History, written: tuple[Path, dict[str, int]]
) -> None:
    truth, found = written[1], defaultdict(set)

    for alias, person in people_of(history).items():
        if alias in truth:
            found[truth[alias]].add(person)

    missed = sum(len(people) - 1 for people in found.values())
    assert missed <= len(truth) * 0.06


def test_each_person_stands_once_with_addresses_in_one_form(history: History) -> None:
    people = set(people_of(history).values())

    assert set(history.customers) == people
    phones = [phone for phone in history.addresses["phone"] if phone]
    assert all(phone.startswith("+7") and len(phone) == 12 for phone in phones)
    assert "+74957771122" not in phones
    assert "no@mail.ru" not in history.addresses["email"]


def test_no_order_with_a_phone_is_lost(
    history: History, written: tuple[Path, dict[str, int]]
) -> None:
    with (written[0] / "export" / "orders.csv").open(encoding="utf-8") as file:
        orders = [row for row in csv.DictReader(file) if row["phone"] != "нет"]

    assert len(history.streams["order.placed"].ts) == len(orders)
    row = history.row_of["phone:+79990001122"]
    assert history.addresses["phone"][row] == "+79990001122"


def test_a_refusal_of_any_record_refuses_for_the_person(
    history: History, written: tuple[Path, dict[str, int]]
) -> None:
    with (written[0] / "export" / "consents.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = people_of(history)
    refused = {people[f"shop:{row['customer']}"] for row in rows if row["state"] == "refused"}

    stream = history.consents["email", "promotional"]
    at = parse_instant("2025-06-01")
    for person in refused:
        index = stream.index_latest([history.row_of[person]], at)[0]  # type: ignore[arg-type]
        assert not stream.properties["granted"].values[index]


def test_a_cached_history_remembers_who_is_who(
    written: tuple[Path, dict[str, int]], history: History, tmp_path: Path
) -> None:
    first = loaded(written[0], tmp_path)
    again = loaded(written[0], tmp_path)

    assert first.resolution is not None
    assert again.resolution is not None
    assert history.resolution is not None
    assert again.resolution.people.equals(history.resolution.people)
    assert again.resolution.rejections.equals(history.resolution.rejections)


def test_the_order_of_rows_does_not_matter(
    written: tuple[Path, dict[str, int]], history: History, tmp_path: Path
) -> None:
    root = tmp_path / "shuffled"
    write_dirty_project(root)
    for name, encoding in (("shop.csv", "cp1251"), ("orders.csv", "utf-8")):
        file = root / "export" / name
        header, *lines = file.read_text(encoding=encoding).splitlines()
        random.Random(3).shuffle(lines)
        file.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)

    shuffled = loaded(root)

    assert people_of(shuffled) == people_of(history)
    assert shuffled.customers == history.customers
    for kind, addresses in history.addresses.items():
        assert shuffled.addresses[kind].tolist() == addresses.tolist()
    for name, column in history.attributes.items():
        assert shuffled.attributes[name].missing.tolist() == column.missing.tolist()
