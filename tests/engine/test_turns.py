"""What one customer is sent decides what the next may have: shares of channels, caps of groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from engine_kit.cases import Case, case_of
from engine_kit.drive import expected, rows, set_up, swept, ticked
from engine_kit.oracle import Fact
from engine_kit.small import ON_BUY, START, buy, campaign, case
from engine_kit.story import Customer, PastMessage
from engine_kit.turns import Book

from campaignspec.clock import DAY, HOUR, Duration, ceil_to_tick
from campaignspec.connector import MessageClass
from campaignspec.engine.circles import circles_of
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import SendNode
from campaignspec.money import Money
from campaignspec.simulate.sample import Sample, cautions_of
from campaignspec.spec.channel import Channel
from campaignspec.spec.journey import Send, WhenCapped
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.mix import ChooseBy, Fallback, Mix
from campaignspec.spec.policy import Budget, Cap, Capacity, Consent, Per, WhenOut

TEXT_FIRST = Mix(
    choose=ChooseBy.IN_ORDER,
    from_=(Name("text"), Name("mail")),
    limits={Name("text"): Share(0.3)},
)
HELLO = Send(send=Name("hello"), mix=Name("both"))
SEEDS = range(8_000, 8_200)


def mixed(size: int, mix: Mix = TEXT_FIRST, step: Send = HELLO, **more: Any) -> Case:
    """Make a case in which so many people buy at one instant, and are written to by a mix."""
    alone = case(campaign(ON_BUY, step, **more), events=[buy(START + HOUR)])
    text = Channel(connector=Name("outbox"), cost=Money(micros=40_000, currency="USD"))
    project = replace(
        alone.project,
        channels={**alone.project.channels, "text": text},
        mixes={"both": mix},
    )
    return replace(alone, project=project, story=crowd(alone, size))


def crowd(alone: Case, size: int) -> tuple[Customer, ...]:
    (ann,) = alone.story
    return tuple(replace(ann, id=f"c{number:03}") for number in range(size))


def with_mail(story: Case, **changes: Any) -> Case:
    """Return a case in which something else holds for mail."""
    mail = replace(story.project.channels["mail"], **changes)
    channels = {**story.project.channels, "mail": mail}
    return replace(story, project=replace(story.project, channels=channels))


def colleagues(*firms: str | None, cap: Cap, when_capped: WhenCapped = WhenCapped.SKIP) -> Case:
    """Make a case of one buyer for each of the firms, and of a cap."""
    step = Send(send=Name("hello"), via=Name("mail"), when_capped=when_capped)
    alone = case(campaign(ON_BUY, step), events=[buy(START + HOUR)])
    policies = replace(alone.project.policies, caps=(cap,))
    people = zip(crowd(alone, len(firms)), firms, strict=True)
    return replace(
        alone,
        project=replace(alone.project, policies=policies),
        story=tuple(replace(each, attributes={"city": firm}) for each, firm in people),
    )


def sent(story: Case) -> list[Fact]:
    facts = rows(swept(story))
    assert facts == expected(story)
    return [fact for fact in facts if fact["kind"] == "sent"]


def channels(story: Case) -> Mapping[str, int]:
    return Counter(str(fact["channel"]) for fact in sent(story))


@cache
def seeded() -> Sequence[tuple[Case, tuple[Fact, ...]]]:
    """Return the seeded cases in which somebody has to take turns, with their facts."""
    found = (case_of(seed) for seed in SEEDS)
    return tuple((case, tuple(rows(swept(case)))) for case in found if takes_turns(case))


def takes_turns(story: Case) -> bool:
    book = Book(story.project, story.story)
    graphs = (compile_campaign(story.project, name) for name in story.project.campaigns)
    return any(
        book.goes_by_turns(graph.campaign, [replace(node, channel=c) for c in node.channels])
        for graph in graphs
        for node in graph.nodes.values()
        if isinstance(node, SendNode)
    )


# --- shares of channels ---


@pytest.mark.parametrize(("people", "by_text"), [(1, 0), (3, 0), (4, 1), (9, 2), (10, 3), (40, 12)])
def test_no_more_than_its_share_goes_by_a_channel(people: int, by_text: int) -> None:
    assert channels(mixed(people)) == Counter(text=by_text, mail=people - by_text)


def test_who_may_not_have_what_is_over_its_share_is_told_so() -> None:
    story = with_mail(mixed(4), consent={MessageClass.PROMOTIONAL: Consent.OPT_IN})

    facts = rows(swept(story))

    assert facts == expected(story)
    assert {f["reason"] for f in facts if f["kind"] == "suppressed"} == {"share"}


def test_a_share_counts_what_was_sent_not_what_was_held_back() -> None:
    # Mail carries two messages an hour: of the other eight none may pay for a text.
    story = with_mail(mixed(10), capacity=Capacity(per_hour=2))

    first_hour = [fact for fact in sent(story) if fact["at"] == START + HOUR]

    assert [fact["channel"] for fact in first_hour] == ["mail", "mail"]


def test_a_fallback_takes_of_the_share_of_its_mix() -> None:
    mail_first = replace(
        TEXT_FIRST,
        from_=(Name("mail"), Name("text")),
        fallback=Fallback(after=Duration(HOUR)),
    )

    assert channels(mixed(10, mail_first)) == Counter(mail=10, text=4)


def test_each_campaign_has_shares_of_its_own() -> None:
    story = mixed(4)
    again = replace(story.project.campaigns["alpha"], campaign=Name("beta"))
    campaigns = {**story.project.campaigns, Name("beta"): again}
    story = replace(story, project=replace(story.project, campaigns=campaigns))

    by = Counter((fact["campaign"], fact["channel"]) for fact in sent(story))

    assert by == {
        ("alpha", "text"): 1,
        ("alpha", "mail"): 3,
        ("beta", "text"): 1,
        ("beta", "mail"): 3,
    }


def test_what_is_owed_is_not_held_to_a_share() -> None:
    owed = replace(HELLO, class_=MessageClass.TRANSACTIONAL)

    assert channels(mixed(5, step=owed)) == Counter(text=5)


def test_money_that_runs_out_for_a_channel_does_not_count_either() -> None:
    # 41,200 micro-units: three mails, and one text of 40,000.
    budget = Budget(total=Money(micros=41_200, currency="USD"), when_out=WhenOut.SKIP)

    assert channels(mixed(12, budget=budget)) == Counter(mail=3, text=1)


# --- caps over people who belong together ---


def test_colleagues_share_a_cap_and_others_do_not() -> None:
    weekly = Cap(at_most=1, within=Duration(7 * DAY), by=Name("city"))

    found = sent(colleagues("Kazan", "Kazan", "Kazan", "Łódź", None, None, cap=weekly))

    who = {fact["customer"] for fact in found}
    assert len(who & {"c000", "c001", "c002"}) == 1
    assert who > {"c003", "c004", "c005"}


def test_what_a_colleague_was_sent_before_counts() -> None:
    weekly = Cap(at_most=1, within=Duration(7 * DAY), by=Name("city"))
    story = colleagues("Kazan", "Kazan", cap=weekly)
    earlier = [PastMessage(START - DAY, "mail", "service", None)]
    kept = (replace(story.story[0], messages=earlier), story.story[1])

    assert sent(replace(story, story=kept)) == []


def test_who_waits_goes_when_the_colleagues_message_is_over() -> None:
    daily = Cap(at_most=1, within=Duration(DAY), by=Name("city"))
    story = colleagues("Kazan", "Kazan", "Kazan", cap=daily, when_capped=WhenCapped.WAIT)

    found = sent(story)

    assert [fact["at"] for fact in found] == [START + HOUR + n * DAY for n in range(3)]
    assert len({fact["customer"] for fact in found}) == 3


def test_a_day_of_a_group_is_one_of_the_projects_zone() -> None:
    # The case begins at noon in UTC; the people live in New York, where the day ends later.
    daily = Cap(at_most=1, per=Per.CALENDAR_DAY, by=Name("city"))
    story = colleagues("Kazan", "Kazan", cap=daily, when_capped=WhenCapped.WAIT)

    found = sent(story)

    assert [fact["at"] for fact in found] == [START + HOUR, START + 12 * HOUR]


def test_two_caps_by_different_attributes_are_kept_together() -> None:
    by_city = Cap(at_most=2, within=Duration(DAY), by=Name("city"))
    by_age = Cap(at_most=1, within=Duration(DAY), by=Name("age"))
    story = colleagues(*["Kazan"] * 6, cap=by_city)
    policies = replace(story.project.policies, caps=(by_city, by_age))
    aged = tuple(
        replace(each, attributes={"city": "Kazan", "age": float(number // 3)})
        for number, each in enumerate(story.story)
    )

    found = sent(replace(story, project=replace(story.project, policies=policies), story=aged))

    assert sorted(int(str(fact["customer"])[1:]) // 3 for fact in found) == [0, 1]


def test_groups_with_a_customer_in_common_are_one_circle() -> None:
    by_city = Cap(at_most=2, within=Duration(DAY), by=Name("city"))
    by_age = Cap(at_most=2, within=Duration(DAY), by=Name("age"))
    story = colleagues("Kazan", "Kazan", "Łódź", None, None, cap=by_city)
    policies = replace(story.project.policies, caps=(by_city, by_age))
    ages = (1.0, 2.0, 2.0, 3.0, None)
    aged = tuple(
        replace(each, attributes={**each.attributes, "age": age})
        for each, age in zip(story.story, ages, strict=True)
    )
    story = replace(story, project=replace(story.project, policies=policies), story=aged)
    assembly = set_up(story)

    circle = circles_of(assembly.programs, assembly.world)

    assert circle is not None
    assert circle.tolist() == [0, 0, 0, 3, 4]


def test_money_ties_everybody_to_everybody() -> None:
    daily = Cap(at_most=1, within=Duration(DAY), by=Name("city"))
    story = with_mail(colleagues("Kazan", "Łódź", cap=daily), capacity=Capacity(per_day=9))
    assembly = set_up(story)

    assert circles_of(assembly.programs, assembly.world) is None


def test_a_sample_says_that_it_has_only_some_of_a_group() -> None:
    daily = Cap(at_most=1, within=Duration(DAY), by=Name("city"))
    story = colleagues("Kazan", "Kazan", cap=daily)

    (caution,) = cautions_of(story.project, set_up(story), Sample(share=Share(0.5)), story.end)

    assert "all who have one `city`" in caution
    assert "50%" in caution


# --- anything together ---


def test_the_seeds_hold_cases_of_every_kind() -> None:
    found = seeded()

    reasons = Counter(fact["reason"] for _, facts in found for fact in facts)

    assert len(found) > len(SEEDS) // 4
    assert reasons["share"] > 0
    for story, facts in found[:40]:
        assert list(facts) == expected(story)


@pytest.mark.parametrize("place", range(6))
def test_a_ledger_remembers_shares_and_what_groups_were_sent(place: int, tmp_path: Path) -> None:
    story, once = [each for each in seeded() if _counts(each[0])][place]
    first = ceil_to_tick(story.start + 1, story.tick)
    instants = [*range(first, story.end, story.tick), story.end]

    facts, _ = ticked(story, instants, tmp_path / "ledger.db", restarts=True)

    assert rows(facts) == list(once)


def test_a_share_goes_on_where_the_run_before_ended(tmp_path: Path) -> None:
    story = mixed(10)
    later = tuple(
        replace(each, events=[buy(START + (number + 1) * HOUR)])
        for number, each in enumerate(story.story)
    )
    story = replace(story, story=later)
    instants = [*range(START + HOUR // 2, story.end, story.tick), story.end]

    facts, _ = ticked(story, instants, tmp_path / "ledger.db", restarts=True)

    by = Counter(fact["channel"] for fact in rows(facts) if fact["kind"] == "sent")
    assert by == Counter(text=3, mail=7)


def _counts(story: Case) -> bool:
    return any(fact["kind"] == "sent" for fact in rows(swept(story)))
