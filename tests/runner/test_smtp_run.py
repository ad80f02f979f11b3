"""From YAML to a real mail server: what is read in a mailbox is what was reviewed."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest
from shop import FIRST, LAST, write_shop

from campaignspec.api.check import opened
from campaignspec.api.run import opened_run
from campaignspec.ledger.queue import Status

SMTP = """
channels:
  email:
    connector: smtp
    from: Магазин <hello@shop.example>
    cost: 0.05 RUB
    with: {{host: 127.0.0.1, port: {port}, security: none, unsubscribe_url: "https://shop.example/u/{{key}}"}}
"""


@pytest.fixture
def shop(tmp_path: Path, server: Any) -> Path:
    root = write_shop(tmp_path / "shop")
    text = (root / "channels.yaml").read_text(encoding="utf-8")
    policies = text[text.index("policies:") :]
    (root / "channels.yaml").write_text(SMTP.format(port=server.port) + policies, encoding="utf-8")
    return root


def _run(root: Path) -> tuple[Any, dict[Status, int]]:
    project, library = opened(root)
    with opened_run(project, library, environment="rehearsal", first=FIRST, last=LAST) as run:
        for _ in run.progress():
            pass
        return run.facts(), dict(run.messages())


def test_every_sent_fact_is_a_letter_in_a_mailbox(shop: Path, server: Any):
    facts, messages = _run(shop)

    letters = [email.message_from_bytes(raw, policy=email.policy.default) for raw in server.letters]
    sent = [row for row in facts.to_pylist() if row["kind"] == "sent"]
    assert len(letters) == len(sent) == messages[Status.ACCEPTED]
    assert sorted(letter["To"] for letter in letters) == sorted(
        f"{row['customer']}@shop.example" for row in sent
    )
    subjects = {letter["Subject"] for letter in letters}
    assert {"Привет, Анна", "Привет, 李雷", "Привет, друг"} <= subjects
    for letter in letters:
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["List-Unsubscribe"].startswith("<https://shop.example/u/")
        assert "Ваш город" in letter.get_content()


def test_a_refused_address_is_a_failed_fact_and_stops_nobody_else(shop: Path, server: Any):
    facts, _ = _run(shop)
    somebody = next(row["customer"] for row in facts.to_pylist() if row["kind"] == "sent")
    (shop / "build/rehearsal.sqlite").unlink()
    server.rcpt_replies[f"{somebody}@shop.example"] = "550 5.1.1 unknown"

    facts, messages = _run(shop)

    rows = facts.to_pylist()
    refused = [row for row in rows if row["kind"] == "failed"]
    assert {row["customer"] for row in refused} == {somebody}
    assert all("5.1.1" in row["reason"] for row in refused)
    assert messages[Status.FAILED] == len(refused) > 0
    assert messages[Status.ACCEPTED] == sum(r["kind"] == "sent" for r in rows) - len(refused)


def test_a_server_that_is_away_for_a_while_gets_everything_later(shop: Path, server: Any):
    server.mail_reply = "451 4.3.2 not now"
    project, library = opened(shop)
    with opened_run(project, library, environment="rehearsal", first=FIRST, last=LAST) as run:
        for progress in run.progress():
            if progress.at > run.start + (run.end - run.start) // 2:
                server.mail_reply = None
        counts = run.messages()

    assert counts[Status.ACCEPTED] > 0
    assert counts[Status.PLANNED] == counts[Status.IN_DOUBT] == 0
    assert len(server.letters) == counts[Status.ACCEPTED]
