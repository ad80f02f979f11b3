"""Channel mixes: whom each channel reaches, and that nobody is written to by one they refused."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.drive import expected, rows, set_up, swept, ticked
from engine_kit.oracle import Fact
from engine_kit.profile import examples
from hypothesis import given

from campaignspec.audience import Moment
from campaignspec.clock import NEVER, ceil_to_tick
from campaignspec.engine.choosing import weigh
from campaignspec.engine.ports import blank_state
from campaignspec.engine.touch import TouchFacts
from campaignspec.graph.compile import compile_campaign
from campaignspec.graph.nodes import SendNode
from campaignspec.policy import Action, Touches, may_be_used
from campaignspec.spec.mix import ChooseBy

SEEDS = tuple(range(7_000, 7_200))
"""Seeds of cases; in about half of them a message goes by a mix."""


@cache
def mixed_cases() -> tuple[tuple[Case, tuple[Fact, ...]], ...]:
    """Return the cases of the seeds in which a message goes by a mix, with their facts."""
    found = (case_of(seed) for seed in SEEDS)
    return tuple((case, tuple(rows(swept(case)))) for case in found if _mixed_nodes(case))


def test_the_oracle_expects_the_facts_of_mixes() -> None:
    found = mixed_cases()

    reasons = {fact["reason"] for _, facts in found for fact in facts}
    second = [fact for _, facts in found for fact in facts if _is_second(fact)]

    assert len(found) > len(SEEDS) // 4
    assert "no-channel" in reasons
    assert {fact["channel"] for fact in second} == {"mail", "text"}
    for case, facts in found[:30]:
        assert list(facts) == expected(case)


@pytest.mark.parametrize("place", range(4))
def test_a_ledger_on_the_disk_remembers_which_channel_was_used(place: int) -> None:
    case, once = [each for each in mixed_cases() if any(map(_is_second, each[1]))][place]
    first = ceil_to_tick(case.start + 1, case.tick)
    instants = [*range(first, case.end, case.tick), case.end]

    with tempfile.TemporaryDirectory() as folder:
        facts, _ = ticked(case, instants, Path(folder, "ledger.db"), restarts=True)

    assert rows(facts) == list(once)


@examples(25)
@given(cases())
def test_a_fallback_never_uses_the_channel_of_the_first_message(case: Case) -> None:
    facts = [fact for fact in rows(swept(case)) if fact["kind"] == "sent"]

    used = {_message(fact, str(fact["node"])): fact["channel"] for fact in facts}

    for fact in facts:
        node = str(fact["node"])
        if node.endswith("-fallback"):
            assert used.get(_message(fact, node.removesuffix("-fallback"))) != fact["channel"]


@examples(25)
@given(cases())
def test_nobody_is_given_a_channel_that_they_refused(case: Case) -> None:
    assembly = set_up(case)
    people = np.arange(len(assembly.world.history.customers))
    at = np.full(people.shape, case.end, np.int64)
    facts = TouchFacts(
        world=assembly.world,
        state=blank_state(assembly.programs, assembly.world, people, case.start),
        index=people,
    )
    for program in assembly.programs:
        for place, mixed in program.mixes().items():
            node = program.nodes[place]
            assert isinstance(node, SendNode)
            touches = _touches(case, program.graph.campaign, node, people, at)

            found = weigh(mixed, touches, facts, assembly.world, Moment(rows=people, at=at))

            for number, channel in enumerate(mixed.channels):
                mine = found.chosen == number
                asked = _touches(
                    case, program.graph.campaign, node, people[mine], at[mine], channel
                )
                here = TouchFacts(world=assembly.world, state=facts.state, index=people[mine])
                ruling = may_be_used(asked, here, assembly.world.rulebook)
                assert (ruling.action == Action.ALLOW).all()
                best = found.score[:, mine].max(axis=0, initial=-np.inf)
                if mixed.mix.choose is ChooseBy.BEST and (found.reason[:, mine] == 0).all():
                    ready = found.is_ready[:, mine].all(axis=0)
                    assert (found.score[number, mine][ready] == best[ready]).all()


def _mixed_nodes(case: Case) -> list[SendNode]:
    graphs = (compile_campaign(case.project, name) for name in case.project.campaigns)
    nodes = (node for graph in graphs for node in graph.nodes.values())
    return [node for node in nodes if isinstance(node, SendNode) and node.mix is not None]


def _is_second(fact: Fact) -> bool:
    return fact["kind"] == "sent" and str(fact["node"]).endswith("-fallback")


def _message(fact: dict[str, object], node: str) -> tuple[object, ...]:
    return fact["campaign"], fact["customer"], fact["key"], fact["enrolment"], node


def _touches(
    case: Case,
    campaign: str,
    node: SendNode,
    people: np.ndarray,
    at: np.ndarray,
    channel: str | None = None,
) -> Touches:
    return Touches(
        rows=people,
        at=at,
        expires=np.full(at.shape, NEVER, np.int64),
        campaign=campaign,
        channel=channel or node.channel,
        message_class=node.message_class,
        when_capped=node.when_capped,
        tick=case.tick,
    )
