"""Experiments are decided once, by those whose time was over, and by nothing that came later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from engine_kit.cases import Case
from engine_kit.drive import expected, rows, swept, ticked
from engine_kit.oracle import Fact
from engine_kit.story import Customer, Event, until

from campaignspec.clock import DAY, HOUR, MINUTE, Duration, parse_instant
from campaignspec.connector import MessageClass
from campaignspec.engine.winning import Tally, best_arm, two_proportions
from campaignspec.identity import draws
from campaignspec.project import Project
from campaignspec.spec.campaign import Campaign
from campaignspec.spec.channel import Channel
from campaignspec.spec.entering import Enter, OnEvent
from campaignspec.spec.journey import Arm, Experiment, Goal, Send
from campaignspec.spec.kinds import Moment, Name, Share, ZoneName
from campaignspec.spec.policy import Consent, Policies
from campaignspec.spec.project import Settings
from campaignspec.spec.steering import Winner


@pytest.mark.parametrize(
    ("tallies", "confidence", "best"),
    [
        ({"a": (1000, 100), "b": (1000, 150)}, 0.95, "b"),
        ({"a": (1000, 150), "b": (1000, 100)}, 0.95, "a"),
        ({"a": (1000, 100), "b": (1000, 110)}, 0.95, None),
        # Too few have reached the goal, or too few have not.
        ({"a": (1000, 9), "b": (1000, 150)}, 0.95, None),
        ({"a": (1000, 991), "b": (1000, 150)}, 0.95, None),
        # Best of three: it has to beat both, and the chance of any wrong claim is kept.
        ({"a": (1000, 100), "b": (1000, 105), "c": (1000, 160)}, 0.95, "c"),
        ({"a": (1000, 100), "b": (1000, 150), "c": (1000, 160)}, 0.95, None),
        # Of two it would be enough: 0.0337; of three it is not: 3 times as much.
        ({"a": (1000, 100), "b": (1000, 130)}, 0.95, "b"),
        ({"a": (1000, 100), "b": (1000, 130), "c": (1000, 101)}, 0.95, None),
        ({"a": (20, 10), "b": (20, 10)}, 0.95, None),
    ],
)
def test_an_arm_has_won_that_beats_every_other(tallies, confidence, best) -> None:
    counted = {arm: Tally(number=n, reached=x) for arm, (n, x) in tallies.items()}

    assert best_arm(counted, confidence) == best


def test_the_chance_of_a_difference_is_that_of_the_textbooks() -> None:
    # z = 2.1229 and p = 0.0338 by the pooled test of 130 and 100 of 1,000.
    chance = two_proportions(Tally(number=1000, reached=130), Tally(number=1000, reached=100))

    assert chance == pytest.approx(0.0355, abs=2e-3)


def test_two_equal_arms_differ_by_chance_alone() -> None:
    same = Tally(number=50, reached=50)

    assert two_proportions(same, same) == 1.0


BEGIN = parse_instant("2017-03-01")
DECIDED = BEGIN + 10 * DAY
PEOPLE = 240


def trial(*, better: bool) -> Case:
    """Return a case in which one arm does better, or both do alike, and some come later.

    A visit lets people enter; half of those who enter buy within an hour where both arms do
    alike; else a fifth of one arm and four fifths of the other.
    """
    experiment = Experiment(
        experiment=Name("letters"),
        seed="x",
        arms={"plain": Arm(share=Share(0.5)), "warm": Arm(share=Share(0.5))},
        winner=Winner(decide_at=Moment("2017-03-11")),
    )
    send = Send(send=Name("hello"), via=Name("mail"))
    campaign = Campaign(
        campaign=Name("trial"),
        enter=Enter(on=OnEvent(event=Name("visit"))),
        goal=Goal(event=Name("buy"), within=Duration(DAY), stay=True),
        journey=(experiment, send),
    )
    project = Project(
        root=Path(),
        settings=Settings(
            spec=1,
            project=Name("trial"),
            timezone=ZoneName("UTC"),
            currency="USD",
            tick=Duration(HOUR),
            sources=(),
        ),
        traits={},
        segments={},
        channels={"mail": Channel(connector=Name("outbox"))},
        policies=Policies(consent={MessageClass.PROMOTIONAL: Consent.NOT_NEEDED}),
        campaigns={campaign.campaign: campaign},
        folders={},
        tests={},
        documents={},
    )
    story = tuple(_person(number, better=better) for number in range(PEOPLE))
    return Case(story=story, project=project, start=BEGIN, end=BEGIN + 14 * DAY, salt="")


def _person(number: int, *, better: bool) -> Customer:
    name = f"c{number:03}"
    is_warm = int(draws("x", [name])[0]) >= 2**31
    buys = number % 5 < (4 if is_warm else 1) if better else number % 2 == 0
    # The last tenth comes after the decision, and a tenth before it with too little time left.
    day = 12 if number % 10 == 0 else 9 if number % 10 == 1 else 2
    at = BEGIN + day * DAY + number * MINUTE + 12 * HOUR
    visit = Event(at, "visit", {"seconds": None, "page": None})
    buy = Event(at + 2 * HOUR, "buy", {"amount": None, "items": None, "sku": None})
    return Customer(
        id=name,
        zone="UTC",
        addresses=frozenset({"email"}),
        attributes={},
        events=[visit, buy] if buys else [visit],
    )


def test_those_who_come_after_the_decision_get_the_arm_that_has_won(tmp_path: Path) -> None:
    case = trial(better=True)

    facts = rows(swept(case))

    given = [fact for fact in facts if fact["reason"] == "winner"]
    late = [fact for fact in facts if fact["kind"] == "entered" and fact["at"] > DECIDED]
    assert len(given) == len(late) == PEOPLE // 10
    assert {fact["edge"] for fact in given} == {"warm"}
    assert facts == expected(case)
    instants = [*range(case.start + DAY, case.end, DAY), case.end]
    assert rows(ticked(case, instants, tmp_path / "ledger.db", restarts=True)[0]) == facts


def test_the_draw_goes_on_where_no_arm_is_better() -> None:
    case = trial(better=False)

    facts = rows(swept(case))

    late = [fact for fact in facts if fact["kind"] == "assigned" and fact["at"] > DECIDED]
    assert {fact["edge"] for fact in late} == {"plain", "warm"}
    assert facts == expected(case)


def test_what_comes_after_the_decision_does_not_change_it() -> None:
    case = trial(better=True)

    cut = rows(swept(replace(case, story=until(case.story, DECIDED + 2 * DAY))))

    after = DECIDED + 2 * DAY
    assert _until(cut, after) == _until(rows(swept(case)), after)


def _until(facts: Sequence[Fact], instant: int) -> list[Fact]:
    return [fact for fact in facts if fact["at"] <= instant]
