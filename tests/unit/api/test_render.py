"""Previews: a message as personas get it, computed by the same code as in a run."""

from __future__ import annotations

import html
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from campaignspec.api.check import check
from campaignspec.api.render import Choice, persona_reader, previews
from campaignspec.cli.main import main
from campaignspec.cli.render_command import command
from campaignspec.clock import VirtualClock, parse_instant
from campaignspec.content.preview import Preview
from campaignspec.errors import UsageError

Golden = Callable[[str, str], None]

SHOP = Path(__file__).parents[2] / "golden" / "content" / "shop"
CLOCK = VirtualClock(parse_instant("2018-01-01"))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop"


def render(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "-p", "shop"])


def preview(shop: Path, persona: str, **chosen: str) -> Preview:
    checkup = check(shop)
    assert checkup.project is not None
    reader = persona_reader(checkup.project, persona, at=None, clock=CLOCK)
    (made,) = previews(checkup, [reader], Choice(**chosen))
    return made


def edit(shop: Path, file: str, old: str, new: str) -> None:
    path = shop / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("json", "json"), ("html", "html")])
def test_a_message_is_shown_for_a_persona_in_every_form(
    form: str, ending: str, golden: Golden
) -> None:
    shown = render("news", "--for", "anna", "--format", form)

    assert shown.exit_code == 0, shown.output
    golden(f"content/news_for_anna.{ending}", shown.output)


@pytest.mark.usefixtures("shop")
def test_every_message_is_shown_for_every_persona(golden: Golden) -> None:
    shown = render("--all")

    assert shown.exit_code == 0, shown.output
    golden("content/all_messages.txt", shown.output)


@pytest.mark.parametrize(
    ("persona", "chosen", "locale"),
    [
        ("anna", {}, "ru"),
        ("ben", {}, "en"),
        ("nobody", {}, "en"),
        ("ben", {"locale": "ru"}, "ru"),
        ("anna", {"locale": "pt-BR"}, "en"),
    ],
)
def test_a_reader_gets_the_nearest_language(
    shop: Path, persona: str, chosen: dict[str, str], locale: str
) -> None:
    assert preview(shop, persona, message="hello", **chosen).locale == locale


def test_what_a_segment_sees_is_computed_from_what_has_happened(shop: Path) -> None:
    regular = preview(shop, "anna", message="news", channel="email", locale="en")
    new = preview(shop, "ben", message="news", channel="email")

    assert "You are a regular" in regular.parts[1].text
    assert "You are a regular" not in new.parts[1].text


def test_a_segment_may_be_taken_as_given(shop: Path) -> None:
    edit(shop, "personas.yaml", "    at: 2017-03-01", "    segments: {regulars: true}")

    assert (
        "You are a regular"
        in preview(shop, "nobody", message="news", channel="email").parts[1].text
    )


def test_a_persona_may_be_looked_at_earlier(shop: Path) -> None:
    checkup = check(shop)
    assert checkup.project is not None
    reader = persona_reader(checkup.project, "anna", at="2017-02-01", clock=CLOCK)
    choice = Choice(message="news", channel="email", locale="en")

    (made,) = previews(checkup, [reader], choice)

    assert "You are a regular" not in made.parts[1].text


def test_a_persona_without_events_is_looked_at_now(shop: Path) -> None:
    edit(shop, "personas.yaml", "    at: 2017-03-01", "    consent: {email: true}")
    project = check(shop).project
    assert project is not None

    assert persona_reader(project, "nobody", at=None, clock=CLOCK).at == CLOCK.now()


def test_a_message_that_would_not_be_sent_says_why(shop: Path) -> None:
    for file in ("hello/email.j2", "hello/email.ru.j2"):
        path = f"welcome/templates/{file}"
        word = "друг" if "ru" in file else "friend"
        edit(shop, path, f" | default('{word}')", "")

    made = preview(shop, "nobody", message="hello")

    assert made.parts == ()
    assert made.failure == (
        "shop/welcome/templates/hello/email.j2: subject: customer.first_name is missing"
    )
    assert "nothing is sent: " in render("hello", "--for", "nobody").output


