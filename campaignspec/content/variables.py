"""Which variables a template uses, and whether each of them exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from jinja2 import nodes

from campaignspec.content.source import Source
from campaignspec.content.template import VariableTree
from campaignspec.content.tree import Tree, children_of
from campaignspec.diagnostics import Diagnostic, nearest

LOOP_NAMES: Final = ("index", "index0", "first", "last", "length", "revindex", "revindex0")
"""What ``loop`` knows inside a ``for``."""

_FEW: Final = 8


class _Path(NamedTuple):
    """A dotted name as a template writes it, ``customer.first_name``."""

    names: tuple[str, ...]
    lines: tuple[int, ...]


def check_variables(tree: Tree, source: Source, variables: VariableTree) -> Iterator[Diagnostic]:
    """Find every variable that does not exist, and every group used as if it were a value."""
    for body in [block.body for block in tree.all(nodes.Block)] or [tree.body]:
        yield from _Walk(source, variables).statements(body, set())


def variables_in(tree: Tree, variables: VariableTree) -> Iterator[tuple[str, ...]]:
    """Yield every variable that a template uses, as the names that lead to it."""
    for node in tree.any_of(nodes.Getattr, nodes.Getitem, nodes.Name):
        path = _path(node)
        if path is not None and _is_value(path.names, variables):
            yield path.names


def path_of(node: nodes.Node) -> tuple[str, ...] | None:
    """Return the names that lead to a value, ``a.b`` or ``a["b"]``; None for anything else."""
    path = _path(node)
    return path.names if path else None


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk through one block, which knows the names that `set` and `for` made on the way."""

    source: Source
    variables: VariableTree

    def statements(self, body: Sequence[nodes.Node], made: set[str]) -> Iterator[Diagnostic]:
        for node in body:
            yield from self.statement(node, made)

    def statement(self, node: nodes.Node, made: set[str]) -> Iterator[Diagnostic]:
        match node:
            case nodes.For():
                yield from self.expression(node.iter, made)
                inside = {*made, *_targets(node.target), "loop"}
                if node.test is not None:
                    yield from self.expression(node.test, inside)
                yield from self.statements(node.body, inside)
                yield from self.statements(node.else_, made)
            case nodes.If():
                yield from self.expression(node.test, made)
                for branch in (node.body, node.elif_, node.else_):
                    yield from self.statements(branch, made)
            case nodes.Assign():
                yield from self.expression(node.node, made)
                made.update(_targets(node.target))
            case nodes.Output():
                for child in node.nodes:
                    if not isinstance(child, nodes.TemplateData):
                        yield from self.expression(child, made, printed=True)
            case _:
                yield from self.expression(node, made)

    def expression(
        self, node: nodes.Node, made: set[str], *, printed: bool = False
    ) -> Iterator[Diagnostic]:
        path = _path(node)
        if path is not None:
            yield from self.path(path, made, printed=printed)
            return
        if isinstance(node, nodes.Call):  # a function's name is no variable
            for argument in node.args:
                yield from self.expression(argument, made)
            return
        for child in children_of(node):
            yield from self.expression(child, made)

    def path(self, path: _Path, made: set[str], *, printed: bool) -> Iterator[Diagnostic]:
        root = path.names[0]
        if root in made:
            if root == "loop" and len(path.names) > 1 and path.names[1] not in LOOP_NAMES:
                yield self._unknown(path, 1, LOOP_NAMES)
            return
        level: VariableTree | None = self.variables
        for depth, name in enumerate(path.names):
            if level is None or name not in level:
                yield self._unknown(path, depth, tuple(level or ()))
                return
            level = level[name]
        if printed and level is not None:
            yield self._group(path, level)

    def _unknown(self, path: _Path, depth: int, known: Sequence[str]) -> Diagnostic:
        name, above = path.names[depth], ".".join(path.names[:depth])
        message = f'"{above}" has no "{name}"' if above else f'there is no variable "{name}"'
        return self.source.finding(
            "CNT702",
            message,
            line=path.lines[depth],
            words=".".join(path.names[: depth + 1]),
            help=self._advice(name, above, known),
        )

    def _advice(self, name: str, above: str, known: Sequence[str]) -> str | None:
        prefix = f"{above}." if above else ""
        if not known:
            return f'"{above}" is a single value' if above else None
        close = nearest(name, known)
        if close is not None:
            return f'did you mean "{prefix}{close}"?'
        holders = [top for top, under in self.variables.items() if under and name in under]
        if holders and not above:
            return f'did you mean "{holders[0]}.{name}"?'
        if len(known) > _FEW:
            return None
        return f"there are: {', '.join(prefix + each for each in known)}"

    def _group(self, path: _Path, level: VariableTree) -> Diagnostic:
        name = ".".join(path.names)
        return self.source.finding(
            "CNT702",
            f'"{name}" is a group of values, not a value',
            line=path.lines[-1],
            words=name,
            help=f"write one of them: {name}.{next(iter(level))}" if level else None,
        )


def _is_value(names: Sequence[str], variables: VariableTree) -> bool:
    level: VariableTree | None = variables
    for name in names:
        if level is None or name not in level:
            return False
        level = level[name]
    return level is None


def _path(node: nodes.Node) -> _Path | None:
    """Read ``a``, ``a.b`` or ``a["b"]``; None for any other expression."""
    match node:
        case nodes.Name(name=name):
            return _Path((name,), (node.lineno,))
        case (
            nodes.Getattr(node=inner, attr=str(name))
            | nodes.Getitem(node=inner, arg=nodes.Const(value=str(name)))
        ):
            above = _path(inner)
            if above is None:
                return None
            return _Path((*above.names, name), (*above.lines, node.lineno))
        case _:
            return None


def _targets(target: nodes.Node) -> set[str]:
    if isinstance(target, nodes.Name):
        return {target.name}
    return {name.name for name in target.find_all(nodes.Name)}
