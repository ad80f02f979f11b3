"""What is amiss in wording and markup, each with the place that is pointed at."""

from __future__ import annotations

import pytest

from campaignspec.content.contrast import BLACK, WHITE, colour_of, contrast
from campaignspec.content.inspection import inspect
from campaignspec.content.masking import STAND_IN, masked_parts
from campaignspec.content.source import Source
from campaignspec.diagnostics import Diagnostic, Severity


def found(text: str, *, whole: bool = True) -> list[Diagnostic]:
    source = Source(text=text, file="email.j2")
    return list(inspect(source, markup=("html",), whole=whole))


def html(body: str) -> str:
    return f'{{% block html %}}<div lang="en">{body}<p>Dear customer of our shop</p></div>\
{{% endblock %}}'


def pointed(text: str) -> list[tuple[str, str]]:
    return [(each.code, text[each.span.start : each.span.end]) for each in found(text)]


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ('<img src="a.png">', "CNT712", '<img src="a.png">'),
        ('<a href="https://x.example">Click here!</a>', "CNT713", '<a href="https://x.example">'),
        ("<a href=\"{{ link('home') }}\">здесь</a>", "CNT713", "<a href=\"{{ link('home') }}\">"),
        ('<a href="x"><b>点击这里</b></a>', "CNT713", '<a href="x">'),
        ('<a href="x"></a>', "CNT713", '<a href="x">'),
        ('<a href="x"><img src="a" alt=""></a>', "CNT713", '<a href="x">'),
        ('<p style="color: #999">pale</p>', "CNT716", '<p style="color: #999">'),
        (
            '<td bgcolor="yellow"><font color="white">no</font></td>',
            "CNT716",
            '<font color="white">',
        ),
        (
            '<p style="color:rgb(10, 10, 10); background: #222 none">dark</p>',
            "CNT716",
            '<p style="color:rgb(10, 10, 10); background: #222 none">',
        ),
        ("<p>act now</p>", "CNT718", "act now"),
        ("<p>Sale!!!</p>", "CNT717", "!!!"),
        ('<a href="https://bit.ly/x">Our new dresses</a>', "CNT719", "https://bit.ly"),
    ],
)
def test_markup_that_shuts_somebody_out_is_found(body: str, code: str, words: str) -> None:
    assert pointed(html(body)) == [(code, words)]


@pytest.mark.parametrize(
    "body",
    [
        '<img src="a.png" alt="a red dress"><img src="line.png" alt="">',
        '<a href="x">See the new dresses</a>',
        '<a href="x"><img src="a" alt="The new dresses"></a>',
        "<a href=\"{{ link('home') }}\">{{ customer.city }}</a>",
        '<p style="color: #595959">grey enough</p>',
        '<h1 style="color: #949494; font-size: 32px">large</h1>',
        '<div style="background: url(a.png); color: #fff">on an image</div>',
        '<div style="background-color: #000"><p style="color: white">white on black</p></div>',
        '<p style="color: #999"></p>',
        "<p>Sale! Today only.</p>",
        '<a href="https://shop.example/bit.ly">Our shop</a>',
        "<p>a winning team</p>",
        "<style>p { color: #eee }</style><br/><hr>",
    ],
)
def test_markup_that_is_sound_is_left_alone(body: str) -> None:
    assert pointed(html(body)) == []


@pytest.mark.parametrize(
    ("subject", "codes"),
    [
        ("LAST CHANCE TO SAVE", ["CNT717"]),
        ("ПОСЛЕДНИЙ ДЕНЬ", ["CNT717"]),
        ("{{ customer.name }}, LAST CHANCE", ["CNT717"]),
        ("New! In the shop!", ["CNT717"]),
        ("快来！抢购！", ["CNT717"]),
        ("Risk-free for you", ["CNT718"]),
        ("恭喜您中奖了", ["CNT718"]),
        ("USB and TV", []),
        ("ALL", []),
        ("Hello {{ customer.name | default('FRIEND OF OURS!!') }}!", []),
        ("新品上市", []),
    ],
)
def test_subjects_that_shout_or_lure_are_found(subject: str, codes: list[str]) -> None:
    text = f"{{% block subject %}}{subject}{{% endblock %}}"

    assert [each.code for each in found(text)] == codes


def test_html_that_does_not_say_its_language_is_found_where_it_begins() -> None:
    text = "{% block html %}\n<p>Dear customer of our shop</p>\n{% endblock %}"

    (finding,) = found(text)

    assert (finding.code, finding.span.line) == ("CNT715", 2)
    assert finding.severity is Severity.WARNING


def test_a_mail_of_one_image_is_found() -> None:
    text = '{% block html %}<div lang="en"><img src="a" alt="Sale"></div>{% endblock %}'

    assert [each.code for each in found(text)] == ["CNT721"]


def test_a_value_that_is_put_in_counts_as_text() -> None:
    text = (
        '{% block html %}<div lang="en"><img src="a" alt="Sale">{{ customer.name }}</div>'
        "{% endblock %}"
    )

    assert found(text) == []


def test_a_shared_text_is_judged_without_what_only_whole_mails_need() -> None:
    assert [each.code for each in found('<p>Hi <img src="x"></p>', whole=False)] == ["CNT712"]


def test_a_masked_part_is_as_long_as_the_file_and_keeps_its_lines() -> None:
    text = "{# note #}{% block a %}x{{ y }}\n{% endblock %}\n{% block b %}z{% endblock %}"

    parts = masked_parts(text)

    assert {len(part) for part in parts.values()} == {len(text)}
    assert parts["a"].strip() == "x" + STAND_IN * len("{{ y }}")
    assert parts["b"].split() == ["z"]
    assert {part.count("\n") for part in parts.values()} == {2}


@pytest.mark.parametrize(
    ("ink", "paper", "ratio"),
    [("black", "white", 21.0), ("#767676", "#fff", 4.54), ("#777777", "white", 4.48)],
)
def test_contrast_is_that_of_wcag(ink: str, paper: str, ratio: float) -> None:
    one, other = colour_of(ink), colour_of(paper)

    assert one is not None
    assert other is not None
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


def test_colours_are_read_as_css_writes_them() -> None:
    assert colour_of(" #FFF ") == colour_of("rgb(255, 255, 255)") == WHITE
    assert colour_of("Black") == BLACK
    assert colour_of("var(--ink)") is None
