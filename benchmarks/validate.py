"""A project of five hundred campaigns validated: for the first time, again, and after an edit.

Run it with ``make bench-validate``. The campaigns are those of a new project
(`campaignspec init`) under other names, each with templates and tests. Each run has a process of
its own, from the shell's point of view: interpreter, imports and all.

- *cold*: nothing is remembered, and what is read is kept for the next time;
- *nothing kept*: the same with ``--no-cache``;
- *one changed file*: a campaign is another than it was at the run before, and the others are not;
- *one shared file*: what all campaigns share is another, so that each is judged anew;
- *nothing changed*: the same project once more.

Beside each stands what can be had without campaignspec: every YAML file parsed by libyaml and held
against its published schema by jsonschema, which links no names, asks no rules, reads no templates,
says no line and remembers nothing. Runs of all kinds take turns, so that whatever else the machine
does slows all of them; the ratios are of processor seconds.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_STARTER = ROOT / "campaignspec" / "starter"
_COMMAND = (str(Path(sys.executable).parent / "campaignspec"),)
_ALONE = """
import json, pathlib, sys, jsonschema, yaml
root, schemas = map(pathlib.Path, sys.argv[1:])
judges = {}
for path in sorted(root.rglob("*.yaml")):
    kind = "test" if path.name.endswith(".test.yaml") else path.stem
    kind = {"campaignspec": "project"}.get(kind, kind)
    if kind not in judges:
        schema = json.loads((schemas / f"{kind}.schema.json").read_text(encoding="utf-8"))
        judges[kind] = jsonschema.Draft202012Validator(schema)
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
    sum(1 for _ in judges[kind].iter_errors(data))
"""
"""The reference: texts stay texts, so that what it thinks of numbers is not asked."""

_ALONE_SAID = "jsonschema alone"


@dataclass(frozen=True)
class Run:
    """What one process took.

    Attributes:
        seconds: From its start to its end.
        processor: Seconds of processors.
        memory: The most it held, in bytes.
    """

    seconds: float
    processor: float
    memory: int


def write_project(root: Path, *, campaigns: int) -> None:
    """Write a project of so many campaigns, each with three messages and four tests."""
    for name in ("campaignspec.yaml", "channels.yaml", "audiences.yaml"):
        shutil.copyfile(_STARTER / name, root / name)
    for number in range(campaigns):
        name = f"welcome-{number:03}"
        shutil.copytree(_STARTER / "welcome", root / name)
        (root / name / "welcome.test.yaml").rename(root / name / f"{name}.test.yaml")
        path = root / name / "campaign.yaml"
        text = path.read_text(encoding="utf-8")
        text = text.replace("campaign: welcome\n", f"campaign: {name}\n")
        path.write_text(text.replace("-2025", f"-{number:03}"), encoding="utf-8")


def run(arguments: Sequence[str], folder: Path, *, packs: Path | None = None) -> Run:
    """Run a process to its end.

    Args:
        arguments: What is run.
        folder: Where.
        packs: Where it keeps what it has read; where it always does, if not given.

    Raises:
        SystemExit: It failed, so that its time says nothing.
    """
    environment = {**os.environ, **({"XDG_CACHE_HOME": str(packs)} if packs else {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled once
    before = time.perf_counter()
    process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - before
    if process.returncode:
        sys.exit(f"{' '.join(arguments[:2])} left with {process.returncode}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def slowest_imports(most: int) -> Sequence[tuple[int, str]]:
    """Return what ``campaignspec --help`` imports that takes longest by itself, in microseconds."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *_COMMAND, "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()]
    found = [(int(own), name.strip()) for own, _, name in lines if own.strip().isdigit()]
    return sorted(found, reverse=True)[:most]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--campaigns", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = _rounds(Path(folder), campaigns=options.campaigns, rounds=options.rounds)
    alone = min(each.processor for each in runs[_ALONE_SAID])
    print(
        f"{options.campaigns} campaigns{'':18}{'all':>10} {'processor':>10} {'memory':>9} {'':>8}"
    )
    for what, found in runs.items():
        _show(what, found, beside=alone)
    _show("--help", [run((*_COMMAND, "--help"), ROOT) for _ in range(5)])
    print("\nwhat --help imports, milliseconds of each module by itself:")
    for own, name in slowest_imports(15):
        print(f"{own / 1000:8.1f}  {name}")


def _rounds(above: Path, *, campaigns: int, rounds: int) -> Mapping[str, list[Run]]:
    """Run everything in turns, round by round."""
    root, packs = above / "shop", above / "packs"
    root.mkdir()
    write_project(root, campaigns=1)
    run((*_COMMAND, "validate", "."), root, packs=packs)  # imports everything, and counts nowhere
    shutil.rmtree(root / "welcome-000")
    write_project(root, campaigns=campaigns)
    alone_by = (sys.executable, "-c", _ALONE, str(root), str(ROOT / "schemas"))
    validate = (*_COMMAND, "validate", ".")
    runs: dict[str, list[Run]] = {}
    for number in range(rounds):
        shutil.rmtree(packs, ignore_errors=True)
        for what, command in (
            ("cold", validate),
            ("nothing kept", (*validate, "--no-cache")),
            ("one changed file", validate),
            ("one shared file", validate),
            ("nothing changed", validate),
            (_ALONE_SAID, alone_by),
        ):
            if what == "one changed file":
                _edit(root / "welcome-000" / "campaign.yaml", number)
            if what == "one shared file":
                with (root / "audiences.yaml").open("a", encoding="utf-8") as file:
                    file.write(f"# edit {number}\n")
            runs.setdefault(what, []).append(run(command, root, packs=packs))
    return runs


def _edit(path: Path, number: int) -> None:
    """Write a campaign as somebody does who makes a wait longer."""
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"wait: \d+d", f"wait: {number + 2}d", text, count=1)
    path.write_text(changed + f"# edit {number}\n", encoding="utf-8")


def _show(what: str, runs: Sequence[Run], *, beside: float | None = None) -> None:
    best = min(runs, key=lambda each: each.seconds)
    processor = min(each.processor for each in runs)
    ratio = "" if beside is None else f"{processor / beside:15.2f}"
    print(f"{what:28}{best.seconds:12.2f} s{processor:9.2f} s{best.memory / 1e6:7.0f} MB {ratio}")


if __name__ == "__main__":
    main()
