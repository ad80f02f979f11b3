"""Customers who walk on a Spark cluster: the very kernel that walks them on one machine.

Spark carries errands to its tasks and brings back what came of them. It looks into neither, so
that facts are not made its rows and back: a task gets the numbers of its customers, and returns
their facts as an Arrow stream in one value. The errand goes to each machine once, and each of its
processes sets the campaigns up once; events are mapped from the event store by all of them.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pyarrow as pa

from campaignspec.assembly import Assembly
from campaignspec.errors import CampaignspecError, ClusterError, UsageError
from campaignspec.history.packing import packed, unpacked
from campaignspec.simulate.apart import (
    Errand,
    Rows,
    Stint,
    Walked,
    Walker,
    walk_apart,
)
from campaignspec.simulate.pace import Watcher
from campaignspec.simulate.parts import Part, in_order
from campaignspec.simulate.ties import check_is_apart

if TYPE_CHECKING:
    from pyspark import Broadcast
    from pyspark.sql import SparkSession

_SHARES: Final = 2
"""So many stints a core, at least: with one each, all would wait for the slowest."""
_AT_ONCE: Final = 1 << 17
"""So many customers a stint, at most: what a task answers lies in Java's heap several times."""
_AT_A_TIME: Final = 2
"""So many jobs are under way: the next one has begun when the last tasks of one are running."""
_COLUMNS: Final = "place long, walked binary"
_NONE: Final = np.empty(0, np.int64)
_QUIET: Final = {"spark.ui.showConsoleProgress": "false"}
_LOCAL: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
}
"""How Spark is set up on one machine: nobody else has to find it."""

_Shipped: TypeAlias = tuple[range | Rows, Stint]
"""Whom a stint is about, shortly, and the rest of it."""


