"""What must never happen: in a case, on random customers, and made small when it does."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from case_bench import CAMPAIGNS, case_of, real_project, shop_project, tried
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.project import load_project
from campaignspec.simulate.bench import Bench, told
from campaignspec.simulate.case import try_case
from campaignspec.simulate.fuzzing import fuzz
from campaignspec.simulate.never import never_text
from campaignspec.simulate.paste import as_test
from campaignspec.simulate.person import life_of
from campaignspec.simulate.random_lives import Nature, nature_of, random_case
from campaignspec.simulate.shrinking import shrink
from campaignspec.simulate.vocabulary import vocabulary_of
from campaignspec.spec.case import TestCase
from campaignspec.spec.never import Never

UNUSED = shutil.ignore_patterns(".campaignspec", "optics", "freight", "fashion")
"""Caches, and the shops of the stories."""

ORDERS = """
test: a customer who opens the first message
customer: {timezone: Europe/Moscow, attributes: {city: Омск}}
timeline:
  - {event: order.placed, at: 2025-03-03 12:00, properties: {amount: 600}}
  - {opened: hello, at: 2025-03-03 14:20}
  - {event: site.visited, at: 2025-03-07 10:00, properties: {amount: 3}}
"""
# hello on the 3rd at 12:00, thanks on the 6th at 15:00, weekend on Saturday the 8th at 12:00.


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench.of(shop_project(tmp_path_factory.mktemp("never")), "welcome")


WAITED = "at_most: 6d}\n    otherwise:\n"


@pytest.fixture(scope="module")
def second_basket(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A second basket with a mistake: it waits for the click, and then once more without it."""
    root = tmp_path_factory.mktemp("mistaken")
    shutil.copytree(CAMPAIGNS, root, dirs_exist_ok=True, ignore=UNUSED)
    file = root / "second-basket" / "campaign.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(WAITED) == 1
    mistaken = text.replace(WAITED, "at_most: 2d}\n    otherwise:\n      - wait: 4d\n")
    file.write_text(mistaken, encoding="utf-8")
    loaded = load_project(root, relative_to=root)
    assert loaded.project is not None, loaded.diagnostics
    return Bench.of(loaded.project, "second-basket")


KEPT = {
    "a step that is not reached": "send: reminder",
    "a class that is not sent": "class: transactional",
    "a channel, to somebody else": "via: email, for: city = 'Москва'",
    "after what did not happen": "after: {event: order.placed}",
    "after what fits no rule": "after: {event: site.visited, where: amount > 3}",
    "a step before the event": "send: thanks, after: {event: site.visited}",
    "after a click that never came": "after: {clicked: hello}",
    "a step before the opening": "send: hello, after: {opened: hello}",
    "after a segment not yet joined": "send: thanks, after: {segment: quiet}",
    "at other hours": 'between: {from: "16:00", to: "11:00"}',
    "a range that ends as it is sent": 'send: thanks, between: {from: "12:00", to: "15:00"}',
    "as many as are sent": 'messages: "> 3"',
    "not as many in a window": 'messages: "> 2", within: 5d',
    # The window is half-open: a message sent a window ago to the minute is not in it.
    "apart by the window": 'messages: "> 1", within: 45h',
    "a rule with an answer": "send: hello, for: opened('hello')",
}
BROKEN = {
    "a step": ("send: thanks", 1),
    "a class": ("class: service", 1),
    "a channel": ("via: email", 3),
    "a rule": ("for: city = 'Омск'", 3),
    "after an event": ("after: {event: site.visited}", 1),
    "after an event of a rule": ("after: {event: site.visited, where: amount > 2}", 1),
    "after an opening": ("after: {opened: hello}", 2),
    "at hours": ('between: {from: "15:00", to: "15:01"}', 1),
    "over midnight": ('between: {from: "15:00", to: "12:01"}', 3),
    "too many": ('messages: ">= 3"', 1),
    "too many in a window": ('messages: "> 1", within: 46h', 1),
    "too many of a class": ('class: promotional, messages: "> 1"', 1),
    "a rule with an answer": ("for: opened('hello')", 2),
    "a rule over events": ("for: spend_30d >= 600", 3),
}


@pytest.mark.parametrize("never", KEPT.values(), ids=KEPT)
def test_what_did_not_happen_breaks_nothing(bench: Bench, never: str) -> None:
    assert tried(bench, f"{ORDERS}never:\n  - {{{never}}}\n").passed


@pytest.mark.parametrize(("never", "times"), BROKEN.values(), ids=BROKEN)
def test_what_must_never_happen_is_told_message_by_message(
    bench: Bench, never: str, times: int
) -> None:
    result = tried(bench, f"{ORDERS}never:\n  - {{{never}}}\n")

    assert [(each.what, len(each.actual)) for each in result.mismatches] == [("never", times)]


