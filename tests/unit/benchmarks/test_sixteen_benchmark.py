"""Sixteen steps, counted by hand: at each stands its part of all contacts, to the last one."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sixteen.contacts import CAMPAIGN, ROUND, digit, history_of, project
from benchmarks.sixteen.walking import Walked, counted
from campaignspec.api.cases import try_campaigns

ROOT = Path(__file__).parents[3]

# What a contact is like; see `benchmarks/sixteen/contacts.py`.
IN_DE_OR_AT = Fraction(3, 5)
COUNTRY_KNOWN = Fraction(4, 5)
YOUNG = Fraction(1, 4)
SPENT_MUCH = Fraction(2, 4)
SPENT_NOTHING = Fraction(1, 4)
# What it does.
OPENS_WELCOME_IN_TIME = Fraction(2, 5)
OPENS_WELCOME_LATER = Fraction(1, 5)
OPENS_OFFER_IN_TIME = Fraction(3, 5)
OPENS_SOON_LATER_ON = Fraction(1, 5)  # the reminder, or the story, before the last wait is over
BUYS = Fraction(1, 5)

WARM = OPENS_WELCOME_IN_TIME
LEFT_COLD = 1 - OPENS_WELCOME_IN_TIME
# Young or a great spender: all but those who are neither.
PREMIUM = IN_DE_OR_AT * (1 - (1 - YOUNG) * (1 - SPENT_MUCH))
REACHABLE = COUNTRY_KNOWN - PREMIUM  # whoever is premium has a known country
COLD = (LEFT_COLD - OPENS_WELCOME_LATER) * (1 - OPENS_SOON_LATER_ON)

# Of those who are warm and have not spent much, the premium ones are young.
BUYER_SPENT_LITTLE = IN_DE_OR_AT * YOUNG * (1 - SPENT_MUCH) * OPENS_OFFER_IN_TIME
REACHABLE_SPENT_LITTLE = (COUNTRY_KNOWN - IN_DE_OR_AT * YOUNG) * (1 - SPENT_MUCH)
WORTH_IT = WARM * (SPENT_MUCH + BUYER_SPENT_LITTLE + REACHABLE_SPENT_LITTLE * OPENS_SOON_LATER_ON)
HOPELESS = COLD * SPENT_NOTHING * (1 - YOUNG)

NODES = {
    "entry": Fraction(1),
    "welcome": Fraction(1),
    "welcome-opened": Fraction(1),
    "tag-warm": WARM,
    "who-is-it": WARM,
    "offer": WARM * PREMIUM,
    "offer-opened": WARM * PREMIUM,
    "tag-buyer": WARM * PREMIUM * OPENS_OFFER_IN_TIME,
    "call-up": WARM * PREMIUM * (1 - OPENS_OFFER_IN_TIME),
    "story": WARM * REACHABLE,
    "reminder": LEFT_COLD,
    "anything-opened": LEFT_COLD,
    "tag-cold": COLD,
    "let-it-sink-in": Fraction(1),
    "verdict": Fraction(1),
    "thanks": WORTH_IT,
    "leave-nobody-there": HOPELESS,
    "end": 1 - HOPELESS,
}
WAYS = {
    ("welcome-opened", "in time"): WARM,
    ("welcome-opened", "too late"): LEFT_COLD,
    ("who-is-it", "premium"): WARM * PREMIUM,
    ("who-is-it", "reachable"): WARM * REACHABLE,
    ("who-is-it", "else"): WARM * (1 - COUNTRY_KNOWN),
    ("offer-opened", "in time"): WARM * PREMIUM * OPENS_OFFER_IN_TIME,
    ("offer-opened", "too late"): WARM * PREMIUM * (1 - OPENS_OFFER_IN_TIME),
    ("anything-opened", "in time"): LEFT_COLD - COLD,
    ("anything-opened", "too late"): COLD,
    ("verdict", "worth-it"): WORTH_IT,
    ("verdict", "hopeless"): HOPELESS,
    ("verdict", "else"): 1 - WORTH_IT - HOPELESS,
}


@pytest.fixture(scope="module")
def walked() -> Walked:
    return counted(history_of(ROUND))


def of(contacts: int, parts: dict[str, Fraction]) -> dict[str, Fraction]:
    return {name: contacts * part for name, part in parts.items()}


def test_the_parts_of_the_whole_are_those_that_the_page_of_the_engine_tells() -> None:
    assert (Fraction(3, 8), Fraction(17, 40), Fraction(8, 25)) == (PREMIUM, REACHABLE, COLD)
    assert (Fraction(61, 250), Fraction(3, 50)) == (WORTH_IT, HOPELESS)


def test_the_journey_has_sixteen_steps(walked: Walked) -> None:
    assert len(walked.graph.nodes.keys() - {"entry", "end"}) == 16


def test_at_every_step_stands_its_part_of_all_contacts(walked: Walked) -> None:
    assert dict(walked.nodes) == of(ROUND, NODES)


def test_every_way_is_taken_by_its_part_of_all_contacts(walked: Walked) -> None:
    parted = {way: walked.edges[way] for way in WAYS}

    assert parted == {way: ROUND * part for way, part in WAYS.items()}


def test_every_fifth_contact_buys_wherever_its_journey_ended(walked: Walked) -> None:
    assert walked.goals.total() == ROUND * BUYS
    # Whoever opens nothing buys as often; of the cold, those who open the reminder are not there.
    assert walked.goals["leave-nobody-there"] == ROUND * HOPELESS * BUYS / (1 - OPENS_SOON_LATER_ON)


def test_three_times_as_many_contacts_are_three_times_as_many_at_every_step() -> None:
    thrice = counted(history_of(3 * ROUND))

    assert dict(thrice.nodes) == of(3 * ROUND, NODES)


def test_among_ten_thousand_contacts_each_combination_of_digits_stands_once() -> None:
    names = ("country", "age", "welcome", "spent", "offer", "later")

    digits = np.stack([digit(name, np.arange(ROUND)) for name in names])

    assert len(np.unique(digits, axis=1).T) == ROUND


def test_single_contacts_go_the_ways_that_the_campaign_s_own_tests_say() -> None:
    (tried,) = try_campaigns(project(), [CAMPAIGN])

    assert [each.result.test for each in tried.tried if not each.result.passed] == []
    assert len(tried.tried) == 6


def test_the_command_prints_the_counts_beside_the_steps() -> None:
    command = [sys.executable, "-m", "benchmarks.sixteen", "--contacts", str(ROUND)]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stderr
    for node, count in of(ROUND, NODES).items():
        assert re.search(rf" {node} +{int(count):,}(  |$)", done.stdout, re.MULTILINE), node
    assert re.search(r"facts in [\d.]+ s .* contacts/s, [\d,]+ MB at most", done.stdout)
