"""Why a message was not sent: each rule of policy is told with what it held against."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from campaignspec.cli.explain_command import command
from campaignspec.policy import Reason
from campaignspec.story.choosing import OF_MIXES
from campaignspec.story.objections import RULES
from campaignspec.story.touching import REASONS

FILES = {
    "campaignspec.yaml": """
spec: 1
project: reasons
timezone: UTC
currency: EUR
tick: 1h
sources:
  - customers: customers.csv
    addresses: {email: email, phone: phone}
    attributes: {birthday: date, vip: text}
  - events: events.csv
    names: [signup, complaint, order.placed, tasting]
  - consents: consents.csv
""",
    "audiences.yaml": """
traits: {orders: {count: order.placed}}
segments:
  vips: {where: vip = 'yes' or orders >= 3}
""",
    "channels.yaml": """
channels:
  email: {connector: outbox, cost: 0.01 EUR}
  sms:
    connector: outbox
    address: phone
    cost: 0.04 EUR
    hours: {from: "10:00", to: "18:00"}
    capacity: {per_day: 1}
policies:
  consent: {promotional: opt_out, service: opt_out}
  suppress:
    - {segment: vips}
    - {list: blocked.csv}
    - {event: complaint, for: 7d}
  regulated:
    wine: {min_age: 18, birthday: birthday}
  quiet: {from: "21:00", to: "09:00"}
  caps: [{at_most: 1, per: calendar_day}]
  exclusive: [[hello, tasting]]
""",
    "hello/campaign.yaml": """
campaign: hello
enter: {on: {event: signup}, again: 1h}
journey:
  - send: welcome
    via: email
  - wait: 1h
  - send: again
    via: email
  - wait: 30d
""",
    "tasting/campaign.yaml": """
campaign: tasting
category: wine
enter: {on: {event: tasting}}
journey:
  - send: invitation
    via: email
    valid_for: 2h
""",
    "late/campaign.yaml": """
campaign: late
enter: {on: {event: order.placed}}
journey:
  - send: thanks
    via: sms
""",
    "customers.csv": """customer,email,phone,birthday,vip
ann,ann@example.com,+33100000001,1980-05-01,no
bob,,+33100000002,1980-05-01,no
cat,cat@example.com,+33100000003,1980-05-01,yes
dan,dan@example.com,+33100000004,,no
eve,eve@example.com,+33100000005,1980-05-01,no
fay,fay@example.com,+33100000006,1980-05-01,no
gus,gus@example.com,+33100000007,2010-05-01,no
hal,hal@example.com,+33100000008,1980-05-01,no
ian,ian@example.com,+33100000009,1980-05-01,no
kim,kim@example.com,+33100000010,1980-05-01,no
lea,lea@example.com,+33100000011,1980-05-01,no
max,max@example.com,+33100000012,1980-05-01,no
""",
    "events.csv": """customer,at,event
ann,2017-03-01 10:00,signup
bob,2017-03-01 10:00,signup
cat,2017-03-01 10:00,signup
dan,2017-03-01 10:00,signup
eve,2017-03-01 10:00,signup
fay,2017-02-27 10:00,complaint
fay,2017-03-01 10:00,signup
gus,2017-03-01 10:00,tasting
hal,2017-03-01 10:00,signup
kim,2017-03-01 22:00,tasting
hal,2017-03-03 10:00,tasting
ian,2017-03-01 22:00,order.placed
lea,2017-03-03 12:00,order.placed
max,2017-03-03 12:00,order.placed
""",
    "consents.csv": """customer,at,channel,purpose,state
