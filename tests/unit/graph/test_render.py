from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from sample_journey import in_chinese_and_russian, two_ways_to_one, win_back

from campaignspec.graph.counts import Counts
from campaignspec.graph.render import render

SVG = "{http://www.w3.org/2000/svg}"
FORMS = (("text", "txt"), ("mermaid", "mmd"), ("svg", "svg"), ("json", "json"))

COUNTS = Counts(
    nodes={"entry": 12480, "until-10:00": 11232, "holdout": 1248, "wait-3d": 5300},
    edges={("entry", "next"): 11232, ("entry", "held out"): 1248},
    goals={"wait-3d": 391},
    leaves={"wait-3d": 8},
)


@pytest.mark.parametrize(("form", "suffix"), FORMS)
def test_every_form_looks_as_it_was_reviewed(golden, form, suffix):
    golden(f"graph/win_back.{suffix}", render(win_back(), form, COUNTS))


@pytest.mark.parametrize(("form", "suffix"), FORMS)
def test_other_alphabets_and_marks_are_drawn(golden, form, suffix):
    golden(f"graph/letters.{suffix}", render(in_chinese_and_russian(), form))


def test_a_way_without_steps_says_where_it_leads():
    text = render(two_ways_to_one(), "text")

    assert "├─ in time → thanks" in text
    assert "└─ too late → thanks" in text
    assert text.count("send thanks") == 1


def test_mermaid_marks_in_names_are_escaped():
    text = render(in_chinese_and_russian(), "mermaid")

    assert '"send 欢迎回来，我们给您准备了一份#quot;惊喜#quot; #lt;礼物#gt; · 短信"' in text  # noqa: RUF001


def test_an_svg_is_well_formed_and_says_what_it_shows():
    root = ET.fromstring(render(in_chinese_and_russian(), "svg", COUNTS))  # noqa: S314 (our own)

    assert root.findtext(f"{SVG}title") == "老客户 & «Возвращение»"
    assert "send мы-скучаем-по-вам-возвращайтесь · почта" in (root.findtext(f"{SVG}desc") or "")
    assert root.get("aria-labelledby") == "journey-title journey-desc"


def test_a_long_label_takes_two_lines_and_stands_whole_in_its_title():
    root = ET.fromstring(render(win_back(), "svg"))  # noqa: S314 (our own)

    box = next(g for g in root.iter(f"{SVG}g") if g.get("data-node") == "wait-for-basket")
    lines = [text.text for text in box.iter(f"{SVG}text")]
    assert lines[:2] == ["wait for basket.filled,", "at most 5d"]
    assert box.findtext(f"{SVG}title") == "wait for basket.filled, at most 5d"


def test_ways_that_nobody_took_are_told_from_those_that_many_took():
    root = ET.fromstring(render(win_back(), "svg", COUNTS))  # noqa: S314 (our own)

    ways = [g for g in root.iter(f"{SVG}g") if (g.get("class") or "").startswith("way")]
    drawn = {
        (g.get("data-from"), g.get("data-to")): g for g in ways if g.find(f"{SVG}path") is not None
    }
    assert drawn["entry", "until-10:00"].get("class") == "way"
    assert drawn["hello", "wait-for-basket"].get("class") == "way unused"


def test_an_svg_asks_nobody_for_anything():
    text = render(win_back(), "svg", COUNTS).replace("http://www.w3.org/2000/svg", "")

    assert "http" not in text
    assert "<script" not in text


def test_json_holds_every_node_and_edge():
    graph = win_back()

    data = json.loads(render(graph, "json", COUNTS))

    assert data["format_version"] == 1
    assert data["fingerprint"] == graph.fingerprint
    assert [node["id"] for node in data["nodes"]] == list(graph.nodes)
    assert len(data["edges"]) == len(graph.edges)
    assert data["nodes"][0]["visits"] == 12480
    assert data["edges"][1] == {
        "source": "entry",
        "target": "holdout",
        "label": "held out",
        "passages": 1248,
    }


def test_json_without_counts_says_nothing_of_people():
    data = json.loads(render(win_back(), "json"))

    assert "visits" not in data["nodes"][0]
    assert "passages" not in data["edges"][0]