def test_a_part_that_is_longer_than_is_good_is_told_of(shop: Path) -> None:
    edit(shop, "welcome/templates/news/email.j2", "New wool has come in{%", "Wool " * 20 + "{%")

    made = preview(shop, "ben", message="news", channel="email")

    (warning,) = made.warnings
    assert warning == (
        "subject: it has 99 characters, and may have 70 characters "
        "(more is cut off in most inboxes)"
    )
    assert [finding.code for finding in made.findings] == ["CNT710"]


@pytest.mark.usefixtures("shop")
def test_previews_are_written_to_a_page_or_to_files() -> None:
    page = render("--all", "--out", "out/all.html")
    parts = render("news", "--for", "ben", "--out", "parts")

    assert page.output == "9 previews written to out/all.html\n"
    assert Path("out/all.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert parts.output == "4 files written to parts\n"
    assert sorted(path.name for path in Path("parts/welcome").iterdir()) == [
        "news.email.ben.html",
        "news.email.ben.subject.txt",
        "news.email.ben.text.txt",
        "news.sms.ben.text.txt",
    ]


def test_the_page_can_load_and_run_nothing(shop: Path) -> None:
    body = '<div lang="en">'
    edit(shop, "welcome/templates/news/email.j2", body, f"{body}<script>alert(1)</script>")

    page = render("news", "--for", "ben", "--format", "html").output

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<iframe sandbox title=" in page
    assert "default-src 'none'" in html.unescape(page)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name a message, or render every one with --all"),
        (["news", "--all"], "name a message, or render every one with --all"),
        (["nwes"], "no message that is sent is called 'nwes'; did you mean 'news'?"),
        (["news", "--for", "ana"], "no persona is called 'ana'; did you mean 'anna'?"),
        (["news", "--channel", "push"], "no channel is called 'push'; there are: email, sms"),
        (["news", "--campaign", "x"], "no campaign is called 'x'; there are: welcome"),
        (["hello", "--channel", "sms"], "no message is sent by that campaign and channel"),
        (["news", "--at", "soon"], "'soon' is not a date"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(arguments: list[str], message: str) -> None:
    failed = render(*arguments)

    assert isinstance(failed.exception, UsageError)
    assert message in str(failed.exception)


def test_without_personas_a_customer_has_to_be_named(shop: Path) -> None:
    (shop / "personas.yaml").unlink()

    failed = render("news")

    assert "the project has no personas" in str(failed.exception)


def test_a_customer_of_the_history_is_a_reader_too(shop: Path) -> None:
    (shop / "customers.csv").write_text(
        "customer,email,phone,first_name,language,city\n"
        "7,a@b.example,+79160000000,Олег,ru_RU,Омск\n8,c@d.example,,,,\n",
        encoding="utf-8",
    )
    (shop / "events.csv").write_text(
        "customer,at,event,amount\n"
        + "".join(f"7,2017-0{month}-01 12:00:00,order.placed,10\n" for month in (1, 2, 3)),
        encoding="utf-8",
    )

    shown = render("news", "--for-customer", "7", "--for-customer", "8", "--format", "json")
    early = render("news", "--for-customer", "7", "--at", "2017-01-15", "--channel", "email")

    assert shown.exit_code == 0, shown.output
    seen = {(each["reader"], each["channel"]): each for each in json.loads(shown.output)}
    assert seen["7", "email"]["locale"] == "ru"
    assert "частый гость" in seen["7", "email"]["parts"]["text"]["text"]
    assert seen["8", "sms"]["locale"] == "en"
    assert "частый гость" not in early.output


def test_findings_come_before_previews(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(shop, "welcome/templates/news/sms.j2", "link('home'", "link('hom'")

    with pytest.raises(SystemExit) as stopped:
        main(["render", "news", "-p", "shop"])

    assert stopped.value.code == 1
    assert "no link is called `hom`" in capsys.readouterr().err
