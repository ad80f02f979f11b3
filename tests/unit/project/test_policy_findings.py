"""Every finding about policies, each in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import CHANNELS, CLEAN, SETTINGS, load_files, shown

RICH = """\
channels:
  email:
    connector: outbox
    consent: {promotional: double_opt_in}
    confirmed_by: {event: visit, where: seconds > 3}
    cost: 0.01 USD
    capacity: {per_hour: 600}
    hours: {from: "08:00", to: "22:00", on: [mon, tue, wed, thu, fri, sat]}
  sms: {connector: outbox}
policies:
  consent: {promotional: opt_in, service: opt_out}
  suppress:
    - {segment: good, classes: [promotional]}
    - {list: blocked.csv, by: email, channels: [email]}
    - {event: order.returned, where: amount > 1, for: 30d}
  regulated:
    wine:
      min_age: 18
      birthday: birthday
      channels: [email, sms]
      hours: {from: "09:00", to: "20:00"}
      consent: opt_in
  quiet:
    - {from: "21:00", to: "09:00"}
    - {on: [sun, holiday], channels: [sms], otherwise: drop}
  holidays: [2018-01-01]
  unknown_zone: {zones: [Europe/Moscow, Asia/Vladivostok]}
  arbitration: {rule: highest_priority, hold: 3d, when_outranked: wait}
  exclusive: [[win-back, second]]
  caps:
    - {at_most: 1, per: calendar_week, campaign: win-back}
    - {at_most: 3, within: 7d}
    - {at_most: 9, per: calendar_week, by: city}
  budgets: [{at_most: 40 USD, per: day, channel: email}]
  ratio: {promotional: 1, per_service: 2, within: 30d}
mixes:
  shared:
    choose: split
    from: [email, sms]
    shares: {email: 70%, sms: 30%}
    needs: {sms: city = "Moscow"}
    limits: {sms: 20%}
    fallback: {after: 48h, unless: clicked}
  ordered: {choose: in_order, from: [sms, email]}
  scored: {choose: best, from: [email, sms], weigh: {preference: 1, cost: 0.5}}
"""
SECOND = """\
campaign: second
priority: 80
category: wine
budget: {total: 20 USD}
enter: {on: {segment: good}}
journey:
  - {send: hello, via: email, valid_for: 12h}
