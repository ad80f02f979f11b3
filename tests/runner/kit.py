"""Running the small shop in this process, as the command does."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
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


def killed_now_and_then(arguments: Sequence[str], shop: Path, *, latest: float) -> tuple[int, int]:
    """Run the command, kill it a few times at any moment, and let it come to its end.

    Args:
        arguments: The command's.
        shop: The project's folder.
        latest: Seconds after which it is killed at the latest.

    Returns:
        What it left with in the end, and how often it was killed.
    """
    dice = random.Random(11)
    command = [sys.executable, "-m", "campaignspec", *arguments]
    kills = 0
    for _ in range(30):
        child = subprocess.Popen(
            command, cwd=shop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + dice.uniform(0.9, latest)
        while child.poll() is None and (kills >= 4 or time.monotonic() < deadline):
            time.sleep(0.01)
        if child.poll() is not None:
            break
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        kills += 1
    return child.wait(), kills
