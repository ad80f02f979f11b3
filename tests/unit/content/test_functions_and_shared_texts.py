from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from campaignspec.content import Form, Lookups, RenderError, Template, read_template
from campaignspec.content.lookups import Known
from campaignspec.content.source import SharedTexts, Source
from campaignspec.diagnostics import Checked

KNOWN = Known(
    segments={"champions": 1, "lapsed": 1},
    offers={"ten-off": 1},
    links={"home": "https://shop.example/"},
)
LOOKUPS = Lookups(
    segments={"champions": True, "lapsed": False},
    offers={"ten-off": {"code": "AB-12", "valid_until": "2017-05-01"}},
    links={"home": "https://shop.example/?a=1"},
    tracking={"utm_content": "{link}"},
)
SHARED = {
    "footer": "Fresh Market\n",
    "legal": "{% block text %}plain{% endblock %}{% block html %}<b>rich</b>{% endblock %}",
    "outer": "({% include 'footer' %})",
    "loop-a": "{% include 'loop-b' %}",
    "loop-b": "{% include 'loop-a' %}",
    "bad": "{{ customer.nam }}",
    "wild": "{{ 'a'.upper() }}",
    "greeting": "{% set name = 'x' %}Dear {{ customer.name }}",
    "bomb": "{% include 'footer' %}" * 60,
}


def read(body: str, *, part: str = "text", shared: Mapping[str, str] = SHARED) -> Checked[Template]:
    texts = {name: Source(text=text, file=f"_shared/{name}.j2") for name, text in shared.items()}
    return read_template(
        f"{{% block {part} %}}{body}{{% endblock %}}",
        file="email.j2",
        form=Form(escaped_parts=("html",)),
        variables={"customer": {"name": None, "url": None}},
        known=KNOWN,
        shared=SharedTexts(names=tuple(texts), read=texts.get),
    )


def rendered(body: str, *, part: str = "text", lookups: Lookups = LOOKUPS) -> str:
    template = read(body, part=part).value
    assert template is not None
    values = {"customer": {"name": "Ann", "url": "https://shop.example/p?a=1&b=2"}}
    return template.render(values, lookups)[part]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{% if segment('champions') %}Dear champion{% else %}Hello{% endif %}", "Dear champion"),
        ("{% if segment('lapsed') %}We miss you{% else %}Hello{% endif %}", "Hello"),
        ("{{ 'a' if not segment('lapsed') else 'b' }}", "a"),
        (
            "{{ offer('ten-off').code }} until {{ offer('ten-off').valid_until | date('%d.%m.') }}",
            "AB-12 until 01.05.",
        ),
        ("{{ link('home') }}", "https://shop.example/?a=1&utm_content=home"),
        ("{{ link('https://x.example/', 'x') }}", "https://x.example/?utm_content=x"),
        (
            "{{ link(customer.url, 'product') }}",
            "https://shop.example/p?a=1&b=2&utm_content=product",
        ),
    ],
)
def test_a_template_asks_for_segments_offers_and_links(body: str, text: str) -> None:
    assert rendered(body) == text


def test_an_address_is_escaped_where_the_part_is_markup() -> None:
    body = "<a href=\"{{ link('home', 'button') }}\">See the shop</a>"

    assert rendered(body, part="html") == (
        '<a href="https://shop.example/?a=1&amp;utm_content=button">See the shop</a>'
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{{ offer('ten-off').title }}", "offer('ten-off').title is missing"),
        ("{{ link(customer.url | replace('https', 'java'), 'x') }}", "is no web address"),
    ],
)
def test_what_cannot_be_answered_is_not_sent(body: str, message: str) -> None:
    with pytest.raises(RenderError, match=message.replace("(", r"\(").replace(")", r"\)")):
        rendered(body)


def test_a_segment_that_nobody_has_judged_is_not_guessed() -> None:
    with pytest.raises(RenderError, match="nobody knows whether the customer matches"):
        rendered("{% if segment('lapsed') %}x{% endif %}y", lookups=replace(LOOKUPS, segments={}))


def test_an_offer_that_was_not_granted_can_be_asked_about() -> None:
    body = "{% if offer('ten-off').code is defined %}yes{% else %}no{% endif %}"

    assert rendered(body) == "yes"
    assert rendered(body, lookups=replace(LOOKUPS, offers={})) == "no"


