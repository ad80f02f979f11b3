"""A page for each rule of the lint: what it means, a wrong example, what is said, what is right."""

from __future__ import annotations

from collections.abc import Mapping

from campaignspec.diagnostics import CODES
from campaignspec.diagnostics.codes import FAMILIES
from campaignspec.lint.evidence import NEED_DATA
from scripts.lint_examples import FIXED_BY_MACHINE, MISTAKES
from scripts.markdown import MADE
from scripts.wrong_examples import examples

FOLDER = "rules"


def rule_pages() -> Mapping[str, str]:
    """Return the text of every page by its name."""
    return {f"{FOLDER}/{code}": _page(code) for code in CODES if code in MISTAKES}


def _page(code: str) -> str:
    example, about = examples()[code], CODES[code]
    kind = "jinja" if example.file.endswith(".j2") else "yaml"
    return "\n".join(
        [
            f"# {code} {about.slug}\n",
            f"{MADE}\n",
            f"{about.summary} A warning about {FAMILIES[code[:3]].lower()}; {_how(code)}\n",
            f"Wrong, in `{example.file}`:\n",
            f"```{kind}\n{example.wrong}\n```\n",
            "What is said:\n",
            f"```text\n{example.output}\n```\n",
            "Right:\n",
            f"```{kind}\n{example.right}\n```\n",
            _end(code),
        ]
    )


def _how(code: str) -> str:
    if code in FIXED_BY_MACHINE:
        return "`campaignspec validate --fix` mends it."
    if code in NEED_DATA:
        return "found by `campaignspec validate --values`, which reads the data."
    return "how to mend it is for people to decide."


def _end(code: str) -> str:
    if code.startswith("LNT"):
        return "[How to heed the lint](../../how-to/heed-the-lint.md)\n"
    return (
        "Where it is right as it is, [say so](../../how-to/heed-the-lint.md#live-with-it), with a "
        "reason and an end.\n"
    )
