"""The outbox is asked when messages may lie in it: after each tick that may have made some."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from campaignspec.clock import HOUR, VirtualClock
from campaignspec.runner import runner


class Tick:
    """What `advance` does at one tick."""

    def __init__(self, *, sends: int = 0, decides: bool = False, concerns: bool = True) -> None:
        self.outcome = SimpleNamespace(sends=["a batch"] * sends) if concerns else None
        self.decides = decides


TICKS = {
    "a tick that sends something": (Tick(sends=1), True),
    "a tick that concerns somebody and sends nothing": (Tick(), False),
    "a tick that concerns nobody": (Tick(concerns=False), False),
    "a tick that sent before it decided an experiment": (Tick(decides=True), True),
    "a tick that decided, and concerned nobody after": (Tick(decides=True, concerns=False), True),
}


@pytest.mark.parametrize(("tick", "is_more"), TICKS.values(), ids=TICKS)
def test_the_outbox_is_asked_after(monkeypatch: pytest.MonkeyPatch, tick: Tick, *, is_more: bool):
    asked: list[bool] = []
    world = SimpleNamespace(winners={})
    bench = SimpleNamespace(
        delivery=SimpleNamespace(
            recover=lambda _: 0, dispatch=lambda _, is_more: asked.append(is_more) or 0
        ),
        ledger=SimpleNamespace(watermark=0, skip=lambda _: None),
        assembly=SimpleNamespace(programs=(), world=world),
    )

    def advance(*_: object) -> Any:
        if tick.decides:
            world.winners["w", "experiment"] = "a"
        return tick.outcome

    monkeypatch.setattr(runner, "advance", advance)
    live: Any = SimpleNamespace(bench=lambda *_: bench)

    list(runner.run(live, VirtualClock(0), tick=HOUR, until=HOUR, is_patient=False))

    assert asked == [is_more]
