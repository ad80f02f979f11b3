"""The table of laws and their tests, as it stands in the docs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from engine_kit.profile import EXAMPLES, LAWS, NIGHTLY_EXAMPLES

TESTS = Path(__file__).parents[1]


def laws_held() -> Iterator[tuple[int, str, str]]:
    """Yield each test that says it holds a law: the law's number, the file, the test's name."""
    for file in sorted(TESTS.rglob("test_*.py")):
        text = file.read_text(encoding="utf-8")
        if "@law(" in text:
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef):
                    for number in _laws_of(node):
                        yield number, str(file.relative_to(TESTS)), node.name


def _laws_of(function: ast.FunctionDef) -> Iterator[int]:
    for each in function.decorator_list:
        match each:
            case ast.Call(func=ast.Name(id="law"), args=[ast.Constant(value=int(number))]):
                yield number


def table() -> str:
    """Return the laws with their tests, a line each, as Markdown."""
    lines = ["| law | test | at each change | at night |", "|---|---|---:|---:|"]
    for number, sentence in LAWS.items():
        lines.append(f"| **{number}** | **{sentence}** | | |")
        mine = [(file, name) for law, file, name in laws_held() if law == number]
        for file, name in mine:
            sentence_of_test = name.removeprefix("test_").replace("_s_", "'s ").replace("_", " ")
            link = f"[{sentence_of_test}](../../tests/{file})"
            lines.append(f"| | {link} | {EXAMPLES[number][name]:,} | {NIGHTLY_EXAMPLES:,} |")
    return "\n".join(lines) + "\n"
