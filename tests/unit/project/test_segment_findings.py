"""Every finding about segments beyond a rule, RFM and lifecycles, each in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CLEAN, load_files, shown

from campaignspec.spec.conditions import write_segment
from campaignspec.spec.rfm import Facet, Rfm

RICH = """\
traits:
  orders_total: {count: order.placed}
  spend: {sum: order.placed.amount, within: 365d, where: sku != 'gift'}
  last_order: {latest: order.placed}
  rfm:
    rfm: order.placed.amount
    within: 365d
    bins: 4
    cells: {champions: r >= 4 and m >= 4, rest: not r in (1)}
  fixed:
    rfm: order.placed.items
    cut_offs: {r: [7d, 30d], f: [2, 4], m: [10, 20.5]}
  stage:
    lifecycle: [lead, customer, lapsed]
    moves:
      - {to: customer, from: [lead], when: orders_total >= 1}
      - {to: lapsed, when: last_order older than 90d and segment('good')}
segments:
  lapsed: {where: orders_total >= 1 and last_order older than 60d}
  good: {where: spend > 100 and rfm.cell = 'champions', expect: {size: ">= 100", share: "<= 20%"}}
  abandoned:
    sequence:
      - visit
      - {event: order.placed, where: amount > 1, within: 1d}
      - {not: order.returned, within: 4h, at_once: true}
    within: 7d
    exclude: [vips, lapsed]
  vips: {listed: vips.csv}
  kinds:
    matrix:
      often: {rare: orders_total <= 1, regular: orders_total >= 2}
      age: {young: age < 30, old: age >= 30}
    where: stage != 'lead' and segment('vips') for 14d
exclusive:
  - [kinds.rare.young, kinds.rare.old]
