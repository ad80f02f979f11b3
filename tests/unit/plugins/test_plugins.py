from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from campaignspec.connector import Capabilities, Connector, Context, Message, Receipt, Setting
from campaignspec.errors import ConnectorError
from campaignspec.plugins import (
    GROUP,
    SettingProblem,
    check_settings,
    connectors_digest,
    find_connectors,
    load_connector,
    resolve_settings,
)

ROOT = Path(__file__).parents[3]
MODULE = """
from campaignspec.connector import Capabilities
class Kite:
    name = "kite"
    capabilities = Capabilities(parts=("text",))
    settings = {}
    def __init__(self, context): pass
    def deliver(self, batch): return []
    def lookup(self, keys): return {}
    def close(self): pass
class NoConnector:
    pass
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a distribution with entry points on the path, as an installer would."""

    def put(distribution: str, entry_points: Mapping[str, str], *, version: str = "1.2") -> None:
        site = tmp_path / distribution
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        lines = [f"{name} = {target}" for name, target in entry_points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]))
        (site / f"{distribution.replace('-', '_')}_module.py").write_text(MODULE)
        monkeypatch.syspath_prepend(str(site))

    return put


class Post:
    """A connector with one setting of each kind."""

    name: ClassVar[str] = "post"
    capabilities: ClassVar[Capabilities] = Capabilities(parts=("text",))
    settings: ClassVar[Mapping[str, Setting]] = {
        "office": Setting(kind="text", summary="Where letters are handed in.", required=True),
        "stamps": Setting(kind="integer", summary="How many stamps.", default=1),
        "registered": Setting(kind="boolean", summary="Whether it is signed for.", default=False),
        "token": Setting(kind="secret", summary="The franking token."),
        "route": Setting(kind="text", summary="By land or sea."),
    }

    def __init__(self, context: Context) -> None:
        self.context = context

    def deliver(self, batch: list[Message]) -> list[Receipt]:
        return []

    def lookup(self, keys: list[str]) -> dict[str, bool]:
        return {}

    def close(self) -> None:
        pass


def test_an_installed_connector_is_found_without_being_imported(install: Install) -> None:
    install("found-kite", {"kite": "no_such_module:Kite"})

    info = find_connectors()["kite"]

    assert (info.name, info.distribution, info.version) == ("kite", "found-kite", "1.2")


def test_a_found_connector_can_be_loaded(install: Install) -> None:
    install("loaded-kite", {"kite": "loaded_kite_module:Kite"})

    connector = load_connector("kite")

    assert connector.name == "kite"
    assert isinstance(connector(Context(channel="sky")), Connector)


def test_an_unknown_name_suggests_the_nearest(install: Install) -> None:
    install("near-kite", {"kite": "near_kite_module:Kite"})

    with pytest.raises(ConnectorError, match=r"called 'kyte'; did you mean 'kite'\?"):
        load_connector("kyte")
    with pytest.raises(ConnectorError, match=r"called 'telegraph'; installed are: .*kite"):
        load_connector("telegraph")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no_such_module:Kite", "No module named 'no_such_module'"),
        ("broken_kite_module:Nothing", "has no attribute 'Nothing'"),
        ("broken_kite_module:NoConnector", "is not a connector: its `capabilities`"),
        ("broken_kite_module:__name__", "is not a connector: it is not a class"),
    ],
)
def test_a_connector_that_cannot_be_used_says_which_package_to_blame(
    install: Install, target: str, words: str
) -> None:
    install("broken-kite", {"kite": target})

    with pytest.raises(ConnectorError) as caught:
        load_connector("kite")

    assert "broken-kite 1.2" in str(caught.value)
    assert words in str(caught.value)


def test_two_packages_cannot_bring_the_same_name(install: Install) -> None:
    install("first-kite", {"kite": "first_kite_module:Kite"})
    install("second-kite", {"kite": "second_kite_module:Kite"})

    with pytest.raises(ConnectorError, match=r"brought by .*-kite and by .*-kite"):
        find_connectors()


