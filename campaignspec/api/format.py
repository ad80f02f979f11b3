"""Write a project's YAML files the one way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from campaignspec.diagnostics import Diagnostic, has_errors
from campaignspec.document import load_bytes
from campaignspec.errors import CampaignspecError, UsageError
from campaignspec.project import find_root
from campaignspec.project.discover import SETTINGS
from campaignspec.spec.format import format_document
from campaignspec.spec.schema import SCHEMAS

_SKIPPED: Final = frozenset({"build", "node_modules"})
_TEST: Final = ".test.yaml"
# Kinds of files that are not called after their schema.
_OTHERWISE_CALLED: Final = frozenset({"project", "test"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A file as it is, and as it should be.

    Attributes:
        path: Where it is.
        file: The path as it is shown.
        before: What stands in it.
        after: What should; the same when it is formatted, or has errors.
        changed: Whether any byte of it should change.
        findings: What keeps it from being formatted.
    """

    path: Path
    file: str
    before: str
    after: str
    changed: bool
    findings: tuple[Diagnostic, ...] = ()


def format_files(paths: Iterable[Path] = ()) -> tuple[Formatted, ...]:
    """Format files without writing them.

    Args:
        paths: Files of any name, and folders, whose files of the language are taken; the project
            that one stands in, if there are none. Hidden folders and ``build`` are passed over.

    Raises:
        UsageError: A file cannot be opened, or there is none.
    """
    chosen = tuple(paths) or (find_root(Path()),)
    found = list(dict.fromkeys(file for path in chosen for file in _files(path)))
    if not found:
        raise UsageError(f"no files of campaignspec in {', '.join(map(str, chosen))}")
    return tuple(_format(path) for path in found)


def write_formatted(one: Formatted) -> None:
    """Put a formatted text in the place of its file, whole or not at all.

    Raises:
        CampaignspecError: The file cannot be written.
    """
    # A link stays a link; what it leads to is written.
    path = one.path.resolve()
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_text(one.after, encoding="utf-8", newline="\n")
        shutil.copymode(path, half)
        half.replace(path)
    except OSError as error:
        raise CampaignspecError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        half.unlink(missing_ok=True)


def section_of(path: Path) -> type | None:
    """Return what a file holds, by its name or else its folder's; None for a foreign file."""
    if path.name == SETTINGS:
        return SCHEMAS["project"]
    if path.name.endswith(_TEST):
        return SCHEMAS["test"]
    named = (name for name in (path.stem, path.absolute().parent.name) if name in SCHEMAS)
    kind = next((name for name in named if name not in _OTHERWISE_CALLED), None)
    return SCHEMAS[kind] if kind else None


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if entry.is_dir():
            if not (entry.name.startswith(".") or entry.name in _SKIPPED or entry.is_symlink()):
                yield from _files(entry)
        elif entry.suffix == ".yaml" and section_of(entry) is not None:
            yield entry


def _format(path: Path) -> Formatted:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    file = _shown(path)
    loaded = load_bytes(raw, file)
    document = loaded.value
    if document is None or has_errors(loaded.diagnostics):
        text = raw.decode("utf-8-sig", "replace")
        return Formatted(
            path=path,
            file=file,
            before=text,
            after=text,
            changed=False,
            findings=loaded.diagnostics,
        )
    after = format_document(document, section_of(path))
    # A byte order mark goes too, so bytes are compared.
    return Formatted(
        path=path,
        file=file,
        before=document.text,
        after=after,
        changed=after.encode("utf-8") != raw,
    )


def _shown(path: Path) -> str:
    here, absolute = Path.cwd(), path.absolute()
    shown = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
    return shown.as_posix()
