"""The databases that queries are written for, and what has to be said to some of them."""

from __future__ import annotations

from enum import StrEnum

from sqlglot import ErrorLevel, exp


class Dialect(StrEnum):
    """A database's language, by sqlglot's name."""

    DUCKDB = "duckdb"
    POSTGRES = "postgres"
    SNOWFLAKE = "snowflake"
    BIGQUERY = "bigquery"
    SPARK = "spark"
    CLICKHOUSE = "clickhouse"


def write_sql(query: exp.Query, dialect: Dialect) -> str:
    """Write a query for a database, the same text each time.

    Raises:
        sqlglot.UnsupportedError: The database has no words for a part of it.
    """
    adapted = query.transform(_adapt, dialect)
    if dialect is Dialect.CLICKHOUSE and isinstance(adapted, exp.Select):
        # Without it a customer of whom a part knows nothing gets 0 and '' where NULL is meant.
        use_nulls = exp.EQ(this=exp.column("join_use_nulls"), expression=exp.convert(1))
        adapted.set("settings", [use_nulls])
    return adapted.sql(
        dialect=dialect.value,
        pretty=True,
        identify=True,
        unsupported_level=ErrorLevel.RAISE,
    )


def _adapt(node: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Leave out what only PostgreSQL must be told: all others compare texts by their bytes."""
    if isinstance(node, exp.Collate) and dialect is not Dialect.POSTGRES:
        inner: exp.Expr = node.this
        return inner
    return node
