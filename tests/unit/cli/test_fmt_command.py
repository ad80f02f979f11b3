"""`campaignspec fmt` as people and continuous integration call it."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.check import check
from campaignspec.api.format import format_files, write_formatted
from campaignspec.cli import main
from campaignspec.errors import CampaignspecError
from campaignspec.graph.compile import compile_campaign

ROOT = Path(__file__).parents[3]
UNTIDY = "segments:   # who\n    quiet: {where: 'last_visit older than 5d'}\n"
TIDY = "segments:   # who\n  quiet: {where: last_visit older than 5d}\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_shop(tmp_path / "shop")
    monkeypatch.chdir(root)
    call("fmt")
    (root / "audiences").mkdir()
    (root / "audiences" / "quiet.yaml").write_text(UNTIDY, encoding="utf-8")
    return root


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


def test_a_project_is_formatted_once_and_for_all(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    first, said = call("fmt"), capsys.readouterr()
    second, said_again = call("fmt"), capsys.readouterr()

    assert (first, second) == (0, 0)
    assert (shop / "audiences" / "quiet.yaml").read_text(encoding="utf-8") == TIDY
    assert said.out == "audiences/quiet.yaml\n"
    assert said_again.out == ""
    assert said_again.err.endswith("files formatted already\n")


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_asking_writes_nothing(shop: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    capsys.readouterr()

    code, said = call("fmt", option), capsys.readouterr()

    assert code == {"--check": 1, "--diff": 0}[option]
    assert (shop / "audiences" / "quiet.yaml").read_text(encoding="utf-8") == UNTIDY
    assert "audiences/quiet.yaml" in said.out
    assert ("+  quiet: {where: last_visit older than 5d}\n" in said.out) is (option == "--diff")
    assert said.err.startswith("1 file would be formatted, of ")


def test_a_file_that_is_not_yaml_is_left_alone_and_its_findings_are_shown(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torn = shop / "channels.yaml"
    torn.write_text("channels:\n\tsms:   {}\n", encoding="utf-8")
    capsys.readouterr()

    code, said = call("fmt"), capsys.readouterr()

    assert code == 1
    assert torn.read_text(encoding="utf-8") == "channels:\n\tsms:   {}\n"
    assert "channels.yaml:2:1: error DOC101 syntax" in said.err
    assert (shop / "audiences" / "quiet.yaml").read_text(encoding="utf-8") == TIDY


def test_one_file_of_any_name_can_be_formatted(shop: Path) -> None:
    other = shop / "notes.yaml"
    other.write_bytes(b"\xef\xbb\xbfa:   1\r\n")

    assert call("fmt", "notes.yaml") == 0

    assert other.read_bytes() == b"a: 1\n"
    assert (shop / "audiences" / "quiet.yaml").read_text(encoding="utf-8") == UNTIDY


def test_a_folder_without_files_is_a_wrong_call(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "empty").mkdir()

    assert call("fmt", "empty") == 2

    assert "no files of campaignspec in empty" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(shop: Path) -> None:
    (one,) = format_files([shop / "audiences"])
    shutil.rmtree(shop / "audiences")

    with pytest.raises(CampaignspecError, match=r"cannot write .*quiet\.yaml: No such file"):
        write_formatted(one)


def test_a_half_written_file_is_never_left_behind(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = format_files([shop / "audiences"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(CampaignspecError, match="No space left on device"):
        write_formatted(one)

    assert [path.name for path in (shop / "audiences").iterdir()] == ["quiet.yaml"]
    assert one.path.read_text(encoding="utf-8") == UNTIDY


def test_a_link_stays_a_link(shop: Path) -> None:
    link = shop / "audiences.yaml"
    link.unlink()
    link.symlink_to(shop / "audiences" / "quiet.yaml")

    call("fmt", "audiences.yaml")

    assert link.is_symlink()
    assert (shop / "audiences" / "quiet.yaml").read_text(encoding="utf-8") == TIDY


@pytest.mark.parametrize("seed", range(3))
def test_formatting_changes_no_fingerprint(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored = shutil.ignore_patterns(".campaignspec")
    shutil.copytree(ROOT / "campaigns", tmp_path / "campaigns", ignore=ignored)
    monkeypatch.chdir(tmp_path)
    dice = random.Random(seed)
    for path in (tmp_path / "campaigns").rglob("*.yaml"):
        path.write_text(_untidy(path.read_text(encoding="utf-8"), dice), encoding="utf-8")
    before = _fingerprints(tmp_path)

    assert call("fmt") == 0

    assert _fingerprints(tmp_path) == before
    assert call("fmt", "--check") == 0


def _untidy(text: str, dice: random.Random) -> str:
    lines: list[str] = []
    folded = False
    for line in text.splitlines():
        bare = re.sub(r"^- ", "-     ", line.lstrip(" "))
        # Within text that is folded a remark would be a part of the text.
        folded = folded and line.startswith("  ")
        if not folded:
            lines += dice.choice(([], [], [""], ["", "", f"{' ' * 12}# a remark"]))
        lines.append("   " * (len(line) - len(line.lstrip(" "))) + bare)
        folded = folded or line.endswith(">-")
    return "\n".join(lines)


def _fingerprints(folder: Path) -> dict[str, str]:
    checkup = check(folder)
    project = checkup.project
    assert project is not None, checkup.diagnostics
    return {name: compile_campaign(project, name).fingerprint for name in project.campaigns}
