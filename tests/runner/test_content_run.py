"""What people get in a run: their language, what is meant for their segment, tracked links."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from shop import write_shop

from .kit import run_to_the_end

LOCALES = """\
locales: {default: ru, by: language}
links: {home: "https://shop.example/"}
tracking: {utm_campaign: "{campaign}", utm_content: "{step}", utm_term: "{locale}"}
sources:
"""
ENGLISH = """
{% block subject %}Hello{% endblock %}
{% block text %}
{% if segment('spenders') %}spender{% else %}other{% endif %} {{ traits.orders_total }}
{{ link('home') }}
{% include 'footer' %}
{% endblock %}
"""


def test_a_run_writes_to_everybody_in_their_own_language(tmp_path: Path) -> None:
    shop = _shop_in_two_languages(tmp_path / "shop")

    run_to_the_end(shop)

    lines = (shop / "build/outbox.jsonl").read_text(encoding="utf-8").splitlines()
    sent = [each for each in map(json.loads, lines) if each["node"] == "hello"]
    language = {row["customer"]: row["language"] for row in _rows(shop)}
    english = [each for each in sent if language[each["customer"]] in {"en", "en_US"}]
    russian = [each for each in sent if language[each["customer"]] not in {"en", "en_US"}]
    assert english
    assert russian
    assert {each["parts"]["subject"] for each in english} == {"Hello"}
    assert all(each["parts"]["subject"].startswith("Привет") for each in russian)
    for each in english:
        first, second, third = each["parts"]["text"].split("\n")
        assert first in {"spender 1.0", "spender 1", "other 1.0", "other 1"}
        assert second == "https://shop.example/?utm_campaign=welcome&utm_content=hello&utm_term=en"
        assert third == "Shop, Moscow"


def _shop_in_two_languages(root: Path) -> Path:
    write_shop(root)
    languages = ["en", "", "en_US", "fr"]
    rows = [{**row, "language": languages[n % 4]} for n, row in enumerate(_rows(root))]
    with (root / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    _edit(root / "campaignspec.yaml", "sources:\n", LOCALES)
    _edit(root / "campaignspec.yaml", "city: text}", "city: text, language: text}")
    _edit(
        root / "audiences.yaml",
        "segments:\n",
        "segments:\n  spenders: {where: spend_30d >= 500}\n",
    )
    (root / "welcome/templates/hello/email.en.j2").write_text(ENGLISH, encoding="utf-8")
    (root / "templates/_shared").mkdir(parents=True)
    (root / "templates/_shared/footer.j2").write_text("Лавка, Москва\n", encoding="utf-8")
    (root / "templates/_shared/footer.en.j2").write_text("Shop, Moscow\n", encoding="utf-8")
    return root


def _rows(root: Path) -> list[dict[str, str]]:
    with (root / "customers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
