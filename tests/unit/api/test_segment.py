"""Looking at segments and writing audiences, on a small shop and on a retailer's year."""

from __future__ import annotations

import csv
import hashlib
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.api.audience import write_audience
from campaignspec.api.check import opened
from campaignspec.api.explain import explain_segment
from campaignspec.api.history import history_of
from campaignspec.api.names import customer_row
from campaignspec.api.segment import STRETCHES, look_at_segments
from campaignspec.assembly import audience_of
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.history.importers import IMPORTERS
from campaignspec.project import Project

ROOT = Path(__file__).parents[3]
SEGMENTS = """
  spenders: {title: Who spends, where: spend_30d >= 500}
  quiet-spenders: {where: segment('quiet') and segment('spenders')}
  everybody: {where: orders_total >= 0}
  nobody: {where: orders_total < 0}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of a shop with a few more segments."""
    folder = write_shop(tmp_path / "shop")
    with (folder / "audiences.yaml").open("a", encoding="utf-8") as file:
        file.write(SEGMENTS.lstrip("\n"))
    return folder


@pytest.fixture
def project(root: Path) -> Project:
    return opened(root)[0]


def test_all_segments_are_looked_at_if_none_is_named(project: Project):
    look = look_at_segments(project)

    names = [segment.name for segment in look.segments]
    assert names == ["everybody", "nobody", "quiet", "quiet-spenders", "spenders"]


def test_segments_come_as_they_are_named_each_once(project: Project):
    look = look_at_segments(project, segments=["quiet", "everybody", "quiet"])

    assert [segment.name for segment in look.segments] == ["quiet", "everybody"]


def test_what_comes_and_goes_makes_the_difference_of_sizes(project: Project):
    look = look_at_segments(project, first=FIRST, last=LAST)

    for segment in look.segments:
        (_, first), (at, last) = segment.sizes[0], segment.sizes[-1]
        assert first + segment.entered.times - segment.left.times == last
        assert (at, last) == (look.at, segment.size)
    assert any(segment.entered.times and segment.left.times for segment in look.segments)


def test_the_size_over_time_begins_and_ends_with_the_period(project: Project):
    look = look_at_segments(project, segments=["spenders"], first=FIRST, last=LAST)

    ats = [at for at, _ in look.segments[0].sizes]
    assert len(ats) == STRETCHES + 1
    assert ats == sorted(set(ats))
    assert (ats[0], ats[-1]) == (look.period.start, look.period.end)


def test_an_instant_alone_ends_the_period_too(project: Project):
    look = look_at_segments(project, at="2025-03-20 12:00")

    assert look.at == look.period.end


def test_overlap_is_what_two_segments_share(project: Project):
    names = ["quiet", "spenders", "quiet-spenders", "everybody", "nobody"]

    look = look_at_segments(project, segments=names, at="2025-04-01")

    sizes = [segment.size for segment in look.segments]
    overlap = np.array(look.overlap)
    assert overlap.diagonal().tolist() == sizes
    assert (overlap == overlap.T).all()
    assert overlap[0, 1] == sizes[2] > 0
    assert overlap[3].tolist() == sizes
    assert overlap[4].tolist() == [0] * 5


def test_reach_counts_addresses_and_consent_at_the_instant(root: Path):
    (root / "consents.csv").write_text(
        "customer,at,channel,purpose,state\n"
        "c000,2025-01-01,email,promotional,granted\n"
        "c001,2025-01-01,email,promotional,granted\n"
        "c001,2025-03-01,email,promotional,refused\n"
        "c002,2025-05-01,email,promotional,granted\n"
        "c003,2025-01-01,email,service,granted\n"
        "c004,2025-01-01,email,promotional,granted\n",
        encoding="utf-8",
    )
    customers = (root / "customers.csv").read_text(encoding="utf-8")
    without = customers.replace("c004@shop.example", "")
    (root / "customers.csv").write_text(without, encoding="utf-8")
    project = opened(root)[0]

    look = look_at_segments(project, segments=["everybody"], at="2025-04-01")

    (reach,) = look.segments[0].reach
    assert reach.channel == "email"
    assert (reach.addressed, reach.agreed, reach.both) == (29, 2, 1)


