"""One test as it is judged: what was to be, what came, and how the two compare."""

from __future__ import annotations

from dataclasses import dataclass

from campaignspec.clock import Instant, parse_instant
from campaignspec.engine.facts import Kind
from campaignspec.simulate.bench import Told
from campaignspec.spec.case import Expect
from campaignspec.spec.kinds import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a test's customer went through, and what was to be.

    Attributes:
        expect: What was to be.
        facts: What came, in order.
        zone: On whose clock it is told.
        currency: The project's currency.
    """

    expect: Expect
    facts: tuple[Told, ...]
    zone: str
    currency: str

    def instant(self, moment: Moment | None) -> Instant | None:
        """Read a moment on the customer's clock."""
        return None if moment is None else parse_instant(moment, self.zone)

    def of(self, *kinds: Kind) -> tuple[int, ...]:
        """Return the places of the facts of some kinds."""
        return tuple(at for at, fact in enumerate(self.facts) if fact.kind in kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Something expected beside what came of it.

    Attributes:
        expected: What was to be, in words; None for a fact that was not to be.
        at: When it was to be, if that was said.
        fact: The place of the fact that it is; None when it did not come.
        key: The key of ``expect`` that speaks of it.
    """

    expected: str | None
    at: Instant | None
    fact: int | None
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """One expectation that did not come true.

    Attributes:
        what: Which key of the test.
        expected: What was to be, a line an item.
        actual: What came, a line an item.
    """

    what: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one key of ``expect``.

    Attributes:
        pairs: What it expects at points of the timeline, beside what came.
        mismatch: What is wrong; None when nothing is.
    """

    pairs: tuple[Pair, ...] = ()
    mismatch: Mismatch | None = None
