from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.content import Form, RenderError, Template, VariableTree, read_template
from campaignspec.money import Money

VARIABLES: VariableTree = {
    "customer": {"first_name": None, "city": None, "basket": None, "spend": None, "items": None},
    "order": {"at": None, "total": None},
    "count": None,
}
ANNA = {"customer": {"first_name": "Anna", "city": "Тула"}}


def template(body: str, part: str = "text") -> Template:
    checked = read_template(
        f"{{% block {part} %}}{body}{{% endblock %}}",
        file="email.j2",
        form=Form(escaped_parts=("html",)),
        variables=VARIABLES,
    )
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value


def render(body: str, values: dict[str, Any], part: str = "text") -> str:
    return template(body, part).render(values)[part]


def customer(**values: Any) -> dict[str, Any]:
    return {"customer": values}


def test_values_are_put_where_they_are_named() -> None:
    text = render("Dear {{ customer.first_name }} from {{ customer.city | upper }}!", ANNA)

    assert text == "Dear Anna from ТУЛА!"


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"customer": None},
        {"customer": {}},
        {"customer": {"first_name": None}},
        {"customer": {"first_name": ""}},
        {"customer": {"first_name": float("nan")}},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "body",
    [
        "Dear {{ customer.first_name }}!",
        "Dear {{ customer.first_name | upper }}!",
        "Dear {{ customer['first_name'] | trim }}!",
        "{% set name = customer.first_name %}Dear {{ name }}!",
        "{% for x in customer.first_name %}{{ x }}{% endfor %}!",
        "{{ customer.first_name + 'x' }}",
        "{{ [customer.first_name, 'x'] | join(' ') }}",
        "{{ customer.first_name | round }}",
        "{{ customer.first_name | money('EUR') }}",
    ],
)
def test_a_missing_value_is_never_printed_and_is_named(body: str, values: dict[str, Any]) -> None:
    with pytest.raises(RenderError, match=r"email\.j2: text: customer\.first_name is missing"):
        render(body, values)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ customer.first_name | default('friend') }}", "friend"),
        ("{% if customer.first_name %}a{% else %}b{% endif %}", "b"),
        ("{{ 'a' if customer.first_name == 'Anna' else 'b' }}", "b"),
        ("{{ 'a' if customer.first_name != 'Anna' else 'b' }}", "a"),
        ("{{ 'a' if customer.spend > 5 else 'b' }}", "b"),
        ("{{ 'a' if customer.spend <= 5 else 'b' }}", "b"),
        ("{{ 'a' if customer.first_name is none else 'b' }}", "a"),
        ("{{ 'a' if customer.first_name is defined else 'b' }}", "b"),
        ("{% for x in customer.basket | default([]) %}{{ x }}{% else %}empty{% endfor %}", "empty"),
    ],
)
def test_a_missing_value_can_be_asked_about(body: str, expected: str) -> None:
    assert render(body, customer(first_name=None)) == expected


def test_a_mappings_own_key_wins_over_pythons_method() -> None:
    values = customer(items=[{"name": "lens", "copy": 2}])

    text = render("{% for i in customer.items %}{{ i.name }} {{ i.copy }}{% endfor %}", values)

    assert text == "lens 2"


def test_values_are_escaped_in_markup_and_nowhere_else() -> None:
    values = customer(first_name='<b>"&')

    assert render("{{ customer.first_name }}", values, "text") == '<b>"&'
    assert (
        render("<i>{{ customer.first_name }}</i>", values, "html") == "<i>&lt;b&gt;&#34;&amp;</i>"
    )
    assert "<b>" not in render("{{ customer.first_name | replace('\"', '') }}", values, "html")
    assert "<b>" not in render("{{ [customer.first_name] | join }}", values, "html")


def test_a_subject_is_one_line_and_a_text_has_no_blank_edges() -> None:
    assert render("\n  New\n  lenses \n", {}, "subject") == "New lenses"
    assert render("\n\n  Dear Anna\n\nbye\n\n ", {}, "text") == "  Dear Anna\n\nbye"


