"""A sample of customers: who is in it, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.assembly import Assembly
from campaignspec.clock import Instant
from campaignspec.engine.foresight import limits_taken
from campaignspec.engine.limits import Limit
from campaignspec.engine.winning import undecided
from campaignspec.graph.nodes import ActNode
from campaignspec.history import History
from campaignspec.identity import draws, threshold
from campaignspec.project import Project
from campaignspec.spec.acting import AddTo
from campaignspec.spec.kinds import Share

_SEED: Final = "campaignspec sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some customers instead of all.

    They are those whom a draw of their ids finds: the same at each rehearsal and on each machine,
    and whoever is in a sample is in each larger one.

    Attributes:
        share: The part of all customers, more than none.
    """

    share: Share

    def rows(self, history: History) -> npt.NDArray[np.int64]:
        """Return who is in the sample, ascending."""
        drawn = draws(_SEED, history.ids).astype(np.int64)
        return np.flatnonzero(drawn < threshold(self.share.fraction))

    def of(self, limit: Limit) -> Limit:
        """Return the sample's part of what customers share, to the nearest whole unit."""
        return replace(limit, capacity=round(limit.capacity * self.share.fraction))


def limited(assembly: Assembly, sample: Sample) -> Assembly:
    """Give a sample its part of everything that customers share.

    With all of it a sample would never come to the end of a budget that all customers exhaust.
    """
    world = assembly.world
    limits = {name: sample.of(limit) for name, limit in world.limits.items()}
    return replace(assembly, world=replace(world, limits=limits))


def cautions_of(
    project: Project, assembly: Assembly, sample: Sample, end: Instant
) -> tuple[str, ...]:
    """Say, a sentence each, where a sample may mislead.

    Args:
        project: The linked project.
        assembly: The campaigns, with all that there is to share.
        sample: The sample.
        end: The last instant that counts.
    """
    return (
        *_by_limits(assembly, sample),
        *_by_groups(assembly, sample),
        *_by_winners(assembly, sample, end),
        *_by_minimums(project, assembly, sample),
    )


def _by_limits(assembly: Assembly, sample: Sample) -> Iterator[str]:
    for name in sorted(limits_taken(assembly.programs, assembly.world)):
        yield (
            f"all customers share `{name}`: the sample has {sample.share} of it, and when it runs "
            "out, and for whom, is less certain than the errors say"
        )


def _by_groups(assembly: Assembly, sample: Sample) -> Iterator[str]:
    for by in sorted({str(each.by) for each in assembly.world.rulebook.counters_together}):
        yield (
            f"a cap counts all who have one `{by}` together: of them the sample has "
            f"{sample.share}, so that it holds back less than with all of them"
        )


def _by_winners(assembly: Assembly, sample: Sample, end: Instant) -> Iterator[str]:
    for _, program, node in undecided(assembly.programs, assembly.world, end):
        yield (
            f"the winner of `{node.id}` in {program.graph.campaign} is decided on {sample.share} "
            "of the customers: with all of them there may be one where the sample finds none"
        )


def _by_minimums(project: Project, assembly: Assembly, sample: Sample) -> Iterator[str]:
    nodes = (node for graph in assembly.graphs.values() for node in graph.nodes.values())
    steps = (node.step for node in nodes if isinstance(node, ActNode))
    for name in sorted({step.add_to for step in steps if isinstance(step, AddTo)}):
        minimum = project.destinations[name].minimum
        if minimum is not None:
            yield (
                f"the audience `{name}` needs {minimum:,} people: of the sample only "
                f"{sample.share} of them are there"
            )
