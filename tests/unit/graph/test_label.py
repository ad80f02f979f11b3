from __future__ import annotations

import pytest
from sample_journey import VIP, graph_of, send, win_back

from campaignspec.clock import DAY, Duration
from campaignspec.graph.counts import Counts
from campaignspec.graph.label import edge_label, exits, kind_of, node_detail, node_label
from campaignspec.graph.nodes import BranchNode, Edge, EntryNode
from campaignspec.graph.wait_nodes import ListenNode, LocalTimeNode
from campaignspec.spec.entering import Enter, OnDate, OnEvent, OnSegment, Recurrence
from campaignspec.spec.kinds import LocalTime, Name, Offset
from campaignspec.spec.waiting import OnClicked, OnOpened, WaitUntil, Weekday


@pytest.mark.parametrize(
    ("node", "label"),
    [
        ("entry", "enter: segment lapsed"),
        ("holdout", "held out"),
        ("wait-3d", "wait 3d"),
        ("until-10:00", "until 10:00"),
        ("wait-for-basket", "wait for basket.filled, at most 5d"),
        ("hello", "send hello · email"),
        ("worth", "branch worth"),
        ("offer", "experiment offer"),
        ("leave-not-worth-it", "leave: not-worth-it"),
        ("end", "completed"),
    ],
)
def test_a_node_is_named_in_a_few_words(node, label):
    assert node_label(win_back().nodes[node]) == label


@pytest.mark.parametrize(
    ("happening", "words"),
    [
        (OnEvent(event=Name("answer"), where=VIP), "answer where spend_365d >= 400"),
        (OnSegment(segment=Name("loyal")), "segment loyal"),
        (OnOpened(opened=Name("hello")), "hello opened"),
        (OnClicked(clicked=Name("hello")), "hello clicked"),
    ],
)
def test_a_wait_says_what_it_waits_for(happening, words):
    node = ListenNode(id="wait", happening=happening, at_most=Duration(DAY))

    assert node_label(node) == f"wait for {words}, at most 1d"


@pytest.mark.parametrize(
    ("offset", "every", "words"),
    [
        (0, None, "birthday at 09:00"),
        (-7, Recurrence.YEAR, "7d before birthday at 09:00, every year"),
        (14, None, "14d after birthday at 09:00"),
    ],
)
def test_an_entry_by_date_says_when(offset, every, words):
    on = OnDate(date=Name("birthday"), offset=Offset(offset), at=LocalTime(540), every=every)

    assert node_label(EntryNode(enter=Enter(on=on))) == f"enter: {words}"


def test_a_wait_for_weekdays_names_them():
    until = WaitUntil(until=LocalTime(600), on=(Weekday.TUE, Weekday.THU))

    assert node_label(LocalTimeNode(id="until", until=until)) == "until 10:00 on tue, thu"


@pytest.mark.parametrize(
    ("node", "detail"),
    [
        ("entry", "enter: segment lapsed; again: never; held out: 10%"),
        ("hello", "send hello · email (promotional, skipped when capped)"),
        ("worth", "branch worth: vip if spend_365d >= 400; else"),
        ("offer", "experiment offer: ten-off 50%, free-shipping 50%"),
        ("wait-3d", "wait 3d"),
    ],
)
def test_a_detail_says_all_that_is_known(node, detail):
    assert node_detail(win_back().nodes[node]) == detail


def test_a_branch_without_a_name_of_its_own_is_called_a_branch_once():
    assert node_label(BranchNode(id="branch-2", ways=())) == "branch-2"


def test_the_ordinary_way_on_has_no_name():
    assert edge_label(Edge(source="a", target="b")) == ""
    assert edge_label(Edge(source="a", target="b", label="too late")) == "too late"


def test_who_reaches_a_leave_step_is_not_counted_as_leaving_it_too():
    nodes = win_back().nodes
    counts = Counts(goals={"wait-3d": 2}, leaves={"wait-3d": 1, "leave-not-worth-it": 5})

    assert exits(nodes["wait-3d"], counts) == (("goal", 2), ("left", 1))
    assert exits(nodes["leave-not-worth-it"], counts) == ()


def test_every_kind_of_node_has_a_kind_for_drawings():
    kinds = {kind_of(node).value for node in win_back().nodes.values()}

    assert kinds == {"entry", "holdout", "wait", "send", "choice", "leave", "end"}


def test_a_transactional_message_is_not_said_to_be_capped():
    from dataclasses import replace

    from campaignspec.connector import MessageClass

    node = replace(send("receipt"), message_class=MessageClass.TRANSACTIONAL)
    graph = graph_of((node,), (("entry", "next", "receipt"),))

    assert node_detail(graph.nodes["receipt"]) == "send receipt · email (transactional)"
