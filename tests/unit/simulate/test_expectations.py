"""What a test expects is held against what came, key by key."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from case_bench import case_of, shop_project, tried
from hypothesis import given
from hypothesis import strategies as st
from shop import write_shop

from campaignspec.api.check import check
from campaignspec.diagnostics import render
from campaignspec.project import load_project
from campaignspec.simulate.aligning import align
from campaignspec.simulate.bench import Bench
from campaignspec.simulate.fuzzing import fuzz
from campaignspec.simulate.person import life_of
from campaignspec.simulate.timeline import Mark
from campaignspec.spec.case import Happens
from campaignspec.spec.kinds import Moment, Name, ZoneName
from campaignspec.spec.persona import Persona

ORDERS = """
test: a customer who opens the first message
customer: {timezone: Europe/Moscow}
timeline:
  - {event: order.placed, at: 2025-03-03 12:00, properties: {amount: 600}}
  - {opened: hello, at: 2025-03-03 14:20}
"""
# What comes of it: entered and hello on the 3rd at 12:00, thanks on the 6th at 15:00, weekend on
# Saturday the 8th at 12:00, completed then, expired on the 23rd at 12:00.


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench.of(shop_project(tmp_path_factory.mktemp("benches")), "welcome")


TRUE = {
    "entered": "entered: [2025-03-03 12:00]",
    "messages in order": "messages: [{send: hello}, {send: thanks}, {send: weekend}]",
    "messages at times": "messages: [{send: hello, at: 2025-03-03 12:00}, {send: thanks}, "
    "{send: weekend, at: 2025-03-08 12:00}]",
    "a channel and a cost": "contains: [{send: hello, via: email, cost: 0.05 RUB}]",
    "how often": "contains: [{send: hello, times: 1}, {send: reminder, times: 0}]",
    "no silence": "suppressed: []",
    "a path with gaps": "path: [entry, hello, branch > spenders, weekend]",
    "the way of a wait": "path: [wait-for-hello-opened > in time]",
    "the end of the path": "path: [weekend, end]",
    "no goal": "conversions: []",
    "nobody refused": "refused: []",
    "what it costs": 'cost: "<= 0.15 RUB"',
    "how it ends": "ends: completed",
    "when it ends": "ends: completed at 2025-03-08 12:00",
}
FALSE = {
    "another entry": ("entered: [2025-03-03 13:00]", "entered"),
    "no entry": ("entered: []", "entered"),
    "another order": ("messages: [{send: thanks}, {send: hello}, {send: weekend}]", "messages"),
    "a message less": ("messages: [{send: hello}, {send: thanks}]", "messages"),
    "another time": (
        "messages: [{send: hello, at: 2025-03-03 13:00}, {send: thanks}, {send: weekend}]",
        "messages",
    ),
    "a missing message": ("contains: [{send: reminder}]", "contains"),
    "too often": ("contains: [{send: hello, times: 2}]", "contains"),
    "another price": ("contains: [{send: hello, cost: 0.06 RUB}]", "contains"),
    "an arm never drawn": ("contains: [{send: hello, arm: a}]", "contains"),
    "a silence": ("suppressed: [{send: hello, reason: consent}]", "suppressed"),
    "another way": ("path: [hello, branch > else]", "path"),
    "steps the other way round": ("path: [weekend, hello]", "path"),
    "a goal": ("conversions: [{at: 2025-03-04 12:00}]", "conversions"),
    "a refusal": ("refused: [{reason: once}]", "refused"),
    "too dear": ('cost: "<= 0.14 RUB"', "cost"),
    "another end": ("ends: goal", "ends"),
    "another instant": ("ends: completed at 2025-03-08 13:00", "ends"),
    "a reason": ("ends: completed why", "ends"),
    "still open": ("ends: open", "ends"),
    "never begun": ("ends: never entered", "ends"),
}


@pytest.mark.parametrize("expected", TRUE.values(), ids=TRUE)
def test_what_comes_true_is_no_mismatch(bench: Bench, expected: str) -> None:
    result = tried(bench, f"{ORDERS}expect: {{{expected}}}\n")

    assert result.passed, result.story


@pytest.mark.parametrize(("expected", "what"), FALSE.values(), ids=FALSE)
def test_what_does_not_come_true_is_named(bench: Bench, expected: str, what: str) -> None:
    result = tried(bench, f"{ORDERS}expect: {{{expected}}}\n")

    assert [mismatch.what for mismatch in result.mismatches] == [what]


def test_a_goal_has_its_worth(bench: Bench) -> None:
    story = """