def test_samples_are_three_customers_of_the_segment_told_by_hashes(project: Project):
    look = look_at_segments(project, segments=["quiet-spenders"], at="2025-04-01")
    shown = look_at_segments(project, segments=["quiet-spenders"], at="2025-04-01", show_ids=True)

    samples, ids = look.segments[0].samples, [s.label for s in shown.segments[0].samples]
    assert [s.label for s in samples] == [hashlib.sha256(i.encode()).hexdigest()[:8] for i in ids]
    assert len(set(ids)) == 3
    assert [name for name, _ in samples[0].traits] == ["last_visit", "spend_30d"]
    for customer in ids:
        found = explain_segment(
            project, segment="quiet-spenders", customer=customer, at="2025-04-01"
        )
        assert found.explanation.holds


def test_samples_show_no_attributes(root: Path):
    with (root / "audiences.yaml").open("a", encoding="utf-8") as file:
        file.write("  omsk: {where: city = 'Омск' and orders_total >= 0}\n")

    look = look_at_segments(opened(root)[0], segments=["omsk"])

    assert look.segments[0].samples
    for sample in look.segments[0].samples:
        assert [name for name, _ in sample.traits] == ["orders_total"]


def test_a_misspelt_customer_is_told_the_nearest_id(project: Project):
    with pytest.raises(UsageError, match="no customer has the id 'c0001'; did you mean 'c00"):
        explain_segment(project, segment="quiet", customer="c0001")


def test_the_row_of_every_customer_is_found(project: Project):
    history = history_of(project)

    assert [customer_row(history, customer) for customer in history.customers] == list(range(30))


# --- audiences in files ---


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_holds_who_matches_in_order_and_nothing_else(
    project: Project, tmp_path: Path, suffix: str
):
    path = tmp_path / "new" / f"out.{suffix}"

    written = write_audience(project, segment="quiet", at="2025-04-01", path=path)

    history = history_of(project)
    rows = np.arange(len(history.customers))
    at = look_at_segments(project, at="2025-04-01").at
    matching = audience_of(project, history).matches("quiet", rows, np.full(rows.shape, at))
    expected = [history.customers[row] for row in rows[matching]]
    found = (
        [row[0] for row in read(path)[1:]]
        if suffix == "csv"
        else pq.read_table(path).column("customer").to_pylist()
    )
    assert found == expected == sorted(expected)
    assert written == len(expected) > 0
    assert [file.name for file in path.parent.iterdir()] == [path.name]


HOSTILE = ["=1+1", "+7916", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "'quoted", "a=b", "1,2\n3"]  # noqa: RUF001 - a wide sign is meant


@pytest.mark.parametrize("safe", [True, False])
def test_a_spreadsheet_finds_no_formula_in_a_file_for_people(
    root: Path, tmp_path: Path, *, safe: bool
):
    with (root / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("customer", "first_name", "city", "email", "timezone"))
        writer.writerows((f"c{n:03}", text, "", "", "") for n, text in enumerate(HOSTILE))
    project = opened(root)[0]
    path = tmp_path / "out.csv"

    write_audience(
        project, segment="everybody", at=LAST, path=path, columns=["first_name"], safe=safe
    )

    cells = [row[1] for row in read(path)[1 : len(HOSTILE) + 1]]
    known = [history_of(project).attributes["first_name"].get(n) for n in range(len(HOSTILE))]
    begins = ("=", "+", "-", "@", "\t", "\r", "＝")  # noqa: RUF001 - a wide sign is meant
    dangerous = [cell for cell in cells if cell.startswith(begins)]
    if safe:
        assert dangerous == []
        assert [cell.removeprefix("'") for cell in cells] == [
            str(text).removeprefix("'") for text in known
        ]
    else:
        assert cells == known
        assert len(dangerous) >= 5


