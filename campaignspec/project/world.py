"""What findings depend on beside the text of files, noted as soon as somebody asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeAlias

Answer: TypeAlias = tuple[str, bool]
"""The path of a file that somebody asked for, and whether it was there."""


class AskedFiles:
    """The files of which only their being there is asked."""

    def __init__(self) -> None:
        self._answers: dict[str, bool] = {}

    def is_there(self, path: Path) -> bool:
        """Say whether there is a file, and note the answer."""
        full = os.path.abspath(path)  # noqa: PTH100 - a path is noted as it is asked, links and all
        found = self._answers[full] = os.path.isfile(full)  # noqa: PTH113 - many are asked
        return found

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What was asked, and the answers, in the order of the first questions."""
        return tuple(self._answers.items())


def are_still_true(answers: Iterable[Answer]) -> bool:
    """Say whether files are there, and not there, as they were."""
    return all(os.path.isfile(path) is found for path, found in answers)  # noqa: PTH113


class Day:
    """The day on which a project is looked at.

    Args:
        day: The author's own day.
    """

    def __init__(self, day: date) -> None:
        self._day = day
        self._was_asked = False

    @property
    def today(self) -> date:
        """The day; who asks depends on it."""
        self._was_asked = True
        return self._day

    def again(self) -> Day:
        """Return the same day, which nobody has asked for."""
        return Day(self._day)

    @property
    def asked(self) -> date | None:
        """The day, if somebody asked for it since this value was made."""
        return self._day if self._was_asked else None
