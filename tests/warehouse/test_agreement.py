"""Store, DuckDB and PostgreSQL agree on who matches, by random rules over random histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.profile import NIGHTLY, examples
from engine_kit.story import history_of
from hypothesis import given
from postgres_server import PostgresServer
from warehouse.tables import DuckTables, PostgresTables, story_layout

from campaignspec.audience import Audience
from campaignspec.errors import UsageError
from campaignspec.warehouse import Dialect, Query, Rules, matches_of, write_sql

LAYOUT = story_layout()


@pytest.fixture(scope="module")
def duck() -> DuckTables:
    return DuckTables(LAYOUT)


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Iterator[PostgresTables]:
    tables = PostgresTables(LAYOUT, postgres.new_database())
    yield tables
    tables.close()


def rules_of(case: Case) -> Rules:
    project = case.project
    return Rules(
        layout=LAYOUT,
        traits=project.traits,
        segments=project.segments,
        zone=project.settings.timezone,
    )


def instants_of(case: Case) -> tuple[int, int, int]:
    """Choose instants: one before most of what happens, one amid it, the last."""
    return case.start, (case.start + case.end) // 2 // case.tick * case.tick, case.end


def queries_of(case: Case) -> Iterator[tuple[str, int, Query]]:
    """Yield a query for every segment that has SQL, and its instant."""
    for segment in case.project.segments:
        for at in instants_of(case):
            with suppress(UsageError):  # what has no SQL, and why, is told elsewhere
                yield segment, at, matches_of([segment], rules_of(case), at)


def store_of(case: Case) -> Audience:
    project = case.project
    return Audience(
        history_of(case.story),
        traits=project.traits,
        segments=project.segments,
        tick=case.tick,
        zone=project.settings.timezone,
    )


def by_store(store: Audience, segment: str, at: int) -> set[str]:
    rows = np.arange(len(store.history.customers))
    matching = store.matches(segment, rows, np.full(rows.shape, at))
    return {store.history.customers[row] for row in np.flatnonzero(matching)}


def check_agreement(case: Case, tables: DuckTables | PostgresTables, dialect: Dialect) -> None:
    tables.tell(case.story)
    store = store_of(case)
    for segment, at, query in queries_of(case):
        answered = tables.ask(write_sql(query.tree, dialect))

        assert {customer for customer, _ in answered} == {person.id for person in case.story}
        assert all(matches is not None for _, matches in answered)
        assert {customer for customer, matches in answered if matches} == by_store(
            store, segment, at
        )


@examples(40)
@given(cases())
def test_duckdb_agrees_with_the_store(duck: DuckTables, case: Case) -> None:
    check_agreement(case, duck, Dialect.DUCKDB)


@examples(20)
@given(cases())
def test_postgresql_agrees_with_the_store(server: PostgresTables, case: Case) -> None:
    check_agreement(case, server, Dialect.POSTGRES)


@pytest.mark.parametrize("seed", range(2_000 if NIGHTLY else 60))
def test_all_three_agree_in_seeded_cases(
    seed: int, duck: DuckTables, server: PostgresTables
) -> None:
    case = case_of(seed)
    check_agreement(case, duck, Dialect.DUCKDB)
    check_agreement(case, server, Dialect.POSTGRES)
