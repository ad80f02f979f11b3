"""Customers in parts that walk anywhere: each part for itself, claims looked through as a whole.

What one needs to walk some customers is an errand: the project, its campaigns compiled, and the
history. Whoever has it walks any customers, and says what came of it. Where customers share
something they walk twice: first for their claims, until nobody was told wrongly
(`campaignspec.engine.apart`), and then, by the closing claims that were found, for their facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.assembly import Assembly, Blueprint, assemble
from campaignspec.clock import Instant
from campaignspec.engine.apart import Known, Meeting
from campaignspec.engine.closing import Page
from campaignspec.engine.dice import Dice
from campaignspec.engine.journal import to_table
from campaignspec.engine.world import Responses
from campaignspec.history import History
from campaignspec.project import Project
from campaignspec.simulate.pace import Pace, Watcher
from campaignspec.simulate.parts import Outing, Part
from campaignspec.simulate.sample import Sample, limited
from campaignspec.simulate.ties import check_is_apart, claims_anything

Rows: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """All that a rehearsal depends on, but for whom it is about.

    Attributes:
        project: The linked project.
        history: What is known of the customers.
        blueprint: The campaigns, compiled.
        responses: Who answers messages.
        dice: Chance; keyed draws, if not given.
        sample: Who is rehearsed, whose part of what is shared is theirs; None for everybody.
        start: The instant after which it begins.
        end: The last instant that counts.
    """

    project: Project
    history: History
    blueprint: Blueprint
    responses: Responses
    dice: Dice | None = None
    sample: Sample | None = None
    start: Instant
    end: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """Some customers who are to walk.

    Attributes:
        rows: The customers, as rows of the history, ascending.
        is_first: Whether what is published for everybody is published here.
        known: What is known of their claims.
        tells: Whether their facts are wanted; else their claims.
    """

    rows: Rows
    is_first: bool
    known: Known
    tells: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What came of a stint.

    Attributes:
        customers: How many customers walked.
        facts: What happened to them, in order, where that was wanted.
        claims: What they claimed, where that was wanted.
    """

    customers: int
    facts: pa.Table | None = None
    claims: Sequence[Page] = field(default=())


Send: TypeAlias = Callable[[Sequence[Stint]], Iterable[Walked]]
"""Lets customers walk somewhere, and hands back what came of each stint, in their order."""


class Walker:
    """Walks stints; made once for an errand wherever somebody walks.

    Args:
        errand: What is rehearsed.
        assembly: The same, set up, with the sample's part of what is shared; it is set up here,
            if not given.
    """

    def __init__(self, errand: Errand, assembly: Assembly | None = None) -> None:
        assembly = assembly or _for_sample(set_up(errand), errand.sample)
        self._outing = Outing(assembly=assembly, start=errand.start, end=errand.end)

    def walk(self, stint: Stint) -> Walked:
        """Let customers walk from the start to the end."""
        publishes = stint.is_first and stint.tells
        found = self._outing.walk(stint.rows, publishes=publishes, known=stint.known)
        if not stint.tells:
            return Walked(customers=len(stint.rows), claims=found.claims)
        ids = self._outing.assembly.world.history.ids
        return Walked(customers=len(stint.rows), facts=to_table(found.facts, ids))


def walk_apart(
    errand: Errand,
    assembly: Assembly,
    rows: Rows,
    send: Send,
    *,
    at_once: int,
    watch: Watcher | None = None,
) -> Iterator[Part]:
    """Let customers take all steps that are due, wherever they are sent to walk.

    Args:
        errand: What is rehearsed.
        assembly: The same, set up.
        rows: The customers, ascending.
        send: Lets them walk.
        at_once: How many customers make a stint.
        watch: Told how many customers are done with.

    Yields:
        The parts in the order of their customers, exactly as `walk_in_parts` does.

    Raises:
        UsageError: The campaigns can only be walked where all customers are in one place.
    """
    check_is_apart(assembly, errand.end)
    shares = claims_anything(assembly)
    pace = Pace(len(rows), 2 if shares else 1, watch)
    meeting = Meeting.of(assembly.programs, assembly.world, start=errand.start, end=errand.end)
    if shares:
        here, walking = Walker(errand, assembly), rows
        while len(walking):
            stints = _stints(walking, at_once, meeting.known, tells=False)
            # A few customers have walked sooner than they are sent away.
            walked = send(stints) if len(stints) > 1 else map(here.walk, stints)
            for each in walked:
                meeting.hear(each.claims)
                if walking is rows:
                    pace.did(each.customers)
            walking = meeting.wronged()
    for each in send(_stints(rows, at_once, meeting.known, tells=True)):
        assert each.facts is not None, "facts were asked for"  # noqa: S101
        pace.did(each.customers)
        yield Part(facts=each.facts, customers=each.customers)


def set_up(errand: Errand) -> Assembly:
    """Set the campaigns up, with all that there is to share."""
    return assemble(
        errand.project,
        errand.history,
        campaigns=tuple(errand.blueprint.graphs),
        responses=errand.responses,
        dice=errand.dice,
        blueprint=errand.blueprint,
        assumes=True,
        start=errand.start,
        end=errand.end,
    )


def _for_sample(assembly: Assembly, sample: Sample | None) -> Assembly:
    return assembly if sample is None else limited(assembly, sample)


def _stints(rows: Rows, at_once: int, known: Known, *, tells: bool) -> list[Stint]:
    first = Stint(rows=rows[:at_once], is_first=True, known=known, tells=tells)
    return [
        first,
        *(
            replace(first, rows=rows[low : low + at_once], is_first=False)
            for low in range(at_once, len(rows), at_once)
        ),
    ]
