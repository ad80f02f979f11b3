"""Where templates lie: found beside campaigns, read as texts, shown where they really are."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.api.check import check
from campaignspec.api.init import init


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, seen from the folder it lies in."""
    monkeypatch.chdir(tmp_path)
    return init(tmp_path / "shop").folder


def texts(root: Path) -> dict[str, str]:
    library = check(root).library
    assert library is not None
    return dict(library.texts)


def test_a_template_is_shown_by_its_way_from_here(shop: Path) -> None:
    assert "shop/welcome/templates/offer/email.j2" in texts(shop)


def test_a_template_that_is_not_below_is_shown_by_its_whole_path(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    found = texts(shop)

    assert (shop.resolve() / "welcome/templates/offer/email.j2").as_posix() in found


@pytest.mark.parametrize("linked", ["welcome/templates/offer", "welcome/templates", "welcome"])
def test_a_template_behind_a_link_is_shown_where_it_lies(
    linked: str, shop: Path, tmp_path: Path
) -> None:
    inner = "welcome/templates/offer/email.j2".removeprefix(linked)
    (shop / linked).rename(tmp_path / "lies-here")
    (shop / linked).symlink_to(tmp_path / "lies-here", target_is_directory=True)

    assert f"lies-here{inner}" in texts(shop)


def test_a_template_that_is_a_link_is_shown_where_it_lies(shop: Path, tmp_path: Path) -> None:
    template = shop / "welcome/templates/offer/email.j2"
    template.rename(tmp_path / "shared.j2")
    template.symlink_to(tmp_path / "shared.j2")

    assert "shared.j2" in texts(shop)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_are_made_alike(end: str, shop: Path) -> None:
    before = texts(shop)
    template = shop / "welcome/templates/offer/email.j2"
    template.write_bytes(template.read_bytes().replace(b"\n", end.encode()))

    assert texts(shop) == before


def test_what_is_not_utf_8_is_read_as_question_marks(shop: Path) -> None:
    template = shop / "welcome/templates/offer/email.j2"
    template.write_bytes(template.read_bytes().replace(b"order", b"\xff\xfe", 1))

    assert "\ufffd\ufffd" in texts(shop)["shop/welcome/templates/offer/email.j2"]
