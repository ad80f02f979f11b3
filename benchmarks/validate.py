"""A project of five hundred campaigns validated, each with templates and tests, cold and once more.

Run it with ``make bench-validate``. The campaigns are those of a new project
(`campaignspec init`) under other names. Each run has a process of its own, from the shell's point
of view: interpreter, imports and all. Beside it stands what can be had without campaignspec: every
YAML file parsed by libyaml and held against its published schema by jsonschema, which links no
names, asks no rules, reads no templates and says no line.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
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


def run(arguments: Sequence[str], folder: Path) -> Run:
    """Run a process to its end.

    Raises:
        SystemExit: It failed, so that its time says nothing.
    """
    before = time.perf_counter()
    process = subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL)
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
        root = Path(folder)
        write_project(root, campaigns=options.campaigns)
        alone_by = (sys.executable, "-c", _ALONE, folder, str(ROOT / "schemas"))
        ours, alone = [], []
        for _ in range(options.rounds):
            ours.append(run((*_COMMAND, "validate", "."), root))
            alone.append(run(alone_by, root))
    _show(f"validate, {options.campaigns} campaigns", ours)
    _show("jsonschema alone, the same files", alone)
    ratio = min(r.processor for r in ours) / min(r.processor for r in alone)
    print(f"{'ratio, of processors':36}{ratio:8.2f}")
    _show("--help", [run((*_COMMAND, "--help"), ROOT) for _ in range(5)])
    print("\nwhat --help imports, milliseconds of each module by itself:")
    for own, name in slowest_imports(15):
        print(f"{own / 1000:8.1f}  {name}")


def _show(what: str, runs: Sequence[Run]) -> None:
    best = min(runs, key=lambda each: each.seconds)
    processor = min(each.processor for each in runs)
    print(f"{what:36}{best.seconds:8.2f} s {processor:8.2f} s {best.memory / 1e6:8.0f} MB")


if __name__ == "__main__":
    main()
