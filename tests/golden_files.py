"""Golden files: what an author or a reviewer sees, kept beside what made it."""

from __future__ import annotations

from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def check_golden(path: Path, actual: str, *, update: bool) -> None:
    """Hold a text against a golden file, or write the file when asked to.

    Raises:
        AssertionError: The file is missing or differs.
    """
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8", newline="")
        return
    assert path.exists(), f"{path} is missing; make it with --update-golden and read it"
    assert actual == path.read_text(encoding="utf-8")
