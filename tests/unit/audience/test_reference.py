"""A sequence and RFM on a hundred thousand customers, against values computed elsewhere.

The data and the values are those of the benchmark: an abandoned cart, and champions by NTILE.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.reference_data import END, TYPES, make
from campaignspec.audience import Audience
from campaignspec.clock import DAY, HOUR, SECOND, Duration
from campaignspec.history import Column, History, Stream, ValueKind
from campaignspec.spec.audience import Segment
from campaignspec.spec.kinds import Name, Property
from campaignspec.spec.rfm import Facet, Rfm
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import read_rule
from campaignspec.spec.sequence import Absence

CUSTOMERS, EVENTS = 100_000, 2_000_000
NOW = END * SECOND


@pytest.fixture(scope="module")
def audience() -> Audience:
    return Audience(
        history(),
        traits={
            f"rfm.{facet}": Rfm(rfm=Property("purchase.amount"), facet=facet) for facet in Facet
        },
        segments={
            "champions": Segment(where=rule("rfm.r >= 4 and rfm.f >= 4 and rfm.m >= 4")),
            "abandoned": Segment(
                sequence=(
                    Name("cart"),
                    Absence(not_=Name("purchase"), within=Duration(DAY), at_once=True),
                ),
                within=Duration(7 * DAY),
            ),
        },
        tick=HOUR,
    )


def history() -> History:
    """Know every event a second late: then our windows begin where the benchmark's do."""
    events, _ = make(CUSTOMERS, EVENTS)
    streams = {}
    for kind in ("cart", "purchase"):
        here = events.kind == TYPES.index(kind)
        amounts = events.amount[here]
        streams[kind] = Stream.build(
            events.customer[here] - 1,
            (events.ts[here] + 1) * SECOND,
            CUSTOMERS,
            {
                "amount": Column(
                    kind=ValueKind.MONEY, values=amounts, missing=np.zeros(len(amounts), np.bool_)
                )
            },
        )
    return History(
        customers=tuple(f"{number:06}" for number in range(CUSTOMERS)),
        attributes={},
        addresses={},
        zones=("UTC",),
        zone_of=np.zeros(CUSTOMERS, np.int32),
        streams=streams,
        messages={},
        consents={},
        fingerprint="reference",
        first=0,
        last=NOW,
    )


def rule(text: str) -> Rule:
    return Rule(text=text, term=read_rule(text))


def digest(members: np.ndarray) -> tuple[int, int]:
    """Return how many match, and a checksum of their ids."""
    ids = np.flatnonzero(members) + 1
    return len(ids), int((ids * 2_654_435_761 % 1_000_003).sum())


def test_the_abandoned_carts_are_those_of_the_benchmark(audience: Audience) -> None:
    rows = np.arange(CUSTOMERS)

    at_one_instant = audience.matches("abandoned", rows, NOW)
    at_own_instants = audience.matches("abandoned", rows, np.full(rows.shape, NOW))

    assert digest(at_one_instant) == (4253, 2114249503)
    assert digest(at_own_instants) == (4253, 2114249503)


def test_the_champions_are_those_of_the_benchmark(audience: Audience) -> None:
    rows = np.arange(CUSTOMERS)

    found = audience.matches("champions", rows, NOW)

    assert digest(found) == (7652, 3850480581)


def test_scores_of_many_midnights_are_those_of_each(audience: Audience) -> None:
    rows = np.arange(0, CUSTOMERS, 997)
    midnights = NOW - np.arange(60) * DAY

    at_once = audience.matches("champions", np.repeat(rows, 60), np.tile(midnights, len(rows)))

    for number in (0, 7, 59):
        alone = audience.matches("champions", rows, int(midnights[number]))
        assert np.array_equal(at_once[number::60], alone)
