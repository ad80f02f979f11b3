"""The rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from campaignspec.cli.main import COMMANDS
from campaignspec.diagnostics.codes import CODES

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "campaignspec").rglob("*.py"), *(ROOT / "connectors").rglob("*.py")])
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

# Written in two parts, so that this file keeps its own rule.
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|XX" + "X\\b")
REGISTRY = re.compile(r"pypi\.|npmjs\.|files\.python" + r"hosted|index-u" + "rl|find-lin" + "ks")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [file for name in listed.stdout.splitlines() if (file := ROOT / name).is_file()]


@pytest.mark.parametrize("module", MODULES, ids=_shown)
def test_a_module_is_read_in_one_sitting(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", MODULES, ids=_shown)
def test_a_function_fits_on_a_screen(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))

    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }

    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_nothing_unfinished_and_no_registry_is_committed():
    said = []
    for file in _committed():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = UNFINISHED.search(text) or REGISTRY.search(text)
        said += [f"{_shown(file)}: {found[0]}"] if found else []

    assert said == []


def test_every_command_has_its_file_and_its_section():
    files = {file.stem for file in (ROOT / "campaignspec" / "cli").glob("*_command.py")}
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")

    assert files == {f"{name}_command" for name in COMMANDS}
    for name in COMMANDS:
        assert f"\n## {name}\n" in page


def test_every_finding_has_its_section():
    page = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")

    for code in CODES.values():
        assert f"\n### {code.code} {code.slug}\n" in page


def test_every_finding_is_found_by_something():
    source = "\n".join(module.read_text(encoding="utf-8") for module in MODULES)

    unused = [code for code in CODES if source.count(f'"{code}"') < 2]

    assert unused == []


def test_help_loads_nothing_heavy():
    """``--help`` is what people wait for most often."""
    heavy = [
        "pandas",
        "duckdb",
        "pyarrow",
        "networkx",
        "jinja2",
        "jsonschema",
        "numpy",
        "sqlglot",
    ]
    code = (
        "import sys\n"
        "from campaignspec.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"loaded = [name for name in {heavy} if name in sys.modules]\n"
        "sys.exit(', '.join(loaded) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_a_drawing_loads_nothing_that_asks_data():
    """A journey is drawn after every edit, and from its campaign alone."""
    loaded = _loaded_by("graph", "win-back", "--project", str(ROOT / "campaigns"))

    assert "campaignspec.graph.compile" in loaded
    assert loaded.isdisjoint({"numpy", "pyarrow", "duckdb", "campaignspec.history"})


def _loaded_by(*arguments: str) -> set[str]:
    """Return the modules that a command has loaded by its end, run as a program of its own."""
    code = (
        "import atexit, sys\n"
        "from campaignspec.cli import main\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())
