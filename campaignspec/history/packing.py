"""Packing a history, and whatever refers to it, for other machines.

Arrays that are mapped from the event store are not copied: what is packed says where they lie, and
whoever unpacks it maps them from there. So a history of any size is packed in what its ids,
addresses and words take, and is exactly the one that was packed: nothing is looked for anew.

What was packed is unpacked by pickle, which runs what it is told: it goes from one's own program to
one's own program, and is read from nowhere else.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from campaignspec.errors import HistoryError
from campaignspec.history.history import History
from campaignspec.history.stream import Stream


def packed(value: object) -> bytes:
    """Pack a value; what was derived from a history is left out, and derived anew."""
    buffer = io.BytesIO()
    _Packer(buffer, pickle.HIGHEST_PROTOCOL).dump(value)
    return buffer.getvalue()


def unpacked(pack: bytes) -> Any:
    """Return what was packed.

    Raises:
        HistoryError: A file of the event store is not where it was, seen from here.
    """
    return pickle.loads(pack)  # noqa: S301 (see above)


class _Packer(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        """Say how a value is made again."""
        if isinstance(obj, np.ndarray):
            place = _place(obj)
            return NotImplemented if place is None else (_mapped, place)
        if isinstance(obj, MappingProxyType):
            return _mapping, (dict(obj),)
        if isinstance(obj, History | Stream):
            names = [field.name for field in fields(obj) if field.name != "memo"]
            return _made, (type(obj), {name: getattr(obj, name) for name in names})
        return NotImplemented


def _place(array: npt.NDArray[Any]) -> tuple[str, str, tuple[int, ...], int] | None:
    """Return where an array is mapped from: file, type, shape, offset; None if it is not."""
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if not isinstance(owner, np.memmap) or owner.filename is None:
        return None
    if not array.flags.c_contiguous or not array.size:
        return None
    behind = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    return str(Path(owner.filename).absolute()), array.dtype.str, array.shape, owner.offset + behind


def _mapped(file: str, dtype: str, shape: tuple[int, ...], offset: int) -> npt.NDArray[Any]:
    try:
        return np.asarray(np.memmap(file, dtype, mode="r", offset=offset, shape=shape))
    except (OSError, ValueError) as error:
        raise HistoryError(
            f"{file} cannot be mapped on this machine ({error}): the project's folder, in which "
            "the event store lies, must be found under this path on all machines"
        ) from error


def _mapping(entries: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(entries)


def _made(kind: type, values: dict[str, Any]) -> Any:
    return kind(**values)
