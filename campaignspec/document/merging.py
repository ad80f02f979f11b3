"""What `<<` adds to a mapping once the mapping is finished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from campaignspec.document.document import Path, RawNode
from campaignspec.document.frames import Frame, Merge


def merge_into(frame: Frame, merge: Merge, nodes: dict[Path, RawNode]) -> bool:
    """Add what one `<<` names to its mapping, without touching the keys already there.

    Returns:
        Whether everything that it names is a mapping.
    """
    data = frame.data
    place = merge.key.place
    fine = True
    for value, origin in _merged(merge):
        if not (isinstance(value, dict) and isinstance(data, dict)):
            fine = False
            continue
        for key in (key for key in value if key not in data):
            data[key] = value[key]
            if frame.path is not None:
                target = None if origin is None else (*origin, key)
                node = (merge.start, merge.end, place, False, False, None, target)
                nodes[*frame.path, key] = node
    return fine


def _merged(merge: Merge) -> Iterator[tuple[Any, Path | None]]:
    """List what one `<<` names, the stronger first, with where each was written."""
    if not isinstance(merge.value, list):
        yield merge.value, merge.path
        return
    for index, value in enumerate(merge.value):
        yield value, None if merge.path is None else (*merge.path, index)
