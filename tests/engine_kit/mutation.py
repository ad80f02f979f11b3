"""Making the engine wrong on purpose, one line at a time."""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from types import FunctionType, ModuleType

import pytest


@dataclass(frozen=True)
class Mutant:
    """One line of one function, changed.

    Attributes:
        name: What is wrong with it.
        home: The class or the module that the function is looked up in.
        function: The function's name.
        old: The text that is replaced.
        new: The text that replaces it.
    """

    name: str
    home: type | ModuleType
    function: str
    old: str
    new: str

    def put(self, patch: pytest.MonkeyPatch) -> None:
        """Replace the function by the wrong one."""
        original = getattr(self.home, self.function)
        assert isinstance(original, FunctionType)
        source = textwrap.dedent(inspect.getsource(original))
        assert source.count(self.old) == 1, f"{self.old!r} stands once in {self.function}"
        scope: dict[str, object] = {}
        exec(  # noqa: S102 - our own source, with one line changed
            compile(source.replace(self.old, self.new), self.name, "exec"),
            original.__globals__,
            scope,
        )
        wrong = scope[self.function]
        assert isinstance(wrong, FunctionType)
        # The code, not the name: other modules have imported the function already.
        patch.setattr(original, "__code__", wrong.__code__)
