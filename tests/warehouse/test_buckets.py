"""Buckets in SQL: eight hexadecimal digits that compare, and count, as the number they are."""

from __future__ import annotations

import operator
from collections.abc import Callable

import duckdb
import psycopg
import pytest
from postgres_server import PostgresServer
from sqlglot import exp

from campaignspec.identity import draws
from campaignspec.project.names import FactKind
from campaignspec.spec.rule import Literal, Operator
from campaignspec.warehouse import Dialect, write_sql
from campaignspec.warehouse.value import Value, as_number, compare
from campaignspec.warehouse.words import column, text, whole

CUSTOMERS = tuple(f"c{number}" for number in range(500))
DRAWN = dict(zip(CUSTOMERS, (draws("spring", CUSTOMERS) / 2**32).tolist(), strict=True))
LIMITS = (
    *(-1.0, 0.0, 0.2, 1 / 3, 0.5, 1.0, 2.0),
    *(1 - 2.0**-32, 1 - 2.0**-33),
    *(DRAWN["c0"], DRAWN["c1"] + 1e-12, DRAWN["c2"] - 1e-12),
)
COMPARISONS: dict[Operator, Callable[[float, float], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.NOT_EQUAL: operator.ne,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.GREATER: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def digits() -> Value:
    salted = exp.DPipe(this=text("spring:"), expression=column("customer"))
    eight = exp.Substring(this=exp.MD5(this=salted), start=whole(1), length=whole(8))
    return Value(kind=FactKind.NUMBER, tree=eight, always=True, digits=True)


def asked(tree: exp.Expr) -> exp.Select:
    rows = exp.values([(customer,) for customer in CUSTOMERS], alias="t", columns=["customer"])
    return exp.select(column("customer"), tree).from_(rows)


def answers(tree: exp.Expr) -> dict[str, object]:
    with duckdb.connect() as session:
        return dict(session.execute(write_sql(asked(tree), Dialect.DUCKDB)).fetchall())


@pytest.mark.parametrize("by", Operator)
def test_digits_compare_as_the_number_does(by: Operator) -> None:
    for limit in LIMITS:
        found = answers(compare(digits(), by, Literal(value=limit)))

        assert found == {
            customer: COMPARISONS[by](drawn, limit) for customer, drawn in DRAWN.items()
        }


def test_digits_become_the_number_exactly() -> None:
    assert answers(as_number(digits())) == DRAWN


def test_digits_become_the_number_where_whole_numbers_have_32_bits(
    postgres: PostgresServer,
) -> None:
    sql = write_sql(asked(as_number(digits())), Dialect.POSTGRES)

    with psycopg.connect(postgres.new_database()) as session:
        assert dict(session.execute(sql.encode()).fetchall()) == DRAWN
