"""The benchmark of a live tick runs through on both databases, and counts as it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LINE = r"  {} +\d+ ms at best, +\d+ ms in the middle; +\d+ and +\d+ ms of processors"


def test_the_engine_and_the_bare_store_take_turns_on_both_databases() -> None:
    command = [sys.executable, "-m", "benchmarks.live", "--customers", "3000", "--due", "100"]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    headings = re.findall(r"^(\w+, due \w+): ([\d,]+) people a tick$", done.stdout, re.MULTILINE)
    assert [name for name, _ in headings] == [
        "SQLite, due together",
        "PostgreSQL, due together",
        "SQLite, due scattered",
        "PostgreSQL, due scattered",
    ]
    assert [people for name, people in headings if "together" in name] == ["100", "100"]
    for who in ("engine and ledger", "bare store"):
        assert len(re.findall(LINE.format(who), done.stdout)) == 4
