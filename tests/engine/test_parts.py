"""A rehearsal in parts, by one thread or two, is the rehearsal of everybody at once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engine_kit.cases import Case, case_of, cases
from engine_kit.drive import set_up, swept
from engine_kit.profile import examples
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.engine.facts import ORDER
from campaignspec.ledger import facts_file
from campaignspec.ledger.facts_file import writing_facts
from campaignspec.simulate.parts import Columns, Outing, Part, walk_in_parts
from campaignspec.simulate.ties import is_apart, is_tied


def parts(case: Case, *, at_once: int, jobs: int = 1) -> list[Part]:
    assembly = set_up(case)
    rows = np.arange(len(assembly.world.history.customers), dtype=np.int64)
    return list(
        walk_in_parts(assembly, rows, start=case.start, end=case.end, at_once=at_once, jobs=jobs)
    )


def together(found: list[Part]) -> pa.Table:
    return pa.concat_tables([part.facts for part in found])


def written(found: list[Part], folder: Path) -> bytes:
    with writing_facts(folder / "facts.parquet") as writer:
        for part in found:
            writer.add(part.facts)
    return (folder / "facts.parquet").read_bytes()


@examples(40)
@given(case=cases(), at_once=st.integers(1, 4), jobs=st.sampled_from((1, 2, 3)))
def test_facts_are_equal_however_many_walk_at_once_and_by_however_many_threads(
    case: Case, at_once: int, jobs: int
) -> None:
    whole = swept(case)

    found = parts(case, at_once=at_once, jobs=jobs)

    assert together(found).equals(whole)
    assert sum(part.customers for part in found) == len(case.story)


@examples(15)
@given(case=cases(), group=st.integers(1, 9))
def test_files_are_equal_to_the_last_byte_however_many_walk_at_once(case: Case, group: int) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(facts_file, "GROUP", group)

        files = {written(parts(case, at_once=n), Path(folder)) for n in (1, 2, 1000)}

    assert len(files) == 1


def test_only_who_must_be_in_one_place_is_not_parted_from_the_others() -> None:
    together = apart = 0
    for seed in range(60):
        case = case_of(seed)
        assembly = set_up(case)

        found = parts(case, at_once=1)

        if is_tied(assembly, case.end) and not is_apart(assembly, case.end):
            together += 1
            assert len(found) == 1
        else:
            apart += len(case.story) > 1
            assert len(found) == max(len(case.story), 1)
    assert min(together, apart) > 5


def test_parts_follow_each_other_in_the_order_of_all_facts() -> None:
    for seed in range(20):
        table = together(parts(case_of(seed), at_once=1))

        assert table.equals(table.sort_by([(name, "ascending") for name in ORDER]))


def test_what_is_for_everybody_is_published_where_there_is_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = next(case for case in map(case_of, range(60)) if is_tied(set_up(case), case.end))
    published: list[bool] = []
    walk = Outing.walk

    def noted(outing: Outing, rows: Any, **how: Any) -> Columns:
        published.append(how["publishes"])
        return walk(outing, rows, **how)

    monkeypatch.setattr(Outing, "walk", noted)
    nobody = np.empty(0, np.int64)

    found = list(walk_in_parts(set_up(case), nobody, start=case.start, end=case.end))

    assert published == [True]
    assert together(found).num_rows == 0
