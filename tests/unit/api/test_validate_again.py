"""A project is found to be the same whatever of it was validated before, and what was kept."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from engine_kit.profile import examples
from hypothesis import given
from hypothesis import strategies as st
from line_mutations import MUTATIONS, TEMPLATE_MUTATIONS, mutant, template_mutant
from wide_shop import write_wide_shop

from campaignspec.api import review
from campaignspec.api import validate as validate_module
from campaignspec.api.check import check
from campaignspec.api.lint import with_lint
from campaignspec.api.validate import validate
from campaignspec.errors import CampaignspecError
from campaignspec.lint.evidence import NEED_DATA
from campaignspec.project import load
from scripts.lint_examples import MISTAKES, SHOP
from scripts.lint_examples import _make as make_change

ROOT = Path(__file__).parents[3]
PROJECTS = sorted(path.parent for path in (ROOT / "campaigns").rglob("campaignspec.yaml"))
TODAY = date(2017, 1, 1)
NAMES = (
    *("welcome", "win-back", "regulars", "friends", "thanks", "footer", "nobody"),
    *("lapsed", "champions", "vips", "idle", "orders_total", "spend_90d", "stage", "lead"),
    *("email", "ads", "win-back-ads", "order.placed", "amount", "first_name", "EUR"),
)
Found: TypeAlias = tuple[object, ...]


def found(project: Path, packs: Path | None, day: date = TODAY) -> Found:
    """Return what validation finds: by what it has kept, or else by nothing."""
    try:
        seen = validate(project, today=day, packs=packs)
    except CampaignspecError as error:
        return type(error), str(error)
    return seen.diagnostics, seen.campaigns, seen.texts


def found_at_once(project: Path, day: date = TODAY) -> Found:
    """Return what all stages find that look at the whole project, in the same form."""
    try:
        checkup = with_lint(check(project), today=day)
    except CampaignspecError as error:
        return type(error), str(error)
    files = {finding.span.file for finding in checkup.diagnostics} & checkup.texts.keys()
    names = None if checkup.project is None else tuple(checkup.project.campaigns)
    texts = {file: checkup.texts[file].removeprefix("\ufeff") for file in files}
    return checkup.diagnostics, names, texts


def codes(seen: Found) -> set[str]:
    """Return the codes of what was found."""
    diagnostics: Any = seen[0]
    return {each.code for each in diagnostics}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_wide_shop(tmp_path / "shop")


# --- whatever is edited ---


Files: TypeAlias = Mapping[str, bytes]


def files_of(project: Path) -> Files:
    """Return all files by their names."""
    paths = (path for path in project.rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in paths}


def put_back(project: Path, files: Files) -> None:
    """Make the files those that they were."""
    shutil.rmtree(project)
    for name, raw in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def campaigns_of(project: Path) -> list[Path]:
    """Return the folders of campaigns."""
    return sorted(path.parent for path in project.glob("*/campaign.yaml"))


def a_line(project: Path, draw: Any) -> None:
    """Make a mistake in a line, as people do."""
    texts = [p for p in sorted(project.rglob("*")) if p.suffix in {".yaml", ".j2"}]
    path, chance = draw(st.sampled_from(texts)), random.Random(draw(st.integers()))
    kinds, make = MUTATIONS, mutant
    if path.suffix == ".j2":
        kinds, make = TEMPLATE_MUTATIONS, template_mutant
    text = path.read_text(encoding="utf-8", errors="replace")
    made = make(text, draw(st.sampled_from(sorted(kinds))), chance)
    path.write_text(text if made is None else made.text, encoding="utf-8")


def a_name(project: Path, draw: Any) -> None:
    """Write another name, in one file or in all of one kind."""
    old, new = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
    pattern = draw(st.sampled_from(("*.yaml", "campaign.yaml", "audiences.yaml", "*.test.yaml")))
    some = [p for p in sorted(project.rglob(pattern)) if old in p.read_text("utf-8", "replace")]
    for path in [draw(st.sampled_from(some))] if some and draw(st.booleans()) else some:
        text = path.read_text(encoding="utf-8", errors="replace")
        path.write_text(text.replace(old, new), encoding="utf-8")


def a_file_less(project: Path, draw: Any) -> None:
    """Remove a file."""
    draw(st.sampled_from(sorted(path for path in project.rglob("*") if path.is_file()))).unlink()


def a_campaign_more(project: Path, draw: Any) -> None:
    """Copy a campaign, under a name of its own or not."""
    names = campaigns_of(project)
    if names:
        one = draw(st.sampled_from(names))
        taken = {path.name for path in names}
        copy = project / next(name for name in ("another", "z", "a", "b", "c") if name not in taken)
        shutil.copytree(one, copy)
        if draw(st.booleans()):
            text = (copy / "campaign.yaml").read_text(encoding="utf-8", errors="replace")
            named = text.replace(f"campaign: {one.name}\n", f"campaign: {copy.name}\n")
            (copy / "campaign.yaml").write_text(named, encoding="utf-8")


def a_campaign_less(project: Path, draw: Any) -> None:
    """Remove a campaign with its folder."""
    if len(campaigns_of(project)) > 1:
        shutil.rmtree(draw(st.sampled_from(campaigns_of(project))))


def a_folder_renamed(project: Path, draw: Any) -> None:
    """Rename the folder of a campaign, and not the campaign."""
    if campaigns_of(project):
        old = draw(st.sampled_from(campaigns_of(project)))
        old.rename(old.with_name(f"{old.name}-2"))


EDITS: tuple[Callable[[Path, Any], None], ...] = (
    a_line,
    a_name,
    a_file_less,
    a_campaign_more,
    a_campaign_less,
    a_folder_renamed,
)


@given(data=st.data())
@examples(15)
def test_no_edit_is_overlooked_and_no_day(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    above = tmp_path_factory.mktemp("edited")
    made = data.draw(st.sampled_from((None, *PROJECTS)))
    project, packs, day = above / "shop", above / "packs", TODAY
    if made is None or data.draw(st.booleans()):
        write_wide_shop(project)
    else:
        shutil.copytree(made, project, ignore=shutil.ignore_patterns("data", ".*"))
    states = [files_of(project)]
    found(project, packs)

    for _ in range(data.draw(st.integers(1, 5))):
        if data.draw(st.integers(0, 3)) == 0:
            put_back(project, states[data.draw(st.integers(0, len(states) - 1))])
        else:
            data.draw(st.sampled_from(EDITS))(project, data.draw)
            states.append(files_of(project))
        day += timedelta(days=data.draw(st.sampled_from((0, 0, 1, 100))))

        assert (
            found(project, packs, day) == found(project, None, day) == found_at_once(project, day)
        )


# --- what lies outside of a campaign's own files ---


def swap(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        text = (project / file).read_text(encoding="utf-8")
        assert old in text
        (project / file).write_text(text.replace(old, new), encoding="utf-8")

    return edit


def write(file: str, text: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        (project / file).parent.mkdir(parents=True, exist_ok=True)
        (project / file).write_text(text, encoding="utf-8")

    return edit


def remove(name: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        path = project / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return edit


@pytest.mark.parametrize(
    ("edit", "more", "less"),
    [
        pytest.param(swap("audiences.yaml", "champions", "best"), {"REF301"}, set(), id="segment"),
        pytest.param(swap("audiences.yaml", "idle:", "i_d_l_e:"), set(), set(), id="unused"),
        pytest.param(remove("vips.csv"), {"REF304"}, set(), id="a list that is not there"),
        pytest.param(
            swap("friends/campaign.yaml", "campaign: friends", "campaign: welcome"),
            {"REF301", "REF302"},
            set(),
            id="two of one name",
        ),
        pytest.param(remove("win-back"), {"REF301"}, set(), id="a campaign that others name"),
        pytest.param(remove("friends"), set(), {"MSR644"}, id="a campaign that wants the opposite"),
        pytest.param(
            swap("friends/campaign.yaml", "<= 20%", ">= 20%"), set(), {"MSR644"}, id="a wish"
        ),
        pytest.param(
            swap("regulars/campaign.yaml", "segment: vips", "segment: idle"),
            set(),
            {"DAT810", "MSR644"},
            id="a segment that is used now",
        ),
        pytest.param(
            swap("journeys.yaml", "wait: 0d", "wait: 1d"), set(), {"JRN415"}, id="shared journey"
        ),
        pytest.param(
            swap("journeys.yaml", "send: thanks", "send: thank"), {"REF304"}, set(), id="message"
        ),
        pytest.param(
            swap("templates/_shared/footer.j2", "shop.example", "{{ nobody }}"),
            {"REF301"},
            set(),
            id="shared text",
        ),
        pytest.param(
            swap("templates/thanks/email.j2", "{% include 'footer' %}", "{% include 'idle' %}"),
            set(),
            set(),
            id="another shared text",
        ),
        pytest.param(
            write("friends/templates/thanks/email.j2", "{% block subject %}{% endblock %}"),
            set(),
            set(),
            id="a template of its own",
        ),
        pytest.param(
            write("friends/templates/other/email.j2", "x"), set(), set(), id="a template of nobody"
        ),
        pytest.param(remove("welcome/welcome.test.yaml"), {"MSR639"}, set(), id="tests"),
        pytest.param(
            swap("channels.yaml", "{at_most: 1, per: calendar_day}", "{at_most: 9, within: 1d}"),
            set(),
            set(),
            id="policy",
        ),
        pytest.param(
            swap("channels.yaml", "0.0001 EUR", "1 EUR"), set(), {"MSR646"}, id="a shared budget"
        ),
        pytest.param(
            swap("channels.yaml", "connector: smtp", "connector: smpt"), {"CNX901"}, set(), id="cnx"
        ),
        pytest.param(
            swap("campaignspec.yaml", "MSR638", "MSR644"), set(), {"MSR644"}, id="a waiver for all"
        ),
    ],
)
def test_what_hangs_on_another_file_is_found_again(
    shop: Path, tmp_path: Path, edit: Callable[[Path], None], more: set[str], less: set[str]
) -> None:
    packs = tmp_path / "packs"
    before = found(shop, packs)

    edit(shop)
    after = found(shop, packs)

    assert after == found(shop, None) == found_at_once(shop)
    assert after != before
    assert more <= codes(after) - codes(before)
    assert less <= codes(before) - codes(after)


WAIVER = "lint:\n  - {ignore: MSR644, reason: they know, until: 2017-03-01}\n"


@pytest.mark.parametrize(
    ("waiver", "later", "code"),
    [
        pytest.param(WAIVER, 90, "LNT001", id="a waiver is over"),
        pytest.param(WAIVER, 90, "MSR644", id="a waiver hides no more"),
        pytest.param("lint:\n", 1, "MSR632", id="a date is proposed"),
    ],
)
def test_what_hangs_on_the_day_is_found_again(
    shop: Path, tmp_path: Path, waiver: str, later: int, code: str
) -> None:
    packs, day = tmp_path / "packs", TODAY + timedelta(days=later)
    swap("campaignspec.yaml", "lint:\n", waiver)(shop)
    before = found(shop, packs)

    after = found(shop, packs, day)

    assert after == found(shop, None, day) == found_at_once(shop, day)
    assert after != before
    assert code in codes(after)


def test_a_day_on_which_nothing_hangs_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found(SHOP, tmp_path)
    monkeypatch.delattr(review, "review")

    after = found(SHOP, tmp_path, TODAY + timedelta(days=9))

    assert after == before


@pytest.mark.parametrize("code", MISTAKES)
def test_each_finding_of_the_lint_comes_and_goes_with_its_mistake(
    tmp_path: Path, code: str
) -> None:
    project, packs = shutil.copytree(SHOP, tmp_path / "shop"), tmp_path / "packs"
    sound, files = found(project, packs), files_of(project)
    for change in MISTAKES[code]:
        make_change(project / change.file, change)

    poor = found(project, packs)
    put_back(project, files)
    again = found(project, packs)

    for change in MISTAKES[code]:
        make_change(project / change.file, change)
    assert poor == found_at_once(project)
    assert (code in codes(poor)) is (code not in NEED_DATA)
    assert again == sound


def test_a_connector_of_another_source_is_asked_again(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs, asked = tmp_path / "packs", []
    found(shop, packs)
    monkeypatch.setattr(validate_module, "connectors_digest", lambda: b"another")
    check_channels = review.check_channels
    monkeypatch.setattr(
        review, "check_channels", lambda project: (asked.append(1), check_channels(project))[1]
    )

    found(shop, packs)
    found(shop, packs)

    assert asked == [1]


# --- little is done again ---


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_where_nothing_changed_nothing_is_looked_at(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = found(project, tmp_path)
    with monkeypatch.context() as forbidden:
        forbidden.delattr(review, "review")
        again = found(project, tmp_path)

    assert again == first == found(project, None)


@pytest.mark.parametrize("made", [None, *PROJECTS], ids=lambda path: path and path.name)
def test_of_one_edit_only_its_campaign_is_read_and_judged(
    shop: Path, tmp_path: Path, made: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = tmp_path / "packs"
    read: list[str] = []
    judged: list[str] = []
    if made is not None:
        shutil.rmtree(shop)
        shutil.copytree(made, shop, ignore=shutil.ignore_patterns("data", ".*"))
    found(shop, packs)
    one = campaigns_of(shop)[0]
    swap(f"{one.name}/campaign.yaml", "\n\n", "\n\n\n")(shop)
    load_bytes, lint_campaign = load.load_bytes, review.lint_campaign
    monkeypatch.setattr(
        load, "load_bytes", lambda raw, file: (read.append(file), load_bytes(raw, file))[1]
    )
    monkeypatch.setattr(
        review,
        "lint_campaign",
        lambda scope: (judged.extend(scope.project.campaigns), lint_campaign(scope))[1],
    )

    found(shop, packs)

    assert [Path(file).parent.name for file in read] == [one.name]
    assert judged == [one.name]


def test_no_file_is_read_anew_where_something_shared_changed(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = tmp_path / "packs"
    read: list[str] = []
    found(shop, packs)
    for number in range(3):  # as often as may be: what is not looked at is kept all the same
        swap("friends/campaign.yaml", "retain", "retain  ")(shop)
        assert found(shop, packs) == found(shop, None), number
    swap("channels.yaml", "at_most: 3,", "at_most: 4,")(shop)
    load_bytes = load.load_bytes
    monkeypatch.setattr(
        load, "load_bytes", lambda raw, file: (read.append(file), load_bytes(raw, file))[1]
    )

    found(shop, packs)

    assert [Path(file).name for file in read] == ["channels.yaml"]


def test_on_the_second_run_of_another_day_nothing_is_looked_at(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs, tomorrow = tmp_path / "packs", TODAY + timedelta(days=1)
    found(shop, packs)
    before = found(shop, packs, tomorrow)
    monkeypatch.delattr(review, "review")

    after = found(shop, packs, tomorrow)

    assert after == before


def test_what_changes_while_it_is_looked_at_is_not_kept(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs, footer = tmp_path / "packs", shop / "templates" / "_shared" / "footer.j2"
    text, read_each = footer.read_text(encoding="utf-8"), review.read_each

    def late(*given: Any, **options: Any) -> Any:
        footer.write_text("{{ nobody.knows }}", encoding="utf-8")
        return read_each(*given, **options)

    with monkeypatch.context() as slow:
        slow.setattr(review, "read_each", late)
        meanwhile = found(shop, packs)
    footer.write_text(text, encoding="utf-8")
    after = found(shop, packs)

    assert "CNT702" in codes(meanwhile)
    assert after == found(shop, None)
    assert "CNT702" not in codes(after)
