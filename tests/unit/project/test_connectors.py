"""Connectors of channels: installed, and set up as they want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from campaignspec.connector import Accepted, Capabilities, Context, Message, Receipt, Setting
from campaignspec.project import check_connectors, connectors, load_project

SETTINGS = """\
spec: 1
project: shop
timezone: UTC
currency: USD
sources: []
environments:
  prod:
    ledger: prod.db
    channels:
      email: {connector: pidgeon, with: {loft: 3}}
"""


class Pigeon:
    """A connector that delivers by bird."""

    name: ClassVar[str] = "pigeon"
    capabilities: ClassVar[Capabilities] = Capabilities(parts=("text",))
    settings: ClassVar[Mapping[str, Setting]] = {
        "loft": Setting(kind="text", summary="Where it sleeps.", required=True),
        "speed": Setting(kind="integer", summary="How fast it flies."),
    }

    def __init__(self, context: Context) -> None:
        self.context = context

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        return [Accepted() for _ in batch]

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        return dict.fromkeys(keys, True)

    def close(self) -> None:
        pass


@dataclass
class Info:
    loaded: type[Any]

    def load(self) -> type[Any]:
        return self.loaded


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "find_connectors", lambda: {"pigeon": Info(Pigeon)})


def check(root: Path, channels: str, settings: str) -> list[tuple[str, str, int, int, str]]:
    (root / "campaignspec.yaml").write_text(settings, encoding="utf-8")
    (root / "channels.yaml").write_text(channels, encoding="utf-8")
    project = load_project(root, relative_to=root).project
    assert project is not None
    return [
        (f.code, f.span.file, f.span.line, f.span.column, f"{f.message} | {f.help}")
        for f in check_connectors(project)
    ]


def test_channels_with_installed_connectors_are_fine(tmp_path: Path) -> None:
    channels = "channels:\n  email: {connector: pigeon, with: {loft: Лофт, speed: 90}}\n"

    assert check(tmp_path, channels, SETTINGS.partition("environments")[0]) == []


def test_unknown_connectors_are_found_in_all_files(tmp_path: Path) -> None:
    found = check(tmp_path, "channels:\n  email: {connector: 信鸽}\n", SETTINGS)

    assert [each[:4] for each in found] == [
        ("CNX901", "campaignspec.yaml", 10, 26),
        ("CNX901", "channels.yaml", 2, 22),
    ]
    assert "`pidgeon`" in found[0][4]
    assert "did you mean `pigeon`?" in found[0][4]
    assert "installed: `pigeon`" in found[1][4]


@pytest.mark.parametrize(
    ("channel", "column", "word"),
    [
        pytest.param("{connector: pigeon}", 22, "loft", id="missing"),
        pytest.param("{connector: pigeon, with: {lofft: a, loft: b}}", 37, "lofft", id="unknown"),
        pytest.param("{connector: pigeon, with: {loft: a, speed: x}}", 53, "speed", id="wrong"),
    ],
)
def test_settings_are_held_against_what_the_connector_declares(
    tmp_path: Path, channel: str, column: int, word: str
) -> None:
    settings = SETTINGS.partition("environments")[0]

    found = check(tmp_path, f"channels:\n  email: {channel}\n", settings)

    assert [each[:4] for each in found] == [("CNX902", "channels.yaml", 2, column)]
    assert word in found[0][4]
