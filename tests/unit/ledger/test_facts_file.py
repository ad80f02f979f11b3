"""A file of facts is whole, or not there; and equal for equal facts."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sample_facts import rehearsal

from campaignspec.engine.facts import SCHEMA
from campaignspec.errors import UsageError
from campaignspec.ledger import facts_file
from campaignspec.ledger.facts_file import read_facts, write_facts, writing_facts

FACTS = rehearsal(60)


def test_what_was_written_is_read_back_with_types_and_all(tmp_path: Path):
    write_facts(FACTS, tmp_path / "deep/er/facts.parquet")

    found = read_facts(tmp_path / "deep/er/facts.parquet")

    assert found.equals(FACTS)
    assert found.schema == SCHEMA


def test_the_portions_in_which_facts_come_leave_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(facts_file, "GROUP", 50)
    whole, parted = tmp_path / "whole.parquet", tmp_path / "parted.parquet"

    write_facts(FACTS, whole)
    with writing_facts(parted) as writer:
        for low in range(0, FACTS.num_rows, 37):
            writer.add(FACTS.slice(low, 37))
        writer.add(SCHEMA.empty_table())

    assert writer.facts == FACTS.num_rows
    assert whole.read_bytes() == parted.read_bytes()
    assert pq.read_metadata(whole).row_group(0).num_rows == 50


def test_nobody_and_nothing_is_a_file_too(tmp_path: Path):
    write_facts(SCHEMA.empty_table(), tmp_path / "facts.parquet")

    assert read_facts(tmp_path / "facts.parquet").equals(SCHEMA.empty_table())


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_whatever_ends_the_writing_leaves_what_was_there_before(
    tmp_path: Path, failure: type[BaseException]
):
    path = tmp_path / "facts.parquet"
    write_facts(FACTS, path)
    before = path.read_bytes()

    def write() -> None:
        with writing_facts(path) as writer:
            writer.add(FACTS.slice(0, 5))
            raise failure

    with pytest.raises(failure):
        write()

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["facts.parquet"]


def test_one_campaign_is_read_without_the_others(tmp_path: Path):
    other = FACTS.set_column(1, SCHEMA.field("campaign"), pa.repeat("other", FACTS.num_rows))
    write_facts(pa.concat_tables([FACTS, other]), tmp_path / "facts.parquet")

    assert read_facts(tmp_path / "facts.parquet", "win-back").equals(FACTS)


def test_a_place_where_no_file_can_be_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(UsageError, match=r"facts cannot be written to .*file/facts\.parquet"):
        write_facts(FACTS, tmp_path / "file/facts.parquet")
