"""What a project has and what uses what: `campaignspec ls`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.catalogue import Item, catalogue
from campaignspec.api.check import opened
from campaignspec.api.selecting import select
from campaignspec.cli import main
from campaignspec.errors import UsageError
from campaignspec.project import reference_checks
from campaignspec.project.places import ENTRY_PLACES, PLACES

MORE = """
traits:
  unwatched: {latest: order.placed, where: amount > 100}
  basket: {average: order.placed.amount}
  of_all: {ratio: spend_30d, to: orders_total}
  value: {rfm: order.placed.amount, within: 365d, bins: 3}
segments:
  best: {where: value.r >= 3, title: The best}
  others: {exclude: [best], where: city is known}
  kinds: {matrix: {pace: {slow: orders_total < 2, fast: orders_total >= 2}}}
"""


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop", customers=1)
    (root / "audiences").mkdir()
    (root / "audiences" / "more.yaml").write_text(MORE, encoding="utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def items(shop: Path) -> tuple[Item, ...]:
    return catalogue(*opened(shop), relative_to=shop)


def chosen(items: tuple[Item, ...], *selectors: str) -> list[str]:
    return [f"{item.sort}:{item.name}" for item in select(items, selectors)]


def test_a_list_tells_everything_with_its_place(
    shop: Path, capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]
) -> None:
    assert call("ls") == 0

    golden("ls/shop.out", capsys.readouterr().out)


def test_every_place_is_where_the_name_is_written(items: tuple[Item, ...], shop: Path) -> None:
    named = [item for item in items if item.sort in {"campaign", "trait", "segment", "channel"}]

    for item in named:
        line = (shop / item.file).read_text(encoding="utf-8").splitlines()[item.line - 1]
        written = "campaign" if item.sort == "campaign" else item.name.partition(".")[0]
        assert line[item.column - 1 :].startswith(f"{written}:"), item


@pytest.mark.parametrize(
    ("selectors", "names"),
    [
        (("campaign:",), ["campaign:come-back", "campaign:welcome"]),
        (("trait:value.*",), [f"trait:value.{facet}" for facet in ("cell", "f", "m", "r")]),
        (("quiet",), ["segment:quiet"]),
        (("channel:,campaign:",), []),
        (("channel:", "quiet"), ["segment:quiet", "channel:email"]),
        (("uses:segment:quiet",), ["campaign:come-back"]),
        (("uses:segment:best",), ["segment:others"]),
        (("uses:trait:spend_30d",), ["campaign:welcome", "trait:of_all"]),
        (("uses:attribute:city,segment:",), ["segment:others"]),
        (("uses:channel:email,campaign:",), ["campaign:come-back", "campaign:welcome"]),
        (("uses:template:come-back/miss-you/email",), ["campaign:come-back"]),
        (("unused:segment",), ["segment:kinds.fast", "segment:kinds.slow", "segment:others"]),
        (("unused:trait",), ["trait:basket", "trait:of_all", "trait:unwatched"]),
        (("unused:channel",), []),
        (("owner:*",), []),
    ],
    ids=str,
)
def test_a_selector_chooses(
    items: tuple[Item, ...], selectors: tuple[str, ...], names: list[str]
) -> None:
    assert chosen(items, *selectors) == names


def test_owner_and_objective_choose_campaigns(shop: Path) -> None:
    path = shop / "welcome" / "campaign.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}owner: retention\nobjective: retain\n", encoding="utf-8")

    items = catalogue(*opened(shop), relative_to=shop)

    assert chosen(items, "owner:ret*") == ["campaign:welcome"]
    assert chosen(items, "objective:retain") == ["campaign:welcome"]
    assert chosen(items, "objective:grow") == []


def test_a_message_that_nobody_sends_is_an_unused_template(shop: Path) -> None:
    stray = shop / "welcome" / "templates" / "old-news" / "email.j2"
    stray.parent.mkdir()
    stray.write_text("{% block subject %}Old{% endblock %}{{ traits.basket }}", encoding="utf-8")

    items = catalogue(*opened(shop), relative_to=shop)

    assert chosen(items, "unused:template") == ["template:welcome/old-news/email"]
    assert chosen(items, "uses:trait:basket") == ["template:welcome/old-news/email"]
    assert "trait:basket" not in chosen(items, "unused:trait")


@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("segmnt:quiet", "did you mean 'segment'"),
        ("uses:lapsed", "does not begin a selector"),
        ("unused:campaign", "there are: segment"),
    ],
)
def test_a_selector_that_is_none_is_refused(
    items: tuple[Item, ...], selector: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        select(items, [selector])


def test_machines_get_the_same_list(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ls", "segment:quiet", "--format", "json") == 0

    (item,) = json.loads(capsys.readouterr().out)["items"]
    assert (item["file"], item["line"], item["column"]) == ("audiences.yaml", 6, 3)
    assert item["uses"] == ["trait:last_visit"]


def test_nothing_chosen_is_said(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ls", "nowhere*") == 0

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "nothing in this project" in captured.err


def test_every_place_whose_name_is_checked_is_known() -> None:
    """A new key that refers to something belongs into `project/places.py` as well."""
    checks = reference_checks
    checked = {*checks._EVENTS, *checks._CHANNELS, *checks._ANSWERS}

    assert checked - set(PLACES) == set()
    assert set(checks._CHANNEL_ENTRIES) - set(ENTRY_PLACES) == set()
