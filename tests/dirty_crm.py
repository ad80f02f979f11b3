"""The example project of a dirty export, written where a test wants it."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.dirty_crm import write_dirty_crm

EXAMPLE = Path(__file__).parent.parent / "examples" / "dirty-crm"


def write_dirty_project(root: Path) -> dict[str, int]:
    """Write the example and its files into a folder; return who each id truly is."""
    left_out = shutil.ignore_patterns("export", ".campaignspec", "build")
    shutil.copytree(EXAMPLE, root, ignore=left_out, dirs_exist_ok=True)
    return write_dirty_crm(root / "export")