"""


def files(**changed: str) -> dict[str, str]:
    texts = {"channels": RICH, "second": SECOND, "settings": CLEAN[SETTINGS]} | changed
    return CLEAN | {
        CHANNELS: texts["channels"],
        "second/campaign.yaml": texts["second"],
        SETTINGS: texts["settings"],
        "blocked.csv": "email\nann@shop.example\n",
    }


def row(code: str, before: str, after: str, *words: str) -> object:
    """Change the project in one place; the finding must cover what stands in «»."""
    return pytest.param(code, before, after, words, id=f"{code} {after}")


POLICIES = [
    row("POL501", '{from: "21:00", to: "09:00"}', '{«from»: "21:00"}', "no `to`", "whole days"),
    row("POL501", '{from: "21:00", to: "09:00"}', '{«to»: "09:00"}', "no `from`"),
    row("POL501", '{from: "21:00", to: "09:00"}', '{from: "21:00", «to»: "21:00"}', "21:00"),
    row("POL501", 'to: "20:00"}', '«to»: "09:00"}', "these hours begin and end at 09:00"),
    row("POL501", '- {from: "21:00", to: "09:00"}', "- «{otherwise: drop}»", "no days"),
    row("POL502", '  quiet:\n    - {from: "21:00", to: "09:00"}',
        '  «quiet»:\n    - {from: "07:00", to: "23:00"}', "leave `email` no minute of the week"),
    row("POL503", "  holidays: [2018-01-01]\n", "", "no day is one", "2018-05-09"),
    row("POL504", "    confirmed_by: {event: visit, where: seconds > 3}\n", "",
        "consent for `email` must be confirmed", "`confirmed_by: "),
    row("POL505", "hold: 3d, when_outranked", "«when_outranked»", "when to ask", "`hold: 3d`"),
    row("POL506", "[[win-back, second]]", "[«[win-back]»]", "several campaigns"),
    row("POL506", "[[win-back, second]]", "[«[second, second]»]", "each once"),
    row("POL507", "      birthday: birthday\n", "", "nothing tells how old people are"),
    row("POL507", "      min_age: 18\n", "", "no age is asked for"),
    row("REF301", "birthday: birthday", "birthday: «birthdate»", "did you mean `birthday`?"),
    row("REF305", "birthday: birthday", "birthday: «city»", "`city` is text, not a date"),
    row("REF301", "segment: good, classes", "segment: «god», classes", "did you mean `good`?"),
    row("REF301", "event: order.returned", "event: «order.return»", "`order.returned`?"),
    row("REF301", "event: visit", "event: «visits»", "did you mean `visit`?"),
    row("REF301", "where: amount > 1, for", "where: «amuont» > 1, for", "did you mean `amount`?"),
    row("REF301", "where: seconds > 3", "where: «second» > 3", "did you mean `seconds`?"),
    row("REF301", "channels: [email]}", "channels: [«e-mail»]}", "did you mean `email`?"),
    row("REF301", "channels: [sms]", "channels: [«smss»]", "did you mean `sms`?"),
    row("REF301", "channels: [email, sms]", "channels: [email, «mms»]", "did you mean `sms`?"),
    row("REF301", "campaign: win-back}", "campaign: «winback»}", "did you mean `win-back`?"),
    row("REF301", "[[win-back, second]]", "[[win-back, «secnd»]]", "did you mean `second`?"),
    row("REF304", "list: blocked.csv", "list: «block.csv»", "the list `block.csv` does not exist"),
    row("SPC204", "for: 30d", "for: «0d»", "`for` is zero"),
    row("SPC204", "hold: 3d", "hold: «0d»", "`hold` is zero"),
    row("SPC204", "within: 30d}\n", "within: «0d»}\n", "`within` is zero"),
    row("SPC204", "promotional: 1", "promotional: «0»", "a ratio with 0 `promotional`"),
    row("SPC204", "per_service: 2", "per_service: «-1»", "a ratio with -1 `per_service`"),
    row("SPC204", "40 USD", "«-1 USD»", "would forbid every message"),
    row("SPC204", "40 USD", "«40 EUR»", "but the project counts in USD"),
    row("SPC204", "per_hour: 600", "per_hour: «0»", "a capacity of 0"),
    row("SPC206", "capacity: {per_hour: 600}", "«capacity»: {}", "how much there is", "per_day"),
    row("POL518", "    cost: 0.01 USD\n", "", "`email` costs nothing"),
    row("REF301", "from: [sms, email]}", "from: [«smss», email]}", "did you mean `sms`?"),
    row("REF301", 'city = "Moscow"', '«ctiy» = "Moscow"', "did you mean `city`?"),
    row("SPC204", "after: 48h", "after: «0h»", "`after` is zero"),
    row("POL541", "from: [sms, email]}", "«from»: [sms]}", "names 1 of them"),
    row("POL542", "{email: 70%, sms: 30%}", "{email: 70%, sms: 31%}", "share out 101%"),
    row("POL542", "shares: {email: 70%, sms: 30%}", "«shares»: {email: 100%}", "share of `sms`"),
    row("POL542", "shares: {email: 70%, sms: 30%}", "«shares»: {email: 100%, sms: 0%}", "of 0%"),
    row("POL542", "    shares: {email: 70%, sms: 30%}\n", "", "a split needs the share of"),
    row("POL542", "choose: in_order, from: [sms, email]}",
        "choose: in_order, from: [sms, email], «shares»: {sms: 100%}}", "shares are for `split`"),
    row("POL543", "choose: in_order, from: [sms, email]}",
        "choose: in_order, from: [sms, email], «weigh»: {cost: 1}}", "chooses `in_order`"),
    row("POL543", "limits: {sms: 20%}", "limits: {«letter»: 20%}", "none of the mix's channels"),
    row("POL545", "limits: {sms: 20%}", "limits: {«sms»: 0%}", "forbid every message by `sms`"),
    row("POL545", "limits: {sms: 20%}", "limits: {«sms»: 100%}", "limits nothing"),
    row("POL545", "limits: {sms: 20%}", "«limits»: {sms: 20%, email: 90%}", "first message"),
    row("REF301", "by: city", "by: «ctiy»", "`ctiy`", "did you mean `city`?"),
    row("REF305", "by: city", "by: «birthday»", "is a date, which names no group"),
    row("POL519", "per: day, channel: email}]", "when_out: «wait», channel: email}]",
        "never full again", "`per: day`"),
    row("POL544", "weigh: {preference: 1, cost: 0.5}", "«weigh»: {preference: -1}", "-1 and 0"),
    row("SPC206", "{at_most: 3, within: 7d}", "{«at_most»: 3}", "over what time it counts"),
    row("SPC206", "zones: [Europe/Moscow, Asia/Vladivostok]", "«zones»: []", "no zone is listed"),
]  # fmt: skip

CAMPAIGNS = [
    row(
        "POL508", "category: wine", "category: «beer»", "the category `beer`", "categories: `wine`"
    ),
    row("SPC204", "priority: 80", "priority: «101»", "101 is not on the scale", "0 to 100"),
    row("SPC204", "priority: 80", "priority: «-1»", "-1 is not on the scale"),
    row("SPC204", "20 USD", "«20 RUB»", "`total` is in RUB"),
    row(
        "POL519",
        "{total: 20 USD}",
        "{total: 20 USD, when_out: «wait»}",
        "never full again",
        "`per_day: 800 USD`",
    ),
    row("SPC206", "budget: {total: 20 USD}", "«budget»: {when_out: wait}", "`per_day:` or both"),
    row("SPC204", "valid_for: 12h", "valid_for: «0h»", "`valid_for` is zero"),
]


def test_every_part_of_policy_together_is_sound(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, files())

    assert [shown(finding) for finding in loaded.diagnostics] == []


@pytest.mark.parametrize(("code", "before", "after", "words"), POLICIES)
def test_a_mistake_in_policies_is_found_at_its_place(
    tmp_path: Path, code: str, before: str, after: str, words: tuple[str, ...]
) -> None:
    check(tmp_path, "channels", RICH, code, before, after, words)


@pytest.mark.parametrize(("code", "before", "after", "words"), CAMPAIGNS)
def test_a_mistake_in_a_campaign_is_found_at_its_place(
    tmp_path: Path, code: str, before: str, after: str, words: tuple[str, ...]
) -> None:
    check(tmp_path, "second", SECOND, code, before, after, words)


def test_a_category_may_not_be_promoted_by_every_channel(tmp_path: Path) -> None:
    text = RICH.replace("channels: [email, sms]", "channels: [sms]")

    loaded = load_files(tmp_path, files(channels=text))

    (finding,) = loaded.diagnostics
    assert finding.code == "POL509"
    assert shown(finding) == (
        "`wine` may not be promoted by `email` | channels that are allowed: `sms`"
    )
    assert SECOND[finding.span.start : finding.span.end] == "email"


def test_a_mix_needs_nothing_of_channels_that_it_does_not_name(tmp_path: Path) -> None:
    text = RICH.replace(
        "  sms: {connector: outbox}\n", "  sms: {connector: outbox}\n  push: {connector: outbox}\n"
    )
    text = text.replace("needs: {sms: city", "needs: {push: city")

    loaded = load_files(tmp_path, files(channels=text))

    (finding,) = loaded.diagnostics
    assert finding.code == "POL543"
    assert text[finding.span.start : finding.span.end] == "push"


def test_a_step_names_a_mix_that_exists_and_no_channel_beside_it(tmp_path: Path) -> None:
    unknown = SECOND.replace("via: email", "mix: shraed")
    twice = SECOND.replace("via: email", "via: email, mix: shared")

    (misspelt,) = load_files(tmp_path / "1", files(second=unknown)).diagnostics
    (both,) = load_files(tmp_path / "2", files(second=twice)).diagnostics

    assert misspelt.code == "REF301"
    assert "did you mean `shared`?" in shown(misspelt)
    assert both.code == "POL540"
    assert twice[both.span.start : both.span.end] == "shared"


def test_policy_in_an_environment_is_no_policy(tmp_path: Path) -> None:
    text = CLEAN[SETTINGS].replace(
        "email: {connector: outbox}", "email: {connector: outbox, consent: {service: not_needed}}"
    )

    loaded = load_files(tmp_path, files(settings=text))

    (finding,) = loaded.diagnostics
    assert finding.code == "POL516"
    assert text[finding.span.start : finding.span.end] == "consent"
    assert "in channels.yaml" in shown(finding)


def check(
    root: Path,
    file: str,
    clean: str,
    code: str,
    before: str,
    after: str,
    words: tuple[str, ...],
) -> None:
    """Change a file in one place, and look for the finding and its place."""
    assert clean.count(before) >= 1
    marked = clean.replace(before, after, 1)
    text = marked.replace("«", "").replace("»", "")

    loaded = load_files(root, files(**{file: text}))

    found = [finding for finding in loaded.diagnostics if finding.code == code]
    assert found, [shown(finding) for finding in loaded.diagnostics]
    for word in words:
        assert word in shown(found[0])
    if "«" in marked:
        start = marked.index("«")
        wanted = marked[start + 1 : marked.index("»")]
        assert text[found[0].span.start : found[0].span.end] == wanted