def test_a_rule_of_the_file_holds_in_every_case(bench: Bench) -> None:
    never = Never(send=case_of("test: x\nnever: [{send: thanks}]").never[0].send)

    result = try_case(bench, case_of(ORDERS), [never])

    assert [each.expected for each in result.mismatches] == [("{send: thanks}",)]


LATE_CLICK = "test: x\nnever: [{send: first-steps-coupon, after: {clicked: weekend-ideas}}]"


def test_random_customers_find_what_no_author_thought_of(second_basket: Bench) -> None:
    # Who clicks when the two days of waiting are over gets the coupon all the same.
    never = case_of(LATE_CLICK).never

    found = list(fuzz(second_basket, never, number=400, seed=1))

    assert [each.never for each in found] == list(never)
    assert found[0].alone
    assert not found[0].result.passed


def test_what_is_found_is_as_small_as_can_be_and_can_be_pasted(second_basket: Bench) -> None:
    found = next(fuzz(second_basket, case_of(LATE_CLICK).never, number=400, seed=1))

    text = as_test(found.result.case)
    pasted = case_of(text.replace("\n  ", "\n").removeprefix("- "))

    assert [type(each).__name__ for each in pasted.timeline] == ["Happens", "Clicks"]
    assert pasted == found.result.case
    assert not try_case(second_basket, pasted).passed


def test_the_same_seed_finds_the_same_and_another_seed_another(second_basket: Bench) -> None:
    never = case_of(LATE_CLICK).never

    texts = [
        [as_test(each.result.case) for each in fuzz(second_basket, never, number=300, seed=seed)]
        for seed in (5, 5, 6)
    ]

    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_what_campaigns_say_must_never_be_is_kept_by_random_customers() -> None:
    project = real_project()

    broken = [
        never_text(found.never)
        for name in project.campaigns
        for found in fuzz(Bench.of(project, name), project.nevers[name], number=500, seed=11)
    ]

    assert broken == []


def test_what_is_published_for_everybody_is_nobody_s_message() -> None:
    root = CAMPAIGNS / "fashion"
    project = load_project(root, relative_to=root).project
    assert project is not None
    never = case_of("test: x\nnever: [{for: on_wechat = 0}]").never

    found = list(fuzz(Bench.of(project, "content-plan"), never, number=20, seed=1))

    assert found == []


def nature(bench: Bench) -> Nature:
    return nature_of(bench.project, bench.graph, vocabulary_of(bench.project, bench.graph))


def test_a_life_is_made_of_the_campaign_s_own_words(bench: Bench) -> None:
    words = vocabulary_of(bench.project, bench.graph)

    assert set(words.events) == {"order.placed"}
    assert words.sends == ("hello", "reminder", "thanks", "weekend")
    assert words.numbers == (1.0, 500.0)
    assert words.channels == ("email",)


def test_words_are_followed_through_segments_and_traits() -> None:
    project = real_project()

    words = vocabulary_of(project, Bench.of(project, "win-back").graph)

    assert set(words.events) == {"basket", "shopping.day"}
    assert {"amount", "items"} <= set(words.events["basket"])


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.sampled_from(["win-back", "second-basket", "coupon-reminder"]))
def test_whoever_is_there_besides_a_random_customer_gets_what_they_get_alone(
    seed: int, campaign: str
) -> None:
    bench = Bench.of(real_project_once(), campaign)
    drawn = nature(bench)
    cases = [random_case(drawn, number, str(seed)) for number in range(1, 9)]
    windows = [bench.window(case) for case in cases]
    lives = [life_of(bench.project, case) for case in cases]

    together = told(bench.rehearse(lives, min(windows)[0], max(end for _, end in windows)))

    for life, (start, end) in zip(lives, windows, strict=True):
        alone = told(bench.rehearse([life], start, end))
        mine = tuple(fact for fact in together if fact.customer == life.id and fact.at <= end)
        assert mine == alone


_LOADED = []


def real_project_once() -> object:
    """Load the example project at the first call only."""
    if not _LOADED:
        _LOADED.append(real_project())
    return _LOADED[0]


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(0, 3))
def test_a_shrunk_case_still_fails_and_nothing_more_can_be_left_out(seed: int, most: int) -> None:
    case = random_case(nature(Bench.of(real_project_once(), "win-back")), 1, str(seed))

    def fails(candidate: TestCase) -> bool:
        return len(candidate.timeline) >= most

    if fails(case):
        smallest = shrink(case, fails)

        assert len(smallest.timeline) == most
        assert smallest.customer == type(smallest.customer)()


def test_a_shrunk_case_keeps_what_the_failure_needs(bench: Bench) -> None:
    case = replace(case_of(ORDERS), never=case_of("test: x\nnever: [{send: thanks}]").never)

    smallest = shrink(case, lambda each: not try_case(bench, each).passed)

    assert as_test(smallest) == (
        "- test: a customer who opens the first message\n"
        "  timeline:\n"
        "    - {event: order.placed, at: 2025-03-03 12:00, properties: {amount: 600}}\n"
        "  never:\n"
        "    - {send: thanks}\n"
    )
