"""An event counts from when it is known, not from when it happened."""

from __future__ import annotations

from pathlib import Path

from campaignspec.clock import DAY, HOUR, parse_instant
from campaignspec.history import EventSource
from campaignspec.history.load import load_history


def _ts(tmp_path: Path, **options: object) -> list[int]:
    file = tmp_path / "events.csv"
    file.write_text("customer,at,event\na,2025-03-01 18:00,order\n", encoding="utf-8")
    source = EventSource(file=file, **options)  # type: ignore[arg-type]
    return load_history([], [source]).streams["order"].ts.tolist()


def test_a_nightly_export_is_known_a_day_later(tmp_path: Path):
    happened = parse_instant("2025-03-01 18:00")

    assert _ts(tmp_path) == [happened]
    assert _ts(tmp_path, known_after=DAY) == [happened + DAY]


def test_a_day_is_known_after_its_end_and_the_delay(tmp_path: Path):
    midnight = parse_instant("2025-03-02")

    assert _ts(tmp_path, one_per_day=True, known_after=6 * HOUR) == [midnight + 6 * HOUR]
