"""Where the engine's time goes: by what is done, by its own modules and functions.

    python -m benchmarks.engine.profiling --customers 1000000

What libraries take is counted as that of the function of ours that asks for it.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import campaignspec
from benchmarks.engine.made import made, make
from benchmarks.engine.ours import Engine
from benchmarks.engine.runners import PLANS
from benchmarks.engine.worker import WARMING

Function: TypeAlias = tuple[str, int, str]
"""File, line and name, as in `pstats`."""

Counted: TypeAlias = tuple[int, int, float, float]
"""Calls, calls that are not recursive, own seconds, seconds with all that is called."""

Stats: TypeAlias = Mapping[Function, tuple[int, int, float, float, Mapping[Function, Counted]]]

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "searching the history": ("history/",),
    "policy": ("policy/", "engine/touch.py"),
    "rules about customers": ("audience/",),
    "draws": ("digests.py", "identity.py", "engine/dice.py"),
    "claims": (
        *("engine/apart.py", "engine/closing.py", "engine/claims.py"),
        *("engine/limits.py", "engine/settling.py", "simulate/parts.py"),
    ),
    "messages and offers": (
        *("engine/sending.py", "engine/granting.py", "engine/holdings.py", "engine/keeping.py"),
        *("engine/terms.py", "engine/acting.py", "engine/messages.py"),
    ),
    "facts": (
        *("engine/notebook.py", "engine/journal.py", "engine/diary.py"),
        *("engine/facts.py", "ledger/"),
    ),
    "clocks": ("clock/", "engine/local_time.py", "engine/holding.py", "engine/dates.py"),
    "waves": (
        *("engine/crowd.py", "engine/present.py", "engine/sweep.py", "engine/state.py"),
        *("engine/driver.py", "engine/seats.py"),
    ),
    "steps": ("engine/",),
}
"""What is done, and by which modules: the first part that names a module has it."""

_OURS: Final = str(Path(campaignspec.__file__).parent)
_DEEPEST: Final = 20
"""Calls of libraries by libraries are followed so far up."""


def main() -> None:
    """Profile one sweep, and print who takes how much of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--plan", choices=list(PLANS), default="one")
    parser.add_argument("--most", type=int, default=20, help="how many functions are listed")
    options = parser.parse_args()
    campaigns = [journey.campaign for journey in PLANS[options.plan].journeys]
    for size in (WARMING, options.customers):
        make(size)
    Engine(made(WARMING), campaigns).walk()
    engine = Engine(made(options.customers), campaigns)
    profile = cProfile.Profile()
    profile.runcall(engine.walk)
    taken = charged(pstats.Stats(profile).stats)  # type: ignore[attr-defined] # as it has been
    parts: dict[str, float] = defaultdict(float)
    modules: dict[str, float] = defaultdict(float)
    functions: dict[str, float] = defaultdict(float)
    for (file, _, name), seconds in taken.items():
        parts[part_of(_module(file))] += seconds
        modules[_module(file)] += seconds
        functions[f"{_module(file)}: {name}"] += seconds
    print(f"{options.customers:,} customers, {engine.count():,} facts")
    _print("part", parts, len(PARTS) + 1)
    _print("module", modules, options.most)
    _print("function", functions, 2 * options.most)


def charged(stats: Stats) -> dict[Function, float]:
    """Return the own seconds of each function of ours, with those of the libraries it asks.

    What a library takes is divided among its callers as `pstats` tells it for each; where the
    caller is a library as well, it goes further up in the proportion of the callers' time.
    """
    taken: dict[Function, float] = defaultdict(float)
    waiting = {function: counted[2] for function, counted in stats.items()}
    for _ in range(_DEEPEST):
        passed: dict[Function, float] = defaultdict(float)
        for function, seconds in waiting.items():
            callers = {} if is_ours(function) else stats[function][4]
            whole = sum(counted[3] for counted in callers.values())
            if not whole:
                taken[function] += seconds
                continue
            for caller, counted in callers.items():
                passed[caller] += seconds * counted[3] / whole
        waiting = passed
    for function, seconds in waiting.items():
        taken[function] += seconds
    return dict(taken)


def is_ours(function: Function) -> bool:
    """Say whether a function is one of campaignspec."""
    return function[0].startswith(_OURS)


def part_of(module: str) -> str:
    """Return what a module does, by `PARTS`."""
    parts = (part for part, places in PARTS.items() if module.startswith(places))
    return next(parts, "elsewhere")


def _module(file: str) -> str:
    return str(Path(file).relative_to(_OURS)) if file.startswith(_OURS) else "elsewhere"


def _print(title: str, taken: Mapping[str, float], most: int) -> None:
    whole = sum(taken.values())
    print(f"\n{title:<60}{'seconds':>9}{'share':>8}")
    for name, seconds in sorted(taken.items(), key=lambda each: -each[1])[:most]:
        print(f"{name:<60}{seconds:>9.3f}{seconds / whole:>8.1%}")


if __name__ == "__main__":
    main()
