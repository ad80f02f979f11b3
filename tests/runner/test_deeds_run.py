"""Deeds in a run: tasks, calls with answers, marks, audiences, posts; each done once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from shop import TEMPLATE, write_shop

from campaignspec.api.check import check
from runner.kit import rehearsed, run_to_the_end

CHANNELS = """
channels:
  email: {connector: outbox, cost: 0.05 RUB, with: {path: build/outbox.jsonl}}
  crm: {connector: outbox, cost: 20 RUB, with: {path: build/crm.jsonl}}
  ads: {connector: audience-file, with: {path: build/audiences, hash: none}}
  wall: {connector: outbox, with: {path: build/wall.jsonl}}
destinations:
  quiet-ones: {via: ads, minimum: 2, class: service}
  lookers: {via: ads, mirror: quiet, class: service}
policies:
  consent: {promotional: opt_in, service: opt_out}
"""
CAMPAIGN = """
campaign: welcome
seed: welcome-1
enter:
  on: {event: order.placed, where: orders_total = 1}
  holdout: 20%
goal: {event: order.placed, within: 20d, value: amount}
publish:
  - {post: news, on: [wall], at: 2025-03-03 09:00, cost: 70 RUB, kol: lin, code: LIN10}
  - {post: news, on: [wall], at: 2025-04-03 09:00, name: news-again}
journey:
  - task: call
    via: crm
  - webhook: score
    via: crm
    facts: [orders_total, city]
    keep: {score: number, tier: text, good: boolean}
    assume: {score: 7, tier: gold, good: true}
  - wait: {for: {answered: score}, at_most: 2d}
    then:
      - branch:
          - if: answer('score', 'score') >= 5 and answer('score', 'tier') = 'gold'
            name: hot
            do:
              - set: {hot: true}
    otherwise:
      - leave: no-answer
  - branch:
      - if: hot = 'yes' and answer('score', 'good') = 'yes'
        name: marked
        do:
          - survey: ask
            via: email
            answer: {event: site.visited}
          - wait: {for: {answered: ask}, at_most: 4d}
            otherwise:
              - add_to: quiet-ones
              - wait: 3d
              - remove_from: quiet-ones
  - write_back: {stage: done, reason: journey}
    via: crm
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return with_deeds(tmp_path / "shop")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pa.Table]:
    """Run the shop once for all who look at what was done."""
    root = with_deeds(tmp_path_factory.mktemp("deeds") / "shop")
    return root, run_to_the_end(root)


