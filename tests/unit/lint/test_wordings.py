"""What is looked for in wordings is found, however quickly the others are passed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lint_kit import warnings
from tiny_project import CAMPAIGN, CLEAN, TESTS, load_files

from campaignspec.content import Form, Library, TemplateKey, read_template
from campaignspec.lint import Scope
from campaignspec.lint.policies import misused_classes
from campaignspec.project.world import Day


def promotion_in(root: Path, text: str) -> list[str]:
    """Say what is found in a message of a service that holds a text."""
    service = CLEAN[CAMPAIGN].replace("  - send: hello\n", "  - send: hello\n    class: service\n")
    files = {name: each for name, each in CLEAN.items() if name != TESTS} | {CAMPAIGN: service}
    project = load_files(root, files).project
    assert project is not None
    text = f"{{% block text %}}{text}{{% endblock %}}"
    template = read_template(text, file="a.j2", form=Form(), variables={}).value
    assert template is not None
    key = TemplateKey("win-back", "hello", "email")
    library = Library(templates={key: template}, texts={"a.j2": text})
    scope = Scope(project=project, library=library, day=Day(date(2017, 1, 1)))
    return [each.related[0][0].file for each in misused_classes(scope)]


@pytest.mark.parametrize(
    "words",
    [
        *("20 % off", "5 percent off", "10 dollars off", "5 EUROS OFF", "100 rubles off"),
        *("a discount", "Discounts", "di\u017fcount", "your coupon", "coupons", "a voucher"),
        *("VOUCHERS", "promo code", "promotional codes", "special offer", "special offers"),
        *("buy one, get one", "buy one get one"),
        *("скидка", "СКИДКИ", "промокод", "промокодом", "купоны", "распродажа", "спецпредложение"),
        *("优惠", "折扣", "促销", "打折", "满减", "特价", "红包"),
    ],
)
def test_words_that_promote_are_found(words: str, tmp_path: Path) -> None:
    assert promotion_in(tmp_path, f"Hello, {words} for you") == ["a.j2"]


@pytest.mark.parametrize("words", ["we are off today", "an account", "promontory", "a buyer"])
def test_words_that_only_look_alike_are_not(words: str, tmp_path: Path) -> None:
    assert promotion_in(tmp_path, f"Hello, {words} for you") == []


@pytest.mark.parametrize(
    "words", ["a@b.c", "+123456789", "8 912 345 67 89", "79123456789", "13812345678"]
)
def test_the_shortest_of_what_is_somebodys_own_is_found(words: str, tmp_path: Path) -> None:
    titled = f'campaign: win-back\ntitle: "{words}"\n'

    (found,) = warnings(
        tmp_path, "CNT732", {CAMPAIGN: CLEAN[CAMPAIGN].replace("campaign: win-back\n", titled)}
    )

    assert f"`{words}`" in found.message


@pytest.mark.parametrize("words", ["a@b", "+12345678", "2025-03-03", "12345 6789"])
def test_what_is_nobodys_own_may_be_written(words: str, tmp_path: Path) -> None:
    titled = f'campaign: win-back\ntitle: "{words}"\n'

    found = warnings(
        tmp_path, "CNT732", {CAMPAIGN: CLEAN[CAMPAIGN].replace("campaign: win-back\n", titled)}
    )

    assert found == []
