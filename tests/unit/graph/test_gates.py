"""Gates compiled: who comes behind one, what it is called, how long it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import write_shop

from campaignspec.api.check import check, opened
from campaignspec.clock import HOUR
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.label import node_label
from campaignspec.graph.nodes import JourneyGraph
from campaignspec.graph.stays import longest_stay

JOURNEY = """
campaign: come-back
enter: {on: {segment: quiet}, again: 10d}
journey:
"""


def written(root: Path, journey: str) -> Path:
    write_shop(root, customers=2)
    text = JOURNEY.lstrip() + journey
    (root / "come-back" / "campaign.yaml").write_text(text, encoding="utf-8")
    return root


def compiled(root: Path, journey: str) -> JourneyGraph:
    return compile_campaign(opened(written(root, journey))[0], "come-back")


def ways(graph: JourneyGraph) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.label, edge.target) for edge in graph.edges}


def test_whoever_is_not_approved_leaves(tmp_path: Path) -> None:
    graph = compiled(tmp_path / "shop", "  - {approve: go, by: legal}\n  - send: miss-you\n")

    assert ways(graph) == {
        ("entry", "next", "go"),
        ("go", "approved", "miss-you"),
        ("go", "not approved", "leave-not-approved"),
        ("miss-you", "next", "end"),
    }


def test_whoever_is_not_approved_comes_behind_the_gate_by_a_jump_alone(tmp_path: Path) -> None:
    graph = compiled(
        tmp_path / "shop",
        "  - {approve: go, by: legal, otherwise: [{goto: later}]}\n"
        "  - send: miss-you\n"
        "  - {wait: 1d, name: later}\n",
    )

    assert ("go", "not approved", "later") in ways(graph)
    assert "leave-not-approved" not in graph.nodes


def test_every_round_has_a_gate_of_its_own(tmp_path: Path) -> None:
    graph = compiled(
        tmp_path / "shop",
        "  - repeat: 2\n    do:\n      - {approve: go, by: legal}\n      - send: miss-you\n",
    )

    assert {"go", "go-2"} <= graph.nodes.keys()
    assert ("miss-you", "next", "go-2") in ways(graph)


def test_a_shared_journey_has_a_gate_of_its_own_wherever_it_is_run(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    written(root, "  - run: care\n  - {run: care, name: again}\n  - send: miss-you\n")
    shared = "journeys:\n  care:\n    - {approve: go, by: legal}\n"
    (root / "journeys.yaml").write_text(shared, encoding="utf-8")

    graph = compile_campaign(opened(root)[0], "come-back")

    assert ("care.go", "approved", "again.go") in ways(graph)


@pytest.mark.parametrize(
    ("at_most", "label", "stay"),
    [("", "approve go by legal", None), (", at_most: 3h", "approve go by legal, at most 3h", 3)],
)
def test_a_gate_says_who_decides_and_how_long_it_holds(
    tmp_path: Path, at_most: str, label: str, stay: int | None
) -> None:
    journey = f"  - {{approve: go, by: legal{at_most}}}\n  - send: miss-you\n"

    node = compiled(tmp_path / "shop", journey).nodes["go"]

    assert node_label(node) == label
    assert longest_stay(node, HOUR) == (None if stay is None else stay * HOUR)


TWICE = """\
  - {approve: go, by: legal}
  - {approve: go, by: legal}
  - send: miss-you
"""
BEHIND_LEAVE = """\
  - {approve: go, by: legal, otherwise: [{leave: no}, {wait: 1d}]}
  - send: miss-you
"""
SENT_TO_OTHERS = """\
  - {approve: go, by: legal, otherwise: [{send: miss-you}]}
  - branch: [{if: opened('miss-you'), do: [{send: miss-you, name: more}]}]
"""


@pytest.mark.parametrize(
    ("journey", "code"),
    [(TWICE, "REF302"), (BEHIND_LEAVE, "JRN401"), (SENT_TO_OTHERS, "JRN404")],
)
def test_mistakes_around_gates_are_found(tmp_path: Path, journey: str, code: str) -> None:
    found = check(written(tmp_path / "shop", journey))

    assert [each.code for each in found.diagnostics] == [code]
