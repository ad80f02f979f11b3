"""Our engine on the made data, as tasks of a Spark cluster on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from benchmarks.engine.facts import Facts
from benchmarks.engine.made import END, START, Made
from benchmarks.engine.measuring import Phase
from benchmarks.engine.ours import history_of, project_for
from campaignspec.assembly import assemble, blueprint_of
from campaignspec.engine.world import NoResponses
from campaignspec.graph.nodes import NEXT
from campaignspec.simulate.apart import Errand
from campaignspec.simulate.parts import AT_ONCE
from campaignspec.simulate.spark import walk_on_spark

_NAMED: Final = ("campaign", "kind", "node")
_SETTINGS: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class Cluster:
    """Our engine, walked on Spark; the session stays open, so that only the first opens it.

    Args:
        made: The data.
        campaigns: What is rehearsed.
        master: The cluster.
    """

    def __init__(self, made: Made, campaigns: Sequence[str], master: str) -> None:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # tasks are of this environment
        builder = SparkSession.builder.master(master)
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        builder.getOrCreate()
        self._master = master
        project, self._history = project_for(made.customers), history_of(made)
        blueprint = blueprint_of(project, campaigns)
        self._errand = Errand(
            project=project,
            history=self._history,
            blueprint=blueprint,
            responses=NoResponses(),
            start=START,
            end=END,
        )
        self._assembly = assemble(
            project,
            self._history,
            campaigns=campaigns,
            blueprint=blueprint,
            assumes=True,
            start=START,
            end=END,
        )
        self._happened = pa.table({})

    def walk(self) -> None:
        """Walk everybody; the facts are here, sorted and with all their texts."""
        rows = np.arange(len(self._history.customers), dtype=np.int64)
        parts = walk_on_spark(self._master, self._errand, self._assembly, rows, at_once=AT_ONCE)
        self._happened = pa.concat_tables([part.facts for part in parts])

    def count(self) -> int:
        """Return how many facts there are."""
        return int(self._happened.num_rows)

    def facts(self) -> Facts:
        """Return the facts as they are compared."""
        table = self._happened.combine_chunks()
        way = pc.if_else(pc.equal(table["edge"], NEXT), None, table["edge"])
        texts = [*(table[name] for name in _NAMED), pc.coalesce(table["reason"], way)]
        names = pc.binary_join_element_wise(*texts, " ", null_handling="skip")
        coded = names.combine_chunks().dictionary_encode()
        people = table["customer"].cast(pa.large_string())
        return Facts(
            names=tuple(coded.dictionary.to_pylist()),
            what=_numbers(coded.indices).astype(np.int16),
            at=_numbers(table["at"].cast(pa.int64())),
            row=_numbers(pc.index_in(people, value_set=self._history.ids.arrow)).astype(np.int32),
        )

    def extra(self) -> dict[str, Phase]:
        """Return nothing: all of it is the walk."""
        return {}


def _numbers(column: Any) -> npt.NDArray[Any]:
    return np.asarray(column.to_numpy())
