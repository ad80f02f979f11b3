"""The benchmark is honest: engine and simpy write the same facts, or it says that they differ."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_engine_and_simpy_write_the_same_facts() -> None:
    command = [sys.executable, "-m", "benchmarks.win_back", "--customers", "500"]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    *lines, facts, ratio = done.stdout.splitlines()
    assert re.fullmatch(r"[\d,]+ facts, the same in every run: sha256 \w{16}", facts)
    assert re.fullmatch(r"simpy / engine, the best of each: \d+\.\d", ratio)
    happened = {tuple(line.split()[1:]) for line in lines if line.startswith("  ")}
    assert {
        ("sent", "we-miss-you"),
        ("sent", "whats-new"),
        ("sent", "coupon"),
        ("suppressed", "coupon"),
        ("deferred", "whats-new"),
        ("converted", "holdout"),
        ("left", "leave-long-gone"),
        ("expired", "end"),
    } <= happened
