"""Rules about identity in YAML: what names nothing, and what means nothing, is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaignspec.project import load_project

CLEAN = """\
spec: 1
project: shop
timezone: Europe/Moscow
currency: RUB
sources:
  - customers: crm.csv
    ids: own
    names: {full: name}
    addresses: {phone: phone, email: mail}
    attributes: {city: text, birthday: date}
    updated_at: changed
  - customers: site.csv
    attributes: {city: text}
  - events: orders.csv
    customer: phone
    by: phone
    names: [order.placed]
  - consents: consents.csv
    by: {field: customer, ids_of: crm}
identity:
  region: RU
  match: [phone, email, [family_name, given_name, birthday]]
  at_most: 4
  differ: [birthday]
  keep: {city: [site, crm], phone: newest}
"""


def found(root: Path, text: str) -> list[tuple[str, str, str, str | None]]:
    """Code, what is marked, what is said of it and the advice."""
    (root / "campaignspec.yaml").write_text(text, encoding="utf-8")
    loaded = load_project(root, relative_to=root)
    return [
        (each.code, text[each.span.start : each.span.end], each.message, each.help)
        for each in loaded.diagnostics
        if each.span.file == "campaignspec.yaml"
    ]


def test_sound_rules_are_read_without_a_finding(tmp_path: Path) -> None:
    assert found(tmp_path, CLEAN) == []


@pytest.mark.parametrize(
    ("sound", "wrong", "code", "marked", "message"),
    [
        ("match: [phone,", "match: [fone,", "REF301", "fone", "no field of customers is called"),
        ("given_name, birthday]]", "card]]", "REF301", "card", "no field of customers is called"),
        ("differ: [birthday]", "differ: [born]", "REF301", "born", "no field of customers is"),
        ("differ: [birthday]", "differ: [customer]", "REF301", "customer", "no field of"),
        ("{city: [site", "{town: [site", "REF301", "town", "no field of customers is called"),
        ("[site, crm]", "[web, crm]", "REF301", "web", "no source of customers is called"),
        ("by: phone", "by: telegram", "REF301", "telegram", "no field of customers is called"),
        ("ids_of: crm", "ids_of: erp", "REF301", "erp", "no source of customers is called"),
        ("ids_of: crm", "ids_of: site", "REF305", "site", "`site` has no ids of its own"),
        ("region: RU", "region: XX", "SPC204", "XX", "no region with phone numbers is called"),
        ("region: RU", "region: Russia", "SPC204", "Russia", "`Russia` is not a region"),
        ("at_most: 4", "at_most: 1", "SPC204", "1", "no two records are ever one person"),
        ("{full: name}", "{order: given-first}", "SPC206", "names", "`names` names no column"),
        ("updated_at: changed", "timezone: zone", "SPC206", "newest", "says when its rows"),
        ("city: text, birth", "phone_type: text, birth", "REF302", "phone_type", "`addresses`"),
        ("- customers: site.csv", "- customers: old/crm.csv", "REF302", "customers", "`crm`"),
        ("[site, crm]", "site", "SPC203", "site", "`site` is not one of `newest`"),
    ],
)
def test_a_mistake_is_found_where_it_stands(
    tmp_path: Path, sound: str, wrong: str, code: str, marked: str, message: str
) -> None:
    assert sound in CLEAN

    findings = found(tmp_path, CLEAN.replace(sound, wrong))

    matching = [each for each in findings if each[0] == code and each[1] == marked]
    assert matching, findings
    assert message in matching[0][2]


def test_what_means_nothing_without_rules_is_found(tmp_path: Path) -> None:
    findings = found(tmp_path, CLEAN.partition("identity:")[0])

    assert [(code, marked) for code, marked, *_ in findings] == [
        ("SPC206", key) for key in ("ids", "names", "updated_at", "by", "by")
    ]


def test_rules_without_customers_are_found(tmp_path: Path) -> None:
    head, _, rest = CLEAN.partition("  - customers: crm.csv")
    events = "  - events: orders.csv\n    names: [order.placed]\n"
    identity = "identity: {region: RU, match: [customer]}\n"

    findings = found(tmp_path, head + events + identity)

    assert [(code, marked) for code, marked, *_ in findings] == [("SPC206", "identity")]
    assert rest


def test_rules_and_templates_may_use_what_names_and_phones_give(tmp_path: Path) -> None:
    (tmp_path / "audiences.yaml").write_text(
        "segments:\n  anna: {where: \"given_name = 'Анна' and phone_type = 'mobile'\"}\n",
        encoding="utf-8",
    )

    assert found(tmp_path, CLEAN) == []
    loaded = load_project(tmp_path, relative_to=tmp_path)
    assert [each for each in loaded.diagnostics if each.code.startswith("REF")] == []
