"""A history that grows: only what is new is read, and the result is that of reading all anew."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignspec.errors import HistoryError
from campaignspec.history import (
    ConsentSource,
    CustomerSource,
    EventSource,
    History,
    MessageSource,
    Stream,
    ValueKind,
    telling,
)
from campaignspec.history.cache import Cache
from campaignspec.history.load import load_history

KINDS = {
    "amount": ValueKind.MONEY,
    "size": ValueKind.NUMBER,
    "brand": ValueKind.TEXT,
    "gift": ValueKind.BOOLEAN,
}
SCHEMA = pa.schema(
    [
        ("customer", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        ("event", pa.string()),
        ("amount", pa.int64()),
        ("size", pa.float64()),
        ("brand", pa.string()),
        ("gift", pa.bool_()),
    ]
)
DAY = 86_400_000_000

EVENT = st.tuples(
    st.sampled_from(["a", "b", "c", "10", "9", "Ä"]),
    st.integers(0, 4).map(lambda half: half * DAY // 2),
    st.sampled_from(["order", "visit", "cart"]),
    st.none() | st.integers(-5, 5),
    st.none() | st.sampled_from([0.1, 0.2, 0.3, 1e9]),
    st.none() | st.sampled_from(["x", "y", "z"]),
    st.none() | st.booleans(),
)
Events = list[tuple[object, ...]]
laws = settings(deadline=None, max_examples=15)


def write_events(file: Path, events: Events) -> None:
    rows = [dict(zip(SCHEMA.names, event, strict=True)) for event in events]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), file)


def load(folder: Path, *, cache: Path | None, known_after: int = 0) -> History:
    said = folder / "said.csv"
    people = folder / "people.csv"
    if not said.exists():
        said.write_text("customer,at,channel,purpose,state\nb,2017-01-01,email,service,granted\n")
        people.write_text("customer,timezone,email,city\nz,Asia/Tokyo,z@shop.example,Oslo\nb,,,\n")
    days = {"event": "day", "only": ("order",), "one_per_day": True, "zone": "Asia/Tokyo"}
    return load_history(
        [CustomerSource(file=people, addresses={"email": "email"})],
        [
            EventSource(file=folder / "ev*.parquet", properties=KINDS, known_after=known_after),
            EventSource(file=folder / "ev*.parquet", properties=KINDS, **days),
            EventSource(file=folder / "first.parquet", properties={"size": ValueKind.NUMBER}),
        ],
        [],
        [ConsentSource(file=said)],
        default_zone="Europe/Moscow",
        cache=cache,
    )


def assert_equal(one: History, other: History) -> None:
    """Compare two histories array by array."""
    assert one.customers == other.customers
    assert one.fingerprint == other.fingerprint
    assert (one.first, one.last) == (other.first, other.last)
    assert list(one.addresses) == list(other.addresses)
    for kind, texts in one.addresses.items():
        assert texts.tolist() == other.addresses[kind].tolist()
    zones = [[h.zones[number] for number in h.zone_of] for h in (one, other)]
    assert zones[0] == zones[1]
    known = [None if h.zone_known is None else h.zone_known.tolist() for h in (one, other)]
    assert known[0] == known[1]
    assert_equal_columns(one.attributes, other.attributes)
    for mine, theirs in ((one.streams, other.streams), (one.consents, other.consents)):
        assert list(mine) == list(theirs)
        for key, stream in mine.items():
            assert_equal_streams(stream, theirs[key])


def assert_equal_streams(one: Stream, other: Stream) -> None:
    assert np.array_equal(one.ts, other.ts)
    assert np.array_equal(one.offsets, other.offsets)
    assert_equal_columns(one.properties, other.properties)


def assert_equal_columns(one: Mapping[str, object], other: Mapping[str, object]) -> None:
    assert list(one) == list(other)
    for name, column in one.items():
        theirs = other[name]
        assert column.kind == theirs.kind
        assert np.array_equal(column.missing, theirs.missing)
        is_number = column.kind is ValueKind.NUMBER
        assert np.array_equal(column.values, theirs.values, equal_nan=is_number)
        assert column.words.tolist() == theirs.words.tolist()


@laws
@given(files=st.lists(st.lists(EVENT, max_size=12), min_size=2, max_size=4))
def test_a_history_that_grew_by_files_is_the_one_that_is_built_from_all(
    files: list[Events],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_events(folder / "first.parquet", files[0])

        for number, events in enumerate(files):
            write_events(folder / f"ev{number}.parquet", events)
            grown = load(folder, cache=folder / "cache")

        assert_equal(grown, load(folder, cache=None))


@laws
@given(files=st.lists(st.lists(EVENT, max_size=12), min_size=2, max_size=4), dice=st.randoms())
def test_files_may_come_in_any_order(files: list[Events], dice: object) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_events(folder / "first.parquet", files[-1])
        numbers = list(range(len(files)))
        dice.shuffle(numbers)

        for number in numbers:
            write_events(folder / f"ev{number}.parquet", files[number])
            grown = load(folder, cache=folder / "cache", known_after=DAY)

        assert_equal(grown, load(folder, cache=None, known_after=DAY))


class Reads:
    """Notes the files that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: list[str] = []
        read = telling.stage_events

        def noting(db: object, table: str, source: EventSource, *since: object) -> object:
            self.files.append(source.file.name)
            return read(db, table, source, *since)

        monkeypatch.setattr(telling, "stage_events", noting)