@pytest.mark.parametrize(
    ("body", "code", "message", "advice"),
    [
        (
            "{% if segment('champion') %}x{% endif %}",
            "REF301",
            "no segment is called `champion`",
            "did you mean `champions`?",
        ),
        (
            "{{ offer('ten-of').code }}",
            "REF301",
            "no offer is called `ten-of`",
            "did you mean `ten-off`?",
        ),
        ("{{ link('hom') }}", "REF301", "no link is called `hom`", "did you mean `home`?"),
        (
            "{{ offer('ten-off').cod }}",
            "CNT702",
            'an offer has no "cod"',
            'did you mean "code"?',
        ),
        (
            "{{ offer('ten-off') }}",
            "CNT702",
            "an offer is a group of values, not a value",
            "write one of them: offer('ten-off').code",
        ),
        (
            "{{ link('https://x.example/') }}",
            "CNT708",
            "a link to an address has no name by which its clicks are told apart",
            (
                "write link('https://shop.example/', 'home'), or give the address a name under "
                "`links:` in campaignspec.yaml"
            ),
        ),
        (
            "{{ link('home', 'a') }} {{ link('https://x.example/', 'a') }}",
            "CNT708",
            'two links are called "a" and lead to different places',
            "give them different names; the other one leads to home",
        ),
        (
            "{{ segment('a', 'b') }}",
            "CNT704",
            "`segment` takes a name as it is written",
            "write segment('champions')",
        ),
        (
            "{{ link('home', name='x') }}",
            "CNT704",
            "`link` takes a name as it is written",
            "write link('home') or link('https://shop.example/', 'home')",
        ),
    ],
)
def test_what_a_function_asks_for_exists(body: str, code: str, message: str, advice: str) -> None:
    checked = read(body)

    assert checked.value is None
    assert [(d.code, d.message, d.help) for d in checked.diagnostics] == [(code, message, advice)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hello\n{% include 'footer' %}\nBye", "Hello\nFresh Market\nBye"),
        ("{% include 'outer' %}", "(Fresh Market\n)"),
        ("{% include 'legal' %}", "plain"),
        ("{% for n in [1, 2] %}{% include 'footer' %}{% endfor %}", "Fresh Market\nFresh Market"),
        ("{% set name = 'Eve' %}{% include 'greeting' %}, {{ name }}", "Dear Ann, Eve"),
    ],
)
def test_a_shared_text_stands_in_place_of_its_include(body: str, text: str) -> None:
    assert rendered(body) == text


def test_a_part_takes_the_block_of_its_own_name() -> None:
    assert rendered("{% include 'legal' %}", part="html") == "<b>rich</b>"


@pytest.mark.parametrize(
    ("body", "code", "file", "message"),
    [
        ("{% include 'foter' %}", "REF304", "email.j2", 'there is no shared text "foter"'),
        (
            "{% include 'loop-a' %}",
            "REF303",
            "_shared/loop-b.j2",
            "shared texts include each other in a circle: loop-a → loop-b → loop-a",
        ),
        ("{% include 'bad' %}", "CNT702", "_shared/bad.j2", '"customer" has no "nam"'),
        (
            "{% include 'wild' %}",
            "CNT704",
            "_shared/wild.j2",
            "calling a function or method is not allowed in a template",
        ),
        (
            "{% include 'bomb' %}",
            "REF303",
            "_shared/bomb.j2",
            "more than 50 includes, or more than 5 within each other",
        ),
    ],
)
def test_what_is_wrong_with_a_shared_text_is_found_in_it(
    body: str, code: str, file: str, message: str
) -> None:
    checked = read(body)

    found = {(d.code, d.span.file, d.message) for d in checked.diagnostics}
    assert found == {(code, file, message)}


def test_a_shared_text_without_the_part_says_which_it_has() -> None:
    checked = read("{% include 'legal' %}", part="subject")

    assert [(d.code, d.message) for d in checked.diagnostics] == [
        ("CNT703", 'the shared text "legal" has no block "subject"')
    ]


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "footer.j2", "..", "~", ""])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    checked = read(f"{{% include '{name}' %}}")

    assert checked.value is None
    assert [d.code for d in checked.diagnostics] == ["CNT704"]


def test_a_template_tells_what_it_uses_also_by_its_shared_texts() -> None:
    template = read(
        "{% include 'greeting' %}{% if segment('lapsed') %}{{ link('home') }}{% endif %}"
    ).value

    assert template is not None
    assert template.files == ("email.j2", "_shared/greeting.j2")
    assert template.uses.variables == {("customer", "name")}
    assert template.uses.segments == {"lapsed"}
    assert template.uses.links == {"home"}
