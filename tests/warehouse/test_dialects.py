"""Queries in every database's words: read back as they were written, and read by people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from engine_kit.cases import case_of
from engine_kit.profile import NIGHTLY
from sqlglot import ErrorLevel, exp
from warehouse.examples import FORMS, SEGMENTS, TRAITS
from warehouse.tables import story_layout
from warehouse.test_agreement import queries_of

from campaignspec.clock import parse_instant
from campaignspec.spec.audience import Segment
from campaignspec.warehouse import Dialect, Rules, matches_of, members_of, write_sql

NOW = parse_instant("2018-03-20")
WRITTEN = ("quiet", "left-behind", "ratio", "median-gap", "bucket", "scores")


def rules(segments: dict[str, Segment] | None = None) -> Rules:
    return Rules(
        layout=story_layout(), traits=TRAITS, segments=segments or dict(SEGMENTS), zone="UTC"
    )


def rewritten(sql: str, dialect: Dialect) -> str:
    """Read a query back and write it again."""
    tree = sqlglot.parse_one(sql, dialect=dialect.value, error_level=ErrorLevel.RAISE)
    return tree.sql(
        dialect=dialect.value,
        pretty=True,
        identify=True,
        unsupported_level=ErrorLevel.RAISE,
    )


@pytest.mark.parametrize("dialect", Dialect)
def test_random_queries_read_back_as_they_were_written(dialect: Dialect) -> None:
    for seed in range(300 if NIGHTLY else 25):
        for _, _, query in queries_of(case_of(seed)):
            sql = write_sql(query.tree, dialect)

            assert rewritten(sql, dialect) == sql


@pytest.mark.parametrize("dialect", Dialect)
def test_queries_are_written_as_before(
    dialect: Dialect, golden: Callable[[str, str], None]
) -> None:
    sql = [
        f"-- {segment}\n{write_sql(members_of(segment, rules(), NOW).tree, dialect)}\n"
        for segment in WRITTEN
    ]

    golden(f"warehouse/{dialect}.sql", "\n".join(sql))


def test_the_same_question_is_the_same_text() -> None:
    first, second = (
        write_sql(matches_of(list(FORMS), rules(), NOW).tree, Dialect.POSTGRES) for _ in range(2)
    )

    assert first == second


def test_segments_that_ask_the_same_share_one_walk_over_the_events() -> None:
    from warehouse.examples import rule

    limits = range(50)
    segments = {f"s{n}": Segment(where=rule(f"sum >= {n} and average < {n}")) for n in limits}

    query = matches_of(list(segments), rules(segments), NOW)

    assert [cte.alias for cte in query.tree.ctes] == ["buy_7d"]
    assert len(list(query.tree.find_all(exp.Sum))) == 1


def test_only_postgresql_is_told_to_go_by_bytes() -> None:
    query = members_of("bucket", rules(), NOW)

    told = [dialect for dialect in Dialect if "COLLATE" in write_sql(query.tree, dialect)]

    assert told == [Dialect.POSTGRES]


def test_clickhouse_is_told_that_unknown_is_null() -> None:
    query = members_of("count", rules(), NOW)

    told = [dialect for dialect in Dialect if "join_use_nulls" in write_sql(query.tree, dialect)]

    assert told == [Dialect.CLICKHOUSE]
