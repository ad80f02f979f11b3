"""Texts that several messages share: ``{% include 'footer' %}`` for ``_shared/footer.j2``.

An include takes the place of its text, so a shared text is as guarded as the message's own, and its
name can lead nowhere else. If it has blocks, a part of a message takes the block of its own name;
otherwise it takes the whole text. It knows the project's variables, and none that `set` or `for`
made around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from jinja2 import nodes

from campaignspec.content.functions import text_of
from campaignspec.content.source import SharedTexts, Source
from campaignspec.content.tree import Tree, nodes_within
from campaignspec.diagnostics import Diagnostic, nearest

SHARED_NAME: Final = re.compile(r"[A-Za-z][\w-]*")
"""What a shared text may be called; with neither dots nor slashes it leads nowhere else."""

_MOST: Final = 50
_DEEPEST: Final = 5


@dataclass(frozen=True, slots=True)
class Fragment:
    """A shared text that a template includes, parsed."""

    source: Source
    tree: Tree

    def body(self, part: str) -> list[nodes.Node] | None:
        """Return what stands in place of an include in a part; None if there is nothing for it."""
        blocks = self.tree.blocks
        if not blocks:
            return self.tree.body
        return blocks[part].body if part in blocks else None


@dataclass(slots=True)
class _Walk:
    """Follows includes, and keeps what it has found and how often it was led on."""

    shared: SharedTexts
    parse: Callable[[Source], Tree | Diagnostic]
    fragments: dict[str, Fragment] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    count: int = 0


def fragments_of(
    tree: Tree,
    source: Source,
    shared: SharedTexts,
    parse: Callable[[Source], Tree | Diagnostic],
) -> tuple[Mapping[str, Fragment], tuple[Diagnostic, ...]]:
    """Return every shared text that a template includes, directly or not, and what is wrong."""
    walk = _Walk(shared, parse)
    for part, include in includes_of(tree):
        _follow(walk, include, part, source, ())
    return walk.fragments, tuple(dict.fromkeys(walk.findings))


def includes_of(tree: Tree) -> Iterator[tuple[str, nodes.Include]]:
    """Yield every include with the part that it stands in; of a text without blocks, no part."""
    if not (found := tree.all(nodes.Include)):
        return
    blocks = tree.blocks
    for name, block in blocks.items():
        within = nodes_within(block)
        yield from ((name, each) for each in within if isinstance(each, nodes.Include))
    if not blocks:
        yield from (("", include) for include in found)


def name_of(include: nodes.Include) -> str | None:
    """Return the shared text that an include names; None if it names none as it should."""
    name = text_of(include.template)
    return name if name is not None and SHARED_NAME.fullmatch(name) else None


def _follow(
    walk: _Walk, include: nodes.Include, part: str, source: Source, above: tuple[str, ...]
) -> None:
    name = name_of(include)
    if name is None:
        return  # the guard has said so
    walk.count += 1
    if name in above or len(above) >= _DEEPEST or walk.count > _MOST:
        walk.findings.append(_endless(source, include, name, above))
        return
    fragment = walk.fragments.get(name) or _read(walk, name, include, source)
    if fragment is None:
        return
    walk.fragments[name] = fragment
    if fragment.body(part) is None:
        walk.findings.append(_without_part(source, include, name, part, fragment))
        return
    for inner, deeper in includes_of(fragment.tree):
        if inner in {"", part}:
            _follow(walk, deeper, part, fragment.source, (*above, name))


def _read(walk: _Walk, name: str, include: nodes.Include, source: Source) -> Fragment | None:
    found = walk.shared.read(name)
    if found is None:
        close = nearest(name, tuple(walk.shared.names))
        walk.findings.append(
            source.finding(
                "REF304",
                f'there is no shared text "{name}"',
                line=include.lineno,
                words=name,
                help=f'did you mean "{close}"?'
                if close
                else f"write templates/_shared/{name}.j2, in the campaign's folder or the "
                "project's",
            )
        )
        return None
    tree = walk.parse(found)
    if isinstance(tree, Diagnostic):
        walk.findings.append(tree)
        return None
    return Fragment(found, tree)


def _endless(
    source: Source, include: nodes.Include, name: str, above: tuple[str, ...]
) -> Diagnostic:
    if name in above:
        way = " → ".join((*above[above.index(name) :], name))
        message, advice = f"shared texts include each other in a circle: {way}", "leave one out"
    else:
        message = f"more than {_MOST} includes, or more than {_DEEPEST} within each other"
        advice = "write the text where it is needed"
    return source.finding("REF303", message, line=include.lineno, words=name, help=advice)


def _without_part(
    source: Source, include: nodes.Include, name: str, part: str, fragment: Fragment
) -> Diagnostic:
    return source.finding(
        "CNT703",
        f'the shared text "{name}" has no block "{part}"',
        line=include.lineno,
        words=name,
        help=f"it has: {', '.join(fragment.tree.blocks)}; write {{% block {part} %}} in "
        f"{fragment.source.file}",
    )