eve,2017-02-01 10:00,email,promotional,refused
""",
    "blocked.csv": "customer\ndan\n",
    **{
        f"{campaign}/templates/{message}/{channel}.j2": "{% block subject %}Hi{% endblock %}"
        "{% block text %}Hello!{% endblock %}\n"
        if channel == "email"
        else "{% block text %}Hello!{% endblock %}\n"
        for campaign, message, channel in (
            ("hello", "welcome", "email"),
            ("hello", "again", "email"),
            ("tasting", "invitation", "email"),
            ("late", "thanks", "sms"),
        )
    },
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def explain(*arguments: str) -> Result:
    """Run the command; what fails in it fails the test."""
    return CliRunner().invoke(command, arguments, catch_exceptions=False)


def story(customer: str, *arguments: str) -> str:
    """Return what is told of somebody."""
    told = explain("--customer", customer, *arguments)
    assert told.exit_code == 0, told.output
    return told.stdout


def test_what_is_told_is_known_for_every_reason() -> None:
    assert set(RULES) | OF_MIXES == set(Reason) - {Reason.NONE} == set(REASONS.values())


@pytest.mark.parametrize(
    ("customer", "reason", "proof"),
    [
        pytest.param(
            "ann",
            "did not send again by email: the customer has had as many messages as a cap allows",
            "the cap is 1 per calendar day; there is room again from 2017-03-02 00:00  "
            "(channels.yaml:18)\n    · counted: 2017-03-01 10:00  welcome of hello by email",
            id="a cap and what it counted",
        ),
        pytest.param(
            "bob",
            "did not send welcome by email: the customer has no address for the channel",
            "email needs an address of the kind email, and none is known",
            id="an address",
        ),
        pytest.param(
            "cat",
            "did not send welcome by email: the customer is in a segment that `suppress` names",
            "who is in the segment vips gets nothing  (channels.yaml:12)",
            id="a segment",
        ),
        pytest.param(
            "dan",
            "did not send welcome by email: the customer, or the address, stands in a list that "
            "`suppress` names",
            "the list blocked.csv names the person, by customer  (channels.yaml:13)",
            id="a list",
        ),
        pytest.param(
            "eve",
            "did not send welcome by email: the customer did not agree to messages of this class",
            "promotional messages by email need opt_out  (channels.yaml:10)\n"
            "    · the person refused them at 2017-02-01 10:00",
            id="a consent and its date",
        ),
        pytest.param(
            "fay",
            "did not send welcome by email: an event that `suppress` names happened to the "
            "customer, and its time is not over",
            "nothing is sent for 7d after complaint  (channels.yaml:14)\n        2017-02-27 10:00",
            id="an event",
        ),
        pytest.param(
            "gus",
            "did not send invitation by email: the customer is too young for the campaign's "
            "category, or the day of birth is not known",
            "one must be 18 years old, and the day of birth is 2010-05-01  (channels.yaml:16)",
            id="an age",
        ),
        pytest.param(
            "hal",
            "did not send invitation by email: the customer entered another campaign of an "
            "exclusive group first",
            "only one of hello, tasting talks to a person at a time; the person is in hello since "
            "2017-03-01 10:00",
            id="another campaign",
        ),
        pytest.param(
            "kim",
            "did not send invitation by email: the message would go later than it is valid",
            "it is valid for 2h from 2017-03-01 22:00, until 2017-03-02 00:00\n"
            "    · it would have to wait until 2017-03-02 09:00: it is too late or too early in "
            "the customer's day\n    · for the person it was 22:00 on Wednesday (UTC)",
            id="a validity, and what there was to wait for",
        ),
        pytest.param(
            "ian",
            "held back thanks by sms until 2017-03-02 10:00: it is too late or too early in the "
            "customer's day",
            "for the person it was 22:00 on Wednesday (UTC)\n"
            "    · quiet hours are from 21:00 to 09:00, then `wait`  (channels.yaml:17)",
            id="quiet hours, and then those of the channel",
        ),
    ],
)
def test_a_rule_that_objects_says_what_it_held_against(
    customer: str, reason: str, proof: str, shop: Path
) -> None:
    told = story(customer)

    assert reason in told
    assert proof in told
    assert "as files and data are today" not in told


def test_what_all_customers_share_is_told_after_a_rehearsal_for_everybody(shop: Path) -> None:
    told = [story(customer, "--to", "2017-03-05") for customer in ("lea", "max")]

    (late,) = [each for each in told if "held back" in each]
    assert "a rehearsal of all campaigns for everybody, since people share what there is" in late
    assert (
        "held back thanks by sms until 2017-03-04 00:00: the channel carries as many messages as "
        "it can  (late/campaign.yaml:4)\n"
        "    · capacity sms day: 1 messages per day, for all customers together"
    ) in late
