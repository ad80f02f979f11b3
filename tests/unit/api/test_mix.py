"""Why a customer is written to by one channel of a mix and not by another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from campaignspec.api.check import opened
from campaignspec.api.mix import ChoiceExplained, explain_choice
from campaignspec.cli.mix_command import command
from campaignspec.errors import UsageError

FILES = {
    "campaignspec.yaml": """
spec: 1
project: chooser
timezone: UTC
currency: EUR
sources:
  - customers: customers.csv
    addresses: {email: email, phone: phone}
  - events: events.csv
    names: [signup, order.placed]
  - messages: messages.csv
  - responses: responses.csv
  - consents: consents.csv
""",
    "audiences.yaml": "traits: {orders: {count: order.placed}}\n",
    "channels.yaml": """
channels:
  email: {connector: outbox, cost: 0.01 EUR}
  sms: {connector: outbox, address: phone, cost: 0.04 EUR}
policies: {consent: {promotional: opt_out, service: opt_out}}
mixes:
  preferred:
    choose: best
    from: [email, sms]
    weigh: {preference: 1, cost: 0.2}
    needs: {sms: orders >= 1}
  unused: {choose: in_order, from: [sms, email]}
""",
    "welcome/campaign.yaml": """
campaign: welcome
enter: {on: {event: signup}}
journey: [{send: hello, mix: preferred}]
""",
    "welcome/templates/hello/email.j2": "{% block subject %}Hi{% endblock %}"
    "{% block text %}Hello!{% endblock %}\n",
    "welcome/templates/hello/sms.j2": "{% block text %}Hello!{% endblock %}\n",
    "customers.csv": "customer,email,phone\nann,a@example.com,+33100000001\n"
    "bob,b@example.com,+33100000002\ncat,c@example.com,\n",
    "events.csv": "customer,at,event\nann,2017-01-05 10:00,order.placed\n"
    "ann,2017-03-01 10:00,signup\n",
    "messages.csv": "customer,at,channel,class,campaign\n"
    "ann,2017-02-01 10:00,email,promotional,winter\n"
    "ann,2017-02-08 10:00,email,promotional,winter\n"
    "ann,2017-02-09 10:00,sms,promotional,winter\n",
    "responses.csv": "customer,at,channel,campaign,response\n"
    "ann,2017-02-09 10:05,sms,winter,clicked\nann,2017-02-09 10:06,sms,winter,clicked\n"
    "ann,2017-02-20 10:00,email,winter,opened\n",
    "consents.csv": "customer,at,channel,purpose,state\n"
    "cat,2017-02-01 10:00,email,promotional,refused\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def choice(shop: Path, customer: str, at: str | None = None) -> ChoiceExplained:
    project, _ = opened(shop)
    return explain_choice(project, mix="preferred", customer=customer, at=at)


def test_who_answers_texts_is_texted_though_that_is_dearer(shop: Path) -> None:
    found = choice(shop, "ann")

    email, sms = found.channels
    assert found.chosen == "sms"
    assert (email.answered, email.sent) == (1, 2)
    assert email.score == pytest.approx(2 / 4 - 0.2 * 0.01 / 0.04)
    assert sms.score == pytest.approx(2 / 3 - 0.2)


def test_a_message_clicked_twice_is_one_answer(shop: Path) -> None:
    found = choice(shop, "ann")

    assert (found.channels[1].answered, found.channels[1].sent) == (1, 1)


def test_answers_that_come_later_are_not_known_yet(shop: Path) -> None:
    found = choice(shop, "ann", at="2017-02-09 10:01")

    assert [(each.answered, each.sent) for each in found.channels] == [(0, 2), (0, 1)]


def test_a_channel_that_is_not_warmed_up_says_what_it_needs(shop: Path) -> None:
    found = choice(shop, "bob")

    assert found.chosen == "email"
    assert found.channels[1].against == "It needs that orders >= 1."


def test_who_has_no_channel_is_sent_nothing(shop: Path) -> None:
    found = choice(shop, "cat")

    assert found.chosen is None
    assert all(each.against for each in found.channels)


def test_a_mix_by_which_nobody_sends_explains_nothing(shop: Path) -> None:
    project, _ = opened(shop)

    with pytest.raises(UsageError, match="no campaign sends anything by the mix 'unused'"):
        explain_choice(project, mix="unused", customer="ann")


def test_an_unknown_mix_is_told_with_the_nearest(shop: Path) -> None:
    project, _ = opened(shop)

    with pytest.raises(UsageError, match="preferred"):
        explain_choice(project, mix="prefered", customer="ann")


def test_programs_read_the_same_choice(shop: Path) -> None:
    told = CliRunner().invoke(
        command,
        ["preferred", "--customer", "ann", "--format", "json", "--project", str(shop)],
    )

    assert json.loads(told.output)["chosen"] == "sms"


def test_a_limit_is_shown_beside_its_channel(shop: Path) -> None:
    channels = shop / "channels.yaml"
    text = channels.read_text(encoding="utf-8").replace(
        "    needs: {sms: orders >= 1}\n", "    limits: {sms: 12.5%}\n"
    )
    channels.write_text(text, encoding="utf-8")

    printed = (
        CliRunner()
        .invoke(command, ["preferred", "--customer", "ann", "--project", str(shop)])
        .output
    )

    (sms,) = [line for line in printed.splitlines() if line.startswith("→ sms")]
    assert sms.endswith("cost 0.04 EUR, at most 12.5% of the messages")
    assert printed.count("at most") == 1
