"""`segment` on sequences, lists, matrices, expectations, RFM and lifecycles: what people read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.cli import main

AUDIENCES = """
traits:
  orders_total: {count: order.placed}
  spend_30d: {sum: order.placed.amount, within: 30d}
  last_visit: {latest: site.visited}
  last_order: {latest: order.placed}
  rfm:
    rfm: order.placed.amount
    bins: 3
    cells: {best: r = 3 and m >= 2, rest: r >= 1}
  stage:
    lifecycle: [lead, customer, repeat, lapsed]
    moves:
      - {to: customer, from: [lead], when: orders_total >= 1}
      - {to: lapsed, from: [customer, repeat], when: last_order older than 20d}
      - {to: repeat, from: [customer, lapsed], when: orders_total >= 2 and last_order within 20d}
segments:
  quiet: {where: last_visit older than 5d}
  long-quiet: {where: segment('quiet') for 14d}
  vips: {listed: vips.csv, expect: {size: ">= 5", share: "<= 20%"}}
  lost:
    sequence: [order.placed, {not: site.visited, within: 4d}]
    within: 30d
    exclude: [vips]
  lapsed: {where: stage = 'lapsed'}
  best: {where: rfm.cell = 'best'}
  kinds:
    title: How often and how much
    matrix:
      often: {rare: orders_total <= 1, regular: orders_total >= 2}
      spend: {little: spend_30d < 300, much: spend_30d >= 300}
      stage: {lapsed: stage = 'lapsed', active: stage != 'lapsed'}
exclusive:
  - [quiet, vips]
"""
AT = "2025-04-10"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop")
    (root / "audiences.yaml").write_text(AUDIENCES.lstrip(), encoding="utf-8")
    vips = "name,customer\nA,c001\nB,c002\nC,c009\nD,zoe\n"
    (root / "vips.csv").write_text(vips, encoding="utf-8")
    monkeypatch.chdir(root)
    return root


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert not leaving.value.code
    return capsys.readouterr().out


@pytest.mark.usefixtures("shop")
def test_segments_of_every_form_are_shown(
    capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]
) -> None:
    shown = said(capsys, "segment", "--at", AT)

    golden("report/segments_of_every_form.txt", shown)


@pytest.mark.usefixtures("shop")
def test_every_form_is_explained(
    capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]
) -> None:
    shown = "".join(
        said(capsys, "segment", segment, "--explain", customer, "--at", AT)
        for customer in ("c000", "c003", "c004")
        for segment in ("lost", "long-quiet", "lapsed", "best")
    )

    golden("report/explained_in_every_form.txt", shown)


@pytest.mark.usefixtures("shop")
def test_a_matrix_is_shown_as_a_table_and_its_cells_are_segments(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = said(capsys, "segment", "kinds", "--at", AT)
    found = json.loads(said(capsys, "segment", "kinds", "--at", AT, "--format", "json"))
    (matrix,) = found["matrices"]
    sizes = {cell["segment"]: cell["size"] for cell in matrix["cells"]}
    name = "kinds.regular.much.active"
    cell = json.loads(said(capsys, "segment", name, "--at", AT, "--format", "json"))

    assert table.splitlines()[2] == "kinds  How often and how much"
    assert found["segments"] == []
    assert sum(sizes.values()) == 30
    assert [each["size"] for each in cell["segments"]] == [sizes[name]]


@pytest.mark.usefixtures("shop")
def test_machines_are_told_of_expectations_and_strangers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = json.loads(said(capsys, "segment", "vips", "--at", AT, "--format", "json"))

    (vips,) = found["segments"]
    assert vips["expected"] == [
        {"of": "size", "limit": ">= 5", "met": False},
        {"of": "share", "limit": "<= 20%", "met": True},
    ]
    assert vips["unknown"] == [{"file": "vips.csv", "ids": ["zoe"]}]
    assert found["exclusive"] == [{"segments": ["quiet", "vips"], "in_several": 3}]


def test_the_audience_of_a_list_is_written(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "audience", "vips", "--at", AT, "--out", "out.csv")

    assert (shop / "out.csv").read_text().split() == ["customer", "c001", "c002", "c009"]


def test_a_list_that_has_gone_is_found_when_the_project_is_read(shop: Path) -> None:
    (shop / "vips.csv").unlink()

    with pytest.raises(SystemExit) as leaving:
        main(["validate"])

    assert leaving.value.code == 1
