"""Write what is made from the code: ``schemas/``, ``docs/reference/``, the examples of findings.

``python -m scripts.generate``; with ``--check`` nothing is written: files that differ are named,
and the exit code is 1.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from campaignspec.spec.schema import SCHEMAS, schema_text
from scripts import reference_pages as pages
from scripts.kpi_page import kpi_page
from scripts.language_page import language_page
from scripts.rule_pages import rule_pages
from scripts.seeds_page import seeds_page
from scripts.wrong_examples import examples_text

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write all files, or name those that differ."""
    check = sys.argv[1:] == ["--check"]
    texts = generated()
    stale = [path for path, text in texts.items() if _read(path) != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is stale: run `make generate`' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8", newline="\n")
    sys.exit(1 if check and stale else 0)


def generated() -> Mapping[Path, str]:
    """Return every file that is made from the code, with its text."""
    made = {
        "language": language_page(),
        "cli": pages.cli_page(),
        "exit-codes": pages.exit_codes_page(),
        "findings": pages.findings_page(),
        "facts": pages.facts_page(),
        "differences": pages.differences_page(),
        "kpis": kpi_page(),
        "seeds-coverage": seeds_page(),
        **rule_pages(),
    }
    return {
        ROOT / "campaignspec/diagnostics/examples.json": examples_text(),
        **{ROOT / f"schemas/{n}.schema.json": schema_text(s) for n, s in SCHEMAS.items()},
        **{ROOT / f"docs/reference/{n}.md": text.strip("\n") + "\n" for n, text in made.items()},
    }


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    main()
