"""Blocks are the parts of a message: those that are needed are there, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jinja2 import nodes

from campaignspec.content.source import Source
from campaignspec.content.tree import Tree
from campaignspec.diagnostics import Diagnostic, nearest


def check_blocks(
    tree: Tree, source: Source, parts: Sequence[str], optional_parts: Sequence[str]
) -> Iterator[Diagnostic]:
    """Compare a template's blocks with the parts its channel takes.

    Empty ``parts`` mean that the channel takes whatever there is.
    """
    blocks = tree.blocks
    needed = parts or (() if blocks else ("text",))
    for part in needed:
        if part not in blocks:
            yield source.finding(
                "CNT703",
                f'the template has no block "{part}"',
                help=f"write {{% block {part} %}}…{{% endblock %}}",
            )
    known = (*parts, *optional_parts)
    if parts:
        for name, block in blocks.items():
            if name not in known:
                yield _unknown(source, block, known)


def _unknown(source: Source, block: nodes.Block, known: Sequence[str]) -> Diagnostic:
    close = nearest(block.name, known)
    return source.finding(
        "CNT703",
        f'the channel has no part "{block.name}"',
        line=block.lineno,
        words=block.name,
        help=f'did you mean "{close}"?' if close else f"its parts are: {', '.join(known)}",
    )
