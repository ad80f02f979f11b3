"""How long a part of a template can come out: written once at its longest and once at its shortest.

What is fixed counts exactly. A variable counts as the longest, or the shortest, value that the
project's personas have for it, and as a usual length where they have none; of the ways of an `if`
the longer, or the shorter, is taken; a loop goes round three times, or not at all. So the result is
an assumption, and findings say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jinja2 import nodes

from campaignspec.connector import Measure
from campaignspec.content.functions import function_of, text_of
from campaignspec.content.limits import length_of
from campaignspec.content.lookups import Assumed
from campaignspec.content.shared import Fragment, name_of
from campaignspec.content.sms import text_message
from campaignspec.content.variables import path_of

_ROUNDS: Final = 3
_UNKNOWN: Final = ("n" * 12, "n")
_NUMBER: Final = ("12,345.67", "1")
_DATE: Final = ("2000-01-01", "2000-01-01")
_OFFER: Final = {"code": ("CODE-CODE-12", "CODE12"), "valid_until": _DATE}
_LINK: Final = ("https://shop.example/" + "n" * 39, "https://shop.example/")


def longest(
    body: Sequence[nodes.Node],
    fragments: Mapping[str, Fragment],
    part: str,
    assumed: Assumed,
    measure: Measure,
) -> str:
    """Write a part at its longest, by what it is measured in."""
    return _Writer(fragments, part, assumed, _by(measure), most=True).written(body)


def shortest(
    body: Sequence[nodes.Node],
    fragments: Mapping[str, Fragment],
    part: str,
    assumed: Assumed,
    measure: Measure,
) -> str:
    """Write a part at its shortest, by what it is measured in."""
    return _Writer(fragments, part, assumed, _by(measure), most=False).written(body)


_Size = Callable[[str], tuple[int, int]]


def _by(measure: Measure) -> _Size:
    if measure is Measure.SMS:
        return lambda text: (len((laid := text_message(text)).pieces), laid.units)
    return lambda text: (length_of(text, measure), 0)


@dataclass(slots=True)
class _Writer:
    """Writes a part with the same end in view at every choice."""

    fragments: Mapping[str, Fragment]
    part: str
    assumed: Assumed
    size: _Size
    most: bool
    made: dict[str, str] = field(default_factory=dict)

    def written(self, body: Sequence[nodes.Node]) -> str:
        return "".join(self._statement(node) for node in body)

    def _statement(self, node: nodes.Node) -> str:
        match node:
            case nodes.Output():
                return "".join(self._value(child) for child in node.nodes)
            case nodes.If():
                ways = [node.body, *(way.body for way in node.elif_), node.else_]
                return self._chosen([self.written(way) for way in ways])
            case nodes.For():
                again = self.written(node.body) * _ROUNDS
                return self._chosen([again, self.written(node.else_)])
            case nodes.Assign(target=nodes.Name(name=name)):
                self.made[name] = self._value(node.node)
                return ""
            case nodes.Include():
                return self._included(node)
            case _:
                return ""

    def _included(self, node: nodes.Include) -> str:
        fragment = self.fragments.get(name_of(node) or "")
        body = fragment.body(self.part) if fragment else None
        return self.written(body or ())

    def _value(self, node: nodes.Node) -> str:
        match node:
            case nodes.TemplateData():
                return node.data
            case nodes.Const():
                return str(node.value)
            case nodes.CondExpr():
                ways = (node.expr1, node.expr2)
                return self._chosen([self._value(way) for way in ways if way is not None])
            case nodes.Filter():
                return self._filtered(node)
            case nodes.Call():
                return self._called(node)
            case nodes.Add():
                return self._value(node.left) + self._value(node.right)
            case nodes.BinExpr() | nodes.UnaryExpr():
                return self._of(_NUMBER)
            case _:
                return self._variable(node)

    def _variable(self, node: nodes.Node) -> str:
        if isinstance(node, nodes.Getattr) and function_of(node.node) == "offer":
            return self._of(_OFFER.get(node.attr, _UNKNOWN))
        path = path_of(node)
        if path is None:
            return self._of(_UNKNOWN)
        if path[0] in self.made:
            return self.made[path[0]]
        return self._of(self.assumed.values.get(path) or _UNKNOWN)

    def _filtered(self, node: nodes.Filter) -> str:
        base = self._value(node.node) if node.node is not None else ""
        match node.name:
            case "default" | "d" if node.args:
                return self._chosen([base, self._value(node.args[0])])
            case "money":
                unit = self._value(node.args[0]) if node.args else ""
                return f"{self._of(_NUMBER)} {unit}".rstrip()
            case "date":
                return self._of(_DATE)
            case "round" | "int" | "length" | "count" | "sum":
                return self._of(_NUMBER)
            case "upper":
                return base.upper()
            case "truncate" if node.args and isinstance(node.args[0], nodes.Const):
                return base[: int(node.args[0].value)]
            case _:
                return base

    def _called(self, node: nodes.Call) -> str:
        target = text_of(node.args[0])
        if function_of(node) != "link" or target is None:
            return self._of(_LINK)
        name = text_of(node.args[1]) if len(node.args) > 1 else None
        return self.assumed.lookups.link(target, name)

    def _of(self, values: Sequence[str]) -> str:
        return self._chosen(list(values))

    def _chosen(self, ways: list[str]) -> str:
        return max(ways, key=self.size) if self.most else min(ways, key=self.size)


def lengths_assumed(names: Sequence[tuple[str, ...]], assumed: Assumed) -> Iterator[str]:
    """Say for each variable what was taken as its longest value: ``first_name "Константин"``."""
    for path in names:
        known = assumed.values.get(path)
        name = path[-1]
        if known:
            yield f'{name} as long as "{max(known, key=len)}"'
        else:
            yield f"{name} of {len(_UNKNOWN[0])} characters"
