"""On a Spark cluster customers do what they do on one machine.

Spark runs in processes of its own: a Java that is started within a test outlives it.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from shop import write_shop

from campaignspec.cli import main
from campaignspec.errors import ClusterError, HistoryError
from campaignspec.simulate import spark

TESTS = Path(__file__).parents[1]
VYING = ("0", "11", "20", "30")
"""Crowds who may walk apart, and of whom some are told wrongly at first."""

REQUIRED = "CAMPAIGNSPEC_REQUIRE_SPARK" in os.environ
NO_PYSPARK, NO_JAVA = find_spec("pyspark") is None, shutil.which("java") is None
needs_spark = pytest.mark.skipif(
    (NO_PYSPARK or NO_JAVA) and not REQUIRED,
    reason="Spark is not here: `make spark` installs PySpark, which wants Java 17 or 21",
)
needs_pyspark = pytest.mark.skipif(
    NO_PYSPARK and not REQUIRED, reason="PySpark is not here: `make spark` installs it"
)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(TESTS), "PYSPARK_PYTHON": sys.executable},
    )


@pytest.mark.slow
@needs_spark
def test_crowds_who_share_what_runs_out_do_on_spark_what_they_do_in_one_place() -> None:
    done = run("-m", "engine_kit.on_spark", *VYING)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["unequal"] == []
    assert found["apart"] == len(VYING)
    assert found["left open"], "a session that others had opened is theirs to close"
    assert found["nowhere"].startswith("there is no Spark at 'nowhere': ")


@pytest.mark.slow
@needs_spark
def test_a_rehearsal_on_spark_writes_the_same_file_and_says_the_same(tmp_path: Path) -> None:
    shop = write_shop(tmp_path, customers=60)
    simulate = ("-m", "campaignspec", "simulate", "-p", shop, "--facts")

    here = run(*simulate, tmp_path / "here.parquet")
    there = run(*simulate, tmp_path / "there.parquet", "--spark", "local[2]")

    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    files = [(tmp_path / f"{name}.parquet").read_bytes() for name in ("here", "there")]
    assert files[0] == files[1]


def test_without_pyspark_one_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)

    code = simulated(write_shop(tmp_path))

    assert code == 2
    assert "pip install 'campaignspec[spark]'" in capsys.readouterr().err


@needs_pyspark
def test_without_java_one_is_told_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))

    code = simulated(write_shop(tmp_path))

    assert code == 2
    told = capsys.readouterr().err
    assert f"Java 17 or 21 on this machine: JAVA_HOME is {tmp_path / 'nowhere'}" in told


def test_a_machine_with_another_version_walks_nobody() -> None:
    errand = SimpleNamespace(value=("0.0.1", b""))

    with pytest.raises(ClusterError, match="install the same version everywhere"):
        spark._walker(errand, "an errand")


def test_what_a_task_cannot_do_is_raised_where_it_was_asked_for() -> None:
    answer = pickle.dumps(HistoryError("events/3.npy cannot be mapped on this machine"))

    with pytest.raises(HistoryError, match="cannot be mapped"):
        spark._received(answer)


def simulated(shop: Path) -> object:
    """Rehearse on Spark within this process, and return the exit code."""
    with pytest.raises(SystemExit) as left:
        main(["simulate", "--project", str(shop), "--spark", "local[2]"])
    return left.value.code
