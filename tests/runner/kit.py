"""Running the small shop in this process, as the command does."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
from shop import FIRST, LAST

from campaignspec.api.check import opened
from campaignspec.api.run import opened_run
from campaignspec.api.simulate import simulate


def rehearsed(root: Path) -> pa.Table:
    project, _ = opened(root)
    done = simulate(project, campaigns=(), first=FIRST, last=LAST)
    return done.rehearsal.facts


def run_to_the_end(root: Path, *, last: str = LAST) -> pa.Table:
    project, library = opened(root)
    with opened_run(project, library, environment="rehearsal", first=FIRST, last=last) as run:
        for _ in run.progress():
            pass
        return run.facts()


def delivered(root: Path) -> Counter[str]:
    """Count the deliveries of each key."""
    lines = (root / "build/outbox.jsonl").read_text(encoding="utf-8").splitlines()
    return Counter(json.loads(line)["key"] for line in lines)
