from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import CLEAN, SETTINGS, load_files, shown

PERSONAS = "personas.yaml"
GOOD = """\
personas:
  anna:
    title: a regular
    timezone: Europe/Moscow
    locale: ru
    attributes: {city: Тверь, age: 30, birthday: 1990-05-17, vip: true}
    consent: {email: true}
    events:
      - {event: order.placed, at: 2017-01-10 12:00, properties: {amount: 40 USD}}
    segments: {good: false}
"""


def load(root: Path, old: str = "", new: str = "", *, file: str = PERSONAS) -> list[str]:
    files = {**CLEAN, PERSONAS: GOOD}
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    return [
        f"{d.span.file}:{d.span.line} {d.code} {shown(d)}"
        for d in load_files(root, files).diagnostics
    ]


def test_personas_belong_to_the_project(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, {**CLEAN, PERSONAS: GOOD})

    assert loaded.diagnostics == ()
    assert loaded.project is not None
    assert list(loaded.project.personas) == ["anna"]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "city: Тверь",
            "cty: Тверь",
            "6 REF301 no attribute is called `cty` | did you mean `city`",
        ),
        ("age: 30", "age: thirty", "6 REF305 the attribute `age` is a number, and `thirty` is not"),
        ("vip: true", "vip: maybe", "6 REF305 the attribute `vip` is"),
        ("1990-05-17", "17.05.1990", "6 REF305 the attribute `birthday` is a date"),
        ("{email: true}", "{emial: true}", "7 REF301 no channel is called `emial`"),
        ("order.placed, at", "order.place, at", "9 REF301 no event is called `order.place`"),
        ("{amount: 40 USD}", "{amuont: 40 USD}", "9 REF301"),
        ("{good: false}", "{god: false}", "10 REF301 no segment is called `god`"),
        ("locale: ru", "locale: russian", "5 SPC204"),
        ("2017-01-10 12:00", "yesterday", "9 SPC204"),
        ("title: a regular", "titel: a regular", "3 SPC201"),
    ],
)
def test_a_mistake_in_a_persona_is_pointed_at(
    tmp_path: Path, old: str, new: str, finding: str
) -> None:
    (found,) = load(tmp_path, old, new)

    assert found.startswith(f"{PERSONAS}:{finding}")


@pytest.mark.parametrize(
    ("by", "finding"),
    [
        ("cty", "REF301 no attribute is called `cty` | did you mean `city`"),
        ("age", "REF305 the attribute `age` is a number, not text"),
    ],
)
def test_the_language_of_customers_is_an_attribute_of_text(
    tmp_path: Path, by: str, finding: str
) -> None:
    old = "currency: USD\n"

    (found,) = load(tmp_path, old, f"{old}locales: {{default: en, by: {by}}}\n", file=SETTINGS)

    assert found.startswith(f"{SETTINGS}:5 {finding}")
