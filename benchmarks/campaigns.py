"""Every campaign of the example projects over a year: how long it takes, and what of it.

    python -m benchmarks.campaigns

Each campaign is rehearsed in a process of its own, from the interpreter's start to the last count,
as `campaignspec simulate` does it. Where one takes more than ten seconds, the exit code is 1. The
histories must be there: `make demo` writes the retailer's, `make stories` those of the stories.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PROJECTS: Final = ("campaigns", "campaigns/optics", "campaigns/freight", "campaigns/fashion")
YEAR: Final = ("2017-01-01", "2017-12-31")
MOST_SECONDS: Final = 10.0
"""No campaign may take longer."""

_PARTS: Final = ("libraries", "project", "history", "compile", "rehearse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """What one process did.

    Attributes:
        seconds: How long each part took, by `_PARTS`.
        customers: How many customers the history has.
        facts: How many facts came of it.
    """

    seconds: dict[str, float]
    customers: int
    facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One campaign.

    Attributes:
        project: The project's folder.
        campaign: The campaign's name.
        seconds: How long its process took.
        cpu: How long processors worked on it.
        phases: What it did.
    """

    project: str
    campaign: str
    seconds: float
    cpu: float
    phases: Phases


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all campaigns, one after the other, and print."""
    options = _options(arguments)
    if options.campaign:
        print(json.dumps(asdict(_rehearsed(options.projects[0], options.campaign))))
        return 0
    print(f"{YEAR[0]} to {YEAR[1]}, a process each")
    print(
        f"{'campaign':<34}{'seconds':>9}{'of CPUs':>9}{'customers':>11}{'facts':>9}  slowest parts"
    )
    runs = []
    for project, campaign in _campaigns(options.projects):
        runs.append(_measure(project, campaign))
        print(_line(runs[-1]), flush=True)
    slow = [run.campaign for run in runs if run.seconds > MOST_SECONDS]
    longest = max(runs, key=lambda run: run.seconds)
    print(
        f"{len(runs)} campaigns, the longest {longest.seconds:.1f} s ({longest.campaign}), "
        + (f"more than {MOST_SECONDS:.0f} s: {', '.join(slow)}" if slow else "none above 10 s")
    )
    return 1 if slow else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--projects", nargs="+", default=PROJECTS, help="folders of projects")
    parser.add_argument("--campaign", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _campaigns(projects: Sequence[str]) -> Iterator[tuple[str, str]]:
    for project in projects:
        for file in sorted((ROOT / project).glob("*/campaign.yaml")):
            yield project, file.parent.name


def _measure(project: str, campaign: str) -> Measured:
    """Rehearse one campaign in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.campaigns", "--projects", project]
    began, cpu = time.perf_counter(), _cpu_of_children()
    done = subprocess.run(
        [*command, "--campaign", campaign], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, cpu = time.perf_counter() - began, _cpu_of_children() - cpu
    phases = Phases(**json.loads(done.stdout))
    return Measured(project=project, campaign=campaign, seconds=seconds, cpu=cpu, phases=phases)


def _cpu_of_children() -> float:
    """Return how long processors have worked on processes that are over."""
    times = os.times()
    return times.children_user + times.children_system


def _line(run: Measured) -> str:
    parts = sorted(run.phases.seconds.items(), key=lambda part: -part[1])[:2]
    slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in parts)
    return (
        f"{run.campaign:<34}{run.seconds:>9.2f}{run.cpu:>9.2f}{run.phases.customers:>11,}"
        f"{run.phases.facts:>9,}  {slowest}"
    )


def _rehearsed(folder: str, campaign: str) -> Phases:
    """Rehearse one campaign here, part by part."""
    clock = _Laps()
    from campaignspec.api.history import history_of
    from campaignspec.api.period import period_of
    from campaignspec.assembly import blueprint_of
    from campaignspec.forecast import RateResponses
    from campaignspec.measure.adding import Adder
    from campaignspec.project import load_project
    from campaignspec.simulate import Manner, rehearse

    clock.lap("libraries")
    project = load_project(ROOT / folder, relative_to=ROOT).project
    assert project is not None, f"{folder} is valid"
    clock.lap("project")
    history = history_of(project)
    clock.lap("history")
    blueprint = blueprint_of(project, [campaign])
    clock.lap("compile")
    period = period_of(project, history, first=YEAR[0], last=YEAR[1])
    (model,) = project.settings.responses.values()
    rehearsal = rehearse(
        project,
        history,
        campaigns=[campaign],
        responses=RateResponses(model, history.ids),
        start=period.start,
        end=period.end,
        blueprint=blueprint,
        manner=Manner(keeps=False),
        listener=lambda each: Adder(each.graphs, start=period.start, end=period.end).add,
    )
    clock.lap("rehearse")
    assert set(clock.seconds) == set(_PARTS)
    return Phases(seconds=clock.seconds, customers=len(history.customers), facts=rehearsal.number)


class _Laps:
    """Times parts, one after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._at = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note how long it took since the part before."""
        before, self._at = self._at, time.perf_counter()
        self.seconds[name] = self._at - before


if __name__ == "__main__":
    sys.exit(main())
