from __future__ import annotations

from collections.abc import Sequence

import pytest

from campaignspec.content import Form, Template, VariableTree, read_template
from campaignspec.diagnostics import Checked

VARIABLES: VariableTree = {
    "customer": {"id": None, "first_name": None, "city": None, "basket": None},
    "campaign": {"name": None, "title": None},
}
EMAIL = ("subject", "text")


def read(
    text: str, *, parts: Sequence[str] = (), optional: Sequence[str] = ()
) -> Checked[Template]:
    return read_template(
        text,
        file="templates/survey/email.j2",
        form=Form(parts=tuple(parts), optional_parts=tuple(optional), escaped_parts=("html",)),
        variables=VARIABLES,
    )


def text_block(body: str) -> str:
    return f"{{% block text %}}{body}{{% endblock %}}"


def found(checked: Checked[Template]) -> list[tuple[str, int, int, str]]:
    return [(d.code, d.span.line, d.span.column, d.message) for d in checked.diagnostics]


def test_a_template_with_all_its_parts_is_read_without_findings() -> None:
    checked = read(
        "{% block subject %}Hello{% endblock %}\n\n"
        "{% block text %}Dear {{ customer.first_name }}{% endblock %}\n"
        "{% block html %}<p>Dear</p>{% endblock %}\n",
        parts=EMAIL,
        optional=("html",),
    )

    assert checked.diagnostics == ()
    assert checked.value is not None
    assert checked.value.parts == ("subject", "text", "html")


def test_a_missing_part_and_an_unknown_one_are_both_found() -> None:
    checked = read(
        "{% block text %}x{% endblock %}\n{% block subjekt %}y{% endblock %}", parts=EMAIL
    )

    assert checked.value is None
    assert found(checked) == [
        ("CNT703", 1, 1, 'the template has no block "subject"'),
        ("CNT703", 2, 10, 'the channel has no part "subjekt"'),
    ]
    assert checked.diagnostics[0].help == "write {% block subject %}…{% endblock %}"
    assert checked.diagnostics[1].help == 'did you mean "subject"?'


def test_a_channel_without_declared_parts_takes_any_blocks_but_needs_one() -> None:
    taken = read("{% block title %}a{% endblock %}{% block body %}b{% endblock %}")
    empty = read("{# nothing yet #}")

    assert taken.value is not None
    assert taken.value.parts == ("title", "body")
    assert [d.code for d in empty.diagnostics] == ["CNT703"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{% block text %}\n\n{{ customer.first_name }\n{% endblock %}", 3),
        ("{% block text %}\n{% if %}x{% endif %}{% endblock %}", 2),
        ("{% block text %}\n{% endfor %}", 2),
        ("{% block text %}\n\n{% lorem %}{% endblock %}", 3),
        ("{% block text %}\n{{ " + "9" * 100_000 + " }}{% endblock %}", 1),
    ],
)
def test_what_is_not_jinja_is_found_on_its_line(text: str, line: int) -> None:
    checked = read(text)

    assert checked.value is None
    assert [(d.code, d.span.line) for d in checked.diagnostics] == [("CNT701", line)]


@pytest.mark.parametrize(
    ("body", "column", "message", "advice"),
    [
        ("Hi {{ nope }}", 7, 'there is no variable "nope"', "there are: customer, campaign"),
        ("{{ custmer.id }}", 4, 'there is no variable "custmer"', 'did you mean "customer"?'),
        (
            "{{ customer.frst_name }}",
            4,
            '"customer" has no "frst_name"',
            'did you mean "customer.first_name"?',
        ),
        (
            "{{ first_name }}",
            4,
            'there is no variable "first_name"',
            'did you mean "customer.first_name"?',
        ),
        (
            "{{ customer.city.zip }}",
            4,
            '"customer.city" has no "zip"',
            '"customer.city" is a single value',
        ),
        (
            "{{ customer['frst_name'] }}",
            1,
            '"customer" has no "frst_name"',
            'did you mean "customer.first_name"?',
        ),
        (
            "{{ customer }}",
            4,
            '"customer" is a group of values, not a value',
            "write one of them: customer.id",
        ),
        (
            "{{ nope | default('x') }}",
            4,
            'there is no variable "nope"',
            "there are: customer, campaign",
        ),
        (
            "{% if nope is defined %}x{% endif %}",
            7,
            'there is no variable "nope"',
            "there are: customer, campaign",
        ),
        (
            "{% for a in customer.basket %}{{ loop.indx }}{% endfor %}",
            34,
            '"loop" has no "indx"',
            'did you mean "loop.index"?',
        ),
    ],
)
def test_a_variable_that_does_not_exist_is_found_where_it_stands(
    body: str, column: int, message: str, advice: str
) -> None:
    checked = read("{% block text %}\n" + body + "{% endblock %}")

    assert found(checked) == [("CNT702", 2, column, message)]
    assert checked.diagnostics[0].help == advice


