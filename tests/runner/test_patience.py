"""A runner stands still while its sources cannot be read, and catches up afterwards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from campaignspec.clock import HOUR, VirtualClock
from campaignspec.errors import HistoryError
from campaignspec.runner import runner


class Flickering:
    """A bench whose sources cannot be read for a while."""

    def __init__(self, failures: int) -> None:
        self._failures, self._asked = failures, 0
        delivery = SimpleNamespace(recover=lambda _: 0, dispatch=lambda _now, is_more: 2)
        ledger = SimpleNamespace(watermark=0, skip=lambda _: None)
        assembly = SimpleNamespace(programs=(), world=SimpleNamespace(winners={}))
        self._bench = SimpleNamespace(delivery=delivery, ledger=ledger, assembly=assembly)

    def bench(self, tick: int | None = None) -> Any:
        del tick
        self._asked += 1
        if 1 < self._asked <= 1 + self._failures:
            raise HistoryError("events.csv: row 7")
        return self._bench


@pytest.fixture
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    done: list[int] = []
    monkeypatch.setattr(runner, "advance", lambda _p, _w, _l, until: done.append(until))
    return done


def _run(failures: int, *, is_patient: bool) -> list[runner.Progress]:
    live: Any = Flickering(failures)
    return list(runner.run(live, VirtualClock(0), tick=HOUR, until=3 * HOUR, is_patient=is_patient))


def test_no_tick_is_skipped_while_standing_still(advanced: list[int]):
    progress = _run(2, is_patient=True)

    assert [p.trouble for p in progress[:2]] == ["events.csv: row 7"] * 2
    assert advanced == [HOUR, 2 * HOUR, 3 * HOUR]
    assert sum(p.sent for p in progress) == 6


def test_a_rehearsal_has_nothing_to_wait_for(advanced: list[int]):
    with pytest.raises(HistoryError, match="row 7"):
        _run(1, is_patient=False)

    assert advanced == []
