"""The rows of the last good run, kept beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.errors import CampaignspecError
from campaignspec.quality.volumes import good_volumes, keep_volumes


def test_what_is_kept_is_read_again_and_replaced(tmp_path: Path):
    keep_volumes(tmp_path, "prod", {"customers crm.csv": 3})
    keep_volumes(tmp_path, "prod", {"events заказы.csv": 7})

    assert good_volumes(tmp_path, "prod") == {"events заказы.csv": 7}
    assert [file.name for file in (tmp_path / ".campaignspec/volumes").iterdir()] == ["prod.json"]


def test_environments_do_not_mix(tmp_path: Path):
    keep_volumes(tmp_path, "prod", {"a": 3})

    assert good_volumes(tmp_path, "staging") == {}
    assert good_volumes(tmp_path, None) == {}


BROKEN = {
    "half a file": '{"format": 1, "rows": {"a"',
    "another format": '{"format": 2, "rows": {"a": 3}}',
    "a list": "[1, 2]",
    "no numbers": '{"format": 1, "rows": {"a": "many"}}',
    "nothing": "",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_as_none(tmp_path: Path, text: str):
    keep_volumes(tmp_path, "prod", {"a": 3})
    (tmp_path / ".campaignspec/volumes/prod.json").write_text(text, encoding="utf-8")

    assert good_volumes(tmp_path, "prod") == {}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / ".campaignspec").write_text("in the way", encoding="utf-8")

    with pytest.raises(CampaignspecError, match=r"volumes/prod\.json cannot be written"):
        keep_volumes(tmp_path, "prod", {"a": 3})
