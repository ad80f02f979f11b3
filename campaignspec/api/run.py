"""Run campaigns in an environment, on the real clock or a virtual one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from campaignspec.api.check import FindingsError
from campaignspec.api.data_tests import DataGuard, objections
from campaignspec.api.history import history_of, watch_of
from campaignspec.api.names import channels_of, environment_of, running_of
from campaignspec.api.period import Period, period_of
from campaignspec.assembly import Assembly, assemble
from campaignspec.clock import (
    DAY,
    NEVER,
    Clock,
    Instant,
    SystemClock,
    VirtualClock,
    ceil_to_tick,
)
from campaignspec.connector import Connector, Context
from campaignspec.content import Library
from campaignspec.engine.world import NoResponses, Responses
from campaignspec.errors import DataTestError, UsageError
from campaignspec.forecast import RateResponses
from campaignspec.history import History
from campaignspec.history.watching import Watch
from campaignspec.ledger.book import Book
from campaignspec.ledger.opening import ledger_place, open_ledger
from campaignspec.ledger.queue import Queue, Status
from campaignspec.plugins import load_connector, resolve_settings
from campaignspec.project import Project
from campaignspec.quality.outcome import Outcome
from campaignspec.quality.volumes import keep_volumes
from campaignspec.runner import Live, Progress, run
from campaignspec.spec.channel import Channel
from campaignspec.spec.project import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run, open.

    Attributes:
        live: What it works with.
        clock: What tells the time.
        start: The instant after which it began.
        end: The last instant that counts; ``NEVER`` on the real clock.
        tick: The length of a tick.
        campaigns: The campaigns' names.
        warnings: The data tests that fail and were declared ``only: warn``.
    """

    live: Live
    clock: Clock
    start: Instant
    end: Instant
    tick: int
    campaigns: tuple[str, ...]
    warnings: tuple[Outcome, ...] = ()

    def progress(self) -> Iterator[Progress]:
        """Go on with the run, tick by tick."""
        return run(
            self.live,
            self.clock,
            tick=self.tick,
            until=self.end,
            is_patient=isinstance(self.clock, SystemClock),
        )

    def facts(self) -> pa.Table:
        """Return all facts in order."""
        return self.live.bench().ledger.facts()

    def messages(self) -> Mapping[Status, int]:
        """Count the messages of each status."""
        return Queue(self.live.book.store).counts()


@contextmanager
def opened_run(
    project: Project,
    library: Library,
    *,
    environment: str,
    campaigns: Sequence[str] = (),
    first: str | None = None,
    last: str | None = None,
    fresh: bool = False,
    adopt: bool = False,
    clock: Clock | None = None,
) -> Iterator[Run]:
    """Open a run: judge the data, take the ledger's lock, and go on where it stands.

    The data are judged again whenever they have changed. On a virtual clock they are judged as
    of the period's end, and nothing in them may be later than the machine's clock.

    Args:
        project: The linked project.
        library: Its templates.
        environment: The environment's name.
        campaigns: Names of campaigns; the environment's, if none is given.
        first: With ``last``, run on a virtual clock from this date
        last: to this one, both included. Without them, on the real clock.
        fresh: Begin a new ledger; only on a virtual clock.
        adopt: Let people in flight go on by the campaigns as they are now.
        clock: What tells the real time; the machine's own clock, if not given.

    Raises:
        UsageError: A name or date does not exist, or only one of the dates is given.
        DataTestError: A source is not what its data tests say; the ledger is as it was.
        FindingsError: A data test names a column that is not there.
        LedgerLockedError: Another runner holds the ledger.
        StaleLedgerError: The ledger was begun for something else.
    """
    _check_dates(first, last, fresh=fresh)
    place = environment_of(project, environment)
    names = running_of(project, campaigns or place.campaigns)
    watch = watch_of(project)  # before the history is loaded: what changes meanwhile is seen
    history = history_of(project)
    period = None if first is None else period_of(project, history, first=first, last=last)
    guard = DataGuard(project, environment, clock or SystemClock(), period.end if period else None)
    # Judged before the ledger is touched: what is stopped here leaves no trace.
    judged = guard.judged(history)
    book = open_ledger(ledger_place(project.root, place), fresh=fresh)
    try:
        opened = _open(
            project, library, place, book, names, history, period, guard, watch, adopt=adopt
        )
        keep_volumes(project.root, environment, judged.rows)
        opened = replace(opened, warnings=objections(judged))
    except BaseException:
        book.close()
        raise
    try:
        yield opened
    finally:
        opened.live.close()


