"""`campaignspec init`: a project that works at once, or nothing at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from campaignspec.api.init import init, project_name
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.project import load_project
from campaignspec.spec.schema import SCHEMAS, schema_text


def campaignspec(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Call the command line as people do."""
    return subprocess.run(
        [sys.executable, "-m", "campaignspec", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init(tmp_path_factory.mktemp("shops") / "my-shop").folder


def test_init_prints_the_commands_that_come_next(tmp_path: Path) -> None:
    made = campaignspec("init", "my-shop", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[1:] == [
        "next:",
        "  cd my-shop",
        "  campaignspec validate",
        "  campaignspec simulate",
        "  campaignspec test",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["my-shop"]


def test_a_new_project_is_valid(shop: Path) -> None:
    checked = campaignspec("validate", cwd=shop)

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout == "valid: welcome\n"


def test_a_new_project_can_be_simulated(shop: Path) -> None:
    simulated = campaignspec("simulate", "--format", "json", cwd=shop)

    assert simulated.returncode == 0, simulated.stderr
    assert "welcome" in simulated.stdout
    json.loads(simulated.stdout)


def test_the_tests_of_a_new_project_pass(shop: Path) -> None:
    tested = campaignspec("test", cwd=shop)

    assert tested.returncode == 0, tested.stdout
    assert "4 passed, 0 failed" in tested.stdout


def test_a_new_project_can_be_run_into_a_file(shop: Path) -> None:
    run = campaignspec(
        *("run", "--env", "rehearsal", "--from", "2025-03-01", "--to", "2025-03-31"), cwd=shop
    )

    assert run.returncode == 0, run.stderr
    messages = (shop / "build" / "outbox.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(message)["parts"]["text"] for message in messages]
    assert len(texts) > 20
    assert not any("None" in text or "{{" in text for text in texts)


def test_a_project_is_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    first, second = init(tmp_path / "a" / "shop"), init(tmp_path / "b" / "shop")

    assert contents(first.folder) == contents(second.folder)


def test_a_project_holds_the_schemas_that_its_editor_settings_name(shop: Path) -> None:
    settings = json.loads((shop / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    schemas = {path.name: path.read_text("utf-8") for path in (shop / "schemas").iterdir()}

    assert {Path(name).name for name in settings["yaml.schemas"]} == set(schemas)
    assert schemas == {f"{name}.schema.json": schema_text(kind) for name, kind in SCHEMAS.items()}


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("my-shop", "my-shop"),
        ("Лавка", "Лавка"),
        ("小店", "小店"),
        ("Tea & Coffee", "Tea-Coffee"),
        ("2026-shop", "shop"),
        ("2026", "my-shop"),
        ("null", "my-shop"),
    ],
)
def test_a_project_is_named_after_its_folder(folder: str, name: str, tmp_path: Path) -> None:
    begun = init(tmp_path / folder)

    loaded = load_project(begun.folder, relative_to=begun.folder)
    assert begun.name == name == project_name(folder)
    assert loaded.project is not None
    assert loaded.project.settings.project == name


def test_an_empty_folder_that_is_there_already_is_filled(tmp_path: Path) -> None:
    (tmp_path / "shop" / ".git").mkdir(parents=True)

    made = campaignspec("init", ".", cwd=tmp_path / "shop")

    assert made.returncode == 0, made.stderr
    assert "cd " not in made.stdout
    assert (tmp_path / "shop" / "campaignspec.yaml").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "notes.txt").write_text("mine", encoding="utf-8")

    refused = campaignspec("init", "shop", cwd=tmp_path)

    assert refused.returncode == 2
    assert "is not empty (it holds notes.txt)" in refused.stderr
    assert contents(tmp_path) == {"shop/notes.txt": b"mine"}


def test_a_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="is not a folder"):
        init(tmp_path / "shop")

    assert contents(tmp_path) == {"shop": b"mine"}


def test_what_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    monkeypatch.setattr("campaignspec.api.init.write_sample", full)

    with pytest.raises(CampaignspecError, match="No space left on device"):
        init(tmp_path / "shop")

    assert list(tmp_path.iterdir()) == []
