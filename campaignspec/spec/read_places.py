"""Where in a kind of file a key belongs, for those who wrote it somewhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, get_args

from campaignspec.spec.sentences import alternatives, quoted, subject
from campaignspec.spec.shape import is_section, keys_of, members_of, verb_of


def key_names(section: type) -> tuple[str, ...]:
    """Return the keys of a section as authors write them."""
    return tuple(key.name for key in keys_of(section))


def places_beside(name: str, section: type, siblings: Sequence[type]) -> tuple[str, ...]:
    """Find where a key belongs that stands in one of several sections that could have been meant.

    Args:
        name: The key.
        section: The section that it stands in, which does not have it.
        siblings: The sections that could stand there as well.

    Returns:
        The sections within the section's own verb, `for` of `wait`; where none of them has the
        key, the siblings, and what is within theirs.
    """
    within = _within_verb(name, section)
    if within:
        return (within,)
    direct = (quoted(verb_of(kind)) for kind in siblings if name in key_names(kind))
    deeper = (_within_verb(name, kind) for kind in siblings)
    return (*direct, *filter(None, deeper))


def _within_verb(name: str, section: type) -> str:
    """Name the sections with a key that may stand under a section's verb: "`by` or `for` of …"."""
    verb = keys_of(section)[0]
    kinds = [kind for kind in members_of(verb.type) if is_section(kind)]
    found = [quoted(verb_of(kind)) for kind in kinds if name in key_names(kind)]
    return f"{alternatives(found)} of {quoted(verb.name)}" if found and len(kinds) > 1 else ""


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
