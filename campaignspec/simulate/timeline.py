"""Two timelines of one test, row by row: what was expected, and what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from campaignspec.clock import Instant
from campaignspec.simulate.bench import Told
from campaignspec.simulate.scene import Pair
from campaignspec.simulate.telling import tell


class Mark(StrEnum):
    """How the two sides of a row stand to each other."""

    CONTEXT = " "
    """Nothing was said of it."""
    SAME = "="
    """It was expected, and it came."""
    OTHER = "≠"
    """Something was expected then, and something else came."""
    MISSING = "-"
    """It was expected and did not come."""
    STRAY = "+"
    """It came, and the test allows nothing of the kind."""
    FORBIDDEN = "!"
    """It came, and must never."""
    GIVEN = "·"
    """The test lets it happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One instant of two timelines.

    Attributes:
        at: When; None for what was expected at no certain time.
        expected: What was to be, in words; empty where nothing was said.
        mark: How the sides stand to each other.
        actual: What came, in words; empty where nothing did.
    """

    at: Instant | None
    expected: str
    mark: Mark
    actual: str


def rows_of(
    facts: Sequence[Told],
    pairs: Sequence[Pair],
    *,
    forbidden: frozenset[int],
    given: Sequence[tuple[Instant, str]],
) -> tuple[Row, ...]:
    """Lay the timelines side by side.

    Args:
        facts: What came, in order.
        pairs: What was expected of it, list by list.
        forbidden: The places of the facts that must never be.
        given: What the test lets happen, in order of time, in words.
    """
    rows = [_row(place, fact, pairs, place in forbidden) for place, fact in enumerate(facts)]
    placed: list[list[Row]] = [[] for _ in range(len(facts) + 1)]
    for instant, words in given:
        place = sum(fact.at < instant for fact in facts)
        placed[place].append(Row(at=instant, expected="", mark=Mark.GIVEN, actual=words))
    for words, at, place in _missing(facts, pairs):
        opposite = next(
            (p for p, row in enumerate(rows) if row.at == at and row.mark is Mark.STRAY), None
        )
        if opposite is None:
            missing = Row(at=at, expected=words, mark=Mark.MISSING, actual="")
            placed[place].append(missing)
        else:
            rows[opposite] = replace(rows[opposite], expected=words, mark=Mark.OTHER)
    merged = []
    for place, row in enumerate(rows):
        merged += [*_in_order(placed[place]), row]
    return (*merged, *_in_order(placed[-1]))


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Sort rows between two facts: by time, what happens first, and what has no time last."""
    timed = [(row.at, row.mark is Mark.MISSING, row) for row in rows if row.at is not None]
    timed.sort(key=lambda each: each[:2])
    return [*(row for _, _, row in timed), *(row for row in rows if row.at is None)]


def _row(place: int, fact: Told, pairs: Sequence[Pair], is_forbidden: bool) -> Row:  # noqa: FBT001 - of one caller
    mine = [pair for pair in pairs if pair.fact == place]
    words = dict.fromkeys(pair.expected for pair in mine if pair.expected is not None)
    mark = Mark.SAME if words else Mark.CONTEXT
    if any(pair.expected is None for pair in mine):
        mark = Mark.STRAY
    if is_forbidden:
        mark = Mark.FORBIDDEN
    return Row(at=fact.at, expected=", ".join(words), mark=mark, actual=tell(fact))


def _missing(
    facts: Sequence[Told], pairs: Sequence[Pair]
) -> Iterator[tuple[str, Instant | None, int]]:
    """Yield what did not come: the words, the time, and before which fact it stands.

    What has no time of its own stands behind what its list expects before it.
    """
    after, key = 0, None
    for pair in pairs:
        after = 0 if pair.key != key else after
        key = pair.key
        if pair.fact is not None:
            after = pair.fact + 1
        elif pair.expected is not None:
            place = after
            if pair.at is not None:
                place = sum(fact.at <= pair.at for fact in facts)
            yield pair.expected, pair.at, place