@pytest.mark.parametrize(
    "body",
    [
        "{% for item in customer.basket %}{{ item.name }}{{ loop.index }}{% endfor %}",
        "{% for k, v in customer.basket %}{{ k }}{{ v }}{% endfor %}",
        "{% set city = customer.city %}{{ city }}",
        "{% if customer.id %}{% set x = 1 %}{% endif %}{{ x }}",
        "{{ customer.basket[0].name }}",
        "{{ customer['city'] }}",
    ],
)
def test_names_a_template_makes_itself_are_known_in_it(body: str) -> None:
    assert read(text_block(body)).diagnostics == ()


@pytest.mark.parametrize(
    "body",
    [
        "{{ item }}{% for item in customer.basket %}{{ item }}{% endfor %}",
        "{% for item in customer.basket %}{{ item }}{% endfor %}{{ item }}",
        "{% for item in item %}x{% endfor %}",
        "{{ x }}{% set x = 1 %}",
        "{{ loop.index }}",
    ],
)
def test_names_a_template_makes_are_unknown_elsewhere(body: str) -> None:
    assert [d.code for d in read(text_block(body)).diagnostics] == ["CNT702"]


@pytest.mark.parametrize(
    ("body", "message", "advice"),
    [
        (
            "{{ customer.city.upper() }}",
            "calling a function or method is not allowed in a template",
            "use a filter, as in {{ name | upper }}; there are: segment, offer, link",
        ),
        ("{{ customer.city | uper }}", 'there is no filter "uper"', 'did you mean "upper"?'),
        ("{% if 1 is evn %}x{% endif %}", 'there is no test "evn"', 'did you mean "even"?'),
        (
            "{{ 'a' ~ 'b' }}",
            "joining with ~ is not allowed in a template",
            "write the values one after the other: {{ a }}{{ b }}",
        ),
        (
            "{{ 'x' if customer.city }}",
            "an inline `if` has no `else`",
            'write {{ a if b else "" }}',
        ),
        ("{% set x = [1] %}", "`set` cannot hold a list", "loop over the list where it is needed"),
        (
            "{% import 'x' as x %}",
            "`import` is not allowed in a template",
            "write {% include 'footer' %} for the text in templates/_shared/footer.j2",
        ),
        (
            "{% include '../x' %}",
            "an include names one shared text",
            "write {% include 'footer' %} for the text in templates/_shared/footer.j2",
        ),
        (
            "{% if segment(customer.city) %}x{% endif %}",
            "`segment` takes a name as it is written",
            "write segment('champions')",
        ),
        (
            "{% block text2 %}x{% endblock %}",
            'block "text2" stands inside another',
            "end that first",
        ),
    ],
)
def test_what_is_forbidden_says_what_to_do_instead(body: str, message: str, advice: str) -> None:
    checked = read(text_block(body))

    assert checked.value is None
    assert [(d.code, d.message, d.help) for d in checked.diagnostics] == [
        ("CNT704", message, advice)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dear reader" + text_block("x"),
        "{% set x = 1 %}" + text_block("x"),
        text_block("x") + text_block("y"),
        "{% block text required %}{% endblock %}",
        "{% extends 'base' %}" + text_block("x"),
        text_block("x" * 300_000),
    ],
)
def test_what_would_never_be_sent_is_found(text: str) -> None:
    checked = read(text)

    assert checked.value is None
    assert {d.code for d in checked.diagnostics} <= {"CNT704", "CNT701"}


def test_all_findings_come_at_once_in_the_order_of_the_file() -> None:
    checked = read(
        "{% block text %}\n{{ a }}\n{{ customer.b }}\n{% endblock %}", parts=("subject", "text")
    )

    assert [(d.code, d.span.line) for d in checked.diagnostics] == [
        ("CNT703", 1),
        ("CNT702", 2),
        ("CNT702", 3),
    ]
