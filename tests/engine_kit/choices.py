"""Who makes the choices of a random case: Hypothesis, which can shrink them, or a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices(Protocol):
    """Makes choices; the first option and the least number are the simplest."""

    def number(self, least: int, most: int) -> int:
        """Choose a number, both ends included."""

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of several."""


class Drawn:
    """Choices of Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]


class Seeded:
    """Choices that are the same for the same seed, and quick."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def pick(self, options: Sequence[T]) -> T:
        return self._random.choice(options)
