"""Caps that a journey hits by itself, in one row a case."""

from __future__ import annotations

from pathlib import Path

import pytest
from lint_kit import warnings
from tiny_project import CAMPAIGN, CHANNELS

DAY = "{at_most: 1, per: calendar_day}"
WEEK = "{at_most: 2, within: 7d}"
QUIET = '  quiet: {from: "21:00", to: "09:00"}\n'


def send(name: str, wait: str = "", options: str = "") -> str:
    step = f"  - {{send: {name}, via: email{options}}}\n"
    return f"{step}  - wait: {wait}\n" if wait else step


def project(cap: str, steps: str, quiet: str = "") -> dict[str, str]:
    head = "campaign: win-back\nenter: {on: {event: order.placed}}\njourney:\n"
    channels = (
        "channels:\n  email: {connector: outbox, cost: 1 USD}\n  sms: {connector: outbox}\n"
        f"mixes:\n  both: {{choose: in_order, from: [email, sms]}}\npolicies:\n  caps: [{cap}]\n"
    )
    return {CAMPAIGN: head + steps, CHANNELS: channels + quiet}


HIT = {
    "two at one moment": (DAY, send("a") + send("b"), "", "b"),
    "the third within a week": (WEEK, send("a", "2d") + send("b", "2d") + send("c"), "", "c"),
    "each wait at its longest": (
        WEEK,
        send("a", "{for: {opened: a}, at_most: 3d}") + send("b", "{until: '10:00'}") + send("c"),
        "",
        "c",
    ),
    "in the second round of a repeat": (
        WEEK,
        f"  - repeat: 4\n    do:\n    {send('a')}      - wait: 1d\n",
        "",
        "a",
    ),
    "on both ways of a branch": (
        "{at_most: 1, within: 7d}",
        "  - branch: [{if: city = 'x', do: [{send: a, via: email}]}, "
        "{else: [{send: b, via: email}]}]\n  - wait: 6d\n" + send("c"),
        "",
        "c",
    ),
    "before hours could hold it up to the end of the week": (
        WEEK,
        send("a", "2d") + send("b", "2d") + send("c"),
        QUIET,
        "c",
    ),
}


@pytest.mark.parametrize(("cap", "steps", "quiet", "message"), HIT.values(), ids=HIT)
def test_a_message_that_a_cap_forbids_to_everybody_is_found(
    tmp_path: Path, cap: str, steps: str, quiet: str, message: str
) -> None:
    (finding,) = warnings(tmp_path, "POL513", project(cap, steps, quiet))

    assert finding.message.startswith(f"nobody gets `{message}`")


SPARED = {
    "a day may be over after a wait": (DAY, send("a", "1s") + send("b"), ""),
    "the week is over": (WEEK, send("a", "4d") + send("b", "3d") + send("c"), ""),
    "one way has no message before": (
        "{at_most: 1, within: 7d}",
        "  - branch: [{if: city = 'x', do: [{send: a, via: email}]}]\n" + send("c"),
        "",
    ),
    "a wait has no bound": (
        WEEK,
        send("a", "{date: birthday}") + send("b") + send("c"),
        "",
    ),
    "it waits until the cap has room": (DAY, send("a") + send("b", "", ", when_capped: wait"), ""),
    "one before it may have waited for room": (
        WEEK,
        send("a", "2d") + send("b", "", ", when_capped: wait") + send("c"),
        "",
    ),
    "transactional messages are not counted": (
        DAY,
        send("a", "", ", class: transactional") + send("b"),
        "",
    ),
    "the cap is on another channel": (
        "{at_most: 1, per: calendar_day, channel: sms}",
        send("a") + send("b"),
        "",
    ),
    "a mix may take another channel": (
        "{at_most: 1, per: calendar_day, channel: sms}",
        "  - {send: a, mix: both}\n  - {send: b, mix: both}\n",
        "",
    ),
    "hours may hold it up to the end of the week": (
        WEEK,
        send("a", "3d") + send("b", "71h") + send("c"),
        QUIET,
    ),
}


@pytest.mark.parametrize(("cap", "steps", "quiet"), SPARED.values(), ids=SPARED)
def test_a_message_that_may_pass_is_not_called_forbidden(
    tmp_path: Path, cap: str, steps: str, quiet: str
) -> None:
    assert warnings(tmp_path, "POL513", project(cap, steps, quiet)) == []


@pytest.mark.parametrize(
    ("caps", "idle"),
    [
        ("{at_most: 2, within: 7d}, {at_most: 2, within: 7d, by: city}", 0),
        ("{at_most: 2, within: 7d, by: city}, {at_most: 3, within: 7d, by: city}", 1),
    ],
    ids=["of one and of many", "both of many"],
)
def test_only_caps_that_count_the_same_people_make_each_other_idle(
    tmp_path: Path, caps: str, idle: int
) -> None:
    assert len(warnings(tmp_path, "POL514", project(caps, send("a")))) == idle
