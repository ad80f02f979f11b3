"""Cases walked on Spark, in a process of its own: where its tests look for what came of them.

    python -m engine_kit.on_spark SEED...

A crowd a seed. It prints how many could walk apart, and the seeds of those whose facts were
others on Spark than in one place.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from engine_kit.answers import People
from engine_kit.cases import Case
from engine_kit.crowds import crowd_of
from engine_kit.drive import set_up, swept
from engine_kit.story import history_of
from pyspark.sql import SparkSession

from campaignspec.assembly import blueprint_of
from campaignspec.errors import ClusterError, UsageError
from campaignspec.simulate.apart import Errand
from campaignspec.simulate.spark import walk_on_spark
from campaignspec.simulate.ties import check_is_apart

LOCAL = "local[2]"


def main(seeds: Sequence[str]) -> None:
    """Walk crowds on Spark and in one place, and say where they differ."""
    found: dict[str, object] = {"nowhere": nowhere(crowd_of(int(seeds[0])))}
    cases = {seed: case for seed in seeds if _is_apart(case := crowd_of(int(seed)))}
    opened = SparkSession.builder.master(LOCAL).config("spark.ui.enabled", "false").getOrCreate()
    found["apart"] = len(cases)
    found["unequal"] = [
        seed for seed, case in cases.items() if not on_spark(case, LOCAL).equals(swept(case))
    ]
    found["left open"] = SparkSession.getActiveSession() is opened
    opened.stop()
    print(json.dumps(found))  # noqa: T201


def nowhere(case: Case) -> str:
    """Return what is said where there is no such cluster."""
    try:
        on_spark(case, "nowhere")
    except ClusterError as error:
        return str(error)
    return ""


def on_spark(case: Case, master: str) -> pa.Table:
    """Return the facts of a case, walked on Spark."""
    assembly, history = set_up(case), history_of(case.story)
    errand = Errand(
        project=case.project,
        history=history,
        blueprint=blueprint_of(case.project, tuple(case.project.campaigns)),
        responses=People(case.salt, history.customers),
        start=case.start,
        end=case.end,
    )
    rows = np.arange(len(history.customers), dtype=np.int64)
    parts = walk_on_spark(master, errand, assembly, rows, at_once=11)
    return pa.concat_tables([part.facts for part in parts])


def _is_apart(case: Case) -> bool:
    try:
        check_is_apart(set_up(case), case.end)
    except UsageError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
