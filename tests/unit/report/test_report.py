from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from sample_facts import promises, report
from sample_journey import graph_of, send

from campaignspec.graph.nodes import EndNode
from campaignspec.measure import Provenance, measure
from campaignspec.measure.lift import Difference
from campaignspec.report import Report, Section, headlines, render_report
from campaignspec.report.experiment_table import experiment_table
from campaignspec.report.interval_plot import draw_experiment, draw_lift
from campaignspec.report.model import State
from campaignspec.report.tables import tables


class _Page(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")

    def values(self, tag: str, name: str) -> list[str]:
        return [value for t, n, value in self.attributes if (t, n) == (tag, name)]


@pytest.fixture(scope="module")
def rehearsed() -> Report:
    return report()


@pytest.fixture(scope="module")
def counted() -> Report:
    return report(simulated=False, sections=2)


@pytest.mark.parametrize(
    ("form", "suffix"), [("html", "html"), ("markdown", "md"), ("json", "json")]
)
def test_a_rehearsal_is_reported_as_it_was_reviewed(golden, rehearsed, form, suffix):
    golden(f"report/rehearsal.{suffix}", render_report(rehearsed, form))


@pytest.mark.parametrize(("form", "suffix"), [("markdown", "md"), ("json", "json")])
def test_a_run_is_reported_as_it_was_reviewed(golden, form, suffix):
    golden(f"report/run.{suffix}", render_report(report(simulated=False), form))


def test_a_rehearsal_has_five_headlines_about_reach_and_the_baseline(rehearsed):
    lines = headlines(rehearsed.sections[0])

    assert [line.label for line in lines] == [
        "Entries",
        "Messages sent",
        "Messages not sent",
        "Cost of messages",
        "Organic goal rate",
    ]
    assert lines[-1].provenance is Provenance.EXACT


def test_a_run_has_five_headlines_about_the_effect(counted):
    lines = headlines(counted.sections[0])

    assert [line.label for line in lines][2:] == [
        "Cost of messages",
        "Reached the goal",
        "Lift over the holdout",
    ]
    assert lines[-1].provenance is Provenance.ESTIMATED
    assert "95% interval" in lines[-1].note


def test_without_a_goal_the_last_headline_is_the_last_step():
    section = _without_goal()

    assert headlines(section)[-1].label == "Did the last step"
    assert [table.name for table in tables(section)] == ["funnel", "kpis", "channels"]
    assert "Against the holdout" not in render_report(_report(section), "html")


def test_every_form_says_the_same_numbers(rehearsed):
    page = render_report(rehearsed, "html")
    text = render_report(rehearsed, "markdown")

    for line in headlines(rehearsed.sections[0]):
        assert f"<strong>{line.value}</strong>" in page
        assert f"**{line.value}**" in text
    for table in tables(rehearsed.sections[0]):
        assert f">{table.title}</h3>" in page
        assert f"### {table.title}" in text


def test_headings_are_in_order_and_ids_are_unique(counted):
    page = _Page(render_report(counted, "html"))

    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)
    assert len(page.ids) == len(set(page.ids))


def test_every_drawing_and_table_can_be_read_aloud(counted):
    page = _Page(render_report(counted, "html"))

    named = {name for value in page.values("svg", "aria-labelledby") for name in value.split()}
    assert named <= set(page.ids)
    assert page.values("svg", "role").count("img") == 6
    assert set(page.values("th", "scope")) == {"col", "row"}


def test_nothing_on_the_page_points_elsewhere(counted):
    page = _Page(render_report(counted, "html"))

    links = [v for _, name, v in page.attributes if name in {"src", "href", "action", "srcset"}]
    assert links == ["#c1", "#c2"]
    assert not [value for _, name, value in page.attributes if name == "style"]


