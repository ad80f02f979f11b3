"""What can be wrong with how people wait, part and are steered, each mistake in one row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_project import AUDIENCES, CAMPAIGN, CLEAN, load_files, shown

from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import BranchNode, LeaveNode, SendNode
from campaignspec.project.walk import leaves_of, step_name, steps_of
from campaignspec.spec.rule_writer import write_rule

HEAD = """\
campaign: win-back
enter:
  on: {event: order.placed}
goal: {event: order.placed, within: 30d}
calendar: {anchors: [2017-11-11], phases: {burst: {from: D-1, to: D0}}}
journey:
  - {send: hello, via: email}
"""
JOURNEYS = """\
journeys:
  care:
    - {send: ask, via: email}
    - wait: {for: {opened: ask}, at_most: 2d}
    - branch:
        - if: clicked('ask')
          do: [{leave: cared-for}]
"""
KEPT = "{for: {event: visit}, at_most: 5d, keep: [seconds]}"


def with_steps(steps: str, head: str = HEAD) -> dict[str, str]:
    """Return a clean project whose campaign has other steps, and a shared journey."""
    traits = CLEAN[AUDIENCES].replace(
        "traits:\n",
        "traits:\n  cycle: {median_gap: order.placed}\n  hour: {preferred_hour: visit}\n"
        "  taste: {most_frequent: order.placed.sku}\n",
        1,
    )
    files = CLEAN | {CAMPAIGN: f"{head}{steps}\n", "journeys.yaml": JOURNEYS, AUDIENCES: traits}
    del files["win-back/some.test.yaml"]
    return files


@pytest.mark.parametrize(
    "steps",
    [
        '  - wait: {days: 3, at: "10:00"}',
        '  - wait: {until: "22:00", to: "02:00", on: [fri]}',
        (
            '  - wait: {date: birthday, offset: -7d, at: "10:00"}\n'
            "    otherwise: [{leave: no-birthday}]"
        ),
        "  - wait: {by: cycle, share: 80%, at_least: 7d, at_most: 60d}",
        "  - wait: {by: age, at_most: 60d}",
        "  - wait: {spread: 4h}",
        '  - wait: {best_hour: hour, otherwise: "10:00", from: "09:00", to: "21:00"}',
        '  - wait: {best_hour: hour, otherwise: "23:00", from: "21:00", to: "09:00"}',
        "  - wait: {phase: burst}\n    otherwise: [{leave: too-late}]",
        "  - wait: {for: {left: lapsed}, at_most: 5d}",
        "  - wait: {for: {any: [{opened: hello}, {event: visit}]}, at_most: 5d}",
        f"  - wait: {KEPT}\n    name: look\n  - wait: {{for: {{answered: look}}, at_most: 2d}}",
        (
            f"  - wait: {KEPT}\n    name: look\n  - branch:\n"
            "      - if: answer('look', 'seconds') > 3\n        do: [{leave: done}]"
        ),
        "  - preference: taste\n    ways: {tea: [{leave: tea}], шоколад: []}\n    else: []",
        "  - preference: city\n    ways: {Москва: []}",
        "  - split: {a: {share: 30%, do: [{leave: done}]}, b: {share: 70%}}\n    seed: x",
        (
            "  - repeat: 3\n    until: opened('again')\n    do:\n"
            "      - {send: again, via: email}\n      - wait: 7d\n"
            "  - wait: {for: {opened: again-3}, at_most: 2d}"
        ),
        (
            "  - wait: {for: {opened: hello}, at_most: 2d}\n    otherwise: [{goto: last}]\n"
            "  - {send: thanks, via: email}\n  - {send: last, via: email}"
        ),
        (
            "  - run: care\n  - run: care\n    name: again\n"
            "  - wait: {for: {opened: again.ask}, at_most: 2d}"
        ),
        "  - branch:\n      - if: segment('good')\n        do: [{goto: care.ask}]\n  - run: care",
        (
            "  - repeat: 12\n    do:\n      - repeat: 12\n        do:\n"
            "          - {send: again, via: email}\n          - wait: 1d\n"
            "  - wait: {for: {opened: again-12-12}, at_most: 2d}"
        ),
    ],
)
def test_a_sound_journey_has_no_finding(tmp_path: Path, steps: str) -> None:
    loaded = load_files(tmp_path, with_steps(steps))

    assert [shown(finding) for finding in loaded.diagnostics] == []


MISTAKES = [
    ("SPC206", "  - wait: {days: 3}\n    «then»: [{leave: done}]", "`then` has no meaning", "move"),
    ("REF301", "  - wait: {date: «birth», offset: -7d}", "no attribute is called `birth`",
     "`birthday`?"),
    ("REF305", "  - wait: {date: «age»}", "`age` is a number, not a date", "birthday"),
    ("REF301", "  - wait: {by: «cycel», at_most: 5d}", "is called `cycel`", "`cycle`?"),
    ("REF305", "  - wait: {by: «city», at_most: 5d}", "`city` is text, not a number", "`cycle`"),
    ("REF305", "  - preference: «cycle»\n    ways: {a: []}", "`cycle` is a number, not text",
     "`city`"),
    ("REF302", "  - preference: city\n    ways: {«else»: []}", "means everybody else", "branch"),
    ("REF301", "  - wait: {phase: «brust»}", "no phase of `win-back` is called `brust`", "burst"),
    ("JRN408", "  - wait: {by: cycle, at_least: «9d», at_most: 5d}", "more than `at_most`",
     "the shorter one"),
    ("JRN408", "  - wait: {spread: «400d»}", "cannot be spread over 400d", "1s to 366d"),
    ("JRN408", "  - wait: {days: «-1»}", "nobody can wait -1 days", "from 0"),
    ("JRN408", '  - wait: {best_hour: hour, otherwise: «"22:00"», from: "09:00", to: "21:00"}',
     "22:00 does not lie from 09:00 to 21:00", "within the hours"),
    ("REF301", "  - wait: {for: {left: «lapse»}, at_most: 5d}", "no segment is called", "lapsed"),
    ("REF301", "  - wait: {for: {answered: «hello»}, at_most: 5d}", "that asks something", ""),
    ("JRN409", "  - wait: {for: {segment: good}, at_most: 5d, «keep»: [x]}\n    name: a",
     "only of an event", "wait for one event"),
    ("JRN409", "  - wait: {for: {event: visit}, at_most: 5d, «keep»: [seconds]}",
     "it has no name", "add `name: ask`"),
    ("REF301", "  - wait: {for: {event: visit}, at_most: 5d, keep: [«second»]}\n    name: a",
     "no property of `visit`", "`seconds`?"),
    ("REF301", (f"  - wait: {KEPT}\n    name: look\n  - branch:\n"
     "      - if: answer('«lok»', 'seconds') > 3\n        do: []"), "is called `lok`", "`look`?"),
    ("REF301", (f"  - wait: {KEPT}\n    name: look\n  - branch:\n"
     "      - if: answer('look', '«score»') > 3\n        do: []"), "is called `score`", "seconds"),
    ("REF305", (f"  - wait: {KEPT}\n    name: look\n  - branch:\n"
     "      - if: answer('look', 'seconds') = «'x'»\n        do: []"), "cannot be compared",
     "without quotes"),
    ("JRN402", "  - «split»: {a: {share: 30%}, b: {share: 60%}}\n    seed: x",
     "the ways of the split share out 90%", "add a way"),
    ("JRN405", "  - {goto: «hello»}", "`hello` does not come later", "use `repeat`"),
    ("JRN405", ("  - wait: {for: {opened: hello}, at_most: 2d}\n"
     "    then: [{send: thanks, via: email}]\n    otherwise: [{goto: «thanks»}]"),
     "`thanks` does not come later on this way", "use `repeat`"),
    ("REF301", "  - {goto: «nowhere»}", "is called `nowhere`", ""),
    ("JRN401", "  - {goto: last}\n  - {«send»: thanks, via: email}\n  - {send: last, via: email}",
     "nobody comes to this `send`", "remove it"),
    ("JRN406", "  - repeat: «105»\n    do: [{wait: 7d}]", "repeated 105 times", "1 to 104"),
    ("REF301", "  - run: «car»", "no shared journey is called `car`", "`care`?"),
    ("JRN404", ("  - branch:\n      - if: opened('«late»')\n        do: [{wait: 1d}]\n"
     "  - {send: late, via: email}"), "no path to here has sent `late`", "on the same path"),
    ("JRN404", (f"  - wait: {{for: {{answered: «look»}}, at_most: 2d}}\n  - wait: {KEPT}\n"
     "    name: look"), "`look`", "on the same path"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_mistake_is_found_where_it_is(tmp_path: Path, row: tuple[str, ...]) -> None:
    code, marked, *said = row
    line, column = _place(with_steps(marked)[CAMPAIGN])

    loaded = load_files(tmp_path, with_steps(_unmarked(marked)))

    (finding,) = loaded.diagnostics
    assert (finding.code, finding.span.line, finding.span.column) == (code, line, column)
    for words in said:
        assert words in shown(finding)


AROUND = [
    ("JRN470", HEAD.replace("from: D-1, to: D0", "from: D-1, to: «D-8»"), "before it begins"),
    ("JRN470", HEAD.replace("anchors: [2017-11-11]", "«anchors»: []"), "no day to count from"),
    ("JRN470", "pause: [{from: 2017-12-27, to: «2017-12-24»}]\n" + HEAD, "not after it begins"),
    ("JRN471", HEAD.replace(
        "goal: {event: order.placed, within: 30d}", "«stages»: {seen: {event: visit}}"),
     "no goal that they lead to"),
    ("REF301", "stages: {seen: {event: «visits»}}\n" + HEAD, "no event is called `visits`"),
    ("REF305", "stages: {seen: {event: visit, where: «spend» > 3}}\n" + HEAD, "cannot be used in"),
]  # fmt: skip


@pytest.mark.parametrize("row", AROUND, ids=lambda row: f"{row[0]} {row[2]}")
def test_a_mistake_around_the_journey_is_found_where_it_is(
    tmp_path: Path, row: tuple[str, ...]
) -> None:
    code, marked, words = row
    line, column = _place(marked)

    loaded = load_files(tmp_path, with_steps("", _unmarked(marked)))

    (finding,) = loaded.diagnostics
    assert (finding.code, finding.span.line, finding.span.column) == (code, line, column)
    assert words in shown(finding)


def test_a_shared_journey_that_runs_itself_is_found_with_its_way(tmp_path: Path) -> None:
    circle = "journeys:\n  a:\n    - run: b\n  b:\n    - wait: 1d\n    - run: a\n"

    loaded = load_files(tmp_path, with_steps("  - wait: 1d") | {"journeys.yaml": circle})

    assert [(found.code, found.message) for found in loaded.diagnostics] == [
        ("JRN407", "`a` runs itself: a → b → a"),
        ("JRN407", "`b` runs itself: b → a → b"),
    ]


def test_a_shared_journey_cannot_wait_for_a_phase_of_nobody(tmp_path: Path) -> None:
    shared = "journeys:\n  a:\n    - wait: {phase: burst}\n"

    loaded = load_files(tmp_path, with_steps("  - wait: 1d") | {"journeys.yaml": shared})

    (finding,) = loaded.diagnostics
    assert finding.code == "REF305"
    assert "a shared journey has no calendar" in finding.message


def test_rounds_within_rounds_are_told_apart_by_both_numbers(tmp_path: Path) -> None:
    steps = (
        "  - repeat: 2\n    do:\n      - {send: a, via: email}\n"
        "      - repeat: 2\n        do: [{send: b, via: email}]"
    )

    project = load_files(tmp_path, with_steps(steps)).project

    assert project is not None
    graph = compile_campaign(project, "win-back")
    sent = [name for name, node in graph.nodes.items() if isinstance(node, SendNode)]
    assert sent == ["hello", "a", "b", "b-2", "a-2", "b-2-1", "b-2-2"]


REFERRING = [
    (
        (
            "  - repeat: 3\n    until: opened('b')\n    do:\n"
            "      - repeat: 2\n        do: [{send: b, via: email}]\n"
        ),
        ["opened('b')", "opened('b-2-1')"],
    ),
    (
        (
            "  - repeat: 2\n    do:\n"
            "      - repeat: 2\n        do: [{send: b, via: email}]\n"
            "      - branch: [{if: clicked('b'), do: [{leave: bored}]}]\n"
        ),
        ["clicked('b')", "clicked('b-2-1')"],
    ),
    (
        (
            "  - repeat: 2\n    do:\n"
            "      - repeat: 2\n        until: opened('b')\n        do:\n"
            "          - repeat: 2\n            do: [{send: b, via: email}]\n"
            "      - branch: [{if: clicked('b'), do: [{leave: bored}]}]\n"
        ),
        ["opened('b')", "clicked('b')", "opened('b-2-1-1')", "clicked('b-2-1-1')"],
    ),
    (
        (
            "  - repeat: 2\n    do:\n"
            "      - repeat: 2\n        until: opened('b')\n        do: [{send: b, via: email}]\n"
        ),
        ["opened('b')", "opened('b-2-1')"],
    ),
]
"""Steps that ask of a repeat from outside of it, or within it; and what each round asks for."""


@pytest.mark.parametrize(("steps", "asked"), REFERRING)
def test_each_round_asks_of_the_first_round_of_a_repeat_in_it(
    tmp_path: Path, steps: str, asked: list[str]
) -> None:
    project = load_files(tmp_path, with_steps(steps.rstrip())).project

    assert project is not None
    nodes = compile_campaign(project, "win-back").nodes
    terms = [rule.term for n in nodes.values() if isinstance(n, BranchNode) for _, rule in n.ways]
    assert [write_rule(term) for term in terms] == asked
    assert all(leaf.step in nodes for term in terms for leaf in leaves_of(term))


def test_a_step_without_a_name_takes_none_that_a_round_gives(tmp_path: Path) -> None:
    steps = (
        "  - repeat: 2\n    do:\n"
        "      - branch: [{if: segment('good'), do: [{leave: bored}]}]\n"
        "      - {send: leave-bored, via: email}"
    )

    project = load_files(tmp_path, with_steps(steps)).project

    assert project is not None
    nodes = compile_campaign(project, "win-back").nodes
    left = [name for name, node in nodes.items() if isinstance(node, LeaveNode)]
    assert isinstance(nodes["leave-bored-2"], SendNode)
    assert left == ["leave-bored-3", "leave-bored-4"]


TOO_LARGE = [
    (
        "  - repeat: 104\n    do:\n      - repeat: 104\n        do: [{wait: 1d}]",
        "",
        "win-back/campaign.yaml",
        "10,922 steps",
    ),
    ("  - run: j0", "j30: [{wait: 1d}]", "journeys.yaml", "8,192 steps"),
]
"""Steps, the last of thirty shared journeys of which each runs the next twice, and the finding."""


@pytest.mark.parametrize(("steps", "last", "file", "size"), TOO_LARGE)
def test_a_journey_that_grows_beyond_all_bounds_is_not_written_out(
    tmp_path: Path, steps: str, last: str, file: str, size: str
) -> None:
    doubling = "".join(
        f"  j{n}: [{{run: j{n + 1}, name: a}}, {{run: j{n + 1}, name: b}}]\n" for n in range(30)
    )
    files = with_steps(steps)
    if last:
        files["journeys.yaml"] += f"{doubling}  {last}\n"

    (finding,) = load_files(tmp_path, files).diagnostics

    assert (finding.code, finding.span.file.endswith(file)) == ("JRN406", True)
    assert f"here are {size}" in finding.message


def test_a_name_that_rounds_give_may_not_be_taken(tmp_path: Path) -> None:
    steps = "  - repeat: 2\n    do: [{send: again, via: email}]\n  - {send: again-2, via: email}"

    (finding,) = load_files(tmp_path, with_steps(steps)).diagnostics

    head = HEAD.count("\n")
    assert finding.code == "REF302"
    assert "2 steps would be called `again-2`" in finding.message
    assert finding.span.line == head + 3
    assert [span.line for span, _ in finding.related] == [head + 2]


def test_a_shared_journey_is_written_out_with_its_names_behind_its_own(tmp_path: Path) -> None:
    steps = "  - run: care\n  - run: care\n    name: again"

    project = load_files(tmp_path, with_steps(steps)).project

    assert project is not None
    campaign = project.campaigns["win-back"]
    assert [step_name(step) for step in steps_of(campaign) if step_name(step)] == [
        "hello",
        "care.ask",
        "again.ask",
    ]
    asked = [step.branch[0].if_.text for step in campaign.journey if hasattr(step, "branch")]
    assert asked == ["clicked('care.ask')", "clicked('again.ask')"]


def _place(marked: str) -> tuple[int, int]:
    """Return the line and the column of what is marked, both from 1."""
    lines = marked.splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "«" in text)
    return line, lines[line - 1].index("«") + 1


def _unmarked(marked: str) -> str:
    return marked.replace("«", "").replace("»", "")
