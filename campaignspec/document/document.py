"""A YAML file as plain data, with the place of every key and value in its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from campaignspec.diagnostics import Span
from campaignspec.diagnostics.lines import LineTable

Path: TypeAlias = tuple[str | int, ...]


class Node(NamedTuple):
    """Where one value stands, as offsets into the text.

    Attributes:
        start: First character of the value.
        end: After its last character.
        key: Offsets of the key that holds the value; None for list items and the root.
        scalar: Whether the value is written here as a scalar.
        plain: Whether that scalar is unquoted.
        shift: Characters before the scalar's text (its opening quote), when source and text
            otherwise agree character by character; None when they do not.
        target: For an alias or a merged key, the path of what it repeats.
    """

    start: int
    end: int
    key: tuple[int, int] | None = None
    scalar: bool = False
    plain: bool = False
    shift: int | None = None
    target: Path | None = None


RawNode: TypeAlias = tuple[
    int, int, tuple[int, int] | None, bool, bool, int | None, tuple[str | int, ...] | None
]
"""What a `Node` is made of, in its order."""


class Places(Mapping[Path, Node]):
    """The place of every value of a document.

    There are more places than of anything else in a file, and they are asked for where something
    may be wrong; so they lie as plain tuples until somebody asks.

    Args:
        unfold: What gives them all; asked when the first is asked for.
    """

    def __init__(self, unfold: Callable[[], Mapping[Path, RawNode]]) -> None:
        self._unfold = unfold

    def __reduce__(self) -> tuple[Callable[..., Places], tuple[Mapping[Path, RawNode]]]:
        """Be packed as what is known, however that came about."""
        return places_of, (self.raw,)

    def __getitem__(self, path: Path) -> Node:
        return Node(*self.raw[path])

    def __iter__(self) -> Iterator[Path]:
        return iter(self.raw)

    def __len__(self) -> int:
        return len(self.raw)

    @cached_property
    def raw(self) -> Mapping[Path, RawNode]:
        """All places as tuples."""
        return self._unfold()


def places_of(nodes: Mapping[Path, RawNode]) -> Places:
    """Return places that are all known."""
    return Places(lambda: nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One YAML file, read.

    An alias shares its data with the anchor, so `data` is for reading only.

    Attributes:
        file: The file's path as it is shown.
        text: The whole text, without a byte order mark.
        data: Dictionaries with text keys, lists and scalars; None for an empty file.
    """

    file: str
    text: str
    data: Any
    nodes: Places = field(repr=False, compare=False)
    lines: LineTable = field(repr=False, compare=False)

    def span(self, path: Path) -> Span:
        """Return where the value at a path stands.

        What an alias repeats is placed at the alias. A path that is not in the file is placed
        at its nearest ancestor that is.
        """
        node, _ = self._nearest(path)
        return self._span(node.start, node.end)

    def key_span(self, path: Path) -> Span:
        """Return where the key stands that holds the value at a path; a list item has none."""
        node, rest = self._nearest(path)
        if rest or node.key is None:
            return self._span(node.start, node.end)
        return self._span(*node.key)

    def raw(self, path: Path) -> str | None:
        """Return a scalar's source as written, quotes included; None for anything else."""
        node = self._origin(path)
        return self.text[node.start : node.end] if node and node.scalar else None

    def is_plain(self, path: Path) -> bool:
        """Say whether the value is a scalar written without quotes."""
        node = self._origin(path)
        return node is not None and node.plain

    def part(self, path: Path, start: int, end: int) -> Span:
        """Return the place of some characters of a scalar's text.

        Args:
            path: The scalar.
            start: First character, counted in the text as read.
            end: After the last character.

        Returns:
            Their span, or the whole scalar's where source and text differ: folded lines,
            block scalars, escapes and aliases.
        """
        node, rest = self._nearest(path)
        if rest or node.shift is None:
            return self._span(node.start, node.end)
        first = node.start + node.shift
        last = node.end - node.shift
        begin = min(first + max(start, 0), last)
        return self._span(begin, max(begin, min(first + end, last)))

    def _nearest(self, path: Path) -> tuple[Node, Path]:
        """Find the deepest recorded node on a path, and what of the path is left below it."""
        for length in range(len(path), 0, -1):
            node = self.nodes.get(path[:length])
            if node is not None:
                return node, path[length:]
        return self.nodes[()], path

    def _origin(self, path: Path) -> Node | None:
        """Find the node that wrote the value at a path, through aliases and merges."""
        node, rest = self._nearest(path)
        while node.target is not None:
            # Anchors stand above their aliases, so every turn moves up in the file.
            node, rest = self._nearest(node.target + rest)
        return None if rest else node

    def _span(self, start: int, end: int) -> Span:
        return self.lines.span(self.file, start, end)
