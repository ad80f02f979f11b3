"""Looking for a customer to whom what must never happen does happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from campaignspec.simulate.bench import Bench
from campaignspec.simulate.case import CaseResult, try_case
from campaignspec.simulate.never import Violation, violations
from campaignspec.simulate.person import life_of
from campaignspec.simulate.random_lives import nature_of, random_case
from campaignspec.simulate.shrinking import shrink
from campaignspec.simulate.vocabulary import vocabulary_of
from campaignspec.spec.case import Expect, TestCase
from campaignspec.spec.never import Never


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A random customer who got what nobody may get.

    Attributes:
        never: What forbids it.
        number: Which of the random customers it was, counted from 1.
        result: The customer's case, made as small as it can be, and what came of it.
        alone: Whether it also happens when nobody else is there; if not, the case is as it was
            drawn, for what others do cannot be left out.
    """

    never: Never
    number: int
    result: CaseResult
    alone: bool


def fuzz(bench: Bench, nevers: Sequence[Never], *, number: int, seed: int) -> Iterator[Found]:
    """Try random customers, all at once, and yield the first to break each rule.

    Args:
        bench: The campaign.
        nevers: What must never happen.
        number: How many customers.
        seed: The same seed gives the same customers.
    """
    if not nevers or not number:
        return
    words = vocabulary_of(bench.project, bench.graph, tuple(nevers))
    nature = nature_of(bench.project, bench.graph, words)
    cases = [random_case(nature, at, f"{seed}:{bench.campaign}") for at in range(1, number + 1)]
    for never, place in _first_breaks(bench, cases, nevers).items():
        title = f"Random customer {place + 1} of seed {seed}"
        yield _found(bench, never, place, cases[place], title)


def _first_breaks(
    bench: Bench, cases: Sequence[TestCase], nevers: Sequence[Never]
) -> Mapping[Never, int]:
    """Return by rule the first case that breaks it while it is looked at."""
    windows = [bench.window(case) for case in cases]
    rehearsal = bench.rehearse(
        [life_of(bench.project, case) for case in cases],
        min(start for start, _ in windows),
        max(end for _, end in windows),
    )
    first: dict[int, int] = {}
    for each in violations(rehearsal, bench.graph, nevers):
        if _is_seen(each, windows):
            rule = nevers.index(each.never)
            first[rule] = min(first.get(rule, each.row), each.row)
    return {nevers[rule]: first[rule] for rule in sorted(first)}


def _is_seen(each: Violation, windows: Sequence[tuple[int, int]]) -> bool:
    start, end = windows[each.row]
    return start < each.at <= end


def _found(bench: Bench, never: Never, place: int, case: TestCase, title: str) -> Found:
    def fails(candidate: TestCase) -> bool:
        return not try_case(bench, candidate).passed

    case = replace(case, test=title, never=(never,), expect=Expect())
    alone = fails(case)
    smallest = shrink(case, fails) if alone else case
    result = try_case(bench, smallest)
    return Found(never=never, number=place + 1, result=result, alone=alone)
