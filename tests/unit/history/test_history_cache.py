from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from campaignspec.history import (
    ConsentSource,
    CustomerSource,
    EventSource,
    History,
    MessageSource,
    ValueKind,
)
from campaignspec.history import load as loading
from campaignspec.history.load import load_history


class Builds:
    """Counts how often a history is built anew."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        build = loading.build_history

        def counting(*args: object) -> History:
            self.count += 1
            return build(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(loading, "build_history", counting)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    return Builds(monkeypatch)


def write(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "people.csv").write_text(
        "customer,timezone,email,city\n1,Europe/Moscow,a@shop.example,Москва\n2,,,\n", "utf-8"
    )
    (folder / "orders.csv").write_text(
        "customer,at,event,amount,size\n1,2017-01-01,order,9.99,2.5\n2,2017-01-02,visit,,\n"
    )
    (folder / "sent.csv").write_text(
        "customer,at,channel,class,campaign\n1,2017-01-01,email,service,\n"
    )
    (folder / "said.csv").write_text(
        "customer,at,channel,purpose,state\n1,2017-01-01,email,service,granted\n"
    )
    return folder


def load(folder: Path, cache: Path | None, *, zone: str = "UTC") -> History:
    kinds = {"amount": ValueKind.MONEY, "size": ValueKind.NUMBER}
    return load_history(
        [CustomerSource(file=folder / "people.csv", addresses={"email": "email"})],
        [EventSource(file=folder / "orders.csv", properties=kinds)],
        [MessageSource(file=folder / "sent.csv")],
        [ConsentSource(file=folder / "said.csv")],
        default_zone=zone,
        cache=cache,
    )


def contents(history: History) -> object:
    """Everything a history holds, as plain values."""
    streams = {
        **history.streams,
        **{("to", name): stream for name, stream in history.messages.items()},
        **history.consents,
    }
    return (
        history.customers,
        {n: [c.get(i) for i in range(len(c))] for n, c in history.attributes.items()},
        {kind: texts.tolist() for kind, texts in history.addresses.items()},
        [history.zones[number] for number in history.zone_of],
        None if history.zone_known is None else history.zone_known.tolist(),
        {
            key: (
                stream.ts.tolist(),
                stream.offsets.tolist(),
                {n: [c.get(i) for i in range(len(c))] for n, c in stream.properties.items()},
            )
            for key, stream in streams.items()
        },
        (history.fingerprint, history.first, history.last),
    )


def test_what_was_kept_is_what_was_built(tmp_path: Path, builds: Builds) -> None:
    files, cache = write(tmp_path / "files"), tmp_path / "cache"
    built = load(files, None)

    first, second = load(files, cache), load(files, cache)

    assert contents(first) == contents(built)
    assert contents(second) == contents(built)
    assert builds.count == 2
    assert isinstance(second.streams["order"].ts.base, np.memmap)


def test_a_kept_history_answers_questions(tmp_path: Path, builds: Builds) -> None:
    files, cache = write(tmp_path / "files"), tmp_path / "cache"
    load(files, cache)

    history = load(files, cache)

    rows = np.arange(2)
    spent = history.streams["order"].total(rows, history.first - 1, history.last, "amount")
    assert spent.tolist() == [9_990_000, 0]


def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    files, cache = write(tmp_path / "files"), tmp_path / "cache"

    history = load(files, cache)

    assert sorted(path.name for path in cache.iterdir()) == sorted([history.fingerprint, "pieces"])
    assert not [path for path in (cache / "pieces").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("damage", ["no manifest", "other manifest", "short", "gone", "no header"])
def test_a_damaged_cache_is_built_again(tmp_path: Path, builds: Builds, damage: str) -> None:
    files, cache = write(tmp_path / "files"), tmp_path / "cache"
    load(files, cache)
    built = load(files, None)
    folder = cache / built.fingerprint
    victim = sorted(folder.glob("*.npy"))[3]
    match damage:
        case "no manifest":
            (folder / "manifest").unlink()
        case "other manifest":
            manifest = folder / "manifest"
            manifest.write_text(manifest.read_text().replace("order", "visit"))
        case "short":
            victim.write_bytes(victim.read_bytes()[:-1])
        case "gone":
            victim.unlink()
        case "no header":
            victim.write_bytes(b"x" * victim.stat().st_size)

    again, kept = load(files, cache), load(files, cache)

    assert contents(again) == contents(kept) == contents(built)


def test_the_fingerprint_follows_content_and_declarations_and_not_places(tmp_path: Path) -> None:
    here, there = write(tmp_path / "here"), write(tmp_path / "there")
    before = load(here, None).fingerprint

    moved = load(there, None).fingerprint
    declared_otherwise = load(here, None, zone="Asia/Kolkata").fingerprint
    orders = here / "orders.csv"
    orders.write_text(orders.read_text().replace("9.99", "9.98"))
    changed = load(here, None).fingerprint

    assert moved == before
    assert len({before, declared_otherwise, changed}) == 3


def test_a_changed_file_is_read_anew(tmp_path: Path, builds: Builds) -> None:
    files, cache = write(tmp_path / "files"), tmp_path / "cache"
    load(files, cache)
    orders = files / "orders.csv"
    orders.write_text(orders.read_text().replace("9.99", "9.98"))

    history = load(files, cache)

    assert history.streams["order"].properties["amount"].get(0) == 9_980_000
    assert builds.count == 2
