"""The stories hold what the seeds say: every way is tried, and the seeds' numbers are checked.

The histories are drawn anew from their seeds; the numbers are those that `make stories` prints.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from campaignspec.api.cases import try_campaigns
from campaignspec.project import Project, load_project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.economics import Economics
from campaignspec.spec.kpi import GrowthUnit
from scripts.stories.__main__ import SHOPS

ROOT = Path(__file__).parents[2]
RETAILER = "."
STORIES = {
    "optics": (
        *("email-payback", "exclude-buyers", "lenses-lookalike", "loyalty", "nps-detractors"),
        "welcome-nurture",
    ),
    "freight": ("b2b-long-cycle", "freight-winback"),
    "fashion": (
        *("birthday-member-day", "content-plan", "double11-presale", "member-day"),
        *("new-customer-7d", "sms-to-wechat"),
    ),
}
LENSES = ("--from", "2016-03-01", "--to", "2017-12-31")
YEAR = ("--from", "2017-01-01", "--to", "2017-12-31")


@cache
def project(shop: str) -> Project:
    root = ROOT / "campaigns" / shop
    loaded = load_project(root, relative_to=root)
    assert loaded.project is not None, loaded.diagnostics
    return loaded.project


def campaign(shop: str, name: str) -> Campaign:
    return project(shop).journey(name)


def economics(name: str) -> Economics:
    found = campaign("optics", name).economics
    assert found is not None
    return found


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the histories beside a copy of the campaigns."""
    folder = tmp_path_factory.mktemp("stories")
    ignored = shutil.ignore_patterns(".campaignspec")
    shutil.copytree(ROOT / "campaigns", folder / "campaigns", ignore=ignored)
    for make in SHOPS:
        make().write(folder / ".history" / make.__name__)
    return folder / "campaigns"


def told(*words: str, project: Path) -> Any:
    """Return what a command says as JSON."""
    command = [sys.executable, "-m", "campaignspec", *words, "--project", str(project)]
    done = subprocess.run(
        [*command, "--format", "json"], capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout)


def rehearsed(shops: Path, name: str, period: tuple[str, ...]) -> Any:
    """Return the report of a story of the optician's."""
    (report,) = told("simulate", name, *period, project=shops / "optics")["campaigns"]
    return report


# --- the ways ---


@pytest.mark.parametrize("shop", [*STORIES, RETAILER])
def test_the_tests_of_a_shop_walk_every_way_of_its_journeys(shop: str) -> None:
    tried = list(try_campaigns(project(shop), ()))

    assert all(each.passed for each in tried)
    assert {
        each.campaign: each.coverage.missing for each in tried if each.coverage
    } == dict.fromkeys(project(shop).campaigns, ())


COMPANIONS = ("member-day",)
"""Campaigns that tell a story together with another: birthdays and member days."""


def test_there_are_thirteen_stories() -> None:
    assert {shop: set(project(shop).campaigns) for shop in STORIES} == {
        shop: set(names) for shop, names in STORIES.items()
    }
    assert sum(map(len, STORIES.values())) - len(COMPANIONS) == 13


# --- the seeds' numbers ---


def test_what_is_handed_to_yandex_has_a_hundred_contacts_at_least() -> None:
    asked = {
        name: each.minimum
        for shop in STORIES
        for name, each in project(shop).destinations.items()
        if project(shop).channels[each.via].connector == "yandex-audience-file"
    }

    assert len(asked) >= 4
    assert all(least is not None and least >= 100 for least in asked.values())


def test_there_are_a_hundred_best_buyers_to_find_others_like(shops: Path) -> None:
    (best,) = told("segment", "best-alcon-buyers", project=shops / "optics")["segments"]

    assert best["size"] >= 100


def test_an_advertised_sale_costs_what_a_pack_does() -> None:
    lenses = economics("lenses-lookalike")

    assert lenses.cac is not None
    assert lenses.price is not None
    assert lenses.margin is not None
    assert 2000 <= lenses.cac.micros / 1_000_000 <= 4000
    assert 2000 <= lenses.price.micros / 1_000_000 <= 4000
    assert lenses.price.micros * lenses.margin.fraction < lenses.cac.micros


def test_a_wearer_of_lenses_pays_back_with_the_sixth_order(shops: Path) -> None:
    report = rehearsed(shops, "lenses-lookalike", LENSES)

    payback = report["review"]["payback"]
    (kpi,) = (kpi for kpi in report["kpis"] if kpi["name"] == "payback_order")
    assert payback["order"] == 6
    assert kpi["value"] == 6
    assert kpi["target"]["limit"] == "<= 6"


def test_mail_pays_on_ten_thousand_and_on_twenty_five_and_not_on_fifteen_hundred(
    shops: Path,
) -> None:
    plan = rehearsed(shops, "email-payback", YEAR)["review"]["plan"]

    assert [(each["contacts"], each["is_met"]) for each in plan["sizes"]] == [
        (1500, True),
        (10_000, True),
        (25_000, True),
    ]
    assert plan["sizes"][0]["romi"] < 0 < plan["sizes"][1]["romi"] < plan["sizes"][2]["romi"]
    assert 1500 < plan["break_even"] < 10_000


def test_growth_names_its_unit_and_the_year_it_is_counted_from() -> None:
    kpis = campaign("freight", "freight-winback").kpis
    grown = {
        name: (str(kpi.target), kpi.unit, kpi.baseline.from_.year)
        for name, kpi in kpis.items()
        if kpi.baseline is not None
    }

    assert grown == {
        "repeat-orders": (">= x1.3", None, 2016),
        "loyal-base": (">= +14%", GrowthUnit.RELATIVE, 2016),
        "conversion_rate": (">= x1.55", None, 2016),
    }