def walk_on_spark(
    master: str,
    errand: Errand,
    assembly: Assembly,
    rows: Rows,
    *,
    at_once: int,
    watch: Watcher | None = None,
) -> Iterator[Part]:
    """Let customers take all steps that are due, as tasks of a Spark cluster.

    Args:
        master: The cluster: ``local[2]``, ``spark://host:7077``, ``yarn``, ``k8s://...``.
        errand: What is rehearsed.
        assembly: The same, set up here.
        rows: The customers, ascending.
        at_once: How many customers walk in one task, at most.
        watch: Told how many customers are done with.

    Yields:
        The parts in the order of their customers; facts are those of one machine.

    Raises:
        UsageError: The campaigns need all customers in one place, or PySpark or Java is missing.
        ClusterError: The cluster cannot be reached, or a task failed.
        HistoryError: A machine does not see the event store.
    """
    check_is_apart(assembly, errand.end)
    with _session(master) as session:
        cores = max(session.sparkContext.defaultParallelism, 1)
        size = max(min(at_once, _AT_ONCE, -(-len(rows) // (cores * _SHARES))), 1)
        cluster = _Cluster(session, errand, cores)
        yield from walk_apart(errand, assembly, rows, cluster.send, at_once=size, watch=watch)


class _Cluster:
    """Sends stints to the tasks of a cluster."""

    def __init__(self, session: SparkSession, errand: Errand, cores: int) -> None:
        # Where records became people was looked up when the history was read.
        errand = replace(errand, history=replace(errand.history, resolution=None))
        pack = packed(errand)
        self._session = session
        self._cores = cores
        self._name = sha256(pack).hexdigest()
        self._errand: Broadcast[tuple[str, bytes]] = session.sparkContext.broadcast(
            (version("campaignspec"), pack)
        )

    def send(self, stints: Sequence[Stint]) -> Iterator[Walked]:
        """Let customers walk, a stint a task; hand back what came of each, in order."""
        groups = [stints[low : low + self._cores] for low in range(0, len(stints), self._cores)]
        return chain.from_iterable(in_order(self._sent, groups, _AT_A_TIME))

    def _sent(self, stints: Sequence[Stint]) -> list[Walked]:
        """Let customers walk in one job."""
        from pyspark.errors import PySparkException

        shipped = pickle.dumps([_shipped(stint) for stint in stints], pickle.HIGHEST_PROTOCOL)
        work = partial(_work, self._errand, self._name, shipped)
        number = len(stints)
        try:
            frame = self._session.range(0, number, 1, number).mapInArrow(work, _COLUMNS)
            found = frame.toArrow().sort_by("place")
        except PySparkException as error:
            raise ClusterError(f"a task of the Spark cluster failed: {_gist(error)}") from error
        return [_received(each.as_py()) for each in found.column("walked")]


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    """Open a session, and close it unless somebody else had opened it."""
    _check_library()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    settings: dict[str, bool | float | int | str | None] = {**_QUIET}
    if master.startswith("local"):
        settings |= _LOCAL
        # Spark's processes are of the environment that this one is of.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", _LOCAL["spark.driver.host"])
    try:
        builder = SparkSession.builder.appName("campaignspec").master(master)
        session = builder.config(map=settings).getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise ClusterError(f"there is no Spark at {master!r}: {_gist(error)}") from error
    try:
        yield session
    finally:
        with suppress(Py4JError):  # what has gone down is closed
            session.stop()


def _check_library() -> None:
    """Make sure that PySpark can be used.

    Raises:
        UsageError: It is not installed, or there is no Java to run it.
    """
    try:
        import pyspark  # noqa: F401 (only whether it can be)
    except ImportError as error:
        raise UsageError(
            "to rehearse on Spark, install PySpark: pip install 'campaignspec[spark]'"
        ) from error
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").exists() if home else shutil.which("java")):
        where = f"JAVA_HOME is {home}" if home else "no java is on the PATH, and no JAVA_HOME set"
        raise UsageError(f"Spark needs Java 17 or 21 on this machine: {where}")


def _gist(error: Exception) -> str:
    """Return what of a message says what happened: the rest is where in Spark it did."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next((line for line in reversed(lines) if "Error" in line), lines[0] if lines else "")


def _shipped(stint: Stint) -> _Shipped:
    """Say shortly whom a stint is about: mostly customers one behind the other."""
    rows = stint.rows
    close = len(rows) and int(rows[-1]) - int(rows[0]) == len(rows) - 1
    whom = range(int(rows[0]), int(rows[-1]) + 1) if close else rows
    return whom, replace(stint, rows=_NONE)


def _work(
    errand: Broadcast[tuple[str, bytes]],
    name: str,
    shipped: bytes,
    places: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Walk stints in a task; what it returns is read by `_received`."""
    stints: list[_Shipped] = pickle.loads(shipped)  # noqa: S301 (our own, from the driver)
    for batch in places:
        for place in batch.column(0).to_pylist():
            whom, stint = stints[place]
            rows = np.arange(whom.start, whom.stop) if isinstance(whom, range) else whom
            try:
                answer = _packed(_walker(errand, name).walk(replace(stint, rows=rows)))
            except CampaignspecError as error:
                answer = pickle.dumps(error)
            columns = [pa.array([place], pa.int64()), pa.array([answer], pa.binary())]
            yield pa.RecordBatch.from_arrays(columns, names=["place", "walked"])


_WALKERS: Final[dict[str, Walker]] = {}
"""Who walks in this process of a cluster, by the digest of the errand: only the last one."""


def _walker(errand: Broadcast[tuple[str, bytes]], name: str) -> Walker:
    if name not in _WALKERS:
        theirs, pack = errand.value
        mine = version("campaignspec")
        if mine != theirs:
            raise ClusterError(
                f"a machine of the cluster has campaignspec {mine}, and this one {theirs}: "
                "install the same version everywhere"
            )
        _WALKERS.clear()
        _WALKERS[name] = Walker(unpacked(pack))
    return _WALKERS[name]


def _packed(walked: Walked) -> bytes:
    """Pack what came of a stint; facts are compressed, since they travel furthest."""
    if walked.facts is None:
        return pickle.dumps(walked, pickle.HIGHEST_PROTOCOL)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, walked.facts.schema, options=options) as writer:
        writer.write_table(walked.facts)
    facts = sink.getvalue().to_pybytes()
    return pickle.dumps((replace(walked, facts=None), facts), pickle.HIGHEST_PROTOCOL)


def _received(answer: bytes) -> Walked:
    """Return what came of a stint.

    Raises:
        CampaignspecError: What a task said that it cannot do.
    """
    found: CampaignspecError | Walked | tuple[Walked, bytes] = pickle.loads(answer)  # noqa: S301 (our own, from a task)
    match found:
        case CampaignspecError():
            raise found
        case Walked():
            return found
        case walked, facts:
            return replace(walked, facts=pa.ipc.open_stream(facts).read_all())
