"""A project is found to be the same whether its files are read or remembered."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest
from engine_kit.profile import examples
from hypothesis import given
from hypothesis import strategies as st
from line_mutations import MUTATIONS, TEMPLATE_MUTATIONS, mutant, template_mutant
from shop import SETTINGS

from campaignspec.api.check import Checkup, check
from campaignspec.api.lint import with_lint
from campaignspec.cache import NoCache
from campaignspec.project import load
from campaignspec.project.load import load_project, read_files
from campaignspec.spec.reading import Pieces

ROOT = Path(__file__).parents[3]
PROJECT = ROOT / "campaigns" / "optics"
PROJECTS = sorted(path.parent for path in (ROOT / "campaigns").rglob("campaignspec.yaml"))
TODAY = date(2026, 11, 22)
EDITED = sorted(
    path.relative_to(PROJECT)
    for path in PROJECT.rglob("*")
    if path.suffix in {".yaml", ".j2"} and ".campaignspec" not in path.parts
)


def copied(project: Path, place: Path) -> Path:
    """Copy what people wrote, without data."""
    keep = {".yaml", ".j2", ".txt", ".csv"}

    def is_data(path: Path) -> bool:
        return path.is_file() and path.suffix not in keep

    def left_out(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name[0] == "." or is_data(Path(folder) / name)}

    shutil.copytree(project, place, ignore=left_out)
    return place


def looked_at(project: Path, packs: Path | None) -> tuple[object, ...]:
    """Return all that a look at a project finds."""
    checkup: Checkup = with_lint(check(project, packs=packs), today=TODAY)
    templates = checkup.library.templates if checkup.library else None
    return checkup.diagnostics, checkup.project, templates, checkup.texts


@given(data=st.data())
@examples(15)
def test_no_edit_of_a_project_is_overlooked(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    above = tmp_path_factory.mktemp("edited")
    project, packs = copied(PROJECT, above / "shop"), above / "packs"
    before: list[tuple[Path, str]] = []
    assert looked_at(project, packs) == looked_at(project, None)

    for _ in range(data.draw(st.integers(1, 4))):
        if before and data.draw(st.booleans()):
            path, text = before.pop()  # an edit is taken back
            path.write_text(text, encoding="utf-8")
        else:
            path = project / data.draw(st.sampled_from(EDITED))
            text, chance = path.read_text(encoding="utf-8"), random.Random(data.draw(st.integers()))
            kinds = MUTATIONS if path.suffix == ".yaml" else TEMPLATE_MUTATIONS
            make = mutant if path.suffix == ".yaml" else template_mutant
            made = make(text, data.draw(st.sampled_from(sorted(kinds))), chance)
            if made is None:
                continue
            before.append((path, text))
            path.write_text(made.text, encoding="utf-8")

        assert looked_at(project, packs) == looked_at(project, None)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_what_is_remembered_of_a_project_equals_what_is_read(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = looked_at(project, tmp_path)
    with monkeypatch.context() as forbidden:
        forbidden.delattr(load, "load_bytes")  # so that nothing can be read anew
        again = looked_at(project, tmp_path)

    assert again == first == looked_at(project, None)


def test_every_place_of_a_remembered_file_is_where_it_was(tmp_path: Path) -> None:
    looked_at(PROJECT, tmp_path)
    read = read_files(PROJECT, relative_to=ROOT)

    remembered = check(PROJECT, packs=tmp_path).project

    assert remembered is not None
    for part in read.all():
        assert part.document is not None
        again = next(d for f, d in remembered.documents.items() if part.file.endswith(f))
        assert dict(again.nodes) == dict(part.document.nodes)
        assert (again.data, again.text) == (part.document.data, part.document.text)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_the_pieces_of_a_file_are_the_same_folded_and_unfolded(project: Path) -> None:
    for part in read_files(project, relative_to=ROOT).all():
        again = Pieces.unfolded(part.file, part.pieces.folded())

        assert again == part.pieces
        assert again.by_kind == part.pieces.by_kind
        assert list(again.sound) == list(part.pieces.sound)


def test_a_template_is_read_again_when_a_shared_text_changes(tmp_path: Path) -> None:
    project = copied(PROJECT, tmp_path / "shop")
    shared = project / "templates" / "_shared" / "footer.j2"
    shared.parent.mkdir(parents=True)
    shared.write_text("Goodbye.", encoding="utf-8")
    template = next(path for path in sorted(project.rglob("email.j2")))
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("{% endblock", "{% include 'footer' %}{% endblock", 1))
    sound = looked_at(project, tmp_path / "packs")

    shared.write_text("{{ nobody.knows }}", encoding="utf-8")
    broken = looked_at(project, tmp_path / "packs")

    assert sound[1] is not None
    assert broken[1] is None
    assert broken == looked_at(project, None)


@pytest.mark.parametrize(("zone", "count"), [("Europe/Moscow", 1), ("Europe/Nowhere", 0)])
def test_only_a_file_without_a_mistake_is_remembered(tmp_path: Path, zone: str, count: int) -> None:
    class Noted(NoCache):
        def put(self, key: bytes, value: object) -> None:
            kept.append(key)

    kept: list[bytes] = []
    text = SETTINGS.replace("Europe/Moscow", zone)
    (tmp_path / "campaignspec.yaml").write_text(text, encoding="utf-8")

    load_project(tmp_path, relative_to=tmp_path, cache=Noted())

    assert len(kept) == count
