"""Who can walk the journeys: our engine, and five ways to write them by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from benchmarks.engine import by_hand
from benchmarks.engine.by_hand import ONE, THREE, Plan
from benchmarks.engine.facts import Facts
from benchmarks.engine.made import Made
from benchmarks.engine.measuring import Phase

THREADS: Final = 2
"""How many threads DuckDB, Polars, Spark and the engine in parallel use; the others use one."""
STAGED: Final = ("DuckDB", "Polars")
"""The versions in stages, which use `THREADS`: they are compared with as many of ours as well."""

PLANS: Final = {"one": ONE, "three": THREE}
"""What can be walked: the eight-node journey, or three that share caps and a daily pool."""


class Runner(Protocol):
    """One way to walk."""

    def walk(self) -> None:
        """Walk everybody; facts are held in columns."""

    def count(self) -> int:
        """Return how many facts there are."""

    def facts(self) -> Facts:
        """Return the facts, after all is measured."""

    def extra(self) -> dict[str, Phase]:
        """Return parts of the run that are of interest, by name."""


class _Plain:
    """A runner without anything of interest beside the walk."""

    _facts: Facts

    def count(self) -> int:
        return len(self._facts)

    def facts(self) -> Facts:
        return self._facts

    def extra(self) -> dict[str, Phase]:
        return {}


class _Heap(_Plain):
    def __init__(self, data: Made, plan: Plan) -> None:
        self._crowd = by_hand.crowd(data)
        self._plan, self._customers = plan, data.customers

    def walk(self) -> None:
        from benchmarks.engine import heap

        self._facts = heap.walk(self._crowd, self._plan, self._customers)


class _Simpy(_Plain):
    def __init__(self, data: Made, plan: Plan) -> None:
        del plan
        self._crowd = by_hand.crowd(data)
        self._customers = data.customers

    def walk(self) -> None:
        from benchmarks.engine import processes

        self._facts = processes.walk(self._crowd, self._customers)


def _ours(data: Made, plan: Plan) -> Runner:
    from benchmarks.engine.ours import Engine

    return Engine(data, [journey.campaign for journey in plan.journeys])


def _in_parallel(data: Made, plan: Plan) -> Runner:
    from benchmarks.engine.ours import Engine

    return Engine(data, [journey.campaign for journey in plan.journeys], THREADS)


def _duckdb(data: Made, plan: Plan) -> Runner:
    del plan
    from benchmarks.engine.in_sql import Tables

    return Tables(data, THREADS)


def _polars(data: Made, plan: Plan) -> Runner:
    del plan
    from benchmarks.engine.in_frames import Frames

    return Frames(data, packed=False)


def _packed(data: Made, plan: Plan) -> Runner:
    del plan
    from benchmarks.engine.in_frames import Frames

    return Frames(data, packed=True)


def _spark(data: Made, plan: Plan) -> Runner:
    from benchmarks.engine.on_spark import Cluster

    return Cluster(data, [journey.campaign for journey in plan.journeys], f"local[{THREADS}]")


OURS: Final = "engine"
IN_PARALLEL: Final = "engine, threads"
SPARK: Final = "Spark"
RUNNERS: Final[dict[str, Callable[[Made, Plan], Runner]]] = {
    OURS: _ours,
    IN_PARALLEL: _in_parallel,
    "simpy": _Simpy,
    "heap": _Heap,
    "DuckDB": _duckdb,
    "Polars": _polars,
    "Polars packed": _packed,
    SPARK: _spark,
}
"""All ways to walk; only ours, here or on Spark, and the heap know how to walk three journeys."""

NEEDS: Final = {
    "DuckDB": "duckdb",
    "Polars": "polars",
    "Polars packed": "polars",
    SPARK: "pyspark",
}
"""The packages that some need."""

ABLE: Final = {"one": tuple(RUNNERS), "three": (OURS, IN_PARALLEL, "heap", SPARK)}
"""Who can walk what."""
