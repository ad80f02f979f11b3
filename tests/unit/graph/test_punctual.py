"""The waits for a phase that nobody misses are told from those that somebody may."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_bench import CAMPAIGNS
from shop import write_shop

from campaignspec.api.check import opened
from campaignspec.clock import HOUR
from campaignspec.engine.facts import Kind
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import MISSED
from campaignspec.graph.punctual import never_missed
from campaignspec.project import load_project
from campaignspec.simulate.bench import Bench, told
from campaignspec.simulate.coverage import coverage_of
from campaignspec.simulate.person import life_of
from campaignspec.simulate.random_lives import nature_of, random_case
from campaignspec.simulate.vocabulary import vocabulary_of

ENTER = 'enter: {on: {phase: warm-up, at: "10:00"}, again: 300d}'
CAMPAIGN = """
campaign: come-back
seed: come-back-1
ENTER
calendar:
  anchors: [2024-11-11, 2025-11-11]
  phases:
    warm-up: {from: D-10, to: D-6}
    day: {from: D0, to: D0}
    care: {from: D+1, to: D+3}
MORE
goal: {event: order.placed, within: 30d}
journey:
JOURNEY
  - send: miss-you
    name: last
"""

WAIT = '  - wait: {phase: day, at: "09:00"}\n'

# A message is taken to be held back for a week; the day ends two and a half days later.
KEPT = {
    "at once": WAIT,
    "behind a wait that ends before": f"  - wait: 10d\n{WAIT}",
    "behind a wait that ends in its last hours": f"  - wait: 250h\n{WAIT}",
    "behind a message": f"  - send: miss-you\n{WAIT}",
    "behind a wait for an answer": (
        f"  - wait: {{for: {{event: site.visited}}, at_most: 9d}}\n{WAIT}"
    ),
    "behind another phase": f'  - wait: {{phase: warm-up, at: "12:00"}}\n{WAIT}',
}
OPEN = {
    "behind a wait that may end after it": f"  - wait: 11d\n{WAIT}",
    "behind a wait that may end in its last hour": f"  - wait: 252h\n{WAIT}",
    "behind two messages that may wait a week each": (
        f"  - send: miss-you\n  - send: miss-you\n    name: again\n{WAIT}"
    ),
    "behind a message that waits for a cap": (f"  - send: miss-you\n    when_capped: wait\n{WAIT}"),
    "behind a wait for an answer that is too long": (
        f"  - wait: {{for: {{event: site.visited}}, at_most: 12d}}\n{WAIT}"
    ),
    "behind a gate that waits for ever": f"  - approve: sure\n    by: owner\n{WAIT}",
    "behind one way of two that is too long": (
        "  - branch:\n      - if: orders_total >= 1\n        do: [{wait: 12d}]\n" + WAIT
    ),
}


def closed(root: Path, journey: str, *, enter: str = ENTER, more: str = "") -> frozenset[str]:
    """Compile a campaign around a day, and say which of its waits nobody misses."""
    write_shop(root)
    text = CAMPAIGN.replace("ENTER", enter).replace("MORE\n", more)
    text = text.replace("JOURNEY\n", journey).lstrip()
    (root / "come-back/campaign.yaml").write_text(text, encoding="utf-8")
    project, _ = opened(root)
    graph = compile_campaign(project, "come-back")
    return never_missed(graph, project.journey("come-back"), tick=HOUR)


@pytest.mark.parametrize("journey", KEPT.values(), ids=KEPT)
def test_nobody_misses_a_phase_that_comes_after_all_steps_before_it(
    tmp_path: Path, journey: str
) -> None:
    assert "until-day" in closed(tmp_path / "shop", journey)


@pytest.mark.parametrize("journey", OPEN.values(), ids=OPEN)
def test_a_phase_may_be_missed_behind_what_may_last_longer(tmp_path: Path, journey: str) -> None:
    assert "until-day" not in closed(tmp_path / "shop", journey)


def test_what_lies_behind_a_phase_that_may_be_missed_is_left_open(tmp_path: Path) -> None:
    journey = f"  - wait: 12d\n{WAIT}  - wait: {{phase: care}}\n"

    assert closed(tmp_path / "shop", journey) == frozenset()


def test_what_lies_behind_a_phase_that_is_kept_counts_from_it(tmp_path: Path) -> None:
    journey = f"{WAIT}  - wait: 3d\n  - wait: {{phase: care}}\n"

    assert closed(tmp_path / "shop", journey) == {"until-day", "until-care"}


OTHERS = {
    "an event may come at any time": ("enter: {on: {event: site.visited}}", ""),
    "a pause may hold everybody": (ENTER, "pause: [{from: 2025-11-01, to: 2025-11-12}]\n"),
}


@pytest.mark.parametrize(("enter", "more"), OTHERS.values(), ids=OTHERS)
def test_nothing_is_claimed_where_people_come_or_are_held_at_any_time(
    tmp_path: Path, enter: str, more: str
) -> None:
    assert closed(tmp_path / "shop", WAIT, enter=enter, more=more) == frozenset()


def test_entering_on_the_project_s_clock_is_a_day_apart(tmp_path: Path) -> None:
    enter = ENTER.replace('at: "10:00"', 'at: "10:00", clock: project')
    just = f"  - wait: 226h\n{WAIT}"
    late = f"  - wait: 250h\n{WAIT}"

    assert closed(tmp_path / "one", just, enter=enter) == {"until-day"}
    assert closed(tmp_path / "two", late, enter=enter) == frozenset()


def test_no_random_customer_takes_a_way_that_is_said_to_be_closed() -> None:
    root = CAMPAIGNS / "fashion"
    project = load_project(root, relative_to=root).project
    assert project is not None
    bench = Bench.of(project, "double11-presale")
    words = vocabulary_of(project, bench.graph)
    nature = nature_of(project, bench.graph, words)
    cases = [random_case(nature, number, seed="3") for number in range(300)]
    windows = [bench.window(case) for case in cases]

    rehearsal = bench.rehearse(
        [life_of(project, case) for case in cases],
        min(start for start, _ in windows),
        max(end for _, end in windows),
    )

    facts = told(rehearsal)
    assert coverage_of(bench, []).closed
    assert any(fact.kind is Kind.SENT and fact.node == "thank-you" for fact in facts)
    assert not any(fact.edge == MISSED for fact in facts)
