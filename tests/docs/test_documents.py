"""Every command that a page shows is run, and says what the page says.

A page tells the test what a reader would do by comments that a browser does not show:

- ``<!-- file: PATH -->`` before a block: the block is what stands in that file from here on
- ``<!-- from: PATH -->`` before a block: the block's lines stand in that file, in this order
- ``<!-- edit: PATH: OLD => NEW -->``: the reader changes a file

In a ``console`` block, lines that begin with ``$`` are commands, and the others are what they
print; a line ``…`` stands for any lines. ``--update-golden`` rewrites blocks without one.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
STEP = re.compile(
    r"<!-- (?P<verb>file|from|edit): (?P<what>.*?) -->"
    r"|^(?P<fence>```+)(?P<language>\w*)\n(?P<body>.*?)^(?P=fence)$",
    flags=re.MULTILINE | re.DOTALL,
)
ELLIPSIS = "…\n"
PROGRAMS = {"campaignspec": ("-m", "campaignspec"), "python": ()}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass
class Reader:
    """Somebody who reads a page and does what it says, in a folder of their own."""

    here: Path
    remark: tuple[str, str] = ("", "")
    wrong: list[str] = field(default_factory=list)

    def read(self, page: str) -> str:
        """Do all steps; return the page with what the commands really print."""
        return STEP.sub(self._step, page)

    def _step(self, step: re.Match[str]) -> str:
        remark, self.remark = self.remark, ("", "")
        body = step["body"]
        if step["verb"] == "edit":
            self._edit(step["what"])
        elif step["verb"]:
            self.remark = (step["verb"], step["what"])
        elif step["language"] == "console":
            body = self._run(body)
            return f"{step['fence']}console\n{body}{step['fence']}"
        elif remark[0] == "file":
            file = self.here / remark[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
        elif remark[0] == "from":
            self._must_stand_in(remark[1], body)
        return step[0]

    def _edit(self, what: str) -> None:
        name, _, change = what.partition(": ")
        old, _, new = change.partition(" => ")
        text = (self.here / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (self.here / name).write_text(text.replace(old, new), encoding="utf-8")

    def _must_stand_in(self, name: str, body: str) -> None:
        lines = iter((self.here / name).read_text(encoding="utf-8").splitlines())
        for line in body.splitlines():
            if line.strip() not in {"", "…", "# …"} and line not in lines:
                self.wrong.append(f"not in {name}: {line}")

    def _run(self, body: str) -> str:
        shown = re.split(r"^\$ (.*)\n", body, flags=re.MULTILINE)
        parts = []
        for command, output in zip(shown[1::2], shown[2::2], strict=True):
            real = self._call(shlex.split(command))
            same = _fits(output, real)
            if not same:
                self.wrong.append(f"$ {command}\n--- the page says\n{output}--- in truth\n{real}")
            parts.append(f"$ {command}\n{output if same or ELLIPSIS in output else real}")
        return "".join(parts)

    def _call(self, words: list[str]) -> str:
        if words[0] == "cd":
            self.here = self.here / words[1]
            return ""
        assert words[0] in PROGRAMS, "show other commands in an `sh` block"
        done = subprocess.run(
            [sys.executable, *PROGRAMS[words[0]], *words[1:]],
            cwd=self.here,
            env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return done.stdout


def _fits(shown: str, real: str) -> bool:
    pattern = re.escape(shown).replace(re.escape(ELLIPSIS), r"(?:.*\n)*")
    return re.fullmatch(pattern, real) is not None


@pytest.fixture(scope="module")
def complete_journey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the example project and its history, as after `make demo`."""
    folder = tmp_path_factory.mktemp("complete-journey")
    ignored = shutil.ignore_patterns(".campaignspec")
    shutil.copytree(ROOT / "campaigns", folder / "campaigns", ignore=ignored)
    Reader(folder).read("```console\n$ campaignspec import completejourney\n```\n")
    assert (folder / ".history").is_dir()
    return folder


def _shown(page: Path) -> str:
    return str(page.relative_to(ROOT))


TOLD = [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", TOLD, ids=_shown)
def test_commands_say_what_the_page_says(page, complete_journey, tmp_path, request):
    folder = tmp_path / "reader"
    shutil.copytree(complete_journey, folder)
    reader = Reader(folder)

    text = reader.read(page.read_text(encoding="utf-8"))

    if request.config.getoption("--update-golden"):
        page.write_text(text, encoding="utf-8")
    else:
        assert not reader.wrong, "\n".join(reader.wrong)


@pytest.mark.parametrize("page", PAGES, ids=_shown)
def test_links_lead_somewhere(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if not target.startswith("http"):
            file = page if not target else (page.parent / target)
            assert file.exists(), f"{link} leads nowhere"
            if anchor:
                assert anchor in _anchors(file), f"no heading of {link}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_what_is_made_from_the_code_is_fresh():
    done = subprocess.run(
        [sys.executable, "-m", "scripts.generate", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_is_linked_from_the_index():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")

    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    rules = {page for page in pages if page.startswith("reference/rules/")}

    assert pages - {"README.md"} - rules <= set(LINK.findall(index))


def test_every_page_of_a_rule_is_linked_from_the_findings():
    reference = ROOT / "docs" / "reference"
    findings = (reference / "findings.md").read_text(encoding="utf-8")

    rules = {f"rules/{page.name}" for page in (reference / "rules").glob("*.md")}

    assert rules
    assert rules == {link for link in LINK.findall(findings) if link.startswith("rules/")}
