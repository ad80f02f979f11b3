from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from campaignspec.connector import Limit, Measure
from campaignspec.content import Form, RenderError, Template, read_template
from campaignspec.content.lookups import Assumed, Known, Lookups
from campaignspec.content.source import SharedTexts, Source
from campaignspec.diagnostics import Checked, Severity

SMS = Limit(part="text", most=1, measure=Measure.SMS)
TITLE = Limit(part="title", most=10, basis="the phones of our customers")
ADVICE = Limit(part="text", most=5, is_firm=False)
TOO_LONG = "the text is too long: it takes 2 SMS ("
MIGHT_BE = "the text can come out too long; then nothing is sent: it takes 2 SMS ("
MAY = "), and may take 1 SMS"
NAMES = {("customer", "name"): ("Al", "Bartholomew")}


def read(
    body: str,
    *limits: Limit,
    part: str = "text",
    values: Mapping[tuple[str, ...], Sequence[str]] = NAMES,
) -> Checked[Template]:
    footer = Source(text="Fresh Market, " + "x" * 100, file="_shared/footer.j2")
    return read_template(
        f"{{% block {part} %}}{body}{{% endblock %}}",
        file="sms.j2",
        form=Form(limits=limits),
        variables={"customer": {"name": None, "city": None}},
        known=Known(segments={"vip": 1}, links={"home": "https://shop.example/"}),
        shared=SharedTexts(names=("footer",), read={"footer": footer}.get),
        assumed=Assumed(values=values, lookups=Lookups(links={"home": "https://shop.example/"})),
    )


@pytest.mark.parametrize(
    ("body", "severity", "message"),
    [
        ("я" * 71, Severity.ERROR, f"{TOO_LONG}71 units of UCS-2, 67 in each{MAY}"),
        (
            "a" * 155 + "{{ customer.name }}",
            Severity.WARNING,
            f"{MIGHT_BE}166 units of GSM-7, 153 in each{MAY}",
        ),
        (
            "a" * 150 + "{% if segment('vip') %}{{ 'b' }}{% else %}Dear customer{% endif %}",
            Severity.WARNING,
            f"{MIGHT_BE}163 units of GSM-7, 153 in each{MAY}",
        ),
        (
            "a" * 60 + "{% include 'footer' %}",
            Severity.ERROR,
            f"{TOO_LONG}174 units of GSM-7, 153 in each{MAY}",
        ),
        (
            "a" * 141 + "{{ link('home') }}",
            Severity.ERROR,
            f"{TOO_LONG}162 units of GSM-7, 153 in each{MAY}",
        ),
    ],
)
def test_a_text_that_takes_too_many_sms_is_found(
    body: str, severity: Severity, message: str
) -> None:
    checked = read(body, SMS)

    assert [(d.code, d.severity, d.message) for d in checked.diagnostics] == [
        ("CNT710", severity, message)
    ]
    assert checked.diagnostics[0].span.line == 1
    assert (checked.value is None) is (severity is Severity.ERROR)


@pytest.mark.parametrize(
    "body",
    [
        "a" * 149 + "{{ customer.name }}",
        "a" * 149 + "{{ customer.name | truncate(5) }}",
        "a" * 155 + "{{ customer.name | truncate(5) }}",
        "a" * 148 + "{{ customer.city }}",
        "a" * 150 + "{{ customer.name | money }}",
    ],
)
def test_a_text_that_fits_is_left_alone(body: str) -> None:
    assert read(body, SMS).diagnostics == ()


def test_the_finding_says_what_was_assumed() -> None:
    (finding,) = read("a" * 150 + "{{ customer.name }} {{ customer.city }}", SMS).diagnostics

    assert finding.help is not None
    assert finding.help.startswith(
        'assumed: city of 12 characters, name as long as "Bartholomew"; '
    )


def test_a_limit_says_who_sets_it() -> None:
    (finding,) = read("a" * 11, TITLE, part="title").diagnostics

    assert finding.message == (
        "the title is too long: it has 11 characters, and may have 10 characters "
        "(the phones of our customers)"
    )


def test_what_is_only_advised_never_stops_anything() -> None:
    checked = read("a" * 6, ADVICE)

    assert [d.severity for d in checked.diagnostics] == [Severity.WARNING]
    assert checked.value is not None
    assert checked.value.render({}) == {"text": "aaaaaa"}


def test_a_person_whose_message_is_too_long_is_sent_nothing() -> None:
    template = read("a" * 150 + "{{ customer.name }}", SMS).value

    assert template is not None
    assert template.render({"customer": {"name": "Al"}}) == {"text": "a" * 150 + "Al"}
    with pytest.raises(RenderError, match=r"sms.j2: text: it takes 2 SMS \(161 units of GSM-7"):
        template.render({"customer": {"name": "Bartholomew"}})


def test_signs_that_cost_the_alphabet_are_named_and_mended() -> None:
    body = "“Now” – all shoes" + "a" * 100

    (finding,) = read(body, Limit(part="text", most=3, measure=Measure.SMS)).diagnostics

    assert (finding.code, finding.span.line) == ("CNT711", 1)
    assert finding.message == (
        '"“", "”", "–" make the whole text UCS-2: 2 SMS (117 units of UCS-2, 67 in each)'
    )
    assert finding.help == (
        'write """ for "“", """ for "”", "-" for "–": then 1 SMS (117 units of GSM-7 of 160)'
    )
    assert finding.fix is not None
    assert [edit.text for edit in finding.fix.edits] == ['"', '"', "-"]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("Привет, “Анна”", []),
        ("Hello, {{ customer.name }}", []),
        ("All shoes today 👟", ["CNT711"]),
        ("Plain text: 5 €", []),
    ],
)
def test_only_signs_that_could_be_spared_are_found(body: str, codes: list[str]) -> None:
    checked = read(body, SMS, values={("customer", "name"): ("Анна",)})

    assert [d.code for d in checked.diagnostics] == codes
