"""The environment templates run in: plain data only, bounded work, and no silent holes.

The guard has already refused most of what could do harm. What depends on values is stopped
here: attribute access reads mappings and nothing else, arithmetic takes numbers of ordinary
size, loops share one budget, and a missing value can be asked about but not printed.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from numbers import Number
from types import MappingProxyType
from typing import Any, Final, cast

import jinja2
from jinja2 import Undefined, nodes, pass_context
from jinja2 import tests as jinja_tests
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from campaignspec.content.filters import FILTERS, weigh
from campaignspec.content.functions import function_of
from campaignspec.content.lookups import Lookups
from campaignspec.content.shared import name_of
from campaignspec.content.template import Block, RenderError
from campaignspec.content.variables import LOOP_NAMES
from campaignspec.money import Money

_LARGEST: Final = 10**15
_ROUNDS: Final = 10_000
_BUDGET: Final = "(budget)"
_LOOKUPS: Final = "(lookups)"
_EACH: Final = "(each)"
_CALLS: Final = {"segment": "(segment)", "offer": "(offer)", "link": "(link)"}
_PRINTABLE: Final = (Undefined, str, Number, date, Money)
_TESTS: Final = (
    *("defined", "undefined", "number", "integer", "float", "string", "boolean"),
    *("even", "odd", "divisibleby", "in", "true", "false", "iterable", "mapping", "sequence"),
    *("eq", "ne", "lt", "le", "gt", "ge", "==", "!=", "<", "<=", ">", ">="),
    *("equalto", "lessthan", "greaterthan"),
)
_OPERATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "//": operator.floordiv,
        "%": operator.mod,
    }
)


class Missing(Undefined):
    """A value that is not there.

    As in the language's rules it is false, equals nothing and is below nothing. As in Jinja's
    strict mode, printing it, looping over it or computing with it is an error that names it.
    """

    __slots__ = ()

    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error  # noqa: SLF001
    __contains__ = Undefined._fail_with_undefined_error  # noqa: SLF001
    __hash__ = Undefined.__hash__

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def _below_nothing(self, other: object) -> bool:  # noqa: ARG002 - an operator's signature
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _below_nothing  # type: ignore[assignment]

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or f"{self._undefined_name} is missing"


class Record(dict[str, Any]):
    """A mapping that knows by what path it was reached, to name what is missing in it."""

    __slots__ = ("path",)

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.path = path


class Environment(SandboxedEnvironment):
    """Jinja's sandbox, narrowed to plain data."""

    intercepted_binops = frozenset({*_OPERATIONS, "**"})
    intercepted_unops = frozenset({"+", "-"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a key of a mapping, or what ``loop`` knows; objects have no other attributes."""
        if isinstance(obj, LoopContext) and attribute in LOOP_NAMES:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read a key of a mapping or a place of a list; absent, None and empty are missing."""
        path = _path(obj, argument)
        value = None
        if isinstance(obj, Mapping) or (
            isinstance(obj, list | tuple | str) and isinstance(argument, int)
        ):
            try:
                value = obj[argument]
            except (LookupError, TypeError):
                value = None
        if _is_missing(value):
            return self.undefined(name=path)
        return Record(path, value) if isinstance(value, Mapping) else value

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Compute with numbers of ordinary size, and join short texts."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            weigh([left, right])
            return left + right
        if operator not in _OPERATIONS:
            raise SecurityError(f"{operator} is not allowed")
        return _bounded(_OPERATIONS[operator](_operand(left), _operand(right)))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:  # noqa: ARG002
        """Negate numbers only."""
        return -_operand(arg) if operator == "-" else _operand(arg)


@cache
def environment(*, escaped: bool) -> Environment:
    """Return the environment that escapes values, or the one that does not."""
    made = Environment(
        autoescape=escaped,
        undefined=Missing,
        finalize=_printable,
        optimized=False,  # constant folding at compile time has no limits
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.clear()
    own = {"(segment)": _segment, "(offer)": _offer, "(link)": _link}
    made.filters = {**FILTERS, _EACH: _each, **own}
    made.tests = dict(TESTS)
    return made


def compile_blocks(
    text: str, *, escaped: bool, shared: Mapping[str, str] | None = None
) -> dict[str, Block]:
    """Compile a template that the guard has passed, and return its blocks by name.

    Args:
        text: The template.
        escaped: Whether values are escaped.
        shared: By name, the shared texts that it includes, directly or not.
    """
    env = environment(escaped=escaped)
    tree = env.parse(text)
    for block in tree.find_all(nodes.Block):
        _Rewriter(env, block.name, shared or {}).generic_visit(block)
    template = jinja2.Template.from_code(env, env.compile(tree), env.globals)
    return {name: _block(template, name) for name in template.blocks}


class _Rewriter(NodeTransformer):
    """Puts shared texts in their places, and ways that this module holds in place of others.

    What the template calls becomes a filter with a name that no template can write.
    """

    def __init__(self, env: Environment, part: str, shared: Mapping[str, str]) -> None:
        self._env = env
        self._part = part
        self._shared = shared

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's name
        self.generic_visit(node)
        node.iter = self._filter(_EACH, cast("nodes.Expr", node.iter), [], node.lineno)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's name
        self.generic_visit(node)
        return self._filter(_CALLS[function_of(node) or ""], *_arguments(node), node.lineno)

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802 - the visitor's name
        text = self._shared[name_of(node) or ""]
        # Jinja drops one line break at the end, and with it the one after the include is gone.
        tree = self._env.parse(f"{text}\n")
        blocks = {block.name: block for block in tree.find_all(nodes.Block)}
        scope = nodes.Scope(blocks[self._part].body if blocks else tree.body, lineno=node.lineno)
        self.generic_visit(scope)
        return scope.set_environment(self._env)

    def _filter(
        self, name: str, value: nodes.Expr, arguments: list[nodes.Expr], line: int
    ) -> nodes.Filter:
        made = nodes.Filter(value, name, arguments, [], None, None, lineno=line)
        made.set_environment(self._env)
        return made


def _arguments(call: nodes.Call) -> tuple[nodes.Expr, list[nodes.Expr]]:
    return call.args[0], call.args[1:]


def _block(template: jinja2.Template, name: str) -> Block:
    def render(values: Mapping[str, Any], lookups: Lookups) -> Iterator[str]:
        known = {
            name: Record(name, value) if isinstance(value, Mapping) else value
            for name, value in values.items()
            if not _is_missing(value)
        }
        own = {_BUDGET: itertools.count(1), _LOOKUPS: lookups}
        context = template.new_context({**known, **own})
        try:
            yield from template.blocks[name](context)
        except (
            jinja2.TemplateError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            raise RenderError(str(error)) from error

    return render


@pass_context
def _printable(context: Context, value: Any) -> Any:  # noqa: ARG001 - keeps Jinja from folding
    """Let through what can be read by people; run on every value before it is printed."""
    if isinstance(value, _PRINTABLE):
        return value
    if value is None:
        raise RenderError("a value is missing")
    raise RenderError(f"a {type(value).__name__} cannot be printed; print what is in it")


@pass_context
def _each(context: Context, value: Any) -> list[Any]:
    """Make a loop's list, counting against the one budget of all loops of a part."""
    if isinstance(value, Undefined):
        return list(value)
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise SecurityError("a loop needs a list")
    items = []
    budget = context.resolve(_BUDGET)
    for item in value:
        if next(budget) > _ROUNDS:
            raise SecurityError(f"the loops go round more than {_ROUNDS} times")
        items.append(item)
    return items


@pass_context
def _segment(context: Context, name: str) -> bool:
    """Say whether the person matches a segment."""
    segments = context.resolve(_LOOKUPS).segments
    if name not in segments:
        raise SecurityError(f"nobody knows whether the customer matches the segment {name!r}")
    return bool(segments[name])


@pass_context
def _offer(context: Context, name: str) -> Record:
    """Return what the person was granted; of an offer that was not, everything is missing."""
    return Record(f"offer({name!r})", context.resolve(_LOOKUPS).offers.get(name) or {})


@pass_context
def _link(context: Context, target: Any, name: str | None = None) -> str:
    """Return the address of a link with its tracking."""
    if not isinstance(target, str):
        target = str(target)  # of a missing value this names the variable
    lookups: Any = context.resolve(_LOOKUPS)
    return str(lookups.link(target, name))


def _path(obj: Any, argument: Any) -> str:
    if isinstance(obj, Undefined):
        return f"{obj._undefined_name}.{argument}"  # noqa: SLF001 - Jinja's documented name
    return f"{obj.path}.{argument}" if isinstance(obj, Record) else str(argument)


def _is_missing(value: Any) -> bool:
    """Say whether a value counts as not there; NaN is how tables write it."""
    if value is None or isinstance(value, Undefined):
        return True
    if isinstance(value, str):
        return not value
    return isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN differs from itself


def _operand(value: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)  # names the variable that is missing
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise SecurityError(f"cannot compute with a {type(value).__name__}")
    return _bounded(value)


def _bounded(number: Any) -> Any:
    if not abs(number) <= _LARGEST:
        raise SecurityError("a number is too large")
    return number


_ALL_TESTS: Final[Mapping[str, Any]] = jinja_tests.TESTS

TESTS: Final[Mapping[str, Callable[..., bool]]] = MappingProxyType(
    {**{name: _ALL_TESTS[name] for name in _TESTS}, "none": _is_missing}
)
"""Every test by name."""
