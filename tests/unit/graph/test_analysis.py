"""What is said of all paths of a journey is what each of them, walked alone, adds up to."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from sample_journey import graph_of, send, two_ways_to_one, win_back

from campaignspec.clock import DAY, HOUR, MINUTE, Duration
from campaignspec.graph.analysis import MOST_LISTED, Analysis, analyse
from campaignspec.graph.analysis_render import analysis_text
from campaignspec.graph.nodes import NEXT, EndNode, JourneyGraph, LeaveNode, Node, SendNode
from campaignspec.graph.stays import longest_stay
from campaignspec.graph.wait_nodes import (
    DateNode,
    DaysNode,
    DelayNode,
    ListenNode,
    LocalTimeNode,
    TraitNode,
)
from campaignspec.spec.kinds import LocalTime, Name
from campaignspec.spec.waiting import (
    OnOpened,
    WaitBestHour,
    WaitBy,
    WaitDate,
    WaitDays,
    WaitUntil,
    Weekday,
)

COSTS = {"email": 400, "sms": 30_000}


def analysed(graph: JourneyGraph) -> Analysis:
    return analyse(graph, tick=HOUR, costs=COSTS)


@st.composite
def graphs(draw: st.DrawFn) -> JourneyGraph:
    """Draw a graph without circles: every edge leads on in the order of the nodes."""
    number = draw(st.integers(1, 7))
    nodes: list[Node] = []
    for place in range(number):
        node = draw(
            st.sampled_from(
                [
                    send(f"n{place}", "email"),
                    send(f"n{place}", "sms"),
                    DelayNode(id=f"n{place}", duration=Duration(90 * MINUTE)),
                    DelayNode(id=f"n{place}", duration=Duration(DAY)),
                    LeaveNode(id=f"n{place}", reason="bored"),
                ]
            )
        )
        nodes.append(node)
    names = ["entry", *(node.id for node in nodes), "end"]
    edges = []
    for place, name in enumerate(names[:-1]):
        if name != "entry" and isinstance(nodes[place - 1], LeaveNode):
            continue
        targets = draw(st.lists(st.sampled_from(names[place + 1 :]), min_size=1, max_size=3))
        labels = [NEXT] if len(targets) == 1 else [f"w{n}" for n in range(len(targets))]
        edges += [(name, label, target) for label, target in zip(labels, targets, strict=True)]
    return graph_of((*nodes, EndNode()), tuple(edges), holdout=None)


def walked(graph: JourneyGraph) -> Iterator[list[Node]]:
    """Walk every path on its own."""
    ways: list[list[str]] = [["entry"]]
    while ways:
        way = ways.pop()
        following = [edge.target for edge in graph.edges if edge.source == way[-1]]
        if not following:
            yield [graph.nodes[name] for name in way]
        ways += [[*way, name] for name in following]


@given(graphs())
def test_what_holds_for_every_path_is_what_walking_each_of_them_finds(graph: JourneyGraph) -> None:
    paths = list(walked(graph))
    on_paths = {node.id for path in paths for node in path}
    sent = [[node for node in path if isinstance(node, SendNode)] for path in paths]

    found = analysed(graph)

    assert found.paths == len(paths)
    assert len(found.listed) == (len(paths) if len(paths) <= MOST_LISTED else 0)
    assert found.messages == max(map(len, sent))
    assert found.by_channel == {
        channel: max(sum(node.channel == channel for node in path) for path in sent)
        for channel in {node.channel for node in graph.nodes.values() if isinstance(node, SendNode)}
    }
    assert found.cost == max(sum(COSTS[node.channel] for node in path) for path in sent)
    assert found.stay == max(sum(longest_stay(n, HOUR) or 0 for n in path) for path in paths)
    assert set(found.unreachable) == set(graph.nodes) - on_paths


@given(graphs())
def test_the_listed_paths_add_up_to_what_holds_for_all(graph: JourneyGraph) -> None:
    found = analysed(graph)

    for path in found.listed:
        assert path.messages <= found.messages
        assert path.cost <= found.cost
    if found.listed:
        assert max(path.messages for path in found.listed) == found.messages
        assert max(path.cost for path in found.listed) == found.cost
        assert len(set(found.listed)) == len(found.listed)


def test_a_sample_journey_reads_as_it_was_reviewed(golden) -> None:
    golden("graph/win_back.analysis.txt", analysis_text(win_back(), analysed(win_back()), "USD"))


def test_two_edges_to_one_step_are_two_paths() -> None:
    assert analysed(two_ways_to_one()).paths == 2


def test_a_wait_for_a_message_that_was_not_sent_before_waits_in_vain() -> None:
    wait = ListenNode(id="wait", happening=OnOpened(opened=Name("late")), at_most=Duration(DAY))
    graph = graph_of(
        (wait, send("late"), EndNode()),
        (("entry", NEXT, "wait"), ("wait", NEXT, "late"), ("late", NEXT, "end")),
        holdout=None,
    )

    assert analysed(graph).hopeless == ("wait",)


def test_a_wait_for_a_date_has_no_bound() -> None:
    wait = DateNode(id="until-birthday", wait=WaitDate(date=Name("birthday")))
    graph = graph_of(
        (wait, EndNode()),
        (("entry", NEXT, "until-birthday"), ("until-birthday", NEXT, "end")),
        holdout=None,
    )

    found = analysed(graph)

    assert found.stay is None
    assert found.unbounded == ("until-birthday",)
    assert found.listed[0].stay is None


def test_a_wait_lasts_at_most_as_long_as_its_words_allow() -> None:
    nine, six = LocalTime(9 * 60), LocalTime(18 * 60)
    monday = (Weekday.MON,)
    by = WaitBy(by=Name("cycle"), at_most=Duration(60 * DAY))
    best = WaitBestHour(best_hour=Name("hour"), otherwise=nine)
    stays = {
        "a time of day": LocalTimeNode(id="w", until=WaitUntil(until=nine)),
        "a weekday": LocalTimeNode(id="w", until=WaitUntil(until=nine, on=monday)),
        "hours": LocalTimeNode(id="w", until=WaitUntil(until=nine, to=six)),
        "hours at night": LocalTimeNode(id="w", until=WaitUntil(until=six, to=nine, on=monday)),
        "the whole day": LocalTimeNode(id="w", until=WaitUntil(until=nine, to=nine)),
        "two days": DaysNode(id="w", wait=WaitDays(days=2)),
        "two days at nine": DaysNode(id="w", wait=WaitDays(days=2, at=nine)),
        "a trait": TraitNode(id="w", wait=by),
        "an hour": TraitNode(id="w", wait=best),
        "between ticks": DelayNode(id="w", duration=Duration(90 * MINUTE)),
    }

    found = {name: longest_stay(node, HOUR) for name, node in stays.items()}

    assert found == {
        "a time of day": DAY,
        "a weekday": 7 * DAY,
        "hours": 15 * HOUR,
        "hours at night": 7 * DAY - 15 * HOUR,
        "the whole day": 0,
        "two days": 2 * DAY,
        "two days at nine": 2 * DAY + 9 * HOUR,
        "a trait": 60 * DAY,
        "an hour": DAY,
        "between ticks": 2 * HOUR,
    }
