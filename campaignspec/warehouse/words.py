"""Small pieces of SQL as trees; sqlglot writes them in the dialect that is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlglot import exp

from campaignspec.clock import Instant
from campaignspec.project.names import FactKind

_EXACT: Final = 2**53
"""Whole numbers up to this are exact in a double."""


_TYPES: Final[Mapping[FactKind, exp.DType]] = {
    FactKind.TEXT: exp.DType.TEXT,
    FactKind.NUMBER: exp.DType.DOUBLE,
    FactKind.MONEY: exp.DType.BIGINT,
    FactKind.DATE: exp.DType.BIGINT,
    FactKind.BOOLEAN: exp.DType.BOOLEAN,
    FactKind.INSTANT: exp.DType.BIGINT,
}


def column(name: str, table: str | None = None) -> exp.Column:
    """Name a column, quoted: no word is reserved, and case is kept."""
    return exp.column(name, table=table, quoted=True)


def named(tree: exp.Expr, name: str) -> exp.Expr:
    """Give a column of a result its name."""
    return exp.alias_(tree, name, quoted=True)


def table(name: str, alias: str | None = None) -> exp.Table:
    """Name a table."""
    found = exp.Table(this=exp.to_identifier(name, quoted=True))
    if alias is not None:
        found.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return found


def whole(number: Instant) -> exp.Expr:
    """Write a whole number."""
    return exp.convert(number)


def number(value: float) -> exp.Expr:
    """Write a number: whole where it is, a double elsewhere, never a decimal that is rounded."""
    if float(value).is_integer() and abs(value) < _EXACT:
        return exp.convert(int(value))
    return double(exp.convert(value))


def text(value: str) -> exp.Expr:
    """Write a text."""
    return exp.Literal.string(value)


def truth(value: bool) -> exp.Boolean:  # noqa: FBT001 - it is the value
    """Write TRUE or FALSE."""
    return exp.Boolean(this=value)


def double(tree: exp.Expr) -> exp.Expr:
    """Turn a number into a double."""
    return exp.cast(tree, exp.DataType.Type.DOUBLE)


def divide(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    """Divide two doubles; the caller keeps 0 away."""
    return exp.Paren(this=exp.Div(this=above, expression=below, typed=False, safe=False))


def filled(tree: exp.Expr, default: exp.Expr) -> exp.Expr:
    """Put a value where there is none."""
    return exp.Coalesce(this=tree, expressions=[default])


def is_known(tree: exp.Expr) -> exp.Expr:
    """Say whether there is a value."""
    return exp.Not(this=exp.Is(this=tree, expression=exp.Null()))


def ascending(tree: exp.Expr) -> exp.Ordered:
    """Order by what is never NULL; the order of NULLs is said for databases that must know."""
    return exp.Ordered(this=tree, desc=False, nulls_first=True)


def descending(tree: exp.Expr) -> exp.Ordered:
    """Order downwards by what is never NULL."""
    return exp.Ordered(this=tree, desc=True, nulls_first=False)


def by_bytes(tree: exp.Expr) -> exp.Expr:
    """Order a text by its bytes, also where a database would go by a language's alphabet."""
    return exp.Collate(this=tree, expression=exp.to_identifier("C", quoted=True))


def over(
    function: exp.Expr,
    partition: Sequence[exp.Expr],
    order: Sequence[exp.Ordered] = (),
    frame: exp.WindowSpec | None = None,
) -> exp.Window:
    """Compute a function over a window."""
    return exp.Window(
        this=function,
        partition_by=list(partition),
        order=exp.Order(expressions=list(order)) if order else None,
        spec=frame,
    )


def row_number(partition: Sequence[exp.Expr], order: Sequence[exp.Ordered]) -> exp.Window:
    """Number rows from 1."""
    return over(exp.RowNumber(), partition, order)


def within_brackets(query: exp.Select, name: str) -> exp.Subquery:
    """Put a query in brackets, to be selected from."""
    return query.subquery(alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))


def null(kind: FactKind) -> exp.Expr:
    """Write a missing value of a kind."""
    return exp.cast(exp.Null(), _TYPES[kind])