def test_lines_of_control_leave_no_blank_lines() -> None:
    body = "Hello\n{% if customer.city %}\n  from {{ customer.city }}\n{% endif %}\nbye"

    assert render(body, ANNA) == "Hello\n  from Тула\nbye"


def test_a_part_that_comes_out_empty_is_not_sent() -> None:
    with pytest.raises(RenderError, match="text: it comes out empty"):
        render("{% if customer.city %}x{% endif %}", {})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ order.total | money }}", "1,234.50 EUR"),
        ("{{ 0.125 | money('EUR') }}", "0.13 EUR"),
        ("{{ order.at | date('%d.%m.%Y') }}", "01.03.2017"),
        ("{{ '2017-03-01' | date('%Y年%m月') }}", "2017年03月"),
        ("{{ 2.5 | round(1) }}", "2.5"),
        ("{{ 2.4 | round }}", "2"),
        ("{{ count * 2 + 1 }}", "15"),
        ("{{ -count }}", "-7"),
        ("{{ count % 4 }} {{ count // 2 }} {{ count / 2 }}", "3 3 3.5"),
        ("{{ [3, 1, 2] | sort | join(', ') }}", "1, 2, 3"),
        ("{{ [1, 1] | unique | length }}", "1"),
        ("{{ [1, 2] | sum }} {{ [1, 2] | max }} {{ [1, 2] | first }}", "3 2 1"),
        ("{{ 'a b' | urlencode }} {{ 'aXb' | replace('X', '--') }}", "a%20b a--b"),
        ("{{ 'long text' | truncate(6, true, '…', 0) }}", "long …"),
        ("{{ 'abc'[:2] }} {{ 'abc'[0] }}", "ab a"),
    ],
)
def test_filters_and_numbers(body: str, expected: str) -> None:
    values = {
        "count": 7,
        "order": {
            "at": dt.date(2017, 3, 1),
            "total": Money(micros=1_234_500_000, currency="EUR"),
        },
    }

    assert render(body, values) == expected


@pytest.mark.parametrize("value", [[1], {"a": 1}, object(), b"x", print])
def test_what_people_cannot_read_is_not_printed(value: object) -> None:
    with pytest.raises(RenderError, match="cannot be printed"):
        render("{{ customer.city }}", customer(city=value))


@pytest.mark.parametrize("value", [1, 1.5, Decimal("2.50"), dt.date(2017, 3, 1), "x"])
def test_plain_values_are_printed(value: object) -> None:
    assert render("{{ customer.city }}", customer(city=value)) == str(value)


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:x", " javascript:x", "java\tscript:x", "data:text/html,x"],
)
def test_a_link_that_runs_code_is_not_sent(target: str) -> None:
    with pytest.raises(RenderError, match="a link begins with"):
        render('<a href="{{ customer.city }}">x</a>', customer(city=target), "html")


@pytest.mark.parametrize("target", ["https://shop.example/a:b", "mailto:a@b.c", "#top", "/a?b=c:d"])
def test_an_ordinary_link_is_sent(target: str) -> None:
    assert target in render('<a href="{{ customer.city }}">x</a>', customer(city=target), "html")


def test_rendering_does_not_change_the_values() -> None:
    values = customer(basket=[{"a": 1}], first_name="Anna")

    template("{{ customer.first_name }}{{ customer.basket | length }}").render(values)

    assert values == {"customer": {"basket": [{"a": 1}], "first_name": "Anna"}}


@given(st.text(min_size=1, max_size=50))
@settings(deadline=None, max_examples=100)
def test_a_value_never_becomes_template_or_markup(name: str) -> None:
    values = customer(first_name=name + "{{ 1 + 1 }}{% endblock %}<script>")

    plain = render("[{{ customer.first_name }}]", values, "text")
    rich = render("[{{ customer.first_name }}]", values, "html")

    assert plain == f"[{values['customer']['first_name']}]"
    assert "<" not in rich
    assert "{{ 1 + 1 }}" in rich