"""


def files(text: str) -> dict[str, str]:
    return CLEAN | {AUDIENCES: text, "vips.csv": "customer\nann\n"}


def row(code: str, before: str, after: str, *words: str, name: str | None = None) -> object:
    """Change the project in one place; the finding must cover what stands in «»."""
    return pytest.param(code, before, after, words, id=name or f"{code} {after}")


FINDINGS = [
    row("SPC202", "vips: {listed: vips.csv}", "«vips»: {title: Our best}",
        "`vips` does not say who is in it", "`listed:` with a file"),
    row("SPC206", "vips: {listed: vips.csv}", "vips: {listed: vips.csv, «within»: 7d}",
        "there is none", "add `sequence:`"),
    row("SPC206", "      - visit\n", "      - {«not»: visit, within: 1d}\n",
        "begins with something that happens"),
    row("SPC206", "      - visit\n", "      - {event: visit, «within»: 1d}\n",
        "no step before the first", "`within: 1d` beside `sequence:`"),
    row("SPC206", "at_once: true}", "«at_once»: true}\n      - visit", "only the last step"),
    row("REF301", "      - visit\n", "      - «visits»\n", "did you mean `visit`?"),
    row("REF301", "{event: order.placed, where", "{event: «order.place», where", "`order.placed`?"),
    row("REF301", "{not: order.returned", "{not: «order.return»", "`order.returned`?"),
    row("REF301", "where: amount > 1, within", "where: «amuont» > 1, within",
        "no property of `order.placed`", "did you mean `amount`?"),
    row("REF305", "where: amount > 1, within", "where: «spend» > 1, within", "`spend` is a trait",
        "a step's `where`"),
    row("REF304", "listed: vips.csv", "listed: «vip.csv»", "the list `vip.csv` does not exist"),
    row("REF301", "exclude: [vips, lapsed]", "exclude: [vips, «lapse»]", "did you mean `lapsed`?"),
    row("REF303", "exclude: [vips, lapsed]", "exclude: [«abandoned»]", "defined by itself"),
    row("REF301", "young: age < 30", "young: «aeg» < 30", "did you mean `age`?"),
    row("REF305", "young: age < 30", "young: age < «'30'»", "`age` is a number"),
    row("SPC206", "age: {young: age < 30, old: age >= 30}", "«age»: {}", "has no parts"),
    row("SPC206", "    matrix:\n", "    «matrix»:\n      more: {"
        + ", ".join(f"p{n}: age = {n}" for n in range(300)) + "}\n", "makes 1,200 segments",
        name="SPC206 cells"),
    row("REF303", "segment('vips') for 14d", "segment('«kinds.rare.old»')",
        "`kinds` is defined by itself"),
    row("REF302", "  vips: {listed", "  «kinds.rare.old»: {where: age > 1}\n  vips: {listed",
        "made by the matrix `kinds`"),
    row("REF301", "[kinds.rare.young, kinds.rare.old]", "[kinds.rare.young, «kinds.rare.odl»]",
        "did you mean `kinds.rare.old`?"),
    row("SPC206", "  - [kinds.rare.young, kinds.rare.old]", "  - «[kinds.rare.young]»",
        "two different segments"),
    row("SPC206", "  - [kinds.rare.young, kinds.rare.old]", "  - «[vips, vips]»",
        "two different segments"),
    row("SPC204", 'size: ">= 100"', 'size: «">= 10%"»', "`>= 10%` is no size", "how many"),
    row("SPC204", 'share: "<= 20%"', 'share: «"<= 20"»', "`<= 20` is no share", '"<= 20%"'),
    row("SPC206", 'expect: {size: ">= 100", share: "<= 20%"}', "«expect»: {}", "nothing is"),
    row("SPC204", "bins: 4", "bins: «1»", "a number from 2 to 10"),
    row("SPC206", "    cut_offs:", "    «bins»: 3\n    cut_offs:", "not by both"),
    row("REF305", "rfm: order.placed.items", "rfm: order.placed.«sku»", "is text and has no rfm"),
    row("REF301", "rfm: order.placed.items", "rfm: order.placed.«itms»", "did you mean `items`?"),
    row("SPC206", "r: [7d, 30d]", "«r»: []", "`r` has 0 limits"),
    row("SPC204", "r: [7d, 30d]", "r: [30d, «7d»]", "limits ascend"),
    row("SPC204", "f: [2, 4]", "f: [2, «2»]", "limits ascend"),
    row("REF305", "m: [10, 20.5]", "m: [10, «20 USD»]", "`items` is a number", "like 100"),
    row("REF301", "champions: r >= 4", "champions: «recency» >= 4", "no score", "`r`, `f`, `m`"),
    row("REF305", "champions: r >= 4", "champions: «age» >= 4", "a cell", "use r, f and m"),
    row("REF301", "rfm.cell = 'champions'", "«rfm.celll» = 'champions'", "did you mean `rfm.cell`"),
    row("REF301", "rfm.cell = 'champions'", "«rfm» = 'champions'", "no trait or attribute",
        "rfm.r"),
    row("REF305", "rfm.cell = 'champions'", "rfm.r = «'4'»", "`rfm.r` is a number"),
    row("REF302", "[lead, customer, lapsed]", "[lead, customer, lapsed, «lead»]", "stage"),
    row("SPC206", "[lead, customer, lapsed]\n    moves:\n"
        "      - {to: customer, from: [lead], when: orders_total >= 1}\n"
        "      - {to: lapsed, when: last_order older than 90d and segment('good')}\n",
        "[lead, customer, lapsed]\n    «moves»: []\n", "has 0 entries", name="SPC206 moves"),
    row("REF301", "to: lapsed, when", "to: «laps», when", "no stage", "did you mean `lapsed`?"),
    row("REF301", "from: [lead]", "from: [«leda»]", "did you mean `lead`?"),
    row("SPC204", "from: [lead]", "from: [lead, «customer»]", "from `customer` to `customer`"),
    row("REF303", "when: orders_total >= 1", "when: «stage = 'lead'»", "asks for `stage`"),
    row("REF303", "when: orders_total >= 1", "when: «segment('kinds.rare.young')»", "`stage`"),
    row("REF301", "when: orders_total >= 1", "when: «order_total» >= 1", "`orders_total`?"),
]  # fmt: skip


def test_the_rich_project_has_no_finding(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, files(RICH))

    assert [shown(finding) for finding in loaded.diagnostics] == []


@pytest.mark.parametrize(("code", "before", "after", "words"), FINDINGS)
def test_a_mistake_is_found_once_at_its_place(
    tmp_path: Path, code: str, before: str, after: str, words: tuple[str, ...]
) -> None:
    assert before in RICH
    marked = RICH.replace(before, after, 1)
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(tmp_path, files(text))

    found = [finding for finding in loaded.diagnostics if finding.code == code]
    assert found, [shown(finding) for finding in loaded.diagnostics]
    finding = found[0]
    for word in words:
        assert word in shown(finding)
    start = marked.index("«")
    assert text[finding.span.start : finding.span.end] == marked[start + 1 : marked.index("»")]


def test_a_matrix_is_its_cells_and_each_is_a_segment(tmp_path: Path) -> None:
    project = load_files(tmp_path, files(RICH)).project

    assert project is not None
    cells = [name for name in project.segments if name.startswith("kinds")]
    assert cells == [
        "kinds.rare.young",
        "kinds.rare.old",
        "kinds.regular.young",
        "kinds.regular.old",
    ]
    assert list(project.matrices) == ["kinds"]
    assert write_segment(project.segments["kinds.regular.old"]) == (
        "orders_total >= 2 and age >= 30 and (stage != 'lead' and segment('vips') for 14d)"
    )


def test_an_rfm_trait_is_four_facts(tmp_path: Path) -> None:
    project = load_files(tmp_path, files(RICH)).project

    assert project is not None
    assert [name for name in project.traits if name.startswith("rfm")] == [
        *("rfm.r", "rfm.f", "rfm.m", "rfm.cell")
    ]
    recency = project.traits["rfm.r"]
    assert isinstance(recency, Rfm)
    assert recency.facet is Facet.RECENCY


def test_a_list_is_named_by_its_path_from_the_project(tmp_path: Path) -> None:
    audiences = "segments: {lapsed: {where: age > 1}, good: {listed: ../lists/vips.csv}}\n"
    rest = CLEAN | {
        AUDIENCES: CLEAN[AUDIENCES].partition("segments:")[0],
        "audiences/more.yaml": audiences,
        "lists/vips.csv": "customer\nann\n",
    }

    loaded = load_files(tmp_path, rest)

    assert [shown(finding) for finding in loaded.diagnostics] == []
    assert loaded.project is not None
    assert loaded.project.segments["good"].listed == "lists/vips.csv"


def test_a_cell_may_be_used_wherever_a_segment_may(tmp_path: Path) -> None:
    campaign = CLEAN[CAMPAIGN].replace("{segment: good}", "{segment: kinds.rare.old}")

    loaded = load_files(tmp_path, files(RICH) | {CAMPAIGN: campaign})

    assert [shown(finding) for finding in loaded.diagnostics] == []


def test_a_matrix_itself_is_no_segment(tmp_path: Path) -> None:
    campaign = CLEAN[CAMPAIGN].replace("{segment: good}", "{segment: kinds}")

    loaded = load_files(tmp_path, files(RICH) | {CAMPAIGN: campaign})

    assert [finding.code for finding in loaded.diagnostics] == ["REF301"]