test: a second order
timeline:
  - {event: order.placed, at: 2025-03-03 12:00, properties: {amount: 600}}
  - {event: order.placed, at: 2025-03-04 12:00, properties: {amount: 40.5}}
expect:
  conversions: [{at: 2025-03-04 12:00, value: %s RUB}]
  ends: goal at 2025-03-04 12:00
"""

    assert tried(bench, story % "40.5").passed
    assert not tried(bench, story % "40").passed


def test_somebody_who_agrees_later_is_written_to_from_then_on(bench: Bench) -> None:
    result = tried(
        bench,
        """
test: a change of mind
customer: {consent: {email: false}}
timeline:
  - {event: order.placed, at: 2025-03-03 12:00}
  - {agreed: email, at: 2025-03-04 12:00}
expect:
  suppressed: [{send: hello, reason: consent, at: 2025-03-03 12:00}]
  messages: [{send: reminder}, {send: weekend}]
""",
    )

    assert result.passed, result.story


def test_a_case_may_begin_before_anything_happens(bench: Bench) -> None:
    result = tried(bench, "test: nobody\nfrom: 2025-03-01\nexpect: {ends: never entered}")

    assert result.passed
    assert result.facts == ()


def test_the_timelines_of_a_failed_case_say_what_is_missing_and_what_is_too_much(
    bench: Bench,
) -> None:
    result = tried(
        bench,
        f"{ORDERS}"
        "expect:\n"
        "  messages:\n"
        "    - {send: reminder, at: 2025-03-03 12:00}\n"
        "    - {send: thanks}\n"
        "    - {send: hello, at: 2025-03-07 09:00}\n",
    )

    marks = [(row.mark, row.expected, row.actual) for row in result.rows]
    assert [each for each in marks if each[0] not in {Mark.CONTEXT, Mark.GIVEN}] == [
        (Mark.OTHER, "sent reminder", "sent hello"),
        (Mark.SAME, "sent thanks", "sent thanks"),
        (Mark.MISSING, "sent hello", ""),
        (Mark.STRAY, "", "sent weekend"),
    ]
    times = [row.at for row in result.rows if row.at is not None]
    assert times == sorted(times)


LETTERS = st.text("abc", max_size=7)


@given(LETTERS, LETTERS)
def test_lists_are_aligned_in_order_and_whole(left: str, right: str) -> None:
    pairs = align(len(left), len(right), lambda a, b: left[a] == right[b])

    assert [a for a, _ in pairs if a is not None] == list(range(len(left)))
    assert [b for _, b in pairs if b is not None] == list(range(len(right)))
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    assert all(left[a] == right[b] for a, b in both)


@given(LETTERS, LETTERS, LETTERS)
def test_no_more_of_two_lists_could_be_paired(common: str, left: str, right: str) -> None:
    # Whatever is sprinkled into a list, the list itself is a common subsequence.
    def sprinkled(letters: str) -> str:
        return "".join(a + b for a, b in zip(common, letters.ljust(len(common), "x"), strict=False))

    one, other = sprinkled(left), sprinkled(right)
    pairs = align(len(one), len(other), lambda a, b: one[a] == other[b])

    assert sum(a is not None and b is not None for a, b in pairs) >= len(common)


def test_a_path_over_a_step_that_the_journey_lacks_is_found_by_validate(
    tmp_path: Path, golden: Any
) -> None:
    shop = write_shop(tmp_path / "shop")
    (shop / "welcome/some.test.yaml").write_text(
        "tests:\n"
        "  - test: somewhere else\n"
        "    from: 2025-03-01\n"
        "    expect:\n"
        "      path: [hello, brunch > else, branch > spender, branch]\n"
        "      done: [{step: thank}]\n",
        encoding="utf-8",
    )

    with contextlib.chdir(shop):
        checkup = check(shop)

    golden("test/paths.txt", render(checkup.diagnostics, sources=checkup.texts, form="text"))
    assert [each.code for each in checkup.diagnostics] == ["REF301"] * 3


def test_a_persona_has_lived_before_and_enters_by_none_of_it(bench: Bench) -> None:
    persona = Persona(
        timezone=ZoneName("Asia/Shanghai"),
        attributes={Name("city"): "Омск"},
        events=(
            Happens(
                event=Name("order.placed"),
                at=Moment("2025-01-03 12:00"),
                properties={Name("amount"): 700},
            ),
        ),
    )
    project = replace(bench.project, personas={Name("anna"): persona})
    known = Bench.of(project, "welcome")
    text = """
