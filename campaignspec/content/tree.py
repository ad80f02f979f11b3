"""A template's syntax, walked once for all who ask about it.

Jinja's own `find_all` goes through the whole tree for each question, and a template is asked some
forty of them: that was half of the time that five hundred campaigns took to validate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from jinja2 import nodes

N = TypeVar("N", bound=nodes.Node)

LEAVES: Final[frozenset[type[nodes.Node]]] = frozenset(
    {nodes.TemplateData, nodes.Const, nodes.Name}
)
"""The nodes that hold no others: most of any template."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A template's syntax tree, and every node in it by its type.

    Attributes:
        root: The tree, as Jinja parsed it; nobody changes it.
    """

    root: nodes.Template
    _by_type: dict[type[nodes.Node], list[tuple[int, nodes.Node]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        found: dict[type[nodes.Node], list[tuple[int, nodes.Node]]] = {}
        for place, node in enumerate(nodes_within(self.root)):
            found.setdefault(type(node), []).append((place, node))
        object.__setattr__(self, "_by_type", found)

    @property
    def body(self) -> list[nodes.Node]:
        """What the template is made of, at its outermost."""
        return self.root.body

    @property
    def blocks(self) -> dict[str, nodes.Block]:
        """The blocks by name, in the order they are written."""
        return {block.name: block for block in self.all(nodes.Block)}

    def all(self, kind: type[N]) -> tuple[N, ...]:
        """Return every node of exactly this type, in the order it is written."""
        return tuple(node for _, node in self._by_type.get(kind, ()) if isinstance(node, kind))

    def any_of(self, *kinds: type[nodes.Node]) -> tuple[nodes.Node, ...]:
        """Return every node of these types, in the order it is written."""
        found = [each for kind in kinds for each in self._by_type.get(kind, ())]
        return tuple(node for _, node in sorted(found, key=lambda each: each[0]))


def nodes_within(above: nodes.Node) -> Iterator[nodes.Node]:
    """Yield every node below one in the order it is written; recursion would follow its depth."""
    waiting = children_of(above)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if type(node) not in LEAVES:
            waiting += children_of(node)[::-1]


def children_of(node: nodes.Node) -> list[nodes.Node]:
    """Return the nodes directly below one."""
    found: list[nodes.Node] = []
    for name in node.fields:
        value = getattr(node, name, None)
        if isinstance(value, nodes.Node):
            found.append(value)
        elif isinstance(value, list):
            found += [each for each in value if isinstance(each, nodes.Node)]
    return found
