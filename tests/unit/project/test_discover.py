"""Finding a project and its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.errors import ProjectNotFoundError
from campaignspec.project import find_root
from campaignspec.project.discover import find_files


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "start"),
    [
        pytest.param("campaignspec.yaml", ".", id="here"),
        pytest.param("campaignspec.yaml", "a/b", id="two folders up"),
        pytest.param("campaigns/campaignspec.yaml", ".", id="in the folder campaigns"),
        pytest.param("campaigns/campaignspec.yaml", "campaigns/вернись", id="from a campaign"),
        pytest.param("campaignspec.yaml", "channels.yaml", id="beside a file"),
    ],
)
def test_the_root_is_the_folder_of_the_settings(tmp_path: Path, settings: str, start: str) -> None:
    touch(tmp_path, settings, "a/b/x", "channels.yaml", "campaigns/вернись/campaign.yaml")

    root = find_root(tmp_path / start)

    assert root == (tmp_path / settings).parent


def test_the_nearest_project_wins(tmp_path: Path) -> None:
    touch(tmp_path, "campaignspec.yaml", "shop/campaigns/campaignspec.yaml")

    assert find_root(tmp_path / "shop") == tmp_path / "shop" / "campaigns"


def test_a_start_without_a_project_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError) as raised:
        find_root(tmp_path)

    for word in ("campaignspec.yaml", str(tmp_path), "campaigns", "campaignspec init"):
        assert word in str(raised.value)


def test_a_folder_without_settings_has_no_files(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError, match="campaignspec init"):
        find_files(tmp_path)


def test_files_are_found_sorted_and_only_where_they_belong(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "campaignspec.yaml",
        "audiences.yaml",
        "audiences/b.yaml",
        "audiences/a.yaml",
        "audiences/notes.txt",
        "channels.yaml",
        "win-back/campaign.yaml",
        "win-back/b.test.yaml",
        "win-back/a.test.yaml",
        "shop/spring/欢迎/campaign.yaml",
        "shop/spring/x/too-deep/campaign.yaml",
        "elsewhere/a.test.yaml",
        "build/old/campaign.yaml",
        "node_modules/x/campaign.yaml",
        ".venv/x/campaign.yaml",
        ".hidden/campaign.yaml",
    )

    files = find_files(tmp_path)

    def names(paths: tuple[Path, ...]) -> list[str]:
        return [path.relative_to(tmp_path).as_posix() for path in paths]

    assert names(files.audiences) == ["audiences.yaml", "audiences/a.yaml", "audiences/b.yaml"]
    assert files.channels == tmp_path / "channels.yaml"
    assert names(files.campaigns) == [
        "shop/spring/欢迎/campaign.yaml",
        "win-back/campaign.yaml",
    ]
    assert names(files.tests) == ["win-back/a.test.yaml", "win-back/b.test.yaml"]


def test_channels_and_audiences_may_be_missing(tmp_path: Path) -> None:
    touch(tmp_path, "campaignspec.yaml")

    files = find_files(tmp_path)

    assert (files.audiences, files.channels, files.campaigns) == ((), None, ())


def test_a_campaign_that_links_lead_to_again_is_found_once_in_its_real_place(
    tmp_path: Path,
) -> None:
    touch(tmp_path, "campaignspec.yaml", "real/campaign.yaml")
    (tmp_path / "a-loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "real" / "self").symlink_to(tmp_path / "real", target_is_directory=True)

    files = find_files(tmp_path)

    assert files.campaigns == (tmp_path / "real" / "campaign.yaml",)


def test_a_link_to_a_campaign_outside_is_followed(tmp_path: Path) -> None:
    touch(tmp_path, "project/campaignspec.yaml", "shared/spring/campaign.yaml")
    (tmp_path / "project" / "spring").symlink_to(tmp_path / "shared" / "spring")

    files = find_files(tmp_path / "project")

    assert files.campaigns == (tmp_path / "project" / "spring" / "campaign.yaml",)


def test_folders_of_templates_hold_messages_and_no_campaigns(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "campaignspec.yaml",
        "templates/hello/campaign.yaml",
        "spring/campaign.yaml",
        "spring/templates/campaign.yaml",
        "shops/templates/campaign.yaml",
    )

    files = find_files(tmp_path)

    assert files.campaigns == (
        tmp_path / "shops" / "templates" / "campaign.yaml",
        tmp_path / "spring" / "campaign.yaml",
    )


def test_a_test_that_a_link_leads_nowhere_for_is_not_passed_over(tmp_path: Path) -> None:
    touch(tmp_path, "campaignspec.yaml", "spring/campaign.yaml")
    (tmp_path / "spring" / "a.test.yaml").symlink_to(tmp_path / "nowhere")

    files = find_files(tmp_path)

    assert files.tests == (tmp_path / "spring" / "a.test.yaml",)
