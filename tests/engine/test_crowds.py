"""Dozens of customers who vie for little: nobody takes too much, and all agree on who got it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from engine_kit.cases import Case
from engine_kit.checker import violations
from engine_kit.crowds import crowd_of, crowds
from engine_kit.drive import expected, rows, swept, ticked, walked
from engine_kit.grants_checker import conflicts, overruns
from engine_kit.mutation import Mutant
from engine_kit.profile import law
from engine_kit.renaming import renamed, retold, without_names
from engine_kit.small import ON_BUY, START, buy, campaign, case
from engine_kit.story import Customer, until
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import HOUR, ceil_to_tick
from campaignspec.engine import closing
from campaignspec.engine.limits import Limits
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.journey import Grant, Send
from campaignspec.spec.kinds import Name, Share
from campaignspec.spec.offer import Offer, OfferLimits
from campaignspec.spec.policy import Capacity

SCARCE = ("budget", "capacity", "none-left")
FEW = range(3000, 3030)


def broken(crowd: Case, facts: list[dict[str, Any]]) -> Iterator[str]:
    """Yield all that was taken of what was not there, and every message against a rule."""
    yield from violations(crowd, facts)
    yield from overruns(crowd.project, facts)
    yield from conflicts(crowd.project, facts)


@law(4)
@given(crowds())
def test_no_crowd_takes_more_than_there_is(crowd: Case) -> None:
    assert list(broken(crowd, rows(walked(crowd)))) == []


@law(1)
@given(crowds())
def test_a_crowd_s_claims_end_apart_as_in_turn_and_as_the_oracle_says(crowd: Case) -> None:
    apart = rows(walked(crowd))

    assert apart == rows(swept(crowd))
    assert apart == expected(crowd)


@law(1)
@given(crowds())
def test_a_crowd_s_run_through_every_tick_writes_the_facts_of_a_sweep(crowd: Case) -> None:
    first = ceil_to_tick(crowd.start + 1, crowd.tick)
    instants = [*range(first, crowd.end, crowd.tick), crowd.end]

    with tempfile.TemporaryDirectory() as folder:
        facts, _ = ticked(crowd, instants, Path(folder, "ledger.db"), restarts=False)

    assert facts.equals(swept(crowd))


@law(2)
@given(data=st.data(), crowd=crowds())
def test_cutting_the_history_of_a_crowd_changes_nothing_before_the_cut(
    data: st.DataObject, crowd: Case
) -> None:
    cut = data.draw(st.integers(crowd.start, crowd.end))

    facts = rows(swept(replace(crowd, story=until(crowd.story, cut))))

    assert [f for f in facts if f["at"] <= cut] == [f for f in rows(swept(crowd)) if f["at"] <= cut]


@law(8)
@given(crowds())
def test_renaming_what_is_visible_reshuffles_nobody_in_a_crowd(crowd: Case) -> None:
    other = replace(crowd, project=renamed(crowd.project), story=retold(crowd.story))

    facts = rows(swept(other))

    assert [without_names(other, fact) for fact in facts] == [
        without_names(crowd, fact) for fact in rows(swept(crowd))
    ]


def test_in_most_seeded_crowds_there_is_too_little_of_something() -> None:
    lacked: Counter[str] = Counter()
    for seed in FEW:
        facts = rows(swept(crowd_of(seed)))

        lacked.update({fact["reason"] for fact in facts if fact["reason"] in SCARCE})
        lacked["anything"] += any(fact["reason"] in SCARCE for fact in facts)

    assert lacked["anything"] > len(FEW) / 2
    assert set(lacked) == {"anything", *SCARCE}


GENEROUS = (
    Mutant("a limit gives one too many", Limits, "left", "return ", "return 1 + "),
    Mutant("a limit closes one too late", closing, "_first_over", '"right"', '"right") + 1 + (0'),
)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", GENEROUS, ids=lambda mutant: mutant.name)
def test_the_judges_of_crowds_see_when(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant.put(monkeypatch)

    found = (broken(crowd, rows(walked(crowd))) for crowd in map(crowd_of, FEW))

    assert any(list(each) for each in found)


def test_who_is_turned_away_at_one_claim_comes_no_earlier_to_the_next() -> None:
    crowd = _of_whom_half_have_no_address(20)

    facts = rows(swept(crowd))

    granted = [fact["customer"] for fact in facts if fact["kind"] == "granted"]
    assert len(granted) == 5
    assert {int(customer[1:]) % 2 for customer in granted} == {0, 1}, "both sorts vie alike"
    assert facts == expected(crowd) == rows(walked(crowd))


def _of_whom_half_have_no_address(size: int) -> Case:
    """Make a crowd that is written to, of which the first five then get a present."""
    few = Capacity(per_day=size)
    small = case(
        _greeting(),
        offers={
            "gold": Offer(percent=Share(0.1), limits=OfferLimits(total=5)),
        },
    )
    mail: Channel = replace(small.project.channels["mail"], capacity=few)
    story = tuple(
        Customer(
            id=f"c{number:02}",
            zone="America/New_York",
            addresses=frozenset({"email"}) if number % 2 else frozenset({"phone"}),
            attributes={},
            events=[buy(START + HOUR)],
        )
        for number in range(size)
    )
    return replace(small, story=story, project=replace(small.project, channels={"mail": mail}))


def _greeting() -> Campaign:
    return campaign(ON_BUY, Send(send=Name("hello"), via=Name("mail")), Grant(grant=Name("gold")))
