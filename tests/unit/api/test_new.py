"""`campaignspec new`: sound beginnings, all or nothing, and nothing overwritten."""

from __future__ import annotations

import inspect
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from shop import write_shop

from campaignspec.api.check import check
from campaignspec.api.new import (
    BLUEPRINTS,
    Made,
    new_campaign,
    new_message,
    new_segment,
    new_trait,
)
from campaignspec.cli import main, new_command
from campaignspec.errors import CampaignspecError, UsageError

TODAY = date(2025, 3, 1)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop that has all that blueprints want."""
    root = write_shop(tmp_path / "shop", customers=1)
    settings = root / "campaignspec.yaml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace("city: text}", "city: text, birthday: date}")
    settings.write_text(text.replace("site.visited]", "site.visited, cart.added]"), "utf-8")
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def findings(root: Path) -> list[str]:
    return [f"{each.span.file}: {each.message}" for each in check(root).diagnostics]


@pytest.mark.parametrize("like", BLUEPRINTS)
def test_a_new_campaign_is_valid_where_all_that_it_needs_is_there(shop: Path, like: str) -> None:
    made = new_campaign(shop, f"my-{like}", like=like, today=TODAY)

    assert made.needs == ()
    assert findings(shop) == []
    written = (shop / f"my-{like}" / "campaign.yaml").read_text(encoding="utf-8")
    assert "review_by: 2025-05-30" in written
    assert "$" not in written


@pytest.mark.parametrize(
    ("like", "said"),
    [
        ("win-back", "lapsed: {where: last_order older than 60d}"),
        ("welcome", "orders_total: {count: order.placed}"),
        ("abandoned-cart", "names: [cart.added]"),
        ("birthday", "attributes: {birthday: date}"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, like: str, said: str) -> None:
    root = write_shop(tmp_path / "shop", customers=1)
    (root / "audiences.yaml").write_text("traits: {}\n", encoding="utf-8")

    made = new_campaign(root, "mine", like=like, today=TODAY)

    assert any(said in need for need in made.needs)


def test_what_is_said_to_be_missing_makes_the_project_valid(tmp_path: Path) -> None:
    root = write_shop(tmp_path / "shop", customers=1)
    for old in ("welcome", "come-back"):
        (root / old / "campaign.yaml").unlink()
    (root / "audiences.yaml").write_text("traits: {}\n", encoding="utf-8")

    made = new_campaign(root, "mine", like="win-back", today=TODAY)
    before = findings(root)
    (need,) = made.needs
    (root / "audiences.yaml").write_text(need.partition("\n\n")[2] + "\n", encoding="utf-8")

    assert before != []
    assert findings(root) == []


def test_a_project_with_mistakes_can_still_be_added_to(shop: Path) -> None:
    (shop / "come-back" / "campaign.yaml").write_text("campaign: come-back\n", encoding="utf-8")

    made = new_segment(shop, "friends", today=TODAY)

    assert [path.name for path in made.files] == ["friends.yaml"]


def test_new_audiences_are_valid(shop: Path) -> None:
    new_trait(shop, "orders_90d", today=TODAY)
    new_segment(shop, "friends", today=TODAY)
    new_segment(shop, "True-friends", today=TODAY)

    project = check(shop).project

    assert findings(shop) == []
    assert project is not None
    assert project.segments["friends"].title == "Friends"
    assert project.traits["orders_90d"].count == "order.placed"  # type: ignore[union-attr]


def test_a_segment_without_anything_to_ask_asks_for_an_attribute(tmp_path: Path) -> None:
    root = write_shop(tmp_path / "shop", customers=1)
    (root / "audiences.yaml").unlink()

    new_segment(root, "friends", today=TODAY)

    text = (root / "audiences" / "friends.yaml").read_text(encoding="utf-8")
    assert "where: city is known" in text


def test_a_new_message_shows_the_step_that_sends_it(shop: Path) -> None:
    made = new_message(shop, "welcome/again", via=None, today=TODAY)

    assert made.next_step == "- send: again\n  via: email"
    path = shop / "welcome" / "campaign.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  - send: weekend", "  - send: again\n    via: email"), "utf-8")
    assert findings(shop) == []


def test_a_message_that_a_step_sends_already_needs_no_step(shop: Path) -> None:
    (shop / "welcome" / "templates" / "thanks" / "email.j2").unlink()

    made = new_message(shop, "welcome/thanks", via=None, today=TODAY)

    assert made.next_step is None
    assert findings(shop) == []


REFUSED = {
    "a campaign that exists": (lambda r: _campaign(r, "welcome"), "called 'welcome' already"),
    "a segment that exists": (
        lambda r: new_segment(r, "quiet", today=TODAY),
        "called 'quiet' already",
    ),
    "a trait called like an attribute": (
        lambda r: new_trait(r, "city", today=TODAY),
        "attribute called 'city'",
    ),
    "a name that is none": (lambda r: _campaign(r, "../x"), "cannot be a name"),
    "a name that YAML reads otherwise": (lambda r: _campaign(r, "null"), "something else in YAML"),
    "a message without a campaign": (lambda r: _message(r, "hello"), "write CAMPAIGN/MESSAGE"),
    "a message of no campaign": (lambda r: _message(r, "welcom/x"), "did you mean 'welcome'"),
    "a message that exists": (lambda r: _message(r, "welcome/hello"), "exists already"),
    "a message by no channel": (
        lambda r: new_message(r, "welcome/x", via="emial", today=TODAY),
        "did you mean 'email'",
    ),
}


def _campaign(root: Path, name: str) -> Made:
    return new_campaign(root, name, like="welcome", today=TODAY)


def _message(root: Path, name: str) -> Made:
    return new_message(root, name, via=None, today=TODAY)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_leaves_everything_as_it_is(shop: Path, case: str) -> None:
    make, said = REFUSED[case]
    before = contents(shop)

    with pytest.raises(UsageError, match=said):
        make(shop)

    assert contents(shop) == before


def test_a_file_that_stands_in_the_way_keeps_all_others_from_being_written(shop: Path) -> None:
    way = shop / "mine" / "templates" / "welcome" / "email.j2"
    way.parent.mkdir(parents=True)
    way.write_text("mine", encoding="utf-8")
    before = contents(shop)

    with pytest.raises(UsageError, match="exists already; nothing was written"):
        _campaign(shop, "mine")

    assert contents(shop) == before


def test_a_disk_that_fills_up_half_way_leaves_nothing(shop: Path) -> None:
    before, folders = contents(shop), sorted(shop.rglob("*"))
    real, opened = Path.open, []

    def failing(path: Path, *arguments, **options):
        if arguments[:1] == ("x",):
            opened.append(path)
            if len(opened) == 2:
                raise OSError(28, "No space left on device", str(path))
        return real(path, *arguments, **options)

    with (
        mock.patch.object(Path, "open", failing),
        pytest.raises(CampaignspecError, match="No space left on device; nothing was"),
    ):
        _campaign(shop, "mine")

    assert contents(shop) == before
    assert sorted(shop.rglob("*")) == folders


def test_the_command_offers_every_blueprint_and_says_what_it_wrote(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shop)
    monkeypatch.setattr(new_command, "_today", lambda: TODAY)

    with pytest.raises(SystemExit) as left:
        main(["new", "campaign", "mine", "--like", "birthday"])

    assert not left.value.code
    assert capsys.readouterr().out.splitlines()[0] == "wrote mine/campaign.yaml"
    assert new_command.BLUEPRINTS == BLUEPRINTS
    folder = Path(inspect.getfile(check)).parents[1] / "blueprints"
    assert {path.name for path in folder.iterdir()} == set(BLUEPRINTS)
