"""Where in a kind of file a key belongs, for those who wrote it somewhere else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, get_args

from campaignspec.spec.sentences import quoted, subject
from campaignspec.spec.shape import is_section, keys_of, members_of, verb_of


def key_names(section: type) -> tuple[str, ...]:
    """Return the keys of a section as authors write them."""
    return tuple(key.name for key in keys_of(section))


@cache
def places_below(root: type) -> Mapping[str, str]:
    """Find for every key below a root section where it belongs, the nearest place first."""
    places: dict[str, str] = {}
    queue: list[tuple[type, str]] = [(root, subject((), root))]
    seen = {root}
    for section, place in queue:
        for key in keys_of(section):
            places.setdefault(key.name, place)
            below = [kind for kind in _sections_in(key.type) if kind not in seen]
            seen.update(below)
            steps = len(below) > 1 and len(members_of(key.type)) == 1
            queue += [(kind, quoted(verb_of(kind) if steps else key.name)) for kind in below]
    return MappingProxyType(places)


def _sections_in(kind: Any) -> tuple[type, ...]:
    """Find the sections that a type holds: itself, its members, its entries."""
    if is_section(kind):
        return (kind,)
    return tuple(section for part in get_args(kind) for section in _sections_in(part))
