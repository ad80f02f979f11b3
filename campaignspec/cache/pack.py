"""Packs: everything that is kept of one project, in one file of the user's."""

from __future__ import annotations

import os
import pickle
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from struct import Struct
from typing import Any, Final

from campaignspec.cache.keeping import DIGEST, NO_CACHE, Cache, digest
from campaignspec.cache.pickling import pickled, unpickled
from campaignspec.cache.program import program_digest

_MAGIC: Final = b"campaignspec pack 1\n"
_HEAD: Final = Struct(f"<{len(_MAGIC)}s{DIGEST}s{DIGEST}sQ")
"""The magic, the program, the digest of all that follows, and how many entries there are."""

_ENTRY: Final = Struct(f"<{DIGEST}sQQ")
"""A key, and where its bytes begin and end behind the table of entries."""

_SUFFIX: Final = ".pack"
_MOST_BYTES: Final = 256 * 1024 * 1024
_MOST_PACKS: Final = 50
_LEFT_BEHIND_SECONDS: Final = 3600
_OF_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def users_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path | None:
    """Return where a user's packs lie; None where nobody can say.

    Args:
        environment: The variables of the process.
        platform: As Python names it.
    """
    home = environment.get("USERPROFILE" if platform == "win32" else "HOME", "")
    usual = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(platform, ".cache")
    named = environment.get("LOCALAPPDATA" if platform == "win32" else "XDG_CACHE_HOME", "")
    # The specification of XDG wants relative paths to be passed over: a project could be there.
    above = [
        each for each in (named, home and f"{home}/{usual}") if each and Path(each).is_absolute()
    ]
    return Path(above[0]) / "campaignspec" / "read" if above else None


@contextmanager
def cache_of(root: Path, folder: Path | None) -> Iterator[Cache]:
    """Open the pack of a project, and write it when all went well.

    Args:
        root: The project's folder.
        folder: Where packs lie; None keeps nothing.
    """
    program = None if folder is None else program_digest()
    if folder is None or program is None:
        yield NO_CACHE
        return
    name = digest(os.fsencode(root.resolve())).hex()
    pack = Pack(folder / f"{name}{_SUFFIX}", program)
    yield pack
    pack.save()


class Pack:
    """The entries of one project.

    Args:
        path: The pack's file, which need not be there.
        program: The digest of the program.
    """

    def __init__(self, path: Path, program: bytes) -> None:
        self._path = path
        self._program = program
        self._found = _entries(_own_bytes(path), program)
        self._used: dict[bytes, bytes | memoryview] = {}

    def get(self, key: bytes) -> Any:
        """Return what was put there; see `Cache`."""
        raw = self._used.get(key, self._found.get(key))
        if raw is None:
            return None
        try:
            value = unpickled(raw)
        except Exception:  # noqa: BLE001 - of bytes that are spoilt anything may come
            return None
        self._used[key] = raw
        return value

    def put(self, key: bytes, value: Any) -> None:
        """Keep a value; see `Cache`. What cannot be pickled is made anew each time."""
        with suppress(pickle.PicklingError, TypeError, AttributeError, RecursionError):
            self._used[key] = pickled(value)

    def keep(self, keys: Iterable[bytes]) -> None:
        """Keep what was put there; see `Cache`."""
        self._used |= {key: self._found[key] for key in keys if key in self._found}

    def keep_all(self) -> None:
        """Keep everything; see `Cache`."""
        self._used = {**self._found, **self._used}

    def save(self) -> None:
        """Write what was used; a folder that cannot be written, or is not ours, is left alone."""
        with suppress(OSError):
            if self._used == self._found:
                os.utime(self._path)  # the oldest packs are thrown away first
                return
            whole = _packed(self._used, self._program)
            if len(whole) <= _MOST_BYTES and _is_ours(_made(self._path.parent)):
                _replace(self._path, whole)
                _throw_away(self._path.parent)


def _entries(whole: bytes, program: bytes) -> dict[bytes, memoryview]:
    """Return the entries of a pack by their keys; none if it is spoilt or another program's."""
    if len(whole) < _HEAD.size:
        return {}
    magic, writer, check, count = _HEAD.unpack_from(whole)
    rest = memoryview(whole)[_HEAD.size :]
    table = count * _ENTRY.size
    if (magic, writer, check) != (_MAGIC, program, digest(bytes(rest))) or table > len(rest):
        return {}
    body = rest[table:]
    return {key: body[start:end] for key, start, end in _ENTRY.iter_unpack(rest[:table])}


def _packed(entries: Mapping[bytes, bytes | memoryview], program: bytes) -> bytes:
    table, at = bytearray(), 0
    for key, raw in entries.items():
        table += _ENTRY.pack(key, at, at + len(raw))
        at += len(raw)
    rest = bytes(table) + b"".join(entries.values())
    return _HEAD.pack(_MAGIC, program, digest(rest), len(entries)) + rest


def _own_bytes(path: Path) -> bytes:
    """Return a file's bytes if nobody else can have written them; none of any other."""
    if not _is_ours(path.parent):
        return b""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or not _is_private(about):
            return b""
        return file.read(_MOST_BYTES + 1) if about.st_size <= _MOST_BYTES else b""


def _is_ours(folder: Path) -> bool:
    try:
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and _is_private(about)


def _is_private(about: os.stat_result) -> bool:
    """Say whether only the user may write something; Windows keeps a profile from others."""
    if not hasattr(os, "geteuid"):
        return True
    return about.st_uid == os.geteuid() and not about.st_mode & _OF_OTHERS


def _made(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _replace(path: Path, whole: bytes) -> None:
    """Put a file in place at once; whoever reads meanwhile has the old one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(whole)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _throw_away(folder: Path) -> None:
    """Remove all but the packs used last, and what a process that died left behind."""
    ages = {}
    for path in folder.iterdir():
        with suppress(OSError):  # another process may have been quicker
            ages[path] = path.stat().st_mtime
    packs = sorted((p for p in ages if p.suffix == _SUFFIX), key=ages.__getitem__, reverse=True)
    long_ago = time.time() - _LEFT_BEHIND_SECONDS
    rests = [path for path in ages if path.suffix != _SUFFIX and ages[path] < long_ago]
    for path in (*packs[_MOST_PACKS:], *rests):
        path.unlink(missing_ok=True)
