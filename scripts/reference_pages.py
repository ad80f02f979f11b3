"""The reference of commands, exit codes, findings and facts, made from the code."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import click

from campaignspec import errors
from campaignspec.diagnostics import codes
from campaignspec.engine import facts
from campaignspec.measure import provenance
from campaignspec.migrate import DIFFERENCES
from campaignspec.policy import SENTENCES, Reason
from scripts.lint_examples import MISTAKES
from scripts.markdown import MADE, table
from scripts.wrong_examples import examples

EXIT_CODES = {
    "FINE": "Everything was done.",
    "FINDINGS": "Something written is wrong, a test failed, or two files of facts differ.",
    "USAGE": "The command was called wrongly: an option, a name or a date does not exist.",
    "WORLD_FAILED": "A file, a ledger, a source or a connector failed.",
    "GUARD_HALTED": "A data test or an expected size failed, and nothing was sent.",
    "REFUSED": "The ledger was begun with other campaigns, settings or dates.",
    "IN_DOUBT": "The run is done, and some messages failed or nobody knows if they were sent.",
    "LOCKED": "Another runner holds the ledger; try again later.",
}

_ABOUT_FINDINGS = """\
What `campaignspec validate` may find. The letters say where to look; a number never changes its
meaning. Examples are real: each is made anew whenever this page is. What is wrong is an error and
stops; what is only poor is a warning, and its rule has a page of its own. See
[how to heed the lint](../how-to/heed-the-lint.md).
"""

_ABOUT_DIFFERENCES = """\
What users of other tools rely on is replayed against campaignspec: their own test cases, step by
step. A case comes out as there, or it differs for one of these reasons. `campaignspec import` says
of each definition which of them it meets.
"""

_ABOUT_FACTS = """\
What happened to whom, when, where in the journey, and why. `simulate --facts` and `run --facts`
write them as a Parquet file; facts are only ever added. A rehearsal and a run write the same facts
for the same inputs, row for row, and `campaignspec compare` holds two files against each other.
"""

_ABOUT_NUMBERS = """\
## How a number is known

Every number of a result and of a report carries one of four classes.
"""


# --- commands and exit codes ---


def cli_page() -> str:
    """Show the help of every command."""
    commands = import_module("campaignspec.cli.main")
    group = commands._command  # noqa: SLF001 - the group behind main, for its help alone
    parts = [f"# Commands\n\n{MADE}\n", _help(group, "campaignspec")]
    for name in commands.COMMANDS:
        command = import_module(f"campaignspec.cli.{name}_command").command
        parts += [f"## {name}\n", _help(command, f"campaignspec {name}")]
        within = command.commands if isinstance(command, click.Group) else {}
        parts += [_help(one, f"campaignspec {name} {word}") for word, one in within.items()]
    return "\n".join([*parts, "How commands leave: [exit codes](exit-codes.md).\n"])


def _help(command: click.Command, name: str) -> str:
    settings = {"help_option_names": ["-h", "--help"], "terminal_width": 80}
    with click.Context(command, info_name=name, **settings) as context:  # type: ignore[arg-type]
        return f"```text\n{command.get_help(context)}\n```\n"


def exit_codes_page() -> str:
    """List the exit codes."""
    rows = [
        (str(code.value), code.name.lower().replace("_", " "), EXIT_CODES[code.name])
        for code in errors.ExitCode
    ]
    rows.append(("130", "stopped", "Stopped from the keyboard; nothing is half-written."))
    return f"# Exit codes\n\n{MADE}\n\n" + table(("code", "name", "meaning"), rows)


def differences_page() -> str:
    """Tell where other tools mean something else."""
    rows = [
        (f"`{key}`", one.tool, one.theirs, one.ours, one.reason)
        for key, one in sorted(DIFFERENCES.items())
    ]
    head = ("key", "tool", "there", "here", "why")
    return f"# Differences from other tools\n\n{MADE}\n\n{_ABOUT_DIFFERENCES}\n" + table(head, rows)


# --- findings ---


def findings_page() -> str:
    """Give every finding a section, with a wrong example and its exact output where one is kept."""
    parts = [
        f"# Findings\n\n{MADE}\n",
        _ABOUT_FINDINGS,
    ]
    family = ""
    for code in codes.CODES.values():
        if code.code[:3] != family:
            family = code.code[:3]
            parts.append(f"## {codes.FAMILIES[family]}\n")
        parts.append(f"### {code.code} {code.slug}\n\n{code.summary}\n")
        parts.append(_example(code.code))
    return "\n".join(part for part in parts if part)


def _example(code: str) -> str:
    """Show what is wrong, what is said to it, and what is right."""
    example = examples().get(code)
    if example is None:
        return ""
    if code in MISTAKES:
        return f"A warning: [example and advice](rules/{code}.md).\n"
    kind = "jinja" if example.file.endswith(".j2") else "yaml"
    parts = [f"```{kind}\n{example.wrong}\n```\n", f"```text\n{example.output}\n```\n"]
    if example.right:
        parts.append(f"Right:\n\n```{kind}\n{example.right}\n```\n")
    return "\n".join(parts)


# --- facts ---


def facts_page() -> str:
    """List the kinds of fact, the columns and the reasons."""
    kinds = [(f"`{kind.value}`", text) for kind, text in _documented(facts, facts.Kind)]
    columns = [(f"`{f.name}`", str(f.type), "yes" if f.nullable else "") for f in facts.SCHEMA]
    reasons = [(f"`{r.slug}`", SENTENCES[r]) for r in Reason if r is not Reason.NONE]
    quantities = [
        (text, _class(quantity, simulated=True), _class(quantity, simulated=False))
        for quantity, text in _documented(provenance, provenance.Quantity)
    ]
    classes = [(f"{c.value}", text) for c, text in provenance.SENTENCES.items()]
    return "\n".join(
        [
            f"# Facts\n\n{MADE}\n",
            _ABOUT_FACTS,
            table(("kind", "what happened"), kinds),
            "## Columns\n\n" + table(("column", "type", "may be empty"), columns),
            _after(facts, "SCHEMA").replace("``", "`") + "\n",
            f"They are ordered by {', '.join(f'`{name}`' for name in facts.ORDER)}. "
            + _after(facts, "ORDER").replace("``", "`")
            + "\n",
            "## Reasons of policy\n\n" + table(("reason", "meaning"), reasons),
            _ABOUT_NUMBERS,
            table(("class", "meaning"), classes),
            table(("numbers about", "in a rehearsal", "in a run"), quantities),
        ]
    )


def _class(quantity: provenance.Quantity, *, simulated: bool) -> str:
    return provenance.provenance_of(quantity, simulated=simulated).value


def _documented(module: ModuleType, kind: Any) -> list[tuple[Any, str]]:
    """Return the members of an enum with the text that stands under each."""
    tree = ast.parse(inspect.getsource(module))
    body = next(
        n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind.__name__
    )
    texts = dict(_texts_under(body))
    return [(member, texts.get(member.name, "")) for member in kind]


def _after(module: ModuleType, name: str) -> str:
    return dict(_texts_under(ast.parse(inspect.getsource(module)).body))[name]


def _texts_under(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Yield the names that are followed by a text, with the text."""
    for stated, under in itertools.pairwise(body):
        match stated, under:
            case (
                ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)
