"""A YAML text as a tree that keeps what loading forgets: comments, blank lines, quotes, braces.

Comments stand between what the parser reports, so they are found in the gaps of its events:
behind an entry on its line, above an entry, or at the end of a block, by their indentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

_PARSER: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*")
_ANCHOR: Final = re.compile(r"&[^\s,\[\]{}]+\s*")
_DASH: Final = re.compile(r"^ *(-)(?=\s)", re.MULTILINE)
_HEADER: Final = re.compile(r"[|>](?P<marks>[-+0-9]*)[ \t]*(?P<comment>#.*)?")


@dataclass(slots=True, kw_only=True)
class Leaf:
    """A scalar or an alias.

    Attributes:
        style: How it is written: ``'``, ``"``, ``|``, ``>``, ``*`` for an alias, or nothing.
        value: Its text as read; of an alias, the alias.
        lines: Its source; the lines after the first without their indentation.
        anchor: ``&name``, or nothing.
    """

    style: str
    value: str
    lines: tuple[str, ...]
    anchor: str = ""


@dataclass(slots=True, kw_only=True)
class Branch:
    """A mapping or a list.

    Attributes:
        mapping: Whether its entries have keys.
        flow: Whether it is written in braces or brackets.
        column: Where the entries of a block begin, counted from 0; -1 as long as unknown.
        entries: In the order written.
        tail: Comments behind the last entry, on lines of their own; "" is a blank line.
        anchor: ``&name``, or nothing.
    """

    mapping: bool
    flow: bool
    column: int = -1
    entries: list[Entry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    anchor: str = ""


Tree: TypeAlias = Leaf | Branch


@dataclass(slots=True, kw_only=True)
class Entry:
    """A key with its value, or an item of a list.

    Attributes:
        key: The key; None for an item.
        value: None until it is read.
        lead: Comments above it, on lines of their own; "" is a blank line.
        trail: The comment behind it, on its line.
        trail_column: Where that comment begins, counted from 0.
    """

    key: Leaf | None = None
    value: Tree | None = None
    lead: list[str] = field(default_factory=list)
    trail: str = ""
    trail_column: int = 0


def plant(text: str) -> Tree | None:
    """Build the tree of a text that has loaded without an error; None where nothing is written.

    Raises:
        yaml.YAMLError: The text is not YAML.
    """
    planter = _Planter(text)
    for event in yaml.parse(text, Loader=_PARSER):
        planter.feed(event)
    return planter.finish()


def comments_in(tree: Tree) -> Iterator[str]:
    """Yield every comment of a tree."""
    if isinstance(tree, Leaf):
        return
    for entry in tree.entries:
        yield from (line for line in (*entry.lead, entry.trail) if line)
        if entry.value is not None:
            yield from comments_in(entry.value)
    yield from (line for line in tree.tail if line)


@dataclass(slots=True, kw_only=True)
class _Gap:
    """What stands between two things: a comment on the first line, and the lines after it.

    Attributes:
        trail: The comment on the line of what stands before.
        trail_column: Where it begins.
        lines: Comments and blank lines, each with its column.
    """

    trail: str = ""
    trail_column: int = 0
    lines: list[tuple[int, str]] = field(default_factory=list)


class _Planter:
    """Takes events and holds the tree that they have built so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._root: Tree | None = None
        self._stack: list[Branch] = []
        self._owners: list[Entry | None] = []
        self._closed: list[Branch] = []
        self._last: Entry | None = None

    def feed(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent() if self._wants_key():
                entry = self._begin(_start(event))
                entry.key = self._leaf(event)
            case yaml.ScalarEvent():
                self._place(event, self._scalar_end(event))
            case yaml.AliasEvent():
                self._place(event, _end(event))
            case yaml.CollectionStartEvent():
                self._open(event)
            case yaml.CollectionEndEvent():
                self._close(event)
            case _:
                pass

    def finish(self) -> Tree | None:
        gap = self._gap(len(self._text))
        lead = self._share(gap, -1)
        if isinstance(self._root, Branch):
            while lead and not lead[-1]:
                lead.pop()
            self._root.tail += lead
        return self._root

    # --- entries and values ---

    def _wants_key(self) -> bool:
        if not self._stack or not self._stack[-1].mapping:
            return False
        entries = self._stack[-1].entries
        return not entries or entries[-1].value is not None

    def _begin(self, start: int) -> Entry:
        """Begin an entry of the innermost branch, with what stands above it."""
        branch = self._stack[-1]
        gap = self._gap(start)
        if not branch.flow and branch.column < 0:
            branch.column = self._column_of(branch, start)
        entry = Entry(lead=self._share(gap, -1 if branch.flow else branch.column))
        branch.entries.append(entry)
        self._last, self._at = entry, start
        return entry

    def _column_of(self, branch: Branch, start: int) -> int:
        dash = None if branch.mapping else _DASH.search(self._text, self._at, start)
        return self._column(dash.start(1) if dash else start)

    def _value_entry(self, start: int) -> Entry | None:
        """Return the entry that a value belongs to; comments on the way go above the entry."""
        if not self._stack:
            return None
        branch = self._stack[-1]
        if not branch.mapping:
            return self._begin(start)
        entry = branch.entries[-1]
        gap = self._gap(start)
        self._trail(entry, gap)
        entry.lead += [line for _, line in gap.lines if line]
        self._at = max(self._at, start)
        return entry

    def _place(self, event: yaml.ScalarEvent | yaml.AliasEvent, end: int) -> None:
        start = _start(event)
        entry = self._value_entry(start)
        leaf = self._leaf(event)
        if entry is None:
            self._root = leaf
        else:
            entry.value = leaf
            self._block_comment(event, entry)
        self._at = max(self._at, end)

    def _block_comment(self, event: yaml.Event, entry: Entry) -> None:
        """Take the comment behind the mark of a block scalar."""
        if getattr(event, "style", None) in ("|", ">"):
            found = _HEADER.match(self._text, self._after_anchor(event))
            if found and found["comment"]:
                column = self._column(found.start("comment"))
                comment = found["comment"].rstrip()
                self._trail(entry, _Gap(trail=comment, trail_column=column))

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        start = _start(event)
        flow = bool(event.flow_style)
        anchored = event.anchor is not None
        # Comments between a key and its block belong to the first entry of the block.
        below_key = bool(self._stack) and self._stack[-1].mapping and not (flow or anchored)
        entry = self._stack[-1].entries[-1] if below_key else self._value_entry(start)
        branch = Branch(mapping=isinstance(event, yaml.MappingStartEvent), flow=flow)
        if anchored:
            branch.anchor = f"&{event.anchor}"
            self._at = self._after_anchor(event)
        elif not flow:
            branch.column = self._column(start)
        if flow:
            self._at = self._after_anchor(event) + 1
        if entry is None:
            self._root = branch
        else:
            entry.value = branch
        self._stack.append(branch)
        self._owners.append(entry)

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        branch, owner = self._stack.pop(), self._owners.pop()
        if not branch.flow:
            self._closed.append(branch)
            return
        end = _end(event)
        gap = self._gap(end - 1)
        inside = self._share(gap, -1)
        if branch.entries or owner is None:
            branch.tail += inside
        else:
            owner.lead += inside
        self._at, self._last = end, owner

    def _leaf(self, event: yaml.ScalarEvent | yaml.AliasEvent) -> Leaf:
        start = self._after_anchor(event)
        if isinstance(event, yaml.AliasEvent):
            alias = f"*{event.anchor}"
            self._at = _end(event)
            return Leaf(style="*", value=alias, lines=(alias,))
        end = self._scalar_end(event)
        raw = self._text[start:end]
        lines = self._block_lines(raw) if event.style in ("|", ">") else _folded_lines(raw)
        self._at = max(self._at, end)
        anchor = f"&{event.anchor}" if event.anchor else ""
        return Leaf(style=event.style or "", value=event.value, lines=lines, anchor=anchor)

    def _block_lines(self, raw: str) -> tuple[str, ...]:
        """Cut the indentation off a block scalar; a mark of indentation becomes the usual 2."""
        first, *body = raw.split("\n")
        found = _HEADER.match(first)
        marks = found["marks"] if found else ""
        digit = next((int(mark) for mark in marks if mark.isdigit()), 0)
        if digit:
            indent = max(self._stack[-1].column if self._stack else 0, 0) + digit
        else:
            written = next((line for line in body if line.strip(" ")), "")
            indent = len(written) - len(written.lstrip(" "))
        chomp = next((mark for mark in marks if mark in "+-"), "")
        return (f"{raw[0]}{2 if digit else ''}{chomp}", *(each[indent:] for each in body))

    # --- gaps ---

    def _gap(self, end: int) -> _Gap:
        """Read the comments and blank lines from here to a place."""
        first, *rest = self._text[self._at : max(self._at, end)].split("\n")
        gap = _Gap()
        found = _COMMENT.search(first)
        if found:
            column = self._column(self._at) + found.start()
            if self._last is None:
                gap.lines.append((column, found[0].rstrip()))
            else:
                gap.trail, gap.trail_column = found[0].rstrip(), column
        in_flow = bool(self._stack) and self._stack[-1].flow
        for number, line in enumerate(rest, 1):
            found = _COMMENT.search(line)
            if found:
                gap.lines.append((found.start(), found[0].rstrip()))
            elif not line.strip() and number < len(rest) and not in_flow:
                gap.lines.append((0, ""))
        return gap

    def _share(self, gap: _Gap, column: int) -> list[str]:
        """Give a gap's comments to whom they belong; return those of the entry that follows.

        A comment that is indented deeper than the entry closes a block that ends here.
        """
        self._trail(self._last, gap)
        lead: list[str] = []
        blank: list[str] = []
        closed, self._closed = self._closed, []
        for at, line in gap.lines:
            if not line:
                blank = [""]
                continue
            while closed and closed[0].column > at:
                del closed[0]
            ours = lead if at <= column or not closed or any(lead) else closed[0].tail
            ours += [*blank, line]
            blank = []
        return [*lead, *blank]

    def _trail(self, entry: Entry | None, gap: _Gap) -> None:
        if not gap.trail:
            return
        if entry is None:
            gap.lines.insert(0, (gap.trail_column, gap.trail))
        elif entry.trail:
            entry.lead.append(gap.trail)
        else:
            entry.trail, entry.trail_column = gap.trail, gap.trail_column

    # --- places ---

    def _column(self, offset: int) -> int:
        return offset - (self._text.rfind("\n", 0, offset) + 1)

    def _after_anchor(self, event: yaml.Event) -> int:
        start = _start(event)
        if getattr(event, "anchor", None) is None or isinstance(event, yaml.AliasEvent):
            return start
        found = _ANCHOR.match(self._text, start)
        return found.end() if found else start

    def _scalar_end(self, event: yaml.ScalarEvent) -> int:
        """Return where a scalar ends; the parser counts blank lines to a block scalar."""
        start, end = _start(event), _end(event)
        if event.style not in ("|", ">"):
            return end
        raw = self._text[start:end]
        if "+" in raw.partition("\n")[0]:
            return end - raw.endswith("\n")
        return start + len(raw.rstrip(" \t\n"))


def _folded_lines(raw: str) -> tuple[str, ...]:
    first, *rest = raw.split("\n")
    return (first, *(line.lstrip(" \t") for line in rest))


def _start(event: yaml.Event) -> int:
    return int(event.start_mark.index) if event.start_mark is not None else 0


def _end(event: yaml.Event) -> int:
    return int(event.end_mark.index) if event.end_mark is not None else 0
