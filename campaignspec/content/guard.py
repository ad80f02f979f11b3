"""What a template may be made of: an allow-list over its syntax tree, before any compiling.

Jinja's own sandbox is not enough. It stops escapes, not ``'a' * 10**9``; and its compiler
folds constants, so that merely compiling such a text takes the machine's memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from jinja2 import nodes

from campaignspec.content.filters import FILTERS
from campaignspec.content.functions import FUNCTIONS, function_of, malformed
from campaignspec.content.sandbox import TESTS
from campaignspec.content.shared import name_of
from campaignspec.content.source import Source
from campaignspec.content.tree import LEAVES, Tree, children_of
from campaignspec.diagnostics import Diagnostic, nearest

_DEEPEST: Final = 60
_LOOPS: Final = 2

_ALLOWED: Final[frozenset[type[nodes.Node]]] = frozenset(
    {
        *(nodes.Template, nodes.Block, nodes.Output, nodes.TemplateData),
        *(nodes.If, nodes.For, nodes.Assign, nodes.CondExpr, nodes.Include),
        *(nodes.Name, nodes.Const, nodes.List, nodes.Tuple),
        *(nodes.Getattr, nodes.Getitem, nodes.Slice),
        *(nodes.Filter, nodes.Test, nodes.Keyword),
        *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
        *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod),
        *(nodes.Neg, nodes.Pos),
    }
)
_INCLUDE: Final = "write {% include 'footer' %} for the text in templates/_shared/footer.j2"
_WORDS: Final[Mapping[type[nodes.Node], tuple[str, str]]] = {
    nodes.Call: (
        "calling a function or method",
        f"use a filter, as in {{{{ name | upper }}}}; there are: {', '.join(FUNCTIONS)}",
    ),
    nodes.Concat: ("joining with ~", "write the values one after the other: {{ a }}{{ b }}"),
    nodes.Pow: ("raising to a power with **", "compute it where the data come from"),
    nodes.Import: ("`import`", _INCLUDE),
    nodes.FromImport: ("`import`", _INCLUDE),
    nodes.Extends: ("`extends`", _INCLUDE),
    nodes.Macro: ("`macro`", "write the text where it is needed"),
    nodes.CallBlock: ("`call`", "write the text where it is needed"),
    nodes.FilterBlock: ("a `filter` block", "apply the filter to each value: {{ name | upper }}"),
    nodes.AssignBlock: ("a `set` block", "write {% set name = value %}"),
    nodes.ScopedEvalContextModifier: ("`autoescape`", "the channel decides what is escaped"),
    nodes.EvalContextModifier: ("`autoescape`", "the channel decides what is escaped"),
    nodes.With: ("`with`", "write {% set name = value %}"),
    nodes.Dict: ("a dictionary", "name the value it would hold"),
    nodes.NSRef: ("a namespace", "write {% set name = value %}"),
}
_LISTS: Final = (nodes.List, nodes.Tuple)
_CONTENT: Final = (nodes.Output, nodes.If, nodes.For, nodes.Assign, nodes.Include)
_ARITHMETIC: Final = (nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod)


class _Place(NamedTuple):
    """Where in the tree a node stands."""

    depth: int = 0
    loops: int = 0
    in_block: bool = False
    in_set: bool = False
    line: int = 1


class _Complaint(NamedTuple):
    """What is wrong with a node, what to do, and the words to point at."""

    what: str
    advice: str
    words: str | None = None


_Rule: TypeAlias = Callable[[nodes.Node, _Place], _Complaint | None]


def check_constructs(tree: Tree, source: Source, *, shared: bool = False) -> Iterator[Diagnostic]:
    """Find everything in a template that is not allowed.

    Args:
        tree: The template, parsed.
        source: Its text.
        shared: Whether it is a text that others include, which needs no blocks.
    """
    within = shared and not tree.blocks
    waiting: list[tuple[nodes.Node, _Place]] = [(tree.root, _Place(in_block=within))]
    while waiting:
        node, place = waiting.pop()
        complaint = _complaint(node, place)
        if complaint is not None:
            yield source.finding(
                "CNT704",
                complaint.what,
                line=node.lineno or place.line,  # `autoescape` knows no line
                words=complaint.words,
                help=complaint.advice,
            )
        elif below := children_of(node):
            inside = _inside(node, place)
            # Of what holds nothing, only its depth can be wrong; and most nodes hold nothing.
            deep = inside.depth > _DEEPEST
            waiting += [(child, inside) for child in below if deep or type(child) not in LEAVES]
    yield from _repeated_blocks(tree, source)


def _repeated_blocks(tree: Tree, source: Source) -> Iterator[Diagnostic]:
    seen = set()
    for block in (node for node in tree.body if isinstance(node, nodes.Block)):
        if block.name in seen:
            yield source.finding(
                "CNT704",
                f'block "{block.name}" stands twice',
                line=block.lineno,
                words=block.name,
                help="keep one of them",
            )
        seen.add(block.name)


def _inside(node: nodes.Node, place: _Place) -> _Place:
    return _Place(
        place.depth + 1,
        place.loops + isinstance(node, nodes.For),
        place.in_block or isinstance(node, nodes.Block),
        place.in_set or isinstance(node, nodes.Assign),
        node.lineno or place.line,
    )


def _complaint(node: nodes.Node, place: _Place) -> _Complaint | None:
    for rule in _rules_for(type(node), deep=place.depth > _DEEPEST):
        complaint = rule(node, place)
        if complaint is not None:
            return complaint
    return None


@cache
def _rules_for(kind: type[nodes.Node], *, deep: bool) -> tuple[_Rule, ...]:
    """Return the rules that have anything to say of a type of nodes, deep in the tree or not."""
    silent = set() if deep or issubclass(kind, nodes.For) else {_not_too_deep}
    if kind in _ALLOWED and not issubclass(kind, nodes.Include):
        silent.add(_of_an_allowed_kind)
    return tuple(rule for rule, kinds in _RULES if rule not in silent and issubclass(kind, kinds))


def _of_an_allowed_kind(node: nodes.Node, place: _Place) -> _Complaint | None:  # noqa: ARG001
    if isinstance(node, nodes.Call) and function_of(node):
        advice = malformed(node)
        what = f"`{function_of(node)}` takes a name as it is written"
        return _Complaint(what, advice) if advice else None
    if isinstance(node, nodes.Include) and (name_of(node) is None or node.ignore_missing):
        return _Complaint("an include names one shared text", _INCLUDE)
    if type(node) in _ALLOWED:
        return None
    name, advice = _WORDS.get(type(node), (f"`{type(node).__name__.lower()}`", "leave it out"))
    return _Complaint(f"{name} is not allowed in a template", advice)


def _not_too_deep(node: nodes.Node, place: _Place) -> _Complaint | None:
    if place.depth > _DEEPEST:
        return _Complaint("expressions or blocks are nested too deeply", "simplify the template")
    if isinstance(node, nodes.For) and (place.loops >= _LOOPS or node.recursive):
        return _Complaint("loops are nested more than two deep", "prepare the list in the data")
    return None


def _inside_a_block(node: nodes.Node, place: _Place) -> _Complaint | None:
    if isinstance(node, nodes.Block) and place.in_block:
        return _Complaint(f'block "{node.name}" stands inside another', "end that first", node.name)
    if place.in_block or not isinstance(node, _CONTENT):
        return None
    if isinstance(node, nodes.Output) and _is_blank(node):
        return None
    return _Complaint("what stands outside the blocks is never sent", "move it into a block")


def _without_options(node: nodes.Node, place: _Place) -> _Complaint | None:  # noqa: ARG001
    if isinstance(node, nodes.Block) and (node.required or node.scoped):
        return _Complaint("a block takes no options", f"write {{% block {node.name} %}}", node.name)
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        return _Complaint("an inline `if` has no `else`", 'write {{ a if b else "" }}')
    if isinstance(node, nodes.Filter | nodes.Test) and (node.dyn_args or node.dyn_kwargs):
        return _Complaint("`*` cannot unpack arguments", "write each argument")
    return None


def _of_simple_lists(node: nodes.Node, place: _Place) -> _Complaint | None:
    """Keep lists flat and nameless: a few lines that double them would take hours to compare."""
    if not isinstance(node, _LISTS):
        return None
    if place.in_set:
        return _Complaint("`set` cannot hold a list", "loop over the list where it is needed")
    if any(isinstance(item, _LISTS) for item in node.items):
        return _Complaint("lists cannot hold lists", "write one list")
    return None


def _of_numbers(node: nodes.Node, place: _Place) -> _Complaint | None:  # noqa: ARG001
    if not isinstance(node, _ARITHMETIC):
        return None
    sides = (node.left, node.right)
    if not any(isinstance(side, _LISTS) or _is_text(side) for side in sides):
        return None
    return _Complaint(f"`{node.operator}` is for numbers, not for text", "write the text out")


def _of_known_names(node: nodes.Node, place: _Place) -> _Complaint | None:  # noqa: ARG001
    match node:
        case nodes.Getattr(attr=str(name)) if name.startswith("_"):
            return _Complaint(f'"{name}" begins with an underscore', "use another name", name)
        case nodes.Filter(name=str(name)) if name not in FILTERS:
            return _unknown("filter", name, FILTERS)
        case nodes.Test(name=str(name)) if name not in TESTS:
            return _unknown("test", name, TESTS)
        case _:
            return None


def _unknown(kind: str, name: str, known: Collection[str]) -> _Complaint:
    close = nearest(name, tuple(known))
    advice = f'did you mean "{close}"?' if close else f"there are: {', '.join(sorted(known))}"
    return _Complaint(f'there is no {kind} "{name}"', advice, name)


def _is_blank(output: nodes.Output) -> bool:
    return all(
        isinstance(child, nodes.TemplateData) and not child.data.strip() for child in output.nodes
    )


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)


_RULES: Final[tuple[tuple[_Rule, tuple[type[nodes.Node], ...]], ...]] = (
    (_of_an_allowed_kind, (nodes.Node,)),
    (_not_too_deep, (nodes.Node,)),
    (_inside_a_block, (nodes.Block, *_CONTENT)),
    (_without_options, (nodes.Block, nodes.CondExpr, nodes.Filter, nodes.Test)),
    (_of_simple_lists, _LISTS),
    (_of_numbers, _ARITHMETIC),
    (_of_known_names, (nodes.Getattr, nodes.Filter, nodes.Test)),
)
"""Every rule, in order, with the nodes that it is about."""