def with_deeds(folder: Path) -> Path:
    root = write_shop(folder)
    (root / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    (root / "welcome/campaign.yaml").write_text(CAMPAIGN, encoding="utf-8")
    audiences = root / "audiences.yaml"
    traits = audiences.read_text(encoding="utf-8")
    audiences.write_text(traits.replace("traits:", "traits:\n  hot: {mark: boolean}"))
    come_back = root / "come-back/campaign.yaml"
    text = come_back.read_text(encoding="utf-8")
    come_back.write_text(text.replace("send: miss-you", "send: miss-you\n    via: email"))
    for message, channel in (("call", "crm"), ("ask", "email"), ("news", "wall")):
        path = root / "welcome/templates" / message / f"{channel}.j2"
        path.parent.mkdir(exist_ok=True)
        named = (
            TEMPLATE if message != "news" else "{% block text %}{{ campaign.name }}{% endblock %}"
        )
        path.write_text(named, encoding="utf-8")
    return root


def lines(root: Path, name: str) -> list[dict[str, Any]]:
    text = (root / "build" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_shop_is_sound(shop: Path):
    found = [d for d in check(shop).diagnostics if d.severity == "error"]

    assert found == []


def test_two_posts_of_one_name_on_one_platform_are_found(shop: Path):
    campaign = shop / "welcome/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace(", name: news-again", ""), encoding="utf-8")

    found = [d for d in check(shop).diagnostics if d.severity == "error"]

    assert [(d.code, d.message) for d in found] == [
        ("REF302", "a post on `wall` called `news` exists already")
    ]


def test_a_run_does_what_was_rehearsed(done: tuple[Path, pa.Table]):
    root, run = done

    rehearsal = rehearsed(root)

    mine = rehearsal.filter(rehearsal["campaign"].to_numpy() != "mirror-lookers")
    theirs = run.filter(run["campaign"].to_numpy() != "mirror-lookers")
    assert theirs.equals(mine)
    kinds = Counter(theirs["kind"].to_pylist())
    assert kinds["done"] > 20
    assert kinds["marked"] > 5
    assert kinds["published"] == 2


def test_every_deed_is_handed_over_once_with_what_it_takes(done: tuple[Path, pa.Table]):
    root, _ = done

    told = lines(root, "crm.jsonl")
    assert max(Counter(line["key"] for line in told).values()) == 1
    kinds = Counter(line["deed"] for line in told)
    assert set(kinds) == {"task", "call", "record"}
    calls = [line["details"] for line in told if line["deed"] == "call"]
    assert all(set(details) == {"call", "orders_total", "city"} for details in calls)
    records = [line["details"] for line in told if line["deed"] == "record"]
    assert all(details == {"stage": "done", "reason": "journey"} for details in records)
    assert all("Ваш город" in line["parts"]["text"] for line in told if line["deed"] == "task")


def test_posts_belong_to_nobody_and_are_published_once(done: tuple[Path, pa.Table]):
    root, run = done

    posts = lines(root, "wall.jsonl")
    assert [(p["node"], p["customer"], p["parts"]) for p in posts] == [
        ("news", "", {"text": "welcome"}),
        ("news-again", "", {"text": "welcome"}),
    ]
    assert [p["details"] for p in posts] == [{"kol": "lin", "code": "LIN10"}, {}]
    facts = [f for f in run.to_pylist() if f["kind"] == "published"]
    assert [(f["node"], f["customer"], f["value"]) for f in facts] == [
        ("news", "", 70_000_000),
        ("news-again", "", 0),
    ]


def test_a_mirrored_audience_holds_who_matches_now(done: tuple[Path, pa.Table]):
    root, run = done

    mirrored = [f for f in run.to_pylist() if f["campaign"] == "mirror-lookers"]
    held: set[str] = set()
    for fact in mirrored:
        if fact["kind"] == "done":
            taken = fact["node"].startswith("remove")
            (held.discard if taken else held.add)(f"{fact['customer']}@shop.example")
    rows = (root / "build/audiences/lookers.csv").read_text().split()
    assert held
    assert set(rows[1:]) == held


@pytest.fixture
def program() -> Iterator[str]:
    """Run another program that scores by the customer's number."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            even = int(told["customer"][1:]) % 2 == 0
            answer = {"score": 9 if even else 1, "tier": "gold", "good": True}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_what_another_program_answers_decides_the_way(shop: Path, program: str):
    settings = shop / "campaignspec.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("    responses: usual\n", ""), encoding="utf-8")
    channels = shop / "channels.yaml"
    text = channels.read_text(encoding="utf-8")
    scoring = f"scoring: {{connector: webhook, with: {{url: '{program}'}}}}\n  wall:"
    channels.write_text(text.replace("wall:", scoring), encoding="utf-8")
    campaign = shop / "welcome/campaign.yaml"
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("score\n    via: crm", "score\n    via: scoring"))

    run = run_to_the_end(shop)

    marked = {f["customer"] for f in run.to_pylist() if f["kind"] == "marked"}
    called = {
        f["customer"] for f in run.to_pylist() if f["kind"] == "waited" and f["edge"] == "in time"
    }
    assert marked
    assert all(int(customer[1:]) % 2 == 0 for customer in marked)
    assert {c for c in called if int(c[1:]) % 2 == 0} >= marked
