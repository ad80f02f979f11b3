"""From what a sweep did to rows of a ledger's tables, in columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from campaignspec.clock import NEVER
from campaignspec.engine.journal import Batch
from campaignspec.engine.marks import NOTHING
from campaignspec.engine.messages import AnswerBatch, SendBatch
from campaignspec.engine.pausing import after_pauses
from campaignspec.engine.program import Program
from campaignspec.engine.state import ACTIVE, GOAL_OPEN, Enrolments, State
from campaignspec.ledger.loading import ASKED
from campaignspec.ledger.store import Clash, Column, Persons, Rows

Places: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Numbering: TypeAlias = Callable[[Places], Persons]
"""Gives the ledger's number of each row of the history."""

_KEPT: Final = ("number", "flags", "node", "since", "due", "entered_at", "seq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a state was when it was loaded; only what differs from it is written.

    Attributes:
        wakes: By campaign, when a timer was to move each seat next; 0 for never.
        columns: By campaign, copies of what the table of enrolments keeps.
        asked: By campaign and node, when it began to ask.
        marks: By mark, what each customer had.
    """

    wakes: Sequence[Places]
    columns: Sequence[Sequence[npt.NDArray[Any]]]
    asked: Sequence[dict[int, Places]]
    marks: dict[str, npt.NDArray[np.int16]]

    @classmethod
    def of(cls, state: State, wakes: Sequence[Places]) -> Before:
        """Remember a state."""
        return cls(
            wakes=wakes,
            columns=[[getattr(e, name).copy() for name in _KEPT] for e in state.campaigns],
            asked=[{at: column.copy() for at, column in e.asked.items()} for e in state.campaigns],
            marks={name: held.copy() for name, held in state.marks.held.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What is needed to write any of it.

    Attributes:
        programs: The campaigns, in the order of the state's.
        numbers: Gives the ledger's numbers.
        tick: The length of a tick.
    """

    programs: Sequence[Program]
    numbers: Numbering
    tick: int

    def enrolments(self, state: State, before: Before) -> list[Rows]:
        """Return the enrolments that are new or have changed."""
        return [self._enrolments(state, before, which) for which in range(len(self.programs))]

    def _enrolments(self, state: State, before: Before, which: int) -> Rows:
        program, every = self.programs[which], state.campaigns[which]
        wake = _wake(program, every, self.tick)
        now = np.where(wake == NEVER, 0, wake)
        changed = now != before.wakes[which]
        for name, column in zip(_KEPT, before.columns[which], strict=True):
            changed |= getattr(every, name) != column
        seats = np.flatnonzero(changed & (every.number > 0))
        # Who entered together is written together, and so lies together: numbers are given here.
        seats = seats[np.argsort(every.entered_at[seats], kind="stable")]
        seating = state.seatings[which]
        keyed = {} if seating.keys is None else {"key": seating.keys[seats]}
        names = np.array([node.id for node in program.nodes], np.object_)
        return Rows(
            table="enrolment",
            size=len(seats),
            shared={"campaign": [program.graph.campaign]} | ({} if keyed else {"key": [""]}),
            columns={
                "person": self.numbers(state.who[seating.owner[seats]]),
                **keyed,
                "number": every.number[seats],
                "flags": every.flags[seats],
                "node": names[every.node[seats]],
                "since": every.since[seats],
                "due": every.due[seats],
                "entered_at": every.entered_at[seats],
                "seq": every.seq[seats],
                "wake": _unless(wake[seats] == NEVER, wake[seats]),
            },
            key=("person", "campaign", "key"),
            clash=Clash.REPLACES,
        )

    def asked(self, state: State, before: Before) -> list[Rows]:
        """Return since when answers to waits count; kept beside answers, and no facts."""
        found = []
        for which, program in enumerate(self.programs):
            every, seating = state.campaigns[which], state.seatings[which]
            anew = every.number != before.columns[which][0]
            for position, column in every.asked.items():
                changed = (column != before.asked[which][position]) | anew
                seats = np.flatnonzero(changed & (column != NEVER))
                answers = _Answers(
                    campaign=program.graph.campaign,
                    node=program.nodes[position].id,
                    kind=ASKED,
                    channel="",
                    recorded=1,
                )
                rows = state.who[seating.owner[seats]]
                found.append(answers.rows(self.numbers(rows), every.number[seats], column[seats]))
        return found

    def marks(self, state: State, before: Before) -> list[Rows]:
        """Return the marks that have changed."""
        found = []
        for name, values in state.marks.values.items():
            held = state.marks.held[name]
            places = np.flatnonzero((held != before.marks[name]) & (held != NOTHING))
            words = [json.dumps(value) for value in values]
            found.append(
                Rows(
                    table="mark",
                    size=len(places),
                    shared={"name": [name]},
                    columns={
                        "person": self.numbers(state.who[places]),
                        "value": [words[code] for code in held[places].tolist()],
                    },
                    key=("person", "name"),
                    clash=Clash.REPLACES,
                )
            )
        return found

    def signals(self, state: State, seen: int) -> list[Rows]:
        """Return the signals that are still to be heard, or were emitted since ``seen``."""
        found = []
        for event, heard in state.signals.heard.items():
            places = np.flatnonzero(heard > seen)
            found.append(
                Rows(
                    table="signal",
                    size=len(places),
                    shared={"event": [event]},
                    columns={"person": self.numbers(state.who[places]), "at": heard[places]},
                    key=("person", "event"),
                    clash=Clash.REPLACES,
                )
            )
        return found

    def messages(self, sends: Sequence[SendBatch]) -> Rows:
        """Return messages for the outbox."""
        batches = [send.batch for send in sends]
        joined = _Joined([len(batch.rows) for batch in batches])
        replies = [None if send.reply is None else json.dumps(send.reply) for send in sends]
        heard = [None if send.reply is None else send.batch.at + self.tick for send in sends]
        at = joined.numbers([batch.at for batch in batches])
        return joined.rows(
            "message",
            {
                "campaign": [batch.campaign for batch in batches],
                "node": [batch.node for batch in batches],
                "message": [send.message for send in sends],
                "channel": [batch.channel for batch in batches],
                "class": [send.message_class.value for send in sends],
                "status": ["planned"] * len(batches),
                "deed": [send.deed.value for send in sends],
                "reply": replies,
            },
            {
                "person": self.numbers(joined.numbers([batch.rows for batch in batches])),
                "enrolment": joined.numbers([batch.enrolment for batch in batches]),
                "at": at,
                "not_before": at,
                "expires": joined.values([send.expires for send in sends]),
                "entry_key": joined.values([batch.keys for batch in batches]),
                "replied_at": joined.values(heard),
            },
        )

    def answers(self, batches: Sequence[AnswerBatch]) -> list[Rows]:
        """Return answers that have come or are to come."""
        return [
            _Answers(
                campaign=batch.campaign,
                node=batch.node,
                kind=batch.kind.value,
                channel=batch.channel,
                recorded=0,
            ).rows(self.numbers(batch.rows), batch.enrolment, batch.at)
            for batch in batches
        ]

    def facts(self, batches: Sequence[Batch]) -> Rows:
        """Return facts."""
        joined = _Joined([len(batch.rows) for batch in batches])
        return joined.rows(
            "fact",
            {
                "campaign": [batch.campaign for batch in batches],
                "kind": [batch.kind.value for batch in batches],
                "node": [batch.node for batch in batches],
                "edge": [batch.edge for batch in batches],
                "channel": [batch.channel for batch in batches],
                "reason": [batch.reason for batch in batches],
            },
            {
                "at": joined.numbers([batch.at for batch in batches]),
                "person": self.numbers(joined.numbers([batch.rows for batch in batches])),
                "enrolment": joined.numbers([batch.enrolment for batch in batches]),
                "seq": joined.numbers([batch.seq for batch in batches]),
                "value": joined.values([batch.value for batch in batches]),
                "key": joined.values([batch.keys for batch in batches]),
            },
        )


@dataclass(frozen=True, slots=True)
class _Joined:
    """Batches one behind the other; a column in which nothing stands is none.

    Attributes:
        sizes: How long each batch is.
    """

    sizes: Sequence[int]

    def numbers(self, columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
        """Join columns of numbers."""
        return np.concatenate([np.empty(0, np.int64), *columns])

    def values(self, columns: Sequence[npt.NDArray[Any] | None]) -> Column | None:
        """Join columns that some batches do not have."""
        if all(column is None for column in columns):
            return None
        each = zip(columns, self.sizes, strict=True)
        lists = ([None] * size if column is None else column.tolist() for column, size in each)
        return list(chain.from_iterable(lists))

    def rows(
        self,
        table: str,
        shared: Mapping[str, Sequence[str | None]],
        columns: Mapping[str, Column | None],
    ) -> Rows:
        """Return the rows of a table, with the columns in which something stands."""
        return Rows(
            table=table,
            size=sum(self.sizes),
            batches=self.sizes,
            shared={name: values for name, values in shared.items() if set(values) != {None}},
            columns={name: column for name, column in columns.items() if column is not None},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What all rows of one batch of answers have in common."""

    campaign: str
    node: str
    kind: str
    channel: str
    recorded: int

    def rows(self, persons: Persons, numbers: npt.NDArray[np.int32], at: Places) -> Rows:
        size = len(persons)
        return Rows(
            table="answer",
            size=size,
            shared={
                "campaign": [self.campaign],
                "node": [self.node],
                "kind": [self.kind],
                "channel": [self.channel],
                "recorded": [self.recorded],
            },
            columns={"person": persons, "enrolment": numbers, "at": at},
            key=("person", "campaign", "enrolment", "node", "kind"),
        )


def _wake(program: Program, every: Enrolments, tick: int) -> Places:
    """Say when a timer, or what has been heard already, moves each enrolment next.

    Events to come wake the others.
    """
    goal = program.graph.goal
    window_end = every.entered_at + (goal.within.micros if goal else 0)
    act = after_pauses(np.minimum(every.due, every.heard_at), program.graph.pauses, tick)
    wake = np.where(every.flags & ACTIVE, act, NEVER)
    return np.where(every.flags & GOAL_OPEN, np.minimum(wake, window_end), wake)


def _unless(missing: Flags, values: Places) -> Column:
    """Return values with None in the place of those that are missing."""
    column = values.astype(np.object_)
    column[missing] = None
    return column
