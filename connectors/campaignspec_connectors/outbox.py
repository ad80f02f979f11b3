"""The outbox: every message becomes one line of a file, for another program or a person."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import ClassVar

from campaignspec.clock import to_datetime
from campaignspec.connector import (
    Accepted,
    Capabilities,
    Context,
    Deed,
    FailureKind,
    Idempotency,
    InDoubt,
    Message,
    Receipt,
    Rejected,
    Retry,
    Setting,
)

_TAIL = 1 << 16


class Outbox:
    """Appends messages to a file of JSON lines.

    A batch is written in one piece and reaches the disk before it is accepted. A process
    that dies in the middle of a line leaves a torn one: the next writer cuts it off, and no
    reader takes it for a message. The file records what was delivered, so the same key
    delivered twice stands in it twice; whoever is not sure asks `lookup` first.
    """

    name: ClassVar[str] = "outbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        parts=(),
        escaped_parts=("html",),
        max_batch=1000,
        idempotency=Idempotency.LOOKUP,
        deeds=frozenset(Deed),
    )
    settings: ClassVar[Mapping[str, Setting]] = {
        "path": Setting(
            kind="text",
            summary="The file that messages are appended to, relative to the project.",
            default="outbox.jsonl",
        )
    }

    def __init__(self, context: Context) -> None:
        self._channel = context.channel
        self._path = Path(context.base, context.settings["path"])
        self._file: FileIO | None = None
        self._keys: set[str] = set()
        self._read_to = 0

    def __repr__(self) -> str:
        return f"Outbox({str(self._path)!r})"

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Append one line per message and wait until they are on the disk."""
        lines = [_line(message, self._channel) for message in batch]
        receipt: Receipt = Accepted()
        if any(lines):
            receipt = self._append(b"".join(line for line in lines if line))
        return [receipt if line else _UNWRITABLE for line in lines]

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Say of each key whether a whole line with it stands in the file."""
        try:
            self._read_on()
        except FileNotFoundError:
            return dict.fromkeys(keys, False)
        except OSError:
            return {}
        return {key: key in self._keys for key in keys}

    def close(self) -> None:
        """Close the file; the next delivery opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, lines: bytes) -> Receipt:
        try:
            if self._file is None:
                self._file = _open_repaired(self._path)
        except OSError as error:
            return Rejected(kind=FailureKind.CONFIGURATION, reason=f"{self!r}: {error}")
        end = self._file.seek(0, os.SEEK_END)
        try:
            _write_all(self._file, lines)
        except OSError as error:
            return self._take_back(end, error)
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            return InDoubt(reason=f"{self!r}: {error}")
        return Accepted()

    def _take_back(self, end: int, error: OSError) -> Receipt:
        file, self._file = self._file, None
        try:
            if file is not None:
                file.truncate(end)
                file.close()
        except OSError as second:
            return InDoubt(reason=f"{self!r}: {error}, then {second}")
        return Retry(reason=f"{self!r}: {error}")

    def _read_on(self) -> None:
        """Extend the index by the whole lines that appeared since the last reading."""
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                key = _key(line)
                if key is not None:
                    self._keys.add(key)


_UNWRITABLE = Rejected(
    kind=FailureKind.CONTENT, reason="the message holds text that is not Unicode"
)


def _line(message: Message, channel: str) -> bytes | None:
    record = {
        "key": message.key,
        "customer": message.customer,
        "address": message.address,
        "channel": channel,
        "class": message.message_class,
        "campaign": message.campaign,
        "node": message.node,
        "at": to_datetime(message.at).isoformat().replace("+00:00", "Z"),
        "parts": dict(message.parts),
    }
    if message.deed is not Deed.MESSAGE:
        record |= {"deed": message.deed, "details": dict(message.details)}
    try:
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return None


def _key(line: bytes) -> str | None:
    """Read a line's key; after a power failure even a whole line may hold anything."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    key = record.get("key") if isinstance(record, dict) else None
    return key if isinstance(key, str) else None


def _open_repaired(path: Path) -> FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+b", buffering=0)
    try:
        file.truncate(_end_of_last_line(file))
    except OSError:
        file.close()
        raise
    return file


def _end_of_last_line(file: FileIO) -> int:
    """Find the offset after the last line break, reading from the end."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - _TAIL)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _write_all(file: FileIO, lines: bytes) -> None:
    """Write everything: a raw write may take only a part."""
    rest = memoryview(lines)
    while rest:
        rest = rest[file.write(rest) :]