test: {test}
customer: {who}
timeline:
  - {{event: order.placed, at: 2025-03-03 12:00}}
expect:
  entered: []
"""

    as_she_is = tried(known, text.format(test="anna", who="anna"))
    in_moscow = tried(
        known, text.format(test="like anna", who="{like: anna, timezone: Europe/Moscow}")
    )

    # Her order of March is not her first: nobody with `orders_total = 2` enters.
    assert as_she_is.passed
    assert (as_she_is.zone, in_moscow.zone) == ("Asia/Shanghai", "Europe/Moscow")
    life = life_of(project, as_she_is.case)
    assert life.person.attributes == {"city": "Омск"}


def test_a_call_lets_a_customer_enter(tmp_path: Path) -> None:
    shop = write_shop(tmp_path / "shop")
    campaign = shop / "come-back/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("{segment: quiet}, again: 10d", "{call: start}"), "utf-8")
    loaded = load_project(shop, relative_to=shop)
    assert loaded.project is not None, loaded.diagnostics
    bench = Bench.of(loaded.project, "come-back")

    result = tried(
        bench,
        """
test: somebody rings up
timeline:
  - {call: start, at: 2025-03-03 12:20}
expect:
  entered: [2025-03-03 13:00]
  messages: [{send: miss-you, at: 2025-03-04 10:00}]
""",
    )
    found = next(
        fuzz(bench, case_of("test: x\nnever: [{send: miss-you}]").never, number=50, seed=1)
    )

    assert result.passed, result.story
    assert [type(each).__name__ for each in found.result.case.timeline] == ["Calls"]


def come_back(root: Path, edits: dict[str, tuple[str, str]]) -> Bench:
    """Change files of the shop, and set up its second campaign."""
    shop = write_shop(root / "shop")
    for file, (old, new) in edits.items():
        text = (shop / file).read_text(encoding="utf-8")
        (shop / file).write_text(text.replace(old, new), encoding="utf-8")
    loaded = load_project(shop, relative_to=shop)
    assert loaded.project is not None, loaded.diagnostics
    return Bench.of(loaded.project, "come-back")


def test_what_is_done_and_is_no_message_is_listed(tmp_path: Path) -> None:
    steps = "  - send: miss-you\n  - set: {wooed: true}\n    name: woo\n  - emit: wooing.done\n"
    bench = come_back(
        tmp_path,
        {
            "come-back/campaign.yaml": ("  - send: miss-you\n", steps),
            "audiences.yaml": ("traits:\n", "traits:\n  wooed: {mark: boolean}\n"),
            "campaignspec.yaml": ("tick: 1h\n", "tick: 1h\nemits: {wooing.done: {title: Wooed}}\n"),
        },
    )
    story = """
test: a visitor
timeline: [{event: site.visited, at: 2025-03-03 12:20}]
expect:
  done: %s
"""

    both = "[{step: woo, at: 2025-03-09 10:00}, {step: emit-wooing.done}]"
    assert tried(bench, story % both).passed
    assert [each.what for each in tried(bench, story % "[{step: woo}]").mismatches] == ["done"]


def test_a_split_with_a_name_draws_what_the_test_says(tmp_path: Path) -> None:
    split = "  - split: {few: {share: 1%, do: [{send: miss-you}]}, rest: {share: 99%}}\n"
    bench = come_back(
        tmp_path,
        {
            "come-back/campaign.yaml": (
                "  - send: miss-you\n",
                f"{split}    seed: x\n    name: lucky\n",
            )
        },
    )
    story = """
test: a visitor
customer: {arms: {lucky: %s}}
timeline: [{event: site.visited, at: 2025-03-03 12:20}]
expect:
  contains: [{send: miss-you, times: %d}]
"""

    assert tried(bench, story % ("few", 1)).passed
    assert tried(bench, story % ("rest", 0)).passed