def _check_dates(first: str | None, last: str | None, *, fresh: bool) -> None:
    if (first is None) != (last is None):
        raise UsageError("a virtual clock needs both --from and --to")
    if fresh and first is None:
        raise UsageError("--fresh forgets who was sent what: it is for a virtual clock only")


def _open(
    project: Project,
    library: Library,
    place: Environment,
    book: Book,
    names: tuple[str, ...],
    history: History,
    period: Period | None,
    guard: DataGuard,
    watch: Watch,
    *,
    adopt: bool,
) -> Run:
    tick = project.settings.tick.micros
    clock: Clock
    if period is None:
        clock = guard.clock
        known = book.get("start")
        start = ceil_to_tick(clock.now(), tick) if known is None else int(known)
        end = NEVER - tick
    else:
        start, end = period.start, period.end
        clock = VirtualClock(start)
    channels = channels_of(project, place)
    starts = {**dict.fromkeys(names, book.coming(start)), **book.begun()}
    build = partial(
        _assemble,
        project,
        names=names,
        channels=channels,
        place=place,
        starts=starts,
        start=start,
        end=end,
    )
    assembly = build(history)
    book.begin(
        start=start,
        campaigns={name: graph.fingerprint for name, graph in assembly.graphs.items()},
        steps={name: set(graph.nodes) for name, graph in assembly.graphs.items()},
        adopt=adopt,
    )
    live = Live(
        project,
        library,
        book,
        _connectors(project, channels, assembly),
        _once_then(assembly, lambda: build(_judged_anew(project, guard))),
        watch.look,
        watch.first,
    )
    return Run(live=live, clock=clock, start=start, end=end, tick=tick, campaigns=names)


def _judged_anew(project: Project, guard: DataGuard) -> History:
    """Load a history that has changed under a run, if it may be trusted."""
    history = history_of(project)
    try:
        judged = guard.judged(history)
    except FindingsError as error:
        columns = "\n".join(each.message for each in error.checkup.diagnostics)
        raise DataTestError(f"nothing is sent: {columns}") from error
    keep_volumes(project.root, guard.environment, judged.rows)
    return history


def _assemble(
    project: Project,
    history: History,
    *,
    names: Sequence[str],
    channels: Mapping[str, Channel],
    place: Environment,
    starts: Mapping[str, Instant],
    start: Instant,
    end: Instant,
) -> Assembly:
    return assemble(
        project,
        history,
        campaigns=names,
        channels=channels,
        responses=_responses(project, place, history),
        assumes=place.responses is not None,
        starts=starts,
        start=start,
        end=min(end, max(start, history.last) + _DATES_AHEAD),
    )


_DATES_AHEAD = 400 * DAY
"""How far ahead dates in customers' records are looked for on the real clock."""


def _once_then(first: Assembly, build: Callable[[], Assembly]) -> Callable[[], Assembly]:
    """Hand out an assembly that is there already, and build one from then on."""
    ready = [first]
    return lambda: ready.pop() if ready else build()


def _responses(project: Project, place: Environment, history: History) -> Responses:
    if place.responses is None:
        return NoResponses()
    return RateResponses(project.settings.responses[place.responses], history.ids)


def _connectors(
    project: Project, channels: Mapping[str, Channel], assembly: Assembly
) -> dict[str, Connector]:
    """Build the connectors of the channels that the campaigns use."""
    used = {channel for program in assembly.programs for channel in program.channels()}
    return {
        name: _connector(name, channel, project.root)
        for name, channel in channels.items()
        if name in used
    }


def _connector(name: str, channel: Channel, root: Path) -> Connector:
    connector = load_connector(channel.connector)
    return connector(
        Context(
            channel=name,
            settings=resolve_settings(connector, channel.with_, os.environ),
            sender=channel.from_,
            base=str(root),
        )
    )
