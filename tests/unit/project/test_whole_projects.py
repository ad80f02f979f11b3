"""Findings that need more than one change of the tiny project, and paths that are fine."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CHANNELS, CLEAN, SETTINGS, TESTS, load_files, shown


def test_repeated_names_show_where_the_first_is(tmp_path: Path) -> None:
    more = {
        "audiences/more.yaml": "traits:\n  spend: {count: visit}\n"
        "segments:\n  good: {where: age > 1}\n"
    }

    loaded = load_files(tmp_path, CLEAN | more)

    found = [(f.code, f.span.file, f.span.line, f.related[0][0].file) for f in loaded.diagnostics]
    assert found == [
        ("REF302", "audiences/more.yaml", 2, "audiences.yaml"),
        ("REF302", "audiences/more.yaml", 4, "audiences.yaml"),
    ]


def test_two_campaigns_of_one_name_are_found(tmp_path: Path) -> None:
    more = {"autumn/win-back/campaign.yaml": CLEAN[CAMPAIGN]}

    loaded = load_files(tmp_path, CLEAN | more)

    assert [(f.code, f.span.file) for f in loaded.diagnostics] == [("REF302", CAMPAIGN)]
    assert loaded.diagnostics[0].related[0][0].file == "autumn/win-back/campaign.yaml"


def test_kpis_of_conversions_need_a_goal(tmp_path: Path) -> None:
    goal = next(line for line in CLEAN[CAMPAIGN].splitlines() if line.startswith("goal:"))

    loaded = load_files(tmp_path, CLEAN | {CAMPAIGN: CLEAN[CAMPAIGN].replace(f"{goal}\n", "")})

    assert [(f.code, f.span.line, f.span.column) for f in loaded.diagnostics] == [
        ("MSR602", 24, 3),
        ("MSR602", 25, 3),
    ]
    assert "`win-back` has none" in loaded.diagnostics[0].message


WAITING = """\
campaign: win-back
enter: {on: {segment: lapsed}}
journey:
  - wait: 1d
"""


def test_a_journey_must_send_something(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, CLEAN | {CAMPAIGN: WAITING, TESTS: "tests: []\n"})

    assert [(f.code, f.span.line, f.span.column) for f in loaded.diagnostics] == [("JRN403", 3, 1)]


@pytest.mark.parametrize(
    ("channels", "codes"),
    [
        pytest.param("channels: {email: {connector: outbox}}\n", [], id="one"),
        pytest.param("channels: {}\n", ["SPC202"], id="none"),
        pytest.param(None, ["SPC202"], id="no file"),
    ],
)
def test_a_message_without_via_needs_exactly_one_channel(
    tmp_path: Path, channels: str | None, codes: list[str]
) -> None:
    files = {
        SETTINGS: CLEAN[SETTINGS].partition("responses:")[0],
        AUDIENCES: CLEAN[AUDIENCES],
        CAMPAIGN: WAITING.replace("wait: 1d", "send: hello"),
    }

    loaded = load_files(tmp_path, files | ({CHANNELS: channels} if channels else {}))

    assert [finding.code for finding in loaded.diagnostics] == codes
    assert all("channels.yaml" in shown(finding) for finding in loaded.diagnostics)


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param(
            "  - branch: [{if: age > 1, do: [{leave: x}]}]\n  - send: hello",
            id="behind a branch without else",
        ),
        pytest.param(
            "  - wait: {for: {event: visit}, at_most: 1d}\n    then: [{leave: x}]\n  - send: hello",
            id="behind a wait that only some leave",
        ),
        pytest.param(
            "  - experiment: e\n    seed: e\n"
            "    arms: {a: {share: 50%, do: [{leave: x}]}, b: {share: 50%}}\n"
            "  - send: hello",
            id="behind an experiment that only one arm leaves",
        ),
        pytest.param(
            "  - branch: [{if: age > 1, do: [{send: hello}]}]\n"
            "  - branch: [{if: opened('hello'), do: []}]",
            id="asking for what only some were sent",
        ),
    ],
)
def test_a_step_that_some_path_reaches_is_fine(tmp_path: Path, journey: str) -> None:
    one = "channels: {email: {connector: outbox}}\n"
    text = WAITING.replace("  - wait: 1d", journey)

    loaded = load_files(tmp_path, CLEAN | {CHANNELS: one, CAMPAIGN: text, TESTS: "tests: []\n"})

    assert [shown(finding) for finding in loaded.diagnostics] == []


def test_an_answer_from_another_way_is_never_there(tmp_path: Path) -> None:
    one = "channels: {email: {connector: outbox}}\n"
    journey = (
        "  - branch:\n"
        "      - {if: age > 1, do: [{send: 你好}, {leave: x}]}\n"
        "  - branch: [{if: opened('你好'), do: []}]"
    )
    text = WAITING.replace("  - wait: 1d", journey)

    loaded = load_files(tmp_path, CLEAN | {CHANNELS: one, CAMPAIGN: text, TESTS: "tests: []\n"})

    assert [(f.code, f.span.line, f.span.column) for f in loaded.diagnostics] == [("JRN404", 6, 27)]


def test_names_in_any_script_are_names(tmp_path: Path) -> None:
    files = {
        SETTINGS: """\
spec: 1
project: магазин
timezone: Asia/Shanghai
currency: CNY
sources:
  - customers: c.csv
    attributes: {город: text, 生日: date}
  - events: e.csv
    names: [заказ.оформлен]
    properties: {сумма: money}
""",
        AUDIENCES: """\
traits:
  всего: {sum: заказ.оформлен.сумма}
segments:
  老客户: {where: всего > 100 and город = '上海'}
""",
        CHANNELS: "channels:\n  почта: {connector: outbox, cost: 0.01 CNY}\n",
        "欢迎/campaign.yaml": """\
campaign: 欢迎
enter: {on: {date: 生日, every: year}, where: segment('老客户')}
goal: {event: заказ.оформлен, within: 7d, value: сумма}
journey:
  - send: привет
  - wait: {for: {opened: привет}, at_most: 2d}
    otherwise:
      - branch:
          - {if: всего >= 5 and not segment('老客人'), do: []}
""",
    }

    loaded = load_files(tmp_path, files)

    assert [(f.code, f.span.line, f.span.column) for f in loaded.diagnostics] == [("REF301", 9, 46)]
    assert loaded.diagnostics[0].help is not None
    assert "`老客户`" in loaded.diagnostics[0].help
