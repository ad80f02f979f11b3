"""Channels and purposes that nobody knows are told of, and a refusal among them has its effect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_files import project_of

from campaignspec.api.history import history_of
from campaignspec.assembly import assemble
from campaignspec.clock import parse_instant
from campaignspec.project import Project
from campaignspec.quality.outcome import Verdict, told
from campaignspec.quality.strangers import unknown_channels, unknown_purposes

SOURCES = """\
sources:
  - consents: consents.csv
  - messages: messages.csv
"""
CHANNELS = "channels:\n  email: {connector: outbox, with: {path: outbox.jsonl}}\n"
CONSENTS = "customer,at,channel,purpose,state\n"
MESSAGES = "customer,at,channel,class,campaign\n"
AT = parse_instant("2025-03-01")


def shop(root: Path, consents: str = "", messages: str = "") -> Project:
    (root / "channels.yaml").write_text(CHANNELS, encoding="utf-8")
    return project_of(
        root, SOURCES, consents=f"{CONSENTS}{consents}", messages=f"{MESSAGES}{messages}"
    )


def test_known_words_are_not_told_of(tmp_path):
    project = shop(
        tmp_path,
        "1,2025-01-01,email,promotional,granted\n",
        "1,2025-01-01,email,service,x\n",
    )

    history = history_of(project)

    assert [*unknown_purposes(history), *unknown_channels(project, history)] == []


def test_unknown_words_are_counted_and_guessed(tmp_path):
    project = shop(
        tmp_path,
        "1,2025-01-01,emial,promotional,granted\n1,2025-01-01,email,promotion,refused\n",
        "1,2025-01-01,email,sevice,x\n1,2025-01-02,emial,service,x\n",
    )

    history = history_of(project)
    outcomes = [*unknown_purposes(history), *unknown_channels(project, history)]

    assert {each.verdict for each in outcomes} == {Verdict.WARNED}
    assert "\n".join(map(told, outcomes)) == (
        "consents: a purpose that is known: 1 of 2 rows name another: 'promotion' (1); 1 of these "
        "refuse, which counts as refusing every purpose on that channel\n"
        "  'promotion' may mean 'promotional'; known as purpose: promotional, service, "
        "transactional\n"
        "messages: a class that is known: 1 of 2 rows name another: 'sevice' (1)\n"
        "  'sevice' may mean 'service'; known as class: promotional, service, transactional\n"
        "consents: a channel that is known: 1 of 2 rows name another: 'emial' (1)\n"
        "  'emial' may mean 'email'; known as channel: email\n"
        "messages: a channel that is known: 1 of 2 rows name another: 'emial' (1)\n"
        "  'emial' may mean 'email'; known as channel: email"
    )


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("1,2025-01-01,email,promo,refused", -1),
        ("1,2025-01-01,email,promo,refused\n1,2025-02-01,email,promo,granted", 1),
        ("1,2025-01-01,email,promo,refused\n1,2025-02-01,email,promotional,granted", -1),
        ("1,2025-04-01,email,promo,refused", 1),
        ("1,2025-01-01,email,promo,granted", 1),
        ("1,2025-01-01,sms,promo,refused", 1),
    ],
)
def test_a_refusal_of_an_unknown_purpose_refuses_every_purpose(tmp_path, said, state):
    granted = "1,2024-01-01,email,promotional,granted\n"
    project = shop(tmp_path, f"{granted}{said}\n")
    world = assemble(project, history_of(project), campaigns=(), start=AT, end=AT).world

    found = world.consent(np.array([0]), np.array([AT]), "email", "promotional")

    assert found.tolist() == [state]
