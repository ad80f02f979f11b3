"""What was worked out from one text alone, kept so that it is not worked out again.

Everything of one project lies in one file, its pack: entries by the digest of all that they were
made from. A pack belongs to the version of the program that wrote it, down to the bytes of its
source. It is written whole and put in place at once, so that two processes never spoil each
other's; it holds what its last writer used and nothing else, so that it grows with the project
alone. Whatever is wrong with a pack, it counts as empty: nothing here ever raises or is shown.

Packs lie in the user's own cache folder and never in a project: unpickling is running, and a
project may come from anywhere (decision 0029).
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from struct import Struct
from types import MappingProxyType
from typing import Any, Final, Protocol

_MAGIC: Final = b"campaignspec pack 1\n"
_DIGEST: Final = 16
_HEAD: Final = Struct(f"<{len(_MAGIC)}s{_DIGEST}s{_DIGEST}sQ")
"""The magic, the program, the digest of all that follows, and how many entries there are."""

_ENTRY: Final = Struct(f"<{_DIGEST}sQQ")
"""A key, and where its bytes begin and end behind the table of entries."""

_SUFFIX: Final = ".pack"
_MOST_BYTES: Final = 256 * 1024 * 1024
_MOST_PACKS: Final = 50
_LEFT_BEHIND_SECONDS: Final = 3600
_OF_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


class Cache(Protocol):
    """Keeps values by what they were made from."""

    def get(self, key: bytes) -> Any:
        """Return what was put there; None if nothing was, or nobody can tell any more.

        Args:
            key: The `digest` of everything that the value depends on, beside the program.
        """
        ...

    def put(self, key: bytes, value: Any) -> None:
        """Keep a value: plain data and dataclasses of campaignspec, never None."""
        ...


class NoCache:
    """Keeps nothing."""

    def get(self, key: bytes) -> Any:
        """Return None."""
        del key

    def put(self, key: bytes, value: Any) -> None:
        """Let the value go."""
        del key, value


NO_CACHE: Final = NoCache()


def digest(*parts: str | bytes) -> bytes:
    """Return 16 bytes that stand for some texts in their order, and for no others."""
    hasher = blake2b(digest_size=_DIGEST)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hasher.update(len(raw).to_bytes(8, "little"))
        hasher.update(raw)
    return hasher.digest()


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
    program = None if folder is None else _program()
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
            value = _Unpickler(io.BytesIO(raw)).load()
        except Exception:  # noqa: BLE001 - of bytes that are spoilt anything may come
            return None
        self._used[key] = raw
        return value

    def put(self, key: bytes, value: Any) -> None:
        """Keep a value; see `Cache`. What cannot be pickled is made anew each time."""
        with suppress(pickle.PicklingError, TypeError, AttributeError, RecursionError):
            self._used[key] = _pickled(value)

    def save(self) -> None:
        """Write what was used; a folder that cannot be written, or is not ours, is left alone."""
        with suppress(OSError):
            if self._used.keys() == self._found.keys():
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


@cache
def _program() -> bytes | None:
    """Return what the program is, down to its bytes; None if it does not lie in files.

    Readings depend on Python, on the parsers of YAML and Jinja, and, by the names of time zones,
    on the data of zones as well.
    """
    import zoneinfo
    from importlib.metadata import PackageNotFoundError, version

    folder = Path(__file__).parent
    found = sorted(folder.rglob("*.py")) if folder.is_dir() else []
    parts: list[str | bytes] = [sys.version]
    try:
        parts += [version(name) for name in ("PyYAML", "Jinja2")]
        for path in found:
            parts += [path.relative_to(folder).as_posix(), path.read_bytes()]
    except (PackageNotFoundError, OSError):
        return None
    for place in zoneinfo.TZPATH:
        with suppress(OSError):
            parts.append(str(Path(place).stat().st_mtime_ns))
    return digest(*parts) if found else None


class _Pickler(pickle.Pickler):
    """Writes our values by their fields, which takes half of what dataclasses do by themselves."""

    def reducer_override(self, obj: Any) -> Any:
        """Say how a value is made again."""
        kind: type = type(obj)
        if kind is MappingProxyType:
            return _mapping, (dict(obj),)
        values_of = _getter(kind)
        return NotImplemented if values_of is None else (_rebuilt, (kind, values_of(obj)))


class _Unpickler(pickle.Unpickler):
    """Makes plain values and the types of campaignspec, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a type by its name.

        Raises:
            pickle.UnpicklingError: It is none that a value of ours is made of.
        """
        found = _known_class(module, name)
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no value of campaignspec")
        return found


@cache
def _known_class(module: str, name: str) -> Any:
    """Return a type, or a helper of this module, by its name; None of anything else."""
    if (module, name) in _HELPERS:
        return globals()[name]
    if name in _PLAIN.get(module, ()) or module.startswith(f"{__package__}."):
        found = getattr(importlib.import_module(module), name, None)
        return found if isinstance(found, type) and found.__module__ == module else None
    return None


def _pickled(value: Any) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _getter(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    """Return what takes the values of a dataclass with slots; None for any other type."""
    if not is_dataclass(kind) or "__slots__" not in vars(kind):
        return None
    names = _names(kind)
    if len(names) > 1:
        return attrgetter(*names)
    return lambda obj: tuple(getattr(obj, name) for name in names)


@cache
def _setters(kind: type) -> tuple[Callable[[Any, Any], None], ...]:
    # Frozen dataclasses refuse to be set in any other way.
    return tuple(getattr(kind, name).__set__ for name in _names(kind))


def _rebuilt(kind: type, values: tuple[Any, ...]) -> Any:
    made: Any = object.__new__(kind)
    for put, value in zip(_setters(kind), values, strict=True):
        put(made, value)
    return made


def _mapping(entries: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(entries)


_HELPERS: Final = frozenset({(__name__, "_rebuilt"), (__name__, "_mapping")})
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "datetime": ("date", "datetime", "time", "timedelta", "timezone"),
    "builtins": ("frozenset", "set"),
    "decimal": ("Decimal",),
}
"""What beside our own types values are made of, by module."""