def test_the_built_in_connectors_come_through_the_same_door() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    for name, target in project["entry-points"][GROUP].items():
        module, _, attribute = target.partition(":")
        loaded = getattr(__import__(module, fromlist=[attribute]), attribute)
        assert loaded.name == name
        assert isinstance(loaded.capabilities, Capabilities)


def test_right_settings_have_no_problems() -> None:
    values = {"office": "GPO", "stamps": 2, "registered": True, "token": "POST_TOKEN"}

    assert check_settings(Post, values) == ()


def test_every_problem_is_found_at_once() -> None:
    values = {"stampz": 2, "stamps": "two", "registered": 1, "token": "s3cr3t value!"}

    problems = check_settings(Post, values)

    assert problems == (
        SettingProblem(
            key="stampz", message="post has no setting 'stampz'", help="did you mean 'stamps'?"
        ),
        SettingProblem(
            key="stamps",
            message="'stamps' must be a whole number, not 'two'",
            help="How many stamps.",
        ),
        SettingProblem(
            key="registered",
            message="'registered' must be true or false, not 1",
            help="Whether it is signed for.",
        ),
        SettingProblem(
            key="token",
            message="the value of 'token' is not the name of an environment variable",
            help="a secret is never written in a file: write a name such as TOKEN, "
            "and set that variable where messages are sent",
        ),
        SettingProblem(
            key="office",
            message="post needs the setting 'office'",
            help="Where letters are handed in.",
        ),
    )
    assert "s3cr3t" not in str(problems)


def test_a_truth_value_is_no_whole_number() -> None:
    (problem,) = check_settings(Post, {"office": "GPO", "stamps": True})

    assert problem.key == "stamps"


def test_defaults_are_filled_in_and_secrets_fetched() -> None:
    values = {"office": "GPO", "token": "POST_TOKEN"}

    resolved = resolve_settings(Post, values, {"POST_TOKEN": "open sesame"})

    assert resolved == {
        "office": "GPO",
        "stamps": 1,
        "registered": False,
        "token": "open sesame",
        "route": None,
    }


def test_a_resolved_secret_is_not_shown_with_its_settings() -> None:
    resolved = resolve_settings(
        Post, {"office": "GPO", "token": "POST_TOKEN"}, {"POST_TOKEN": "open sesame"}
    )

    assert "open sesame" not in repr(Context(channel="post", settings=resolved))


@pytest.mark.parametrize("environ", [{}, {"POST_TOKEN": ""}])
def test_a_secret_that_is_not_set_names_its_variable(environ: Mapping[str, str]) -> None:
    with pytest.raises(ConnectorError, match=r"not set: POST_TOKEN \(for 'token'\)"):
        resolve_settings(Post, {"office": "GPO", "token": "POST_TOKEN"}, environ)


def test_wrong_settings_cannot_be_resolved() -> None:
    with pytest.raises(ConnectorError, match="'post': post has no setting 'x'; post needs"):
        resolve_settings(Post, {"x": 1}, {})


def test_what_stands_for_connectors_is_another_with_their_source(
    install: Install, tmp_path: Path
) -> None:
    before = connectors_digest()
    install("kite-post", {"kite": "kite_post_module:Kite"})
    module = tmp_path / "kite-post" / "kite_post_module.py"
    installed = connectors_digest()

    module.write_text(MODULE.replace('"text",', '"text", "subject"'))
    changed = connectors_digest()
    module.write_text(MODULE)

    assert len({before, installed, changed}) == 3
    assert connectors_digest() == installed


def test_every_module_of_a_connectors_package_counts(install: Install, tmp_path: Path) -> None:
    install("sail-mail", {"sail": "sail_mail.inner.post:Kite"})
    inner = tmp_path / "sail-mail" / "sail_mail" / "inner"
    inner.mkdir(parents=True)
    for folder in (inner.parent, inner):
        (folder / "__init__.py").write_text("")
    (inner / "post.py").write_text(MODULE)
    before = connectors_digest()

    (inner / "limits.py").write_text("MOST = 70")

    assert connectors_digest() != before


def test_a_connector_whose_package_is_gone_still_has_a_key(install: Install) -> None:
    before = connectors_digest()

    install("ghost-post", {"ghost": "nowhere_to_be_found:Ghost"})

    assert connectors_digest() != before
