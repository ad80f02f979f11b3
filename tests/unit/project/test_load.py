"""Loading whole projects: everything is read, and everything that is wrong is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.errors import ProjectNotFoundError, UsageError
from campaignspec.project import load_project

SETTINGS = """\
spec: 1
project: shop
timezone: Europe/Moscow
currency: USD
sources:
  - customers: customers.csv
    attributes: {city: text, age: number}
  - events: orders.csv
    names: [order.placed]
    properties: {amount: money}
"""
AUDIENCES = """\
traits:
  orders_total: {count: order.placed}
segments:
  lapsed: {where: orders_total > 1}
"""
CHANNELS = "channels:\n  email: {connector: outbox}\n"
CAMPAIGN = """\
campaign: вернись
enter:
  on: {segment: lapsed}
journey:
  - send: hello
"""
TESTS = """\
tests:
  - test: nobody hears anything
    timeline: [{event: order.placed, at: 2017-03-01}]
    expect: {messages: []}
"""
CLEAN = {
    "campaignspec.yaml": SETTINGS,
    "audiences.yaml": AUDIENCES,
    "channels.yaml": CHANNELS,
    "вернись/campaign.yaml": CAMPAIGN,
    "вернись/a.test.yaml": TESTS,
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_a_clean_project_is_loaded_whole(tmp_path: Path) -> None:
    root = write(tmp_path, CLEAN | {"audiences/more.yaml": "segments: {все: {where: age > 0}}\n"})

    loaded = load_project(root, relative_to=tmp_path)

    assert loaded.diagnostics == ()
    project = loaded.project
    assert project is not None
    assert project.root == root
    assert project.settings.project == "shop"
    assert list(project.traits) == ["orders_total"]
    assert list(project.segments) == ["lapsed", "все"]
    assert list(project.channels) == ["email"]
    assert project.policies.caps == ()
    assert list(project.campaigns) == ["вернись"]
    assert project.folders == {"вернись": root / "вернись"}
    assert [case.test for case in project.tests["вернись"]] == ["nobody hears anything"]
    assert set(project.documents) == set(loaded.texts)
    assert loaded.texts["вернись/campaign.yaml"] == CAMPAIGN


def test_campaigns_are_sorted_by_name_whatever_their_folders(tmp_path: Path) -> None:
    more = {
        f"{folder}/campaign.yaml": CAMPAIGN.replace("вернись", folder.rpartition("/")[2])
        for folder in ("z/apple", "m", "a/zebra")
    }
    write(tmp_path, CLEAN | more)

    project = load_project(tmp_path, relative_to=tmp_path).project

    assert project is not None
    assert list(project.campaigns) == ["apple", "m", "zebra", "вернись"]
    assert project.tests["m"] == ()


def test_a_project_without_campaigns_is_fine(tmp_path: Path) -> None:
    write(tmp_path, {"campaignspec.yaml": SETTINGS})

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert loaded.diagnostics == ()
    assert loaded.project is not None
    assert loaded.project.campaigns == {}


def test_files_are_shown_from_where_the_command_was_started(tmp_path: Path) -> None:
    root = write(tmp_path / "shop", CLEAN)

    below = load_project(root, relative_to=tmp_path)
    beside = load_project(root, relative_to=tmp_path / "elsewhere")

    assert "shop/вернись/campaign.yaml" in below.texts
    assert (root / "вернись/campaign.yaml").as_posix() in beside.texts


def test_ten_mistakes_in_three_files_are_said_at_once_in_order(tmp_path: Path) -> None:
    mistakes = {
        "audiences.yaml": """\
traits:
  orders_total: {count: order.plced}
  age: {count: order.placed}
segments:
  lapsed: {where: orders_totl > 1 and segment('lost')}
  good: {where: city > 'M'}
""",
        "channels.yaml": """\
channels:
  email: {connector: outbox, cost: 1 EUR}
policies:
  caps:
    - {at_most: 0, within: 1d}
""",
        "вернись/campaign.yaml": """\
campaign: вернись
enter:
  on: {segment: lapsd}
journey:
  - experiment: e
    seed: e
    arms: {a: {share: 60%}, b: {share: 60%, do: [{send: hello, via: push}]}}
  - leave: done
  - wait: 1d
