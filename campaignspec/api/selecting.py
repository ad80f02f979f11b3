"""Choosing from a catalogue: ``segment:``, ``trait:rfm*``, ``uses:segment:lapsed``.

Several selectors choose what any of them chooses; parts joined by a comma choose what all of
them choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from campaignspec.api.catalogue import LISTED, Item
from campaignspec.diagnostics import nearest
from campaignspec.errors import UsageError
from campaignspec.project.places import Sort

Test: TypeAlias = Callable[[Item], bool]
Definition: TypeAlias = tuple[Sort, str, int, int]

USABLE: Final = (
    Sort.SEGMENT,
    Sort.TRAIT,
    Sort.ATTRIBUTE,
    Sort.EVENT,
    Sort.CHANNEL,
    Sort.TEMPLATE,
)
"""The sorts of which something may lie unused."""

_WORDS: Final = (*LISTED, "owner", "objective", "uses", "unused")


def select(items: Sequence[Item], selectors: Sequence[str]) -> tuple[Item, ...]:
    """Return the items that any selector chooses, in their order; all, if there is none.

    Args:
        items: A whole catalogue: what is unused depends on all of it.
        selectors: ``SORT:PATTERN``, ``owner:PATTERN``, ``objective:PATTERN``,
            ``uses:SORT:PATTERN``, ``unused:SORT``, or a pattern that names match. A pattern
            has ``*``, ``?`` and ``[…]``; an empty one matches everything.

    Raises:
        UsageError: A selector begins with a word that is none.
    """
    if not selectors:
        return tuple(items)
    ways = [[_test(part, items) for part in each.split(",")] for each in selectors]
    return tuple(item for item in items if any(all(t(item) for t in way) for way in ways))


def _test(text: str, items: Sequence[Item]) -> Test:
    word, colon, pattern = text.strip().partition(":")
    if not colon:
        return lambda item: _fits(item.name, word)
    match word:
        case "owner":
            return lambda item: item.owner is not None and _fits(item.owner, pattern)
        case "objective":
            return lambda item: item.objective is not None and _fits(item.objective, pattern)
        case "uses":
            return _using(pattern)
        case "unused":
            return _unused(pattern, items)
    sort = _sort(word, LISTED, _WORDS)
    return lambda item: item.sort is sort and _fits(item.name, pattern)


def _using(text: str) -> Test:
    word, _, pattern = text.partition(":")
    sort = _sort(word, LISTED, LISTED)
    return lambda item: any(used is sort and _fits(name, pattern) for used, name in item.uses)


def _unused(text: str, items: Sequence[Item]) -> Test:
    """Choose what nothing else refers to; parts of one definition are used together."""
    sorts = (_sort(text.rstrip(":"), USABLE, USABLE),) if text else USABLE
    definitions = _definitions(items)
    used = {
        definition
        for item in items
        for named in item.uses
        for definition in definitions.get(named, ())
        if definition != _definition(item)
    }
    return lambda item: item.sort in sorts and _definition(item) not in used


def _definitions(items: Sequence[Item]) -> Mapping[tuple[Sort, str], set[Definition]]:
    found: dict[tuple[Sort, str], set[Definition]] = {}
    for item in items:
        found.setdefault((item.sort, item.name), set()).add(_definition(item))
    return found


def _definition(item: Item) -> Definition:
    """Return what tells definitions apart: RFM's facts and a matrix's cells have one."""
    return item.sort, item.file, item.line, item.column


def _fits(name: str, pattern: str) -> bool:
    return not pattern or fnmatchcase(name, pattern)


def _sort(word: str, allowed: Sequence[Sort], words: Sequence[str]) -> Sort:
    if word in allowed:
        return Sort(word)
    meant = nearest(word, [str(each) for each in words])
    advice = f"did you mean {meant!r}?" if meant else f"there are: {', '.join(words)}"
    raise UsageError(f"{word!r} does not begin a selector here; {advice}")