def test_the_page_forbids_itself_all_but_its_own_style_and_script(rehearsed):
    page = _Page(render_report(rehearsed, "html"))

    policy = next(value for value in page.values("meta", "content") if "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_page_carries_its_own_data(rehearsed):
    page = render_report(rehearsed, "html")

    data = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', page)
    assert data is not None
    assert json.loads(data[1]) == json.loads(render_report(rehearsed, "json"))


def test_texts_cannot_break_out_of_any_form():
    wicked = "</script><script>alert(1)</script> | `x` <b>"
    section = _without_goal()
    section = replace(
        section,
        campaign=replace(section.campaign, hypothesis=wicked),
        graph=replace(section.graph, title=wicked),
    )
    made = _report(section)

    page = render_report(made, "html")
    text = render_report(made, "markdown")

    assert "<script>alert" not in page
    assert page.count("</script>") == 2
    assert "<script>" not in text
    assert "\\| \\`x\\`" in text
    assert json.loads(render_report(made, "json"))["campaigns"][0]["title"] == wicked


def test_the_script_of_the_page_is_small(rehearsed):
    page = render_report(rehearsed, "html")

    assert len(page.rpartition("<script>")[2]) < 5_000
    assert len(page) < 150_000


def test_a_comparison_with_nobody_is_not_drawn(rehearsed):
    lift = rehearsed.sections[0].result.lift
    assert lift is not None
    nobody = replace(lift.held_out, hits=0, trials=0)

    assert draw_lift(lift, name="x")
    assert draw_lift(replace(lift, held_out=nobody, interval=None), name="x") == ""


def test_an_experiment_is_shown_in_every_form(rehearsed):
    page, text = (render_report(rehearsed, form) for form in ("html", "markdown"))
    (data,) = json.loads(render_report(rehearsed, "json"))["campaigns"][0]["experiments"]

    (reading,) = rehearsed.sections[0].result.experiments
    first, second = reading.arms
    assert "Experiment offer</h3>" in page
    assert "### Experiment offer" in text
    assert f"| {second.name} − {first.name} |" in text  # noqa: RUF001
    assert data["provenance"] == "assumed"
    assert data["draw"]["provenance"] == "exact until first send"
    assert [arm["rate"]["hits"] for arm in data["arms"]] == [first.rate.hits, second.rate.hits]


def test_a_rehearsal_says_so_when_chance_alone_makes_arms_differ(rehearsed):
    section = rehearsed.sections[0]
    (reading,) = section.result.experiments
    far = Difference(value=0.2, interval=(0.1, 0.3))
    strayed = replace(reading, arms=(reading.arms[0], replace(reading.arms[1], difference=far)))

    assert "misses zero" not in experiment_table(section, reading).note
    assert "misses zero" in experiment_table(section, strayed).note


@pytest.mark.parametrize(
    ("chance", "text", "note", "state"),
    [
        (None, "too few", "", None),
        (0.42, "p = 0.42", "as declared", None),
        (0.0002, "p < 0.001", "not as declared", State.BAD),
    ],
)
def test_the_draw_is_held_against_its_shares(counted, chance, text, note, state):
    section = counted.sections[0]
    reading = replace(section.result.experiments[0], chance=chance)

    table = experiment_table(section, reading)

    cell = table.rows[-1].cells[2]
    assert (cell.text, cell.note, cell.state) == (text, note, state)
    assert table.note.startswith("The arms did not get") is (state is State.BAD)


def test_an_experiment_without_a_goal_shows_the_draw_only(rehearsed):
    section = rehearsed.sections[0]
    result, graph = section.result, replace(section.graph, goal=None)
    (reading,) = result.experiments
    arms = tuple(replace(arm, rate=None, value=None, difference=None) for arm in reading.arms)
    reading = replace(reading, arms=arms)

    table = experiment_table(replace(section, graph=graph), reading)

    assert table.columns == ("Arm", "Entries", "Drawn", "Class")
    assert {len(row.cells) for row in table.rows} == {4}
    assert draw_experiment(reading, name="x") == ""


def test_a_promise_is_judged_in_a_run_only(rehearsed, counted):
    assert "✓ met" in render_report(counted, "html")
    assert "✓ met" not in render_report(rehearsed, "html")
    assert "not judged" in render_report(rehearsed, "html")


def _without_goal() -> Section:
    graph = graph_of(
        (send("hello"), EndNode()),
        (("entry", "next", "hello"), ("hello", "next", "end")),
        goal=None,
        holdout=None,
    )
    campaign = replace(promises(), kpis={})
    from sample_facts import END, START, entered, table

    result = measure(
        table(entered("a", START)),
        graph,
        campaign,
        start=START,
        end=END,
        currency="USD",
        assumptions=(),
        simulated=True,
    )
    return Section(campaign=campaign, graph=graph, result=result)


def _report(section: Section) -> Report:
    return Report(project="shop", title="A report", zone="UTC", sections=(section,))
