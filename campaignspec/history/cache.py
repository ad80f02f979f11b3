"""A built history on disk: one array a file, mapped into memory when it is read again.

A folder is named after the fingerprint of what it was built from, so it is never out of date.
It appears whole or not at all: it is written beside its place and then renamed. What does not
read back as it was written is treated as absent.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.history.column import Column, Texts
from campaignspec.history.history import History
from campaignspec.history.source import ValueKind
from campaignspec.history.stream import Stream

FORMAT: Final = 1
"""Raised when the layout of columns changes; it is part of every fingerprint."""

_MANIFEST: Final = "manifest"


def load(folder: Path, fingerprint: str) -> History | None:
    """Return the history kept under ``folder``, or None where it is absent or damaged."""
    try:
        return _Reader(folder / fingerprint).history(fingerprint)
    except (OSError, ValueError):
        return None


def store(folder: Path, history: History) -> None:
    """Keep a history under ``folder``, in place of a damaged one of the same fingerprint."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / history.fingerprint
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as building:
        draft = Path(building) / "history"
        draft.mkdir()
        _Writer(draft).history(history)
        if place.exists():
            place.rename(Path(building) / "damaged")
        try:
            draft.rename(place)
        except OSError:
            if not place.exists():  # another process was quicker: its history is the same
                raise


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Writer:
    """Writes arrays as numbered files, and the manifest that names them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: list[int] = []

    def history(self, history: History) -> None:
        content = {
            "customers": self._texts(np.array(history.customers, dtype=np.object_)),
            "attributes": {name: self._column(c) for name, c in history.attributes.items()},
            "addresses": {kind: self._texts(texts) for kind, texts in history.addresses.items()},
            "zones": list(history.zones),
            "zone_of": self._array(history.zone_of),
            "streams": self._streams({(key,): s for key, s in history.streams.items()}),
            "messages": self._streams({(key,): s for key, s in history.messages.items()}),
            "consents": self._streams({(*key,): s for key, s in history.consents.items()}),
            "first": history.first,
            "last": history.last,
        }
        manifest = {"content": content, "sizes": self._sizes}
        text = json.dumps(manifest)
        (self._folder / _MANIFEST).write_text(f"{_digest(text)}\n{text}", encoding="utf-8")

    def _array(self, array: npt.NDArray[Any]) -> int:
        number = len(self._sizes)
        path = self._folder / f"{number}.npy"
        np.save(path, np.ascontiguousarray(array), allow_pickle=False)
        self._sizes.append(path.stat().st_size)
        return number

    def _texts(self, texts: Texts) -> list[int]:
        """Write texts as one run of bytes and the places where each ends; None is empty."""
        packed = pa.array(texts, pa.large_string()).fill_null("")
        _, ends, data = packed.buffers()
        size = len(texts) + 1
        offsets = np.frombuffer(ends, np.int64)[:size] if len(texts) else np.zeros(1, np.int64)
        run = np.frombuffer(data, np.uint8)[: offsets[-1]] if data else np.empty(0, np.uint8)
        return [self._array(offsets), self._array(run)]

    def _column(self, column: Column) -> dict[str, Any]:
        return {
            "kind": column.kind.value,
            "values": self._array(column.values),
            "missing": self._array(column.missing),
            "words": self._texts(column.words),
        }

    def _streams(self, streams: Mapping[tuple[str, ...], Stream]) -> list[Any]:
        return [[list(key), self._stream(stream)] for key, stream in streams.items()]

    def _stream(self, stream: Stream) -> dict[str, Any]:
        return {
            "ts": self._array(stream.ts),
            "offsets": self._array(stream.offsets),
            "properties": {name: self._column(c) for name, c in stream.properties.items()},
        }


class _Reader:
    """Reads what `_Writer` wrote, and raises where it does not find it so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        digest, _, text = (folder / _MANIFEST).read_text(encoding="utf-8").partition("\n")
        if digest != _digest(text):
            raise ValueError(f"{folder / _MANIFEST} is not as it was written")
        manifest = json.loads(text)
        self._sizes: list[int] = manifest["sizes"]
        self._content: dict[str, Any] = manifest["content"]

    def history(self, fingerprint: str) -> History:
        content = self._content
        addresses = {kind: self._texts(refs) for kind, refs in content["addresses"].items()}
        for texts in addresses.values():
            texts[texts == ""] = None
        return History(
            customers=tuple(self._texts(content["customers"]).tolist()),
            attributes={name: self._column(c) for name, c in content["attributes"].items()},
            addresses=addresses,
            zones=tuple(content["zones"]),
            zone_of=self._array(content["zone_of"]),
            streams={key: self._stream(s) for (key,), s in content["streams"]},
            messages={key: self._stream(s) for (key,), s in content["messages"]},
            consents={(a, b): self._stream(s) for (a, b), s in content["consents"]},
            fingerprint=fingerprint,
            first=content["first"],
            last=content["last"],
        )

    def _array(self, number: int) -> npt.NDArray[Any]:
        path = self._folder / f"{number}.npy"
        if path.stat().st_size != self._sizes[number]:
            raise ValueError(f"{path} is not as long as it was written")
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))

    def _texts(self, refs: list[int]) -> Texts:
        offsets, data = (self._array(ref) for ref in refs)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        packed = pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)
        return np.array(packed.to_numpy(zero_copy_only=False), dtype=np.object_)

    def _column(self, column: Mapping[str, Any]) -> Column:
        return Column(
            kind=ValueKind(column["kind"]),
            values=self._array(column["values"]),
            missing=self._array(column["missing"]),
            words=self._texts(column["words"]),
        )

    def _stream(self, stream: Mapping[str, Any]) -> Stream:
        return Stream(
            ts=self._array(stream["ts"]),
            offsets=self._array(stream["offsets"]),
            properties={name: self._column(c) for name, c in stream["properties"].items()},
        )
