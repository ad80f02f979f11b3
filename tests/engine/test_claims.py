"""Claims that customers make apart from each other end as if all had made them in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
from engine_kit.mutation import Mutant
from engine_kit.profile import examples
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.clock import DAY, HOUR
from campaignspec.digests import Ids
from campaignspec.engine import closing
from campaignspec.engine.apart import Apart, Meeting
from campaignspec.engine.claims import SERVED, Asker, Claims, InTurn
from campaignspec.engine.closing import Ranks
from campaignspec.engine.limits import Limit, Limits, Period, Used
from campaignspec.engine.state import State

Log = list[tuple[int, int, int, int, str, int]]
"""Of each claim, sorted: customer, instant, campaign, step, what was lacking, its number."""

MOST_CLAIMS = 9
_TURNED_AWAY = -2
_MOST_ROUNDS = 100
"""Far more than customers ever need, until all are told right."""


@dataclass(frozen=True)
class System:
    """Customers who claim again and again, and what they claim of.

    What a customer does next is a pure function of its number, of how often it claimed, and of
    what became of its claims so far.

    Attributes:
        seed: What the customers do.
        customers: How many they are.
        limits: What they share.
        costs: What a claim may ask for, by limit.
        end: The last instant.
    """

    seed: int
    customers: int
    limits: tuple[Limit, ...]
    costs: tuple[int, ...]
    end: int

    def next_claim(
        self, customer: int, at: int, history: tuple[bool, ...]
    ) -> tuple[int, int, int] | None:
        """Return when a customer claims next, in which campaign, and at which step."""
        dice = np.random.default_rng([self.seed, customer, len(history), *map(int, history)])
        if len(history) == MOST_CLAIMS or dice.random() < 0.2:
            return None
        campaign, step = int(dice.integers(2)), int(dice.integers(2))
        pause = int(dice.choice([0, 0, 1, 3, 30])) * HOUR
        return at + pause, campaign, step

    def is_turned_away(self, customer: int, history: tuple[bool, ...]) -> bool:
        """Say whether policy keeps a customer from asking for anything at its claim."""
        dice = np.random.default_rng([self.seed, customer, len(history)])
        return bool(dice.random() < 0.25)

    def amounts(self, campaign: int, step: int) -> Mapping[str, int]:
        """Return what a step asks for."""
        dice = np.random.default_rng([self.seed, campaign, step])
        wanted = dice.permutation(len(self.limits))[: 1 + int(dice.integers(len(self.limits)))]
        return {self.limits[n].name: int(dice.choice(self.costs)) for n in sorted(wanted)}


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Systems in which much is asked for, and little there."""
    periods = draw(st.lists(st.sampled_from([Period.RUN, Period.DAY]), min_size=1, max_size=3))
    return System(
        seed=draw(st.integers(0, 2**32)),
        customers=draw(st.sampled_from([5, 20, 80])),
        limits=tuple(
            Limit(name=f"limit {n}", capacity=draw(st.integers(0, 40)), period=period)
            for n, period in enumerate(periods)
        ),
        costs=draw(st.sampled_from([(1,), (1, 3), (1, 2, 5)])),
        end=draw(st.sampled_from([DAY // 2, 2 * DAY, 6 * DAY])),
    )


@dataclass(frozen=True)
class _Waiting:
    """A customer who is about to claim."""

    customer: int
    at: int
    campaign: int
    step: int
    history: tuple[bool, ...]


@examples(80)
@given(systems())
def test_whoever_claims_apart_gets_what_it_would_get_in_its_turn(system: System) -> None:
    assert _apart(system) == _in_turn(system)


MUTANTS = (
    Mutant(
        "the claim that closes a limit is turned away",
        closing,
        "_behind",
        "rows[level] > last",
        "rows[level] >= last",
    ),
    Mutant("hashes decide nothing", closing, "_behind", "hashes > mark", "hashes < mark"),
    Mutant(
        "a step later is no later", closing, "_behind", "rank > closing[1]", "rank < closing[1]"
    ),
    Mutant("rounds are not told apart", Ranks, "stand", "+ 1, 0)", "* 0, 0)"),
    Mutant("what exactly fits closes a limit", closing, "_first_over", '"right"', '"left"'),
    Mutant(
        "those before the last instant took nothing", closing, "_short_at", "at < last", "at < 0"
    ),
    Mutant(
        "a limit is short at the instant of the first who is not served",
        closing,
        "_short_at",
        "served - 1)[served - 1]",
        "served)[served]",
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_law_finds_claims_of_which(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [_seeded(seed) for seed in range(150)]
    truths = [_in_turn(system) for system in found]

    mutant.put(monkeypatch)

    assert any(_apart(system) != right for system, right in zip(found, truths, strict=True))


def _seeded(seed: int) -> System:
    dice = np.random.default_rng(seed)
    kinds = [Period.RUN, Period.DAY]
    return System(
        seed=seed,
        customers=int(dice.choice([5, 20, 80])),
        limits=tuple(
            Limit(name=f"limit {n}", capacity=int(dice.integers(40)), period=kinds[n % 2])
            for n in range(1 + int(dice.integers(3)))
        ),
        costs=((1,), (1, 3), (1, 2, 5))[int(dice.integers(3))],
        end=int(dice.choice([DAY // 2, 2 * DAY, 6 * DAY])),
    )


def _in_turn(system: System) -> Log:
    """Settle the earliest claims of all, step by step; a served customer stands in line anew."""
    limits, state = _shared(system)
    claims, waiting, log = InTurn(limits, state), _first(system), []
    while waiting:
        now = min(each.at for each in waiting)
        campaign = min(each.campaign for each in waiting if each.at == now)
        mine = [each for each in waiting if (each.at, each.campaign) == (now, campaign)]
        waiting = [each for each in waiting if each not in mine]
        for step in sorted({each.step for each in mine}):
            here = [each for each in mine if each.step == step]
            waiting += _claim(system, claims, here, log)
    return sorted(log)


def _apart(system: System) -> Log:
    """Let everybody claim to the end, and whoever was told wrongly again from the beginning."""
    _, state = _shared(system)

    def untouched() -> Limits:
        return _limits(system, {})

    names = [limit.name for limit in system.limits]
    ends = np.array([*untouched().stretches(names, 0, system.end)], np.int64)
    meeting = Meeting(ends, untouched, system.customers)
    log: Log = []
    first = _first(system)
    walking = {each.customer for each in first}
    for _ in range(_MOST_ROUNDS):
        claims = Apart(meeting.known, untouched(), state)
        waiting = [each for each in first if each.customer in walking]
        while waiting:
            waiting = [then for each in waiting for then in _claim(system, claims, [each], log)]
        meeting.hear(claims.pages)
        walking = set(meeting.wronged().tolist())
        log = [entry for entry in log if entry[0] not in walking]
        if not walking:
            return sorted(log)
    return []  # as some mutants never end


def _shared(system: System) -> tuple[Limits, State]:
    used: Used = {}
    limits = _limits(system, used)
    who = np.arange(system.customers, dtype=np.int64)
    blank = State.blank(
        who,
        [],
        [],
        asking=[],
        stages=[],
        calling=[],
        mixed=[],
        channels=[],
        counters=[],
        marks={},
        signals=[],
        seen=0,
    )
    return limits, replace(blank, used=used)


def _limits(system: System, used: Used) -> Limits:
    ids = Ids(tuple(f"c{number:03}" for number in range(system.customers)))
    return Limits({limit.name: limit for limit in system.limits}, used, zone="UTC", ids=ids)


def _first(system: System) -> list[_Waiting]:
    found = (_following(system, customer, HOUR, 0, ()) for customer in range(system.customers))
    return [each for each in found if each is not None]


def _following(
    system: System, customer: int, at: int, campaign: int, history: tuple[bool, ...]
) -> _Waiting | None:
    claim = system.next_claim(customer, at, history)
    if claim is None or claim[0] > system.end:
        return None
    when, other, step = claim
    # At one instant a customer goes on in the order of the campaigns.
    return _Waiting(customer, when, max(other, campaign) if when == at else other, step, history)


def _claim(system: System, claims: Claims, group: list[_Waiting], log: Log) -> list[_Waiting]:
    """Claim for customers at one step; return who claims again."""
    amounts = system.amounts(group[0].campaign, group[0].step)
    asker = Asker(campaign=group[0].campaign, step=group[0].step, key=f"step {group[0].step}")
    people = np.array([each.customer for each in group], np.int64)
    at = np.array([each.at for each in group], np.int64)
    if isinstance(claims, Apart):
        claims.stand_in_line(people, at, asker.campaign)
    asks = np.array([not system.is_turned_away(each.customer, each.history) for each in group])
    told = np.full(len(group), _TURNED_AWAY, np.int8)
    told[asks] = claims.claim(amounts, asker, people[asks], at[asks]).lacking
    names = {SERVED: "", _TURNED_AWAY: "policy", **dict(enumerate(amounts))}
    following = []
    for each, place in zip(group, told.tolist(), strict=True):
        row = (each.customer, each.at, each.campaign, each.step, names[place], len(each.history))
        log.append(row)
        history = (*each.history, place == SERVED)
        following.append(_following(system, each.customer, each.at, each.campaign, history))
    return [each for each in following if each is not None]
