"""A run goes on with what its sources say by now, wherever they lie."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from shop import FIRST, LAST, write_shop

from campaignspec.api.check import opened
from campaignspec.api.run import opened_run

EVENTS = "events.csv\n"
LATE = ("latecomer", "2025-04-05T10:00:00Z", "order.placed", "120")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = write_shop(tmp_path / "shop", customers=3)
    with (root / "customers.csv").open("a", encoding="utf-8", newline="") as customers:
        customers.write("latecomer,李娜,Омск,vera@shop.example,Europe/Moscow\r\n")
    with (root / "consents.csv").open("a", encoding="utf-8", newline="") as consents:
        consents.write("latecomer,2025-01-01,email,service,granted\r\n")
    return root


def entered(root: Path, change: Callable[[], object]) -> set[str]:
    """Return who has entered a campaign by the end of a run during which something changed."""
    project, library = opened(root)
    with opened_run(project, library, environment="rehearsal", first=FIRST, last=LAST) as run:
        for number, _ in enumerate(run.progress()):
            if number == 0:
                change()
        return set(run.facts().column("customer").to_pylist())


def declare(root: Path, place: str) -> None:
    settings = root / "campaignspec.yaml"
    settings.write_text(settings.read_text("utf-8").replace(EVENTS, f"{place}\n"), "utf-8")


def test_a_file_that_comes_to_a_pattern_is_read(shop: Path):
    (shop / "events.csv").rename(shop / "events-1.csv")
    declare(shop, "events-*.csv")

    found = entered(
        shop,
        lambda: (shop / "events-2.csv").write_text(
            f"customer,at,event,amount\n{','.join(LATE)}\n", encoding="utf-8"
        ),
    )

    assert "latecomer" in found


@pytest.mark.parametrize("cursor", ["", "\n    cursor: n"])
def test_rows_that_come_to_a_database_are_read(shop: Path, postgres: PostgresServer, cursor: str):
    url = postgres.new_database(
        'CREATE TABLE events (customer text, "at" timestamptz, event text, amount numeric, '
        "n serial)"
    )
    with (shop / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = [[cell or None for cell in row] for row in csv.reader(file)]
    columns = 'events (customer, "at", event, amount)'
    postgres.fill(url, columns, rows[1:])
    declare(shop, f"{url}\n    read: {{table: events}}{cursor}")

    found = entered(shop, lambda: postgres.fill(url, columns, [LATE]))

    assert "latecomer" in found
