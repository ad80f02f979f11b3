"""Printing a tree of YAML one way: indentation, quotes, braces, blank lines, comments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from campaignspec.spec.format_tree import Branch, Entry, Leaf, Tree
from campaignspec.spec.yaml_text import is_safe, is_safe_key

WIDTH: Final = 100
"""The longest line that a mapping or a list in braces may make."""

_STEP: Final = 2


def print_tree(branch: Branch) -> str:
    """Write a tree: two spaces a level, one blank line at most, braces where they fit on a line.

    A comment behind an entry keeps its column where it can, and else stands two spaces away.
    """
    flat = _flat(branch)
    if flat is not None and len(flat) <= WIDTH:
        return f"{flat}\n"
    return "".join(f"{line}\n" for line in _block(branch, 0))


def _block(branch: Branch, indent: int) -> list[str]:
    """Write the entries of a branch, each on lines of its own."""
    lines: list[str] = []
    for number, entry in enumerate(branch.entries):
        lines += _remarks(entry.lead, indent, first=number == 0)
        lines += _entry(entry, indent)
    return lines + _remarks(branch.tail, indent, first=not lines)


def _remarks(remarks: Iterable[str], indent: int, *, first: bool) -> list[str]:
    """Write comments and blank lines; no two blank lines, and none where a block begins."""
    lines: list[str] = []
    for remark in remarks:
        if remark or (lines[-1] if lines else not first):
            lines.append(" " * indent + remark if remark else "")
    return lines


def _entry(entry: Entry, indent: int) -> list[str]:
    value = entry.value
    head = " " * indent + ("-" if entry.key is None else f"{_key(entry.key)}:")
    match value:
        case None:
            return [_with_trail(head, entry)]
        case Leaf():
            return _leaf_entry(entry, value, head, indent + _STEP)
        case Branch():
            flat = _flat(value)
            line = "" if flat is None else _joined(head, value.anchor, flat)
            if line and (len(line) <= WIDTH or not value.entries):
                return [_with_trail(line, entry)]
            if entry.key is None and not (value.anchor or entry.trail):
                return _item_block(value, indent)
            below = _block(value, indent + _STEP)
            return [_with_trail(_joined(head, value.anchor), entry), *below]


def _item_block(branch: Branch, indent: int) -> list[str]:
    """Write a branch that begins on the line of its item's dash."""
    # Keys change places: a comment above the first key stands above the dash.
    above = [remark for remark in branch.entries[0].lead if remark]
    lines = _block(branch, indent + _STEP)[len(above) :]
    first = f"{' ' * indent}- {lines[0].lstrip(' ')}"
    return [*(" " * indent + remark for remark in above), first, *lines[1:]]


def _leaf_entry(entry: Entry, leaf: Leaf, head: str, indent: int) -> list[str]:
    first, *rest = _written(leaf, in_flow=False)
    below = (" " * indent + each if each else "" for each in rest)
    lines = [_joined(head, leaf.anchor, first), *below]
    at = 0 if leaf.style in ("|", ">") else -1
    lines[at] = _with_trail(lines[at], entry)
    return lines


def _with_trail(line: str, entry: Entry) -> str:
    if not entry.trail:
        return line
    return line.ljust(max(len(line) + 2, entry.trail_column)) + entry.trail


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _flat(tree: Tree) -> str | None:
    """Write a tree on one line, if its author did and nothing in it needs lines of its own."""
    if isinstance(tree, Leaf):
        lines = _written(tree, in_flow=True)
        return _joined(tree.anchor, lines[0]) if len(lines) == 1 else None
    if not tree.flow or tree.tail:
        return None
    parts = [_flat_entry(entry) for entry in tree.entries]
    if None in parts:
        return None
    inside = ", ".join(part for part in parts if part is not None)
    return f"{{{inside}}}" if tree.mapping else f"[{inside}]"


def _flat_entry(entry: Entry) -> str | None:
    value = entry.value
    if value is None or entry.trail or any(entry.lead):
        return None
    text = _flat(value)
    if text is not None and isinstance(value, Branch) and value.anchor:
        text = f"{value.anchor} {text}"
    if text is None or entry.key is None:
        return text
    return f"{_key(entry.key)}: {text}"


def _key(leaf: Leaf) -> str:
    text = leaf.value if is_safe_key(leaf.value) else _written(leaf, in_flow=True)[0]
    return _joined(leaf.anchor, text)


def _written(leaf: Leaf, *, in_flow: bool) -> tuple[str, ...]:
    """Write a scalar: no quotes where nobody needs them, and else double ones where they do."""
    if leaf.style not in ("'", '"') or len(leaf.lines) > 1:
        return leaf.lines
    # Text that begins like a number keeps its quotes: they say that it is meant as text.
    if leaf.value[:1].isalpha() and is_safe(leaf.value) and not (in_flow and "," in leaf.value):
        return (leaf.value,)
    if leaf.style == "'" and not {'"', "\\"} & set(leaf.value):
        return (f'"{leaf.value}"',)
    return leaf.lines
