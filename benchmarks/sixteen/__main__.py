"""Sixteen steps for a million contacts: how many come to each step, how long it takes, and memory.

    python -m benchmarks.sixteen --contacts 1000000

The counts are those that `tests/unit/benchmarks/test_sixteen.py` works out by hand; here the
command says how long it takes until they are known, from the history in memory to the last count.
"""

from __future__ import annotations

import argparse

from benchmarks.engine.measuring import Stopwatch, peak_mb
from benchmarks.sixteen.contacts import CAMPAIGN, ROUND, history_of
from benchmarks.sixteen.walking import counted
from campaignspec.graph.tree import draw_tree

_WARMING = ROUND


def main() -> None:
    """Walk everybody, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--contacts", type=int, default=1_000_000, help=f"a multiple of {ROUND:,}")
    parser.add_argument("--jobs", type=int, default=1, help="how many threads walk")
    options = parser.parse_args()
    counted(history_of(_WARMING))  # what a process does once is not measured
    history = history_of(options.contacts)
    before, watch = peak_mb(), Stopwatch()
    walked = counted(history, jobs=options.jobs)
    took, peak = watch.lap(), peak_mb()
    print(f"{options.contacts:,} contacts, sixteen steps\n")
    print(draw_tree(walked.graph, walked.flow))
    for kind, number in walked.facts.most_common():
        print(f"{number:>12,}  {kind}")
    facts = walked.facts.total()
    print(
        f"\n{CAMPAIGN}: {facts:,} facts in {took.seconds:.2f} s ({took.cpu:.2f} s of CPUs), "
        f"{options.contacts / took.seconds:,.0f} contacts/s, "
        f"{peak:,.0f} MB at most, {before:,.0f} MB before"
    )


if __name__ == "__main__":
    main()
