"""The one way to write a file of the language; what it means and says stays as it is."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, get_origin

from campaignspec.document import Document, Path, load_text
from campaignspec.spec.format_print import print_tree
from campaignspec.spec.format_tree import Branch, Tree, comments_in, plant
from campaignspec.spec.read import walk
from campaignspec.spec.shape import Key, is_section, keys_of, members_of

_CALLED: Final = frozenset({"title", "name"})
# YAML ends a line at these as well; no editor shows it, so such a line is left to its author.
_HIDDEN_BREAKS: Final = ("\r", "\x85", "\u2028", "\u2029")


def format_document(document: Document, section: type | None = None) -> str:
    """Write a document the one way: keys in the order of the types, two spaces a level.

    Braces stay braces where they fit on a line of 100, quotes stay where some YAML reader
    needs them, and comments and single blank lines stay where they are; a comment moves with
    the entry that it stands above or behind. Where anchors repeat something, no key moves.
    Formatting what is formatted changes nothing.

    Args:
        document: A file that was read without an error.
        section: What the file holds; None for a file of another kind, whose keys stay.

    Returns:
        The text; the text as it was, when it is no mapping or list, or when rewriting would
        lose a comment or change a value.
    """
    text = document.text.replace("\r\n", "\n")
    if any(mark in text for mark in _HIDDEN_BREAKS):
        return document.text
    tree = plant(text)
    if not isinstance(tree, Branch) or not tree.entries:
        return document.text
    if section is not None and not _has_anchors(tree):
        _sort(tree, (), _orders(document, section))
    formatted = print_tree(tree)
    return formatted if _same(document, tree, formatted) else document.text


def key_order(section: type) -> tuple[str, ...]:
    """Return a section's keys in the order they are written.

    It is the order of the type, but for what people call a thing: `title` and `name` stand
    right behind what it is, before its details.
    """
    keys = keys_of(section)
    first = len(list(itertools.takewhile(_says_what_it_is, keys)))
    if keys[0].required:
        first = max(first, 1)
    called = [key for key in keys[first:] if key.name in _CALLED]
    rest = [key for key in keys[first:] if key.name not in _CALLED]
    return tuple(key.name for key in (*keys[:first], *called, *rest))


def _says_what_it_is(key: Key) -> bool:
    """Say whether a key is required and holds one scalar."""
    return key.required and not any(
        is_section(kind) or get_origin(kind) is not None for kind in members_of(key.type)
    )


def _orders(document: Document, section: type) -> Mapping[Path, tuple[str, ...]]:
    """Return the order of keys at every path that holds a section without a mistake."""
    sound = walk(document, section).pieces.sound
    return {
        path: key_order(type(value)) for path, value in sound.items() if is_section(type(value))
    }


def _sort(tree: Tree, path: Path, orders: Mapping[Path, tuple[str, ...]]) -> None:
    """Put the keys of sections in order, each with its comments."""
    if not isinstance(tree, Branch):
        return
    for number, entry in enumerate(tree.entries):
        if entry.value is not None:
            _sort(entry.value, (*path, entry.key.value if entry.key else number), orders)
    order = orders.get(path)
    if order is None or not tree.mapping:
        return
    rank = {name: place for place, name in enumerate(order)}
    head = tree.entries[0]
    # What stands at the top of a file is about the file.
    about_file, head.lead = (head.lead, []) if not path else ([], head.lead)
    tree.entries.sort(key=lambda each: rank.get(each.key.value if each.key else "", len(rank)))
    tree.entries[0].lead = [*about_file, *tree.entries[0].lead]


def _has_anchors(tree: Tree) -> bool:
    if tree.anchor:
        return True
    values = (each.value for each in tree.entries) if isinstance(tree, Branch) else ()
    return any(_has_anchors(value) for value in values if value is not None)


def _same(document: Document, tree: Tree, formatted: str) -> bool:
    """Say whether a text holds the same data and the same comments."""
    # Whatever the tree missed, no mark of a comment may be gone.
    if formatted.count("#") != document.text.count("#"):
        return False
    again = load_text(formatted, document.file)
    if again.value is None or _plain(again.value.data) != _plain(document.data):
        return False
    written = plant(formatted)
    return written is not None and Counter(comments_in(written)) == Counter(comments_in(tree))


def _plain(data: Any) -> str:
    """Write data so that 1, 1.0 and true differ; the order of keys may not."""
    return json.dumps(data, sort_keys=True)