""",
    }
    write(tmp_path, CLEAN | mistakes)

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert loaded.project is None
    found = [(f.span.file, f.span.line, f.span.column, f.code) for f in loaded.diagnostics]
    assert found == [
        ("audiences.yaml", 2, 25, "REF301"),
        ("audiences.yaml", 3, 3, "REF302"),
        ("audiences.yaml", 5, 19, "REF301"),
        ("audiences.yaml", 5, 48, "REF301"),
        ("audiences.yaml", 6, 17, "REF305"),
        ("channels.yaml", 2, 36, "SPC204"),
        ("channels.yaml", 5, 17, "SPC204"),
        ("вернись/campaign.yaml", 3, 17, "REF301"),
        ("вернись/campaign.yaml", 7, 5, "JRN402"),
        ("вернись/campaign.yaml", 7, 69, "REF301"),
        ("вернись/campaign.yaml", 9, 5, "JRN401"),
    ]


@pytest.mark.parametrize("file", CLEAN)
def test_a_file_that_is_not_yaml_makes_no_others_wrong_and_is_still_shown(
    tmp_path: Path, file: str
) -> None:
    write(tmp_path, CLEAN | {file: 'x: "never closed\n'})

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert loaded.project is None
    assert {finding.span.file for finding in loaded.diagnostics} == {file}
    assert loaded.texts[file] == 'x: "never closed\n'


@pytest.mark.parametrize("file", CLEAN)
def test_a_file_with_an_unknown_key_makes_no_others_wrong(tmp_path: Path, file: str) -> None:
    write(tmp_path, CLEAN | {file: CLEAN[file] + "nonsense: 1\n"})

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert [(f.code, f.span.file) for f in loaded.diagnostics] == [("SPC201", file)]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        pytest.param("campaignspec.yaml", "sources:", "surces:", id="sources misspelt"),
        pytest.param("campaignspec.yaml", "names:", "name:", id="names misspelt"),
        pytest.param("campaignspec.yaml", "attributes:", "atributes:", id="attributes misspelt"),
        pytest.param("campaignspec.yaml", "age: number", "age: nummer", id="kind misspelt"),
        pytest.param("campaignspec.yaml", "{city: text, age: number}", "[city, age]", id="a list"),
        pytest.param("audiences.yaml", "segments:", "segmnts:", id="segments misspelt"),
        pytest.param("audiences.yaml", "orders_total > 1", "orders_total >", id="rule broken"),
        pytest.param("audiences.yaml", "count:", "cuont:", id="trait without a verb"),
        pytest.param("channels.yaml", "channels:", "chanels:", id="channels misspelt"),
        pytest.param("channels.yaml", "{connector: outbox}", "outbox", id="channel broken"),
        pytest.param("вернись/campaign.yaml", "campaign:", "campain:", id="campaign misspelt"),
    ],
)
def test_what_a_broken_definition_is_called_is_known(
    tmp_path: Path, file: str, before: str, after: str
) -> None:
    users = {
        "campaignspec.yaml": SETTINGS + "environments: {prod: {ledger: l, campaigns: [вернись]}}\n",
        "вернись/campaign.yaml": CAMPAIGN
        + "    via: email\n  - branch: [{if: age > 1 and orders_total > 1, do: []}]\n",
    }
    files = CLEAN | users
    assert before in files[file]
    write(tmp_path, files | {file: files[file].replace(before, after)})

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert {finding.span.file for finding in loaded.diagnostics} == {file}


def test_unknown_names_are_found_although_the_file_that_defines_the_others_is_broken(
    tmp_path: Path,
) -> None:
    broken = {
        "audiences.yaml": AUDIENCES + "  other: {where: '>'}\n",
        "вернись/campaign.yaml": CAMPAIGN.replace("lapsed", "lapsd"),
    }
    write(tmp_path, CLEAN | broken)

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert [(f.code, f.span.file) for f in loaded.diagnostics] == [
        ("SPC208", "audiences.yaml"),
        ("REF301", "вернись/campaign.yaml"),
    ]


def test_a_mistake_in_the_text_does_not_hide_one_in_the_shape(tmp_path: Path) -> None:
    write(tmp_path, CLEAN | {"channels.yaml": CHANNELS + "channels: {}\npolicie: {}\n"})

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert [f.code for f in loaded.diagnostics] == ["DOC102", "SPC201"]


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("campaignspec.yaml", "sources: []\n"),
        ("audiences.yaml", "segments: {}\n"),
        ("audiences.yaml", "traits: {}\n"),
        ("channels.yaml", "channels: {}\n"),
        ("вернись/campaign.yaml", "journey: []\n"),
    ],
)
def test_what_a_repeated_key_hides_is_not_called_unknown(
    tmp_path: Path, file: str, again: str
) -> None:
    tests = TESTS.replace(
        "expect: {messages: []}", "expect: {messages: [{send: hello, at: 2017-03-01}]}"
    )
    files = CLEAN | {"вернись/a.test.yaml": tests}
    write(tmp_path, files | {file: again + files[file]})

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert [(f.code, f.span.file) for f in loaded.diagnostics] == [("DOC102", file)]


def test_a_text_in_another_encoding_is_shown_as_well_as_it_can(tmp_path: Path) -> None:
    write(tmp_path, CLEAN)
    (tmp_path / "channels.yaml").write_bytes("channels: {почта: 1}".encode("cp1251"))

    loaded = load_project(tmp_path, relative_to=tmp_path)

    assert [f.code for f in loaded.diagnostics] == ["DOC111"]
    assert loaded.texts["channels.yaml"].startswith("channels: {")


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError, match="campaignspec init"):
        load_project(tmp_path, relative_to=tmp_path)


def test_a_file_that_cannot_be_opened_is_the_callers_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, CLEAN)
    reading = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "channels.yaml":
            raise PermissionError(13, "Permission denied")
        return reading(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(UsageError, match=r"channels\.yaml: Permission denied"):
        load_project(tmp_path, relative_to=tmp_path)
