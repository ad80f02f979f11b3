"""`profile` and `validate --values` as people call them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.cli import main

DOUBTS = """\
    tests:
      - unique: customer
      - not_null: city
        at_most: 20%
      - matches: email
        pattern: '^c00.@'
        only: warn
"""
GAPS = """
campaign: gaps
enter:
  on: {event: site.left, where: reason = 'price' and shoe_size = 40}
goal: {event: order.placed, within: 20d, value: amount}
journey:
  - branch:
      - if: segment('giants')
        do: [{send: hello, class: service}]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a shop with data tests, a campaign that lacks much, and people without consent."""
    root = write_shop(tmp_path / "shop")
    settings = root / "campaignspec.yaml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace("city: text}", "city: text, shoe_size: number}")
    text = text.replace("  - events: events.csv\n", f"{DOUBTS}  - events: events.csv\n")
    text = text.replace("[order.placed, site.visited]", "[order.placed, site.visited, site.left]")
    text = text.replace("{amount: money}", "{amount: money, reason: text}")
    settings.write_text(text, encoding="utf-8")
    _add_column(root / "customers.csv", "shoe_size")
    _add_column(root / "events.csv", "reason")
    (root / "consents.csv").write_text("customer,at,channel,purpose,state\n", encoding="utf-8")
    audiences = root / "audiences.yaml"
    audiences.write_text(
        f"{audiences.read_text(encoding='utf-8')}  giants: {{where: orders_total >= 1000}}\n",
        encoding="utf-8",
    )
    (root / "gaps").mkdir()
    (root / "gaps/campaign.yaml").write_text(GAPS.lstrip(), encoding="utf-8")
    (root / "welcome/templates").rename(root / "templates")
    (root / "welcome/templates").mkdir()
    monkeypatch.chdir(root)
    return root


def _add_column(path: Path, name: str) -> None:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},{name}", *(f"{row}," for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    return int(leaving.value.code or 0)


def test_the_readiness_of_a_shop(shop, capsys, golden):
    assert call("profile") == 1

    golden("quality/profile.txt", capsys.readouterr().out)


def test_the_readiness_of_a_shop_in_markdown(shop, capsys, golden):
    assert call("profile", "--format", "markdown", "--at", "2025-04-01") == 1

    golden("quality/profile.md", capsys.readouterr().out)


def test_the_readiness_of_a_shop_for_programs(shop, capsys, golden):
    assert call("profile", "--format", "json") == 1

    golden("quality/profile.json", capsys.readouterr().out)


def test_nothing_personal_is_shown(shop, capsys):
    for form in ("text", "markdown", "json"):
        call("profile", "--format", form)

    out = capsys.readouterr().out
    assert re.findall(r"\bc0\d\d\b", out) == []
    assert "Анна" not in out
    assert "c***@shop.example" in out


def test_a_profile_is_written_beside_what_is_shown(shop, capsys):
    call("profile", "--format", "markdown", "--out", "build/readiness")

    shown = capsys.readouterr()
    assert (shop / "build/readiness/profile.md").read_text(encoding="utf-8") == shown.out
    written = json.loads((shop / "build/readiness/profile.json").read_text(encoding="utf-8"))
    assert written["customers"] == 30
    assert shown.err.splitlines() == [
        "written: build/readiness/profile.md",
        "written: build/readiness/profile.json",
    ]


def test_who_was_taken_for_whom_is_written_beside_the_profile(shop, capsys):
    settings = shop / "campaignspec.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}identity:\n  region: RU\n  match: [email]\n", encoding="utf-8")
    customers = shop / "customers.csv"
    table = customers.read_text(encoding="utf-8").replace("c001@", "C000@")
    customers.write_text(table.replace("c003@shop.example", "none"), encoding="utf-8")

    call("profile", "--out", "build")

    shown = capsys.readouterr().out
    assert re.search(r"\n  records of customers +30\n  people +29\n  merged by email +1\n", shown)
    assert re.search(r"\n  customers +email +1  \S", shown)
    assert {file.name for file in (shop / "build").iterdir()} == {
        "profile.md",
        "profile.json",
        "people.csv",
        "rejections.csv",
    }


def test_orders_that_a_later_row_replaced_are_counted(shop, capsys):
    settings = shop / "campaignspec.yaml"
    text = settings.read_text(encoding="utf-8")
    more = "  - orders: sold.csv\n    as: order.sold\n"
    settings.write_text(text.replace("sources:\n", f"sources:\n{more}", 1), encoding="utf-8")
    rows = [
        "7,c001,2025-03-01,10",
        "7,c001,2025-03-02,11",
        "7,c001,2025-03-03,12",
        "8,c2,2025-03-01,1",
    ]
    (shop / "sold.csv").write_text("\n".join(["order,customer,at,amount", *rows]), "utf-8")

    call("profile")
    told = capsys.readouterr().out
    call("profile", "--format", "json")

    assert re.search(r"orders given again +rows replaced\n +sold\.csv +2\n", told)
    assert json.loads(capsys.readouterr().out)["replaced"] == {"sold.csv": 2}


def test_a_folder_that_cannot_be_written_is_a_failure_of_the_world(shop, capsys):
    (shop / "taken").write_text("in the way", encoding="utf-8")

    assert call("profile", "--out", "taken/deep") == 3

    assert "taken/deep cannot be written" in capsys.readouterr().err


USAGE = {
    "a date that is none": (("--at", "May"), "'May' is not a date"),
    "an environment that is none": (("--env", "rehersal"), "did you mean 'rehearsal'?"),
}


@pytest.mark.parametrize(("arguments", "said"), USAGE.values(), ids=USAGE)
def test_what_cannot_be_meant_is_refused(shop, capsys, arguments, said):
    assert call("profile", *arguments) == 2

    assert said in capsys.readouterr().err


def test_sound_data_leave_with_nought(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(write_shop(tmp_path / "shop"))

    assert call("profile", "--at", "now") == 0

    out = capsys.readouterr().out
    assert "no data tests are declared" in out
    assert "  come-back  finds all that it rests on\n" in out


def test_an_empty_history_is_told_at_the_present(tmp_path, monkeypatch, capsys):
    root = write_shop(tmp_path / "shop")
    for name in ("customers", "events", "consents"):
        path = root / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    monkeypatch.chdir(root)

    assert call("profile") == 0

    out = capsys.readouterr().out
    assert out.startswith("0 customers at ")
    assert "nobody can be reached: begin with addresses and consent" in out
    assert "  welcome    event order.placed never happened\n" in out


def test_values_that_do_not_occur_are_warned_of_when_asked(shop, capsys):
    audiences = shop / "audiences.yaml"
    text = audiences.read_text(encoding="utf-8").replace("orders_total >= 1000", "city = 'Томск'")
    audiences.write_text(text, encoding="utf-8")

    assert call("validate") == 0
    assert "DAT802" not in capsys.readouterr().err
    assert call("validate", "--values") == 0

    said = capsys.readouterr()
    assert "warning DAT802 unseen-value" in said.err
    assert "`city` is never 'Томск'. did you mean 'Омск'?" in said.err
    assert said.out.startswith("valid: ")
