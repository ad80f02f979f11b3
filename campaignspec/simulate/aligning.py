"""Laying two lists side by side so that as much as possible of them stands opposite."""

from __future__ import annotations

from collections.abc import Callable


def align(
    left: int, right: int, fits: Callable[[int, int], bool]
) -> tuple[tuple[int | None, int | None], ...]:
    """Pair the items of two lists in order, as many as can be: the longest common subsequence.

    Args:
        left: How many items the first list has.
        right: How many items the second list has.
        fits: Says whether two items, by their places, are a pair.

    Returns:
        Every item of both lists in order, in pairs; None stands opposite to one without a pair.
    """
    most = [[0] * (right + 1) for _ in range(left + 1)]
    for a in reversed(range(left)):
        for b in reversed(range(right)):
            paired = most[a + 1][b + 1] + 1 if fits(a, b) else 0
            most[a][b] = max(paired, most[a + 1][b], most[a][b + 1])
    pairs: list[tuple[int | None, int | None]] = []
    a = b = 0
    while a < left and b < right:
        if fits(a, b) and most[a][b] == most[a + 1][b + 1] + 1:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif most[a + 1][b] >= most[a][b + 1]:
            pairs.append((a, None))
            a += 1
        else:
            pairs.append((None, b))
            b += 1
    pairs += [(place, None) for place in range(a, left)]
    pairs += [(None, place) for place in range(b, right)]
    return tuple(pairs)
