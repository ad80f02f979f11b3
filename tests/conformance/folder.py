"""Where the cases of other tools are kept: beside the repository, not in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[3] / "shared" / "conformance"


def cases(name: str) -> Any:
    """Read a file of cases, or skip the test where there is none."""
    path = CASES / name
    if not path.exists():
        pytest.skip(f"the cases of other tools are not here: {path}", allow_module_level=True)
    return json.loads(path.read_text(encoding="utf-8"))
