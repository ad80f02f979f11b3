"""A history that is packed for another machine is there the one that it was here."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from shop import write_shop

from campaignspec.api.history import CACHE, history_of
from campaignspec.errors import HistoryError
from campaignspec.history import History
from campaignspec.history.packing import packed, unpacked
from campaignspec.project import load_project


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_shop(tmp_path / "shop", customers=50)


def mapped(shop: Path) -> History:
    """Return a history that is mapped from the event store."""
    project = load_project(shop, relative_to=shop).project
    assert project is not None
    history_of(project)
    return history_of(project)


def test_a_history_is_unpacked_as_it_was(shop: Path) -> None:
    history = mapped(shop)

    other = unpacked(packed(history))

    assert other.customers == history.customers
    assert other.fingerprint == history.fingerprint
    assert (other.first, other.last) == (history.first, history.last)
    for name, stream in history.streams.items():
        np.testing.assert_array_equal(other.streams[name].ts, stream.ts)
        np.testing.assert_array_equal(other.streams[name].offsets, stream.offsets)
        for each, column in stream.properties.items():
            np.testing.assert_array_equal(
                other.streams[name].properties[each].values, column.values
            )


def test_events_are_mapped_where_they_lie_and_not_carried(shop: Path) -> None:
    history = mapped(shop)
    stream = history.streams["order.placed"]

    other = unpacked(packed(history)).streams["order.placed"]

    assert isinstance(stream.ts.base, np.memmap)
    assert isinstance(other.ts.base, np.memmap)
    assert Path(other.ts.base.filename).samefile(stream.ts.base.filename)
    assert stream.ts.tobytes() not in packed(history)


def test_a_part_of_what_is_mapped_is_found_at_its_place(shop: Path) -> None:
    ts = mapped(shop).streams["order.placed"].ts

    np.testing.assert_array_equal(unpacked(packed(ts[3:9])), ts[3:9])
    np.testing.assert_array_equal(unpacked(packed(ts[::2])), ts[::2])
    np.testing.assert_array_equal(unpacked(packed(ts[:0])), ts[:0])


def test_what_was_derived_stays_behind(shop: Path) -> None:
    history = mapped(shop)
    history.row_of  # noqa: B018 (it remembers)

    assert history.memo
    assert unpacked(packed(history)).memo == {}


def test_mappings_that_may_not_be_written_are_unpacked_as_such() -> None:
    found = unpacked(packed(MappingProxyType({"a": MappingProxyType({"b": 1})})))

    assert found == MappingProxyType({"a": MappingProxyType({"b": 1})})
    assert isinstance(found["a"], MappingProxyType)


def test_a_machine_that_does_not_see_the_store_is_told_what_it_must_see(shop: Path) -> None:
    pack = packed(mapped(shop))
    (shop / CACHE).rename(shop / "elsewhere")

    with pytest.raises(HistoryError, match=r"\.npy cannot be mapped on this machine") as told:
        unpacked(pack)

    assert "must be found under this path on all machines" in str(told.value)
