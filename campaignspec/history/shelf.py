"""Folders of arrays: written whole or not at all, and mapped into memory when they are read.

A folder holds one ``.npy`` file an array, and a manifest that says what they are. It is written
beside its place and then renamed. What does not read back as it was written is treated as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from campaignspec.history.column import Column, Texts
from campaignspec.history.source import ValueKind
from campaignspec.history.stream import Stream

_MANIFEST: Final = "manifest"


@contextmanager
def placed(place: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which then stands at ``place``, instead of a damaged one.

    Where another process was quicker, what it wrote is the same, and stays.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".building-") as building:
        draft = Path(building) / "draft"
        draft.mkdir()
        yield draft
        if place.exists():
            place.rename(Path(building) / "damaged")
        try:
            draft.rename(place)
        except OSError:
            if not place.exists():
                raise


class ShelfWriter:
    """Writes arrays as numbered files, and the manifest that names them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: list[int] = []

    def finish(self, content: Mapping[str, Any]) -> None:
        """Write the manifest; ``content`` is plain data with the numbers of arrays."""
        text = json.dumps({"content": content, "sizes": self._sizes})
        (self._folder / _MANIFEST).write_text(f"{_digest(text)}\n{text}", encoding="utf-8")

    def array(self, array: npt.NDArray[Any]) -> int:
        """Write an array; one that stands on another shelf already is not written again."""
        number = len(self._sizes)
        path = self._folder / f"{number}.npy"
        if not _linked(array, path):
            np.save(path, np.ascontiguousarray(array), allow_pickle=False)
        self._sizes.append(path.stat().st_size)
        return number

    def texts(self, texts: Texts | pa.Array) -> list[int]:
        """Write texts as one run of bytes and the places where each ends; None is empty."""
        packed = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string())
        packed = packed.fill_null("")
        _, ends, data = packed.buffers()
        size = len(texts) + 1
        if len(texts) == 0:
            return [self.array(np.zeros(1, np.int64)), self.array(np.empty(0, np.uint8))]
        begin = packed.offset
        offsets = np.frombuffer(ends, np.int64)[begin : begin + size]
        run = np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)
        return [self.array(offsets - offsets[0]), self.array(run[offsets[0] : offsets[-1]])]

    def column(self, column: Column) -> dict[str, Any]:
        """Write a column; where nothing is missing, no mask is written."""
        return {
            "kind": column.kind.value,
            "values": self.array(column.values),
            "missing": self.array(column.missing) if column.missing.any() else None,
            "words": self.texts(column.words),
        }

    def streams(self, streams: Mapping[tuple[str, ...], Stream]) -> list[Any]:
        """Write streams by their keys."""
        return [[list(key), self.stream(stream)] for key, stream in streams.items()]

    def stream(self, stream: Stream) -> dict[str, Any]:
        """Write a stream."""
        return {
            "ts": self.array(stream.ts),
            "offsets": self.array(stream.offsets),
            "properties": {name: self.column(c) for name, c in stream.properties.items()},
        }


class ShelfReader:
    """Reads what `ShelfWriter` wrote, and raises `OSError` or `ValueError` if it is not so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        digest, _, text = (folder / _MANIFEST).read_text(encoding="utf-8").partition("\n")
        if digest != _digest(text):
            raise ValueError(f"{folder / _MANIFEST} is not as it was written")
        manifest = json.loads(text)
        self._sizes: list[int] = manifest["sizes"]
        self.content: dict[str, Any] = manifest["content"]

    def array(self, number: int) -> npt.NDArray[Any]:
        """Map an array into memory."""
        path = self._folder / f"{number}.npy"
        if path.stat().st_size != self._sizes[number]:
            raise ValueError(f"{path} is not as long as it was written")
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))

    def texts(self, refs: list[int]) -> Texts:
        """Read texts; what was None is empty."""
        return np.array(self.packed(refs).to_numpy(zero_copy_only=False), dtype=np.object_)

    def packed(self, refs: list[int]) -> pa.Array:
        """Map texts into memory as large strings."""
        offsets, data = (self.array(ref) for ref in refs)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)

    def column(self, column: Mapping[str, Any]) -> Column:
        """Read a column."""
        values, missing = self.array(column["values"]), column["missing"]
        return Column(
            kind=ValueKind(column["kind"]),
            values=values,
            missing=np.zeros(len(values), np.bool_) if missing is None else self.array(missing),
            words=self.texts(column["words"]),
        )

    def streams(self, streams: list[Any]) -> dict[tuple[str, ...], Stream]:
        """Read streams by their keys."""
        return {tuple(key): self.stream(stream) for key, stream in streams}

    def stream(self, stream: Mapping[str, Any]) -> Stream:
        """Read a stream."""
        return Stream(
            ts=self.array(stream["ts"]),
            offsets=self.array(stream["offsets"]),
            properties={name: self.column(c) for name, c in stream["properties"].items()},
        )


def _linked(array: npt.NDArray[Any], path: Path) -> bool:
    """Give a file that holds exactly this array one more name; False where there is none.

    A settled stream that a history takes over as it is needs no second copy of its columns.
    """
    base = array.base
    if not isinstance(base, np.memmap) or base.nbytes != array.nbytes or base.filename is None:
        return False
    if base.dtype != array.dtype or base.shape != array.shape:
        return False
    try:
        os.link(base.filename, path)
    except OSError:  # another file system, or one without links
        return False
    return True


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
