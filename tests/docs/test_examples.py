"""The example projects: valid, and what `profile` and `segment` say of them, as golden files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from dirty_crm import write_dirty_project

from campaignspec.cli import main
from campaignspec.history.importers.cdnow import import_cdnow

ROOT = Path(__file__).parents[2]
MASTER = ROOT.parent / "shared" / "data" / "cdnow_master_restored.txt.gz"
NOT_WRITTEN = shutil.ignore_patterns(".campaignspec", ".history", "export", "build")

Golden = Callable[[str, str], None]


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not MASTER.exists():
        pytest.skip(f"the restored CDNOW master is not here: {MASTER}")
    root = tmp_path_factory.mktemp("examples") / "cdnow"
    shutil.copytree(ROOT / "examples" / "cdnow", root, ignore=NOT_WRITTEN)
    import_cdnow(MASTER, root / ".history")
    return root


@pytest.fixture(scope="module")
def dirty_crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("examples") / "dirty-crm"
    write_dirty_project(root)
    return root


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command prints that has nothing to complain about."""
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    shown = capsys.readouterr()
    assert not leaving.value.code, shown.err + shown.out
    return shown.out


@pytest.mark.parametrize("example", ["cdnow", "dirty-crm"])
def test_an_example_has_no_findings(
    example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples" / example, tmp_path / example, ignore=NOT_WRITTEN)

    found = said(capsys, "validate", str(tmp_path / example))

    assert found == "valid: no campaigns yet\n"


@pytest.mark.parametrize("command", ["profile", "segment"])
def test_a_dirty_export_is_looked_at(
    command: str, dirty_crm: Path, capsys: pytest.CaptureFixture[str], golden: Golden
) -> None:
    text = said(capsys, command, "--project", str(dirty_crm))

    golden(f"examples/dirty_crm_{command}.txt", text)


@pytest.mark.parametrize("command", ["profile", "segment"])
def test_cdnow_is_looked_at(
    command: str, cdnow: Path, capsys: pytest.CaptureFixture[str], golden: Golden
) -> None:
    text = said(capsys, command, "--project", str(cdnow))

    golden(f"examples/cdnow_{command}.txt", text)
