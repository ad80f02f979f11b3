"""Remembering what was derived once, beside what it was derived from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Made = TypeVar("Made")


def remembered(memo: dict[str, Any], name: str, make: Callable[[], Made]) -> Made:
    """Return what a memo holds under a name; it is made at the first look."""
    if name not in memo:
        memo[name] = make()
    made: Made = memo[name]
    return made
