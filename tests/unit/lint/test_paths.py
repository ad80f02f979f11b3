"""What the graph of a journey shows, each rule at work and at rest, in one row a case."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lint_kit import warnings
from sample_journey import graph_of, send
from tiny_project import CAMPAIGN, CHANNELS, CLEAN

from campaignspec.clock import DAY, Duration
from campaignspec.graph.nodes import EndNode, JourneyGraph, Node, SendNode
from campaignspec.graph.wait_nodes import DelayNode
from campaignspec.lint.graphs import along, least_behind

TOP = """\
campaign: win-back
enter:
  on: {event: order.placed}
"""
GOAL = "goal: {event: order.placed, within: 30d}\n"
CALENDAR = """\
calendar:
  anchors: [2017-11-11]
  phases: {early: {from: D-14, to: D-8}, burst: {from: D0, to: D0}, after: {from: D+1, to: D+9}}
"""
BY_PHASE = """\
campaign: win-back
enter:
  on: {phase: early, at: "10:00"}
"""
ONCE = "campaign: win-back\nenter: {on: {once: 2017-03-01 10:00}}\n"
HELLO = "journey:\n  - {send: hello, via: email}\n"


FOUND = {
    "a branch before all messages leaves some without any": (
        "JRN421",
        (
            f"{TOP}journey:\n  - «branch:\n      - if: city = 'x'\n"
            "        do: [{send: hello, via: email}]\n"
        ),
    ),
    "a preference leaves those with another taste without any": (
        "JRN421",
        f"{TOP}journey:\n  - «preference: city\n    ways: {{x: [{{send: hello, via: email}}]}}\n",
    ),
    "only one arm is sent what all of them wait for": (
        "JRN422",
        (
            f"{TOP}journey:\n  - {{send: first, via: email}}\n"
            "  - split: {a: {share: 50%, do: [{send: hello, via: email}]}, b: {share: 50%}}\n"
            "    seed: x\n  - wait: {for: {clicked: «hello}, at_most: 2d}\n"
        ),
    ),
    "a jump passes over the message": (
        "JRN422",
        (
            f"{TOP}journey:\n  - branch: [{{if: city = 'x', do: [{{goto: later}}]}}]\n"
            "  - {send: hello, via: email}\n"
            "  - wait: {for: {opened: «hello}, at_most: 2d}\n    name: later\n"
        ),
    ),
    "nothing ends a forgotten approval": (
        "JRN423",
        f"{TOP}journey:\n  - {{approve: «go, by: legal}}\n  - {{send: hello, via: email}}\n",
    ),
    "a phase is waited for when a later one has begun": (
        "JRN424",
        f"{BY_PHASE}{CALENDAR}{HELLO}  - wait: {{phase: after}}\n  - wait: {{phase: «burst}}\n",
    ),
    "the longest waits pass the goal's window": (
        "JRN425",
        (
            f"{TOP}{GOAL}{HELLO}  - wait: {{for: {{opened: hello}}, at_most: 20d}}\n"
            "  - wait: 15d\n  - {«send: thanks, via: email}\n"
        ),
    ),
    "the review is before the last people's time is over": (
        "MSR647",
        f"{BY_PHASE}{CALENDAR}{GOAL}review_by: «2017-11-25\n{HELLO}",
    ),
    "the review of a blast is before its time is over": (
        "MSR647",
        f"{ONCE}{GOAL}review_by: «2017-03-20\n{HELLO}",
    ),
    "a winner is chosen before anybody's time is over": (
        "MSR648",
        (
            f"{ONCE}{GOAL}{HELLO}  - experiment: x\n    seed: x\n"
            "    arms: {a: {share: 50%, do: [{send: thanks, via: email}]}, b: {share: 50%}}\n"
            "    winner: {decide_at: «2017-03-20}\n"
        ),
    ),
    "a branch above parts everybody": (
        "JRN414",
        (
            f"{TOP}{HELLO}  - branch:\n      - {{if: city = 'x', do: [{{leave: a}}]}}\n"
            "      - {if: city != 'x', do: [{leave: b}]}\n"
            "      - «else: [{send: thanks, via: email}]\n"
        ),
    ),
}
"""By what happens: the code, and a campaign in which the place is marked."""


@pytest.mark.parametrize(("code", "marked"), FOUND.values(), ids=FOUND)
def test_a_poor_path_is_found_where_it_is(tmp_path: Path, code: str, marked: str) -> None:
    line = next(n for n, text in enumerate(marked.splitlines(), 1) if "«" in text)
    column = marked.splitlines()[line - 1].index("«") + 1

    (finding,) = warnings(tmp_path, code, {CAMPAIGN: marked.replace("«", "")})

    assert (finding.span.line, finding.span.column) == (line, column)


AT_REST = {
    "an empty way is written": (
        "JRN421",
        (
            f"{TOP}journey:\n  - branch:\n      - if: city = 'x'\n"
            "        do: [{send: hello, via: email}]\n      - else: []\n"
        ),
    ),
    "everybody has had a message before": (
        "JRN421",
        f"{TOP}{HELLO}  - branch: [{{if: city = 'x', do: [{{send: thanks, via: email}}]}}]\n",
    ),
    "everybody gets one behind": (
        "JRN421",
        (
            f"{TOP}journey:\n  - branch: [{{if: city = 'x', do: [{{send: thanks, via: email}}]}}]\n"
            "  - {send: hello, via: email}\n"
        ),
    ),
    "a wait is for any of what people may have": (
        "JRN422",
        (
            f"{TOP}journey:\n"
            "  - branch: [{if: city = 'x', do: [{send: a, via: email}]}, "
            "{else: [{send: b, via: email}]}]\n"
            "  - wait: {for: {any: [{opened: a}, {opened: b}]}, at_most: 2d}\n"
        ),
    ),
    "a wait is for an event as well": (
        "JRN422",
        (
            f"{TOP}journey:\n  - branch: [{{if: city = 'x', do: [{{send: hello, via: email}}]}}]\n"
            "  - wait: {for: {any: [{opened: hello}, {event: visit}]}, at_most: 2d}\n"
        ),
    ),
    "the goal's window ends a forgotten approval": (
        "JRN423",
        f"{TOP}{GOAL}journey:\n  - {{approve: go, by: legal}}\n  - {{send: hello, via: email}}\n",
    ),
    "an approval has an end": (
        "JRN423",
        (
            f"{TOP}journey:\n  - {{approve: go, by: legal, at_most: 2d}}\n"
            "  - {send: hello, via: email}\n"
        ),
    ),
    "phases are waited for in their order": (
        "JRN424",
        f"{BY_PHASE}{CALENDAR}{HELLO}  - wait: {{phase: burst}}\n  - wait: {{phase: after}}\n",
    ),
    "some come in time for a phase": (
        "JRN424",
        (
            f"{TOP}{CALENDAR}{HELLO}"
            "  - branch: [{if: city = 'x', do: [{wait: {phase: after}}]}]\n"
            "  - wait: {phase: burst}\n"
        ),
    ),
    "the longest waits end within the goal's window": (
        "JRN425",
        (
            f"{TOP}{GOAL}{HELLO}  - wait: {{for: {{opened: hello}}, at_most: 14d}}\n"
            "  - wait: 15d\n  - {send: thanks, via: email}\n"
        ),
    ),
    "what always comes too late is said once, by another rule": (
        "JRN425",
        f"{TOP}{GOAL}{HELLO}  - wait: 31d\n  - {{send: thanks, via: email}}\n",
    ),
    "a wait without a bound is not counted": (
        "JRN425",
        f"{TOP}{GOAL}{HELLO}  - wait: {{date: birthday}}\n  - {{send: thanks, via: email}}\n",
    ),
    "the review is when everybody's time is over": (
        "MSR647",
        f"{BY_PHASE}{CALENDAR}{GOAL}review_by: 2017-12-01\n{HELLO}",
    ),
    "nobody knows when the last people come": (
        "MSR647",
        f"{TOP}{GOAL}review_by: 2017-01-01\n{HELLO}",
    ),
    "a winner is chosen when there is something to know": (
        "MSR648",
        (
            f"{ONCE}{GOAL}{HELLO}  - experiment: x\n    seed: x\n"
            "    arms: {a: {share: 50%, do: [{send: thanks, via: email}]}, b: {share: 50%}}\n"
            "    winner: {decide_at: 2017-04-02}\n"
        ),
    ),
    "a missing value fits neither way above": (
        "JRN414",
        (
            f"{TOP}{HELLO}  - branch:\n      - {{if: age < 20, do: [{{leave: a}}]}}\n"
            "      - {if: age >= 20, do: [{leave: b}]}\n"
            "      - else: [{send: thanks, via: email}]\n"
        ),
    ),
    "a message through a mix is on more than one channel": (
        "JRN411",
        f"{TOP}journey:\n  - {{send: hello, mix: both}}\n",
    ),
}


@pytest.mark.parametrize(("code", "campaign"), AT_REST.values(), ids=AT_REST)
def test_a_sound_path_is_let_pass(tmp_path: Path, code: str, campaign: str) -> None:
    mixes = "\nmixes: {both: {choose: in_order, from: [email, sms]}}\n"

    found = warnings(tmp_path, code, {CAMPAIGN: campaign, CHANNELS: CLEAN[CHANNELS] + mixes})

    assert found == []


# --- what is carried along all paths ---


@st.composite
def graphs(draw: st.DrawFn) -> JourneyGraph:
    """Draw a journey whose edges lead on, to one or two of the nodes behind."""
    number = draw(st.integers(1, 7))
    kinds = draw(st.lists(st.booleans(), min_size=number, max_size=number))
    nodes: list[Node] = [
        send(f"n{n}", "email") if sends else DelayNode(id=f"n{n}", duration=Duration(DAY))
        for n, sends in enumerate(kinds)
    ]
    names = ["entry", *(node.id for node in nodes), "end"]
    edges = []
    for place, name in enumerate(names[:-1]):
        behind = st.sampled_from(names[place + 1 :])
        targets = draw(st.lists(behind, min_size=1, max_size=2, unique=True))
        edges += [(name, f"w{n}", target) for n, target in enumerate(targets)]
    return graph_of((*nodes, EndNode()), tuple(edges), holdout=None)


def paths_from(graph: JourneyGraph, start: str) -> list[list[str]]:
    """Return every path from a node to an end, each walked alone."""
    following = [edge.target for edge in graph.edges if edge.source == start]
    if not following:
        return [[start]]
    return [[start, *path] for name in following for path in paths_from(graph, name)]


def sent(node: Node) -> int:
    return int(isinstance(node, SendNode))


@given(graph=graphs())
def test_what_is_carried_along_is_the_best_of_all_paths(graph: JourneyGraph) -> None:
    paths = paths_from(graph, "entry")
    expected: dict[str, list[int]] = {}
    for path in paths:
        for place, name in enumerate(path):
            before = sum(sent(graph.nodes[each]) for each in path[:place])
            expected.setdefault(name, []).append(before)

    most = along(graph, 0, lambda node, so_far: so_far + sent(node), max)
    least = along(graph, 0, lambda node, so_far: so_far + sent(node), min)

    assert most == {name: max(found) for name, found in expected.items()}
    assert least == {name: min(found) for name, found in expected.items()}


@given(graph=graphs())
def test_what_is_behind_is_the_least_of_all_paths(graph: JourneyGraph) -> None:
    expected = {
        name: min(sum(sent(graph.nodes[each]) for each in path) for path in paths_from(graph, name))
        for name in graph.nodes
    }

    assert least_behind(graph, sent) == expected
