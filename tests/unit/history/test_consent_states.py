"""A source of consents that asks for confirmation itself: what is pending decides nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.api.history import history_of
from campaignspec.assembly import assemble
from campaignspec.clock import Instant, parse_instant
from campaignspec.engine.world import World
from campaignspec.project import Project
from campaignspec.spec.channel import ConfirmedBy

EMAIL = ("email", "promotional")
ROWS = """\
customer,at,channel,purpose,state
c000,2025-01-01,email,promotional,pending
c000,2025-01-03,email,promotional,Confirmed
c001,2025-01-01,email,promotional,refused
c001,2025-01-03,email,promotional,pending
c002,2025-01-01,email,promotional,confirmed
c002,2025-01-03,email,promotional,granted
c003,2025-01-01,email,promotional,pending
"""


def world_of(project: Project, at: Instant) -> World:
    history = history_of(project)
    return assemble(project, history, campaigns=("come-back",), start=at, end=at).world


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    root = write_shop(tmp_path / "shop", customers=5)
    (root / "consents.csv").write_text(ROWS, encoding="utf-8")
    project = opened(root)[0]
    email = replace(project.channels["email"], confirmed_by=ConfirmedBy.STATE)
    return replace(project, channels={"email": email})


@pytest.mark.parametrize(
    ("day", "agreed", "confirmed"),
    [
        ("2025-01-02", [0, -1, 1, 0, 0], [False, False, True, False, False]),
        ("2025-01-03", [1, -1, 1, 0, 0], [True, False, False, False, False]),
    ],
)
def test_what_is_pending_leaves_what_was_decided_before(
    shop: Project, day: str, agreed: list[int], confirmed: list[bool]
) -> None:
    now, people = parse_instant(day), np.arange(5)
    world = world_of(shop, now)
    at = np.full(people.shape, now, np.int64)

    assert world.consent(people, at, *EMAIL).tolist() == agreed
    assert world.is_confirmed(people, at, *EMAIL).tolist() == confirmed


def test_a_question_stays_in_the_history_without_an_answer(shop: Project) -> None:
    stream = history_of(shop).consents[EMAIL]

    granted, confirmed = stream.properties["granted"], stream.properties["confirmed"]

    assert [granted.get(n) for n in range(7)] == [None, True, False, None, True, True, None]
    assert confirmed.values.tolist() == [False, True, False, False, True, False, False]


def test_of_joined_records_the_last_decision_says_whether_it_is_confirmed(shop: Project) -> None:
    settings = shop.root / "campaignspec.yaml"
    text = settings.read_text(encoding="utf-8")
    joined = "identity:\n  region: RU\n  match: [email]\nresponses:\n"
    settings.write_text(text.replace("responses:\n", joined, 1), encoding="utf-8")
    people = shop.root / "customers.csv"
    told = people.read_text(encoding="utf-8")
    people.write_text(told.replace("c003@shop", "c000@shop"), encoding="utf-8")
    again = replace(opened(shop.root)[0], channels=shop.channels)

    world = world_of(again, parse_instant("2025-01-04"))

    row = np.array([world.history.row_of["c000"]])
    at = np.full(row.shape, parse_instant("2025-01-04"), np.int64)
    assert len(world.history.customers) == 4
    assert world.consent(row, at, *EMAIL).tolist() == [1]
    assert world.is_confirmed(row, at, *EMAIL).tolist() == [True]
