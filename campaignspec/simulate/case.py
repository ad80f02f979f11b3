"""Run one test case: a customer, a timeline, the same engine, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from campaignspec.clock import Instant
from campaignspec.engine.facts import Kind
from campaignspec.simulate.bench import Bench, Told, clock, told
from campaignspec.simulate.expecting import judge
from campaignspec.simulate.never import Violation, never_text, violations
from campaignspec.simulate.person import instant_of, life_of
from campaignspec.simulate.scene import Mismatch, Scene
from campaignspec.simulate.telling import tell
from campaignspec.simulate.timeline import Row, rows_of
from campaignspec.spec.case import Calls, Clicks, Happens, Opens, OptsIn, OptsOut, TestCase
from campaignspec.spec.never import Never


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What came of a test case.

    Attributes:
        case: The case.
        zone: On whose clock it is told.
        facts: Everything that happened, in order.
        mismatches: Expectations that did not come true; none if it passed.
        rows: What was expected beside what came, in order of time.
    """

    case: TestCase
    zone: str
    facts: tuple[Told, ...]
    mismatches: tuple[Mismatch, ...]
    rows: tuple[Row, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.mismatches

    @property
    def story(self) -> tuple[str, ...]:
        """Everything that happened, a line a fact."""
        return tuple(f"{clock(fact.at, self.zone)}  {tell(fact)}" for fact in self.facts)


def try_case(bench: Bench, case: TestCase, never: Sequence[Never] = ()) -> CaseResult:
    """Run a case through the engine and hold its expectations against the facts.

    Args:
        bench: The campaign.
        case: The case.
        never: What must not happen in any case of the campaign, besides the case's own.
    """
    zone = bench.zone(case)
    start, end = bench.window(case)
    rehearsal = bench.rehearse([life_of(bench.project, case)], start, end)
    facts = told(rehearsal)
    currency = bench.project.settings.currency
    verdicts = judge(Scene(expect=case.expect, facts=facts, zone=zone, currency=currency))
    found = tuple(violations(rehearsal, bench.graph, (*never, *case.never)))
    expected = [verdict.mismatch for verdict in verdicts if verdict.mismatch is not None]
    return CaseResult(
        case=case,
        zone=zone,
        facts=facts,
        mismatches=(*expected, *_forbidden(found, zone)),
        rows=rows_of(
            facts,
            [pair for verdict in verdicts for pair in verdict.pairs],
            forbidden=frozenset(
                place
                for place, fact in enumerate(facts)
                if fact.kind is Kind.SENT
                and any((each.node, each.at) == (fact.node, fact.at) for each in found)
            ),
            given=sorted(_given(case, zone)),
        ),
    )


def _given(case: TestCase, zone: str) -> Iterator[tuple[Instant, str]]:
    """Yield what a case lets happen; answers to messages are facts themselves."""
    for each in case.timeline:
        match each:
            case Happens():
                yield instant_of(each.at, zone), each.event
            case Calls():
                yield instant_of(each.at, zone), f"call {each.call}"
            case OptsOut():
                yield instant_of(each.at, zone), f"unsubscribed {each.unsubscribed}"
            case OptsIn():
                yield instant_of(each.at, zone), f"agreed {each.agreed}"
            case Opens() | Clicks():
                continue
            case _:
                assert_never(each)


def _forbidden(found: Iterable[Violation], zone: str) -> Iterator[Mismatch]:
    by_rule: dict[str, list[str]] = {}
    for each in found:
        line = f"{clock(each.at, zone)}  sent {each.node}"
        by_rule.setdefault(never_text(each.never), []).append(line)
    for rule, lines in by_rule.items():
        yield Mismatch(what="never", expected=(rule,), actual=tuple(lines))
