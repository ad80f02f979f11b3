"""The engine's benchmark is honest: everybody writes the same facts, or it says who does not."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import campaignspec
from benchmarks.engine import __main__ as benchmark
from benchmarks.engine import by_hand, heap, processes
from benchmarks.engine.by_hand import ONE, THREE, Plan
from benchmarks.engine.facts import Digests, Facts, differences, digests, save
from benchmarks.engine.made import Made, made, make
from benchmarks.engine.measuring import Measured, Phase
from benchmarks.engine.ours import Engine
from benchmarks.engine.profiling import PARTS, charged, part_of

ROOT = Path(__file__).parents[3]
CUSTOMERS = 1_500

FACTS = Facts(
    names=("welcome sent hello", "welcome entered entry"),
    what=np.array([1, 0, 1, 0], np.int16),
    at=np.array([10, 20, 30, 40], np.int64),
    row=np.array([7, 7, 8, 8], np.int32),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    make(CUSTOMERS, folder)
    return made(CUSTOMERS, folder)


def ours(data: Made, plan: Plan) -> Digests:
    engine = Engine(data, [journey.campaign for journey in plan.journeys])
    engine.walk()
    return digests(engine.facts())


def by_heap(data: Made, plan: Plan) -> Digests:
    return digests(heap.walk(by_hand.crowd(data), plan, data.customers))


@pytest.fixture(scope="module")
def expected(data: Made) -> Digests:
    return ours(data, ONE)


def test_data_that_are_made_are_not_made_again(data: Made) -> None:
    before = {file: file.stat().st_mtime_ns for file in data.folder.iterdir()}

    make(CUSTOMERS, data.folder.parent)

    assert {file: file.stat().st_mtime_ns for file in data.folder.iterdir()} == before


def test_the_heap_writes_the_engine_s_facts(data: Made, expected: Digests) -> None:
    assert by_heap(data, ONE) == expected


def test_simpy_writes_the_engine_s_facts(data: Made, expected: Digests) -> None:
    found = processes.walk(by_hand.crowd(data), data.customers)

    assert digests(found) == expected


def test_duckdb_writes_the_engine_s_facts(data: Made, expected: Digests) -> None:
    from benchmarks.engine.in_sql import Tables

    tables = Tables(data, threads=1)
    tables.walk()

    assert digests(tables.facts()) == expected
    assert tables.count() == sum(count for count, _ in expected.values())


@pytest.mark.parametrize("packed", [False, True], ids=["by customer", "packed"])
def test_polars_writes_the_engine_s_facts(data: Made, expected: Digests, packed: bool) -> None:  # noqa: FBT001
    from benchmarks.engine.in_frames import Frames

    frames = Frames(data, packed=packed)
    frames.walk()

    assert digests(frames.facts()) == expected
    assert frames.count() == sum(count for count, _ in expected.values())


def test_the_heap_writes_the_engine_s_facts_of_three_journeys(data: Made) -> None:
    assert by_heap(data, THREE) == ours(data, THREE)


@pytest.mark.parametrize("plan", [ONE, THREE], ids=["one", "three"])
def test_every_part_of_the_journey_is_walked(data: Made, plan: Plan) -> None:
    kinds = {name.split()[1] for name in by_heap(data, plan)}

    assert {"sent", "deferred", "suppressed", "granted", "not_granted", "converted"} <= kinds
    assert ("offer_expired" in kinds) == plan.is_daily


@pytest.mark.parametrize("plan", [ONE, THREE], ids=["one", "three"])
def test_one_coupon_less_in_a_hundred_shows(data: Made, plan: Plan) -> None:
    fewer = replace(plan, per_million=plan.per_million - 700)

    assert by_heap(data, fewer) != by_heap(data, plan)


def test_the_order_of_facts_does_not_show() -> None:
    turned = replace(FACTS, what=FACTS.what[::-1], at=FACTS.at[::-1], row=FACTS.row[::-1])

    assert digests(turned) == digests(FACTS)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(FACTS, row=np.array([8, 7, 7, 8], np.int32)),
        replace(FACTS, at=np.array([30, 20, 10, 40], np.int64)),
        replace(FACTS, at=FACTS.at + np.array([1, 0, 0, 0])),
        replace(FACTS, what=np.array([0, 1, 0, 1], np.int16)),
        replace(FACTS, what=FACTS.what[1:], at=FACTS.at[1:], row=FACTS.row[1:]),
        replace(
            FACTS,
            what=FACTS.what[[0, 0, 1, 2, 3]],
            at=FACTS.at[[0, 0, 1, 2, 3]],
            row=FACTS.row[[0, 0, 1, 2, 3]],
        ),
    ],
    ids=["customers exchanged", "instants exchanged", "later", "renamed", "lost", "doubled"],
)
def test_facts_that_are_wrong_show(wrong: Facts) -> None:
    assert digests(wrong) != digests(FACTS)


def test_differences_are_named_with_their_sides() -> None:
    later = replace(FACTS, at=FACTS.at + np.array([0, 0, 0, 2]))

    assert differences(FACTS, later) == [
        "- 1970-01-01T00:00:00.000040 row 8 welcome sent hello",
        "+ 1970-01-01T00:00:00.000042 row 8 welcome sent hello",
    ]


def told(runner: str, facts: Facts, seconds: float) -> Measured:
    took = Phase(seconds=seconds, cpu=seconds)
    return Measured(
        runner=runner,
        prepared=took,
        walked=took,
        extra={},
        data_mb=100,
        peak_mb=200,
        facts=len(facts),
        digests=digests(facts),
    )


def compare(monkeypatch: pytest.MonkeyPatch, heaps: Facts) -> int:
    """Compare runs of the engine with runs of a heap that found these facts."""

    def measure(runner: str, plan: str, customers: int, file: Path) -> Measured:
        assert (plan, customers) == ("three", 2)
        facts, seconds = (heaps, 7.0) if runner == "heap" else (FACTS, 2.0)
        save(facts, file)
        return told(runner, facts, seconds)

    monkeypatch.setattr(benchmark, "measure", measure)
    monkeypatch.setattr(benchmark, "_make", lambda customers: None)
    return benchmark.main(["--customers=2", "--plan=three", "--rounds=1"])


def test_equal_facts_are_compared_by_speed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = compare(monkeypatch, FACTS)

    assert code == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == (
        "ratios, of elapsed time (and of CPUs'): three: heap 3.5 (3.5); "
        "ours 1 customers/s within 200 MB, by 2 threads 1"
    )


def test_the_whole_sums_up_how_the_engine_grows_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(runner: str, plan: str, customers: int, file: Path | None = None) -> Measured:
        if file is not None:
            save(FACTS, file)
        return told(runner, FACTS, customers / 2)

    monkeypatch.setattr(benchmark, "measure", measure)
    monkeypatch.setattr(benchmark, "_make", lambda customers: None)

    code = benchmark.main(["--customers=2", "--whole", "--plan=one", "--sizes", "10", "200"])

    assert code == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("ratios, of elapsed time (and of CPUs'): one: simpy 1.0 (1.0), ")
    assert "Spark 1.0 (1.0)" in last or find_spec("pyspark") is None
    assert "by 2 threads 2 (by as many: DuckDB 1.0, Polars 1.0); growth" in last or not find_spec(
        "polars"
    )
    assert last.endswith("; growth: 1.00 times the work a customer from 10 to 200")


def test_where_facts_differ_no_speed_is_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = compare(monkeypatch, replace(FACTS, row=np.array([7, 7, 9, 8], np.int32)))

    assert code == 1
    assert capsys.readouterr().out.splitlines()[-5:] == [
        "three, round 1: the facts of heap differ",
        "      engine         heap",
        "           2            2  welcome entered entry",
        "- 1970-01-01T00:00:00.000030 row 8 welcome entered entry",
        "+ 1970-01-01T00:00:00.000030 row 9 welcome entered entry",
    ]


def test_a_profile_charges_libraries_to_those_who_ask_them() -> None:
    ours = str(Path(campaignspec.__file__).parent / "engine" / "sweep.py")
    top, step, wrapper, core = (
        (ours, 1, "run"),
        (ours, 9, "step"),
        ("numpy.py", 1, "unique"),
        ("~", 0, "sort"),
    )
    stats = {
        top: (1, 1, 1.0, 20.0, {}),
        step: (1, 1, 2.0, 14.0, {top: (1, 1, 2.0, 14.0)}),
        wrapper: (4, 4, 4.0, 12.0, {top: (1, 1, 1.0, 3.0), step: (3, 3, 3.0, 9.0)}),
        core: (4, 4, 8.0, 8.0, {wrapper: (4, 4, 8.0, 8.0)}),
    }

    taken = charged(stats)

    assert taken == {top: pytest.approx(1 + 3), step: pytest.approx(2 + 9)}


@pytest.mark.parametrize(
    ("module", "part"),
    [
        ("history/stream.py", "searching the history"),
        ("engine/touch.py", "policy"),
        ("engine/apart.py", "claims"),
        ("engine/stepper.py", "steps"),
        ("clock/instant.py", "clocks"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_a_module_s_time_is_that_of_what_it_does(module: str, part: str) -> None:
    assert part_of(module) == part


def test_every_place_that_a_part_names_is_there() -> None:
    package = Path(campaignspec.__file__).parent

    assert [p for places in PARTS.values() for p in places if not (package / p).exists()] == []


@pytest.mark.slow
def test_all_ways_agree_in_processes_of_their_own() -> None:
    command = [sys.executable, "-m", "benchmarks.engine", "--quick"]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    *lines, last = done.stdout.splitlines()
    assert sum("facts, the same in every run: " in line for line in lines) == 2
    ratio = r" \d+\.\d \(\d+\.\d\)"
    assert re.search(f": one: simpy{ratio}, heap{ratio}, DuckDB{ratio}.*; three: heap{ratio}", last)