def test_each_kind_of_attribute_is_written_as_it_is(root: Path, tmp_path: Path):
    settings = (root / "campaignspec.yaml").read_text(encoding="utf-8")
    kinds = "{first_name: text, city: text}"
    (root / "campaignspec.yaml").write_text(
        settings.replace(kinds, "{born: date, vip: boolean, age: number, debt: money}"),
        encoding="utf-8",
    )
    for template in root.rglob("email.j2"):
        template.write_text("{% block text %}.{% endblock %}", encoding="utf-8")
    (root / "customers.csv").write_text(
        "customer,email,timezone,born,vip,age,debt\n"
        "c000,a@shop.example,,1990-02-28,yes,35,-12.50\n"
        "c001,,,,,35.5,100\n",
        encoding="utf-8",
    )
    project = opened(root)[0]
    columns = ["email", "born", "vip", "age", "debt"]

    write_audience(project, segment="everybody", at=LAST, path=tmp_path / "a.csv", columns=columns)
    write_audience(
        project, segment="everybody", at=LAST, path=tmp_path / "a.parquet", columns=columns
    )

    assert read(tmp_path / "a.csv")[:3] == [
        ["customer", *columns],
        ["c000", "a@shop.example", "1990-02-28", "true", "35", "-12.5"],
        ["c001", "", "", "", "35.5", "100"],
    ]
    assert pq.read_table(tmp_path / "a.parquet").slice(0, 2).to_pylist() == [
        {
            "customer": "c000",
            "email": "a@shop.example",
            "born": date(1990, 2, 28),
            "vip": True,
            "age": 35.0,
            "debt": Decimal("-12.500000"),
        },
        {
            "customer": "c001",
            "email": None,
            "born": None,
            "vip": None,
            "age": 35.5,
            "debt": Decimal("100.000000"),
        },
    ]


def test_the_same_audience_is_the_same_bytes(project: Project, tmp_path: Path):
    for name in ("a.csv", "b.csv", "a.parquet", "b.parquet"):
        write_audience(project, segment="quiet", at=LAST, path=tmp_path / name, columns=["email"])

    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("name", ["taken.csv", "taken.parquet", "file/out.csv"])
def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    project: Project, tmp_path: Path, name: str
):
    (tmp_path / "file").touch()
    if name.startswith("taken"):
        (tmp_path / name).mkdir()
    before = sorted(tmp_path.iterdir())

    with pytest.raises(CampaignspecError, match="cannot be written"):
        write_audience(project, segment="quiet", at=LAST, path=tmp_path / name)

    assert sorted(tmp_path.iterdir()) == before


WRONG = {
    "a column that is not there": ({"columns": ["emial"]}, "did you mean 'email'"),
    "the column of ids again": ({"columns": ["customer"]}, "always written"),
    "a segment that is not there": ({"segment": "quite"}, "did you mean 'quiet'"),
    "an instant that is none": ({"at": "now"}, "'now' is not a date"),
    "a file of another kind": ({"path": Path("out.xlsx")}, "neither a .csv nor a .parquet"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant_is_said(
    project: Project, tmp_path: Path, change: dict[str, object], words: str
):
    asked = {"segment": "quiet", "at": LAST, "path": tmp_path / "out.csv", **change}

    with pytest.raises(UsageError, match=words):
        write_audience(project, **asked)

    assert not (tmp_path / "out.csv").exists()


# --- the lapse fixture ---


def test_entries_of_quiet_households_are_those_of_the_lapse_fixture(tmp_path: Path):
    shutil.copytree(
        ROOT / "campaigns", tmp_path / "campaigns", ignore=shutil.ignore_patterns(".campaignspec")
    )
    IMPORTERS["completejourney"](tmp_path / ".history")
    project = opened(tmp_path / "campaigns")[0]

    look = look_at_segments(
        project, segments=["quiet-28-days"], first="2017-01-01", last="2017-12-03"
    )

    assert look.customers == 2469
    assert look.segments[0].entered.times == 3669
    assert look.segments[0].entered.customers == 1536