def event(customer: str, day: int, kind: str = "order") -> tuple[object, ...]:
    return (customer, day * DAY, kind, 1, 1.0, "x", True)


def test_of_a_grown_source_only_the_new_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = EventSource(file=tmp_path / "*.parquet", properties=KINDS)
    write_events(tmp_path / "2017-01-01.parquet", [event("b", 1)])
    load_history([], [source], cache=tmp_path / "cache")
    write_events(tmp_path / "2017-01-02.parquet", [event("a", 2), event("b", 2)])
    reads = Reads(monkeypatch)

    history = load_history([], [source], cache=tmp_path / "cache")

    assert reads.files == ["2017-01-02.parquet"]
    assert history.customers == ("a", "b")
    assert history.streams["order"].offsets.tolist() == [0, 1, 3]


def test_a_changed_file_is_the_only_one_that_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = EventSource(file=tmp_path / "*.parquet", properties=KINDS)
    for day in (1, 2, 3):
        write_events(tmp_path / f"{day}.parquet", [event("b", day)])
    load_history([], [source], cache=tmp_path / "cache")
    write_events(tmp_path / "2.parquet", [event("a", 2)])
    reads = Reads(monkeypatch)

    history = load_history([], [source], cache=tmp_path / "cache")

    assert reads.files == ["2.parquet"]
    assert_equal(history, load_history([], [source]))


def test_what_a_history_has_in_common_with_a_piece_is_stored_once(tmp_path: Path) -> None:
    write_events(tmp_path / "1.parquet", [event("b", 1), event("a", 2)])
    source = EventSource(file=tmp_path / "1.parquet", properties=KINDS)

    history = load_history([], [source], cache=tmp_path / "cache")

    files = list((tmp_path / "cache" / history.fingerprint).glob("*.npy"))
    assert sum(file.stat().st_nlink == 2 for file in files) >= len(KINDS)


def test_a_damaged_piece_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = EventSource(file=tmp_path / "*.parquet", properties=KINDS)
    write_events(tmp_path / "1.parquet", [event("b", 1)])
    load_history([], [source], cache=tmp_path / "cache")
    for file in (tmp_path / "cache").rglob("*.npy"):
        file.write_bytes(b"x" * file.stat().st_size)
    write_events(tmp_path / "2.parquet", [event("a", 2)])

    history = load_history([], [source], cache=tmp_path / "cache")

    assert_equal(history, load_history([], [source]))
    assert_equal(load_history([], [source], cache=tmp_path / "cache"), history)


def test_the_last_few_histories_are_kept_and_the_pieces_that_they_are_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignspec.history.cache._FRESH_SECONDS", -1.0)
    cache, names = tmp_path / "cache", []
    for day in range(7):
        write_events(tmp_path / "log.parquet", [event("a", day)])
        source = EventSource(file=tmp_path / "log.parquet", properties=KINDS)
        names.append(load_history([], [source], cache=cache).fingerprint)

    kept = {path.name for path in cache.iterdir()} - {"pieces"}

    assert kept == set(names[-4:])
    assert len(list((cache / "pieces").iterdir())) == 4
    assert Cache(cache).history(names[-1]) is not None


def test_a_pattern_that_fits_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"days/\*\.parquet: no file fits this pattern"):
        load_history([], [EventSource(file=tmp_path / "days" / "*.parquet")])


def test_messages_and_consents_may_be_many_files_as_well(tmp_path: Path) -> None:
    for day in (1, 2):
        (tmp_path / f"sent{day}.csv").write_text(
            f"customer,at,channel,class,campaign\na,2017-01-0{day},email,service,\n"
        )
        (tmp_path / f"said{day}.csv").write_text(
            f"customer,at,channel,purpose,state\na,2017-01-0{day},email,service,granted\n"
        )

    history = load_history(
        [],
        [],
        [MessageSource(file=tmp_path / "sent*.csv")],
        [ConsentSource(file=tmp_path / "said?.csv")],
    )

    assert len(history.messages["email"].ts) == 2
    assert len(history.consents["email", "service"].ts) == 2


def test_pieces_may_disagree_on_a_kind_only_with_a_message(tmp_path: Path) -> None:
    write_events(tmp_path / "1.parquet", [event("b", 1)])
    kinds: Sequence[ValueKind] = (ValueKind.NUMBER, ValueKind.MONEY)
    sources = [
        EventSource(file=tmp_path / "1.parquet", properties={"amount": kind}) for kind in kinds
    ]

    with pytest.raises(HistoryError, match=r"'amount' of 'order' is money here and number"):
        load_history([], sources, cache=tmp_path / "cache")
