"""Packs: what is kept is found again, and whatever is wrong with a pack, it counts as empty."""

from __future__ import annotations

import os
import pickle
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaignspec.cache import (
    NO_CACHE,
    NotedCache,
    Pack,
    cache_of,
    digest,
    pack,
    program,
    users_folder,
)
from campaignspec.cache.program import program_digest
from campaignspec.diagnostics import Diagnostic, Severity, Span

THIS, OTHER = digest("this program"), digest("another program")
KEY, SECOND = digest("a"), digest("b")
VALUE = (
    Diagnostic(code="REF301", message="m", span=Span(file="ф"), severity=Severity.WARNING),
    MappingProxyType({("a", 1): frozenset({Decimal("1.5"), date(2025, 2, 28)})}),
)


def packed(path: Path, entries: dict[bytes, Any], program: bytes = THIS) -> Path:
    pack = Pack(path, program)
    for key, value in entries.items():
        pack.put(key, value)
    pack.save()
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "packs" / "shop.pack"


def test_what_is_kept_is_found_again(place: Path) -> None:
    packed(place, {KEY: VALUE})

    assert Pack(place, THIS).get(KEY) == VALUE
    assert Pack(place, THIS).get(SECOND) is None


def test_what_is_kept_without_being_asked_for_stays(place: Path) -> None:
    packed(place, {KEY: 1, SECOND: 2, digest("c"): 3})
    later = Pack(place, THIS)
    later.get(KEY)
    later.keep([SECOND, digest("never put there")])
    later.save()

    found = Pack(place, THIS)

    assert [found.get(key) for key in (KEY, SECOND, digest("c"))] == [1, 2, None]


def test_all_may_be_kept_and_then_nothing_is_written(place: Path) -> None:
    packed(place, {KEY: 1, SECOND: 2})
    written = place.stat().st_ino
    later = Pack(place, THIS)
    later.keep_all()
    later.save()

    assert place.stat().st_ino == written
    assert Pack(place, THIS).get(SECOND) == 2


def test_a_value_put_anew_outlives_the_one_that_is_kept(place: Path) -> None:
    packed(place, {KEY: 1, SECOND: 2})
    later = Pack(place, THIS)
    later.put(KEY, 7)
    later.keep_all()
    later.save()

    assert Pack(place, THIS).get(KEY) == 7


def test_keys_are_noted_that_were_found_or_put_there(place: Path) -> None:
    packed(place, {KEY: 1})
    noted = NotedCache(Pack(place, THIS))
    noted.get(KEY)
    noted.get(digest("never put there"))
    noted.put(SECOND, 2)

    taken = noted.taken()

    assert taken == (KEY, SECOND)
    assert noted.taken() == ()
    assert noted.get(SECOND) == 2


def test_a_pack_holds_what_its_last_writer_used(place: Path) -> None:
    packed(place, {KEY: 1, SECOND: 2})
    later = Pack(place, THIS)
    later.get(KEY)
    later.put(digest("c"), 3)
    later.save()

    found = Pack(place, THIS)

    assert [found.get(key) for key in (KEY, SECOND, digest("c"))] == [1, None, 3]


def test_a_pack_of_which_all_was_used_is_not_written_again(place: Path) -> None:
    packed(place, {KEY: 1})
    before = place.stat().st_ino

    same = Pack(place, THIS)
    same.get(KEY)
    same.save()

    assert place.stat().st_ino == before


def test_another_program_finds_nothing_and_writes_its_own(place: Path) -> None:
    packed(place, {KEY: 1})

    assert Pack(place, OTHER).get(KEY) is None

    packed(place, {KEY: 2}, OTHER)
    assert Pack(place, OTHER).get(KEY) == 2


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_spoilt_pack_counts_as_empty(tmp_path: Path, data: st.DataObject) -> None:
    path = packed(tmp_path / "packs" / "spoilt.pack", {KEY: VALUE, SECOND: [1, "two"]})
    whole = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        del whole[at:]
    else:
        whole[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(whole))

    pack = Pack(path, THIS)

    assert pack.get(KEY) is None
    assert pack.get(SECOND) is None
    pack.put(KEY, VALUE)
    pack.save()
    assert Pack(path, THIS).get(KEY) == VALUE


class Hostile:
    """Runs something when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def test_a_pack_that_would_run_something_is_not_believed(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "sprung"
    with monkeypatch.context() as plain:
        plain.setattr(pack, "pickled", pickle.dumps)
        packed(place, {KEY: [Hostile(trap)]})

    assert Pack(place, THIS).get(KEY) is None
    assert not trap.exists()


def test_functions_of_our_own_are_not_called_either(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as plain:
        plain.setattr(pack, "pickled", pickle.dumps)
        packed(place, {KEY: users_folder})

    assert Pack(place, THIS).get(KEY) is None


def test_only_the_user_may_look_into_a_pack(place: Path) -> None:
    packed(place, {KEY: 1})

    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("which", ["pack", "folder"])
def test_what_others_could_have_written_is_not_read(place: Path, which: str) -> None:
    packed(place, {KEY: 1})
    (place if which == "pack" else place.parent).chmod(0o777)

    assert Pack(place, THIS).get(KEY) is None


def test_a_folder_that_others_can_write_is_not_written(place: Path) -> None:
    place.parent.mkdir()
    place.parent.chmod(0o777)

    packed(place, {KEY: 1})

    assert not place.exists()


def test_a_link_is_not_followed(place: Path, tmp_path: Path) -> None:
    elsewhere = packed(tmp_path / "elsewhere" / "a.pack", {KEY: 1})
    place.parent.mkdir(mode=0o700)
    place.symlink_to(elsewhere)

    assert Pack(place, THIS).get(KEY) is None


def test_what_is_no_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("mine")

    packed(tmp_path / "packs" / "a.pack", {KEY: 1})

    assert (tmp_path / "packs").read_text() == "mine"


def test_what_cannot_be_kept_is_made_each_time(place: Path) -> None:
    packed(place, {KEY: threading.Lock(), SECOND: 2})

    assert Pack(place, THIS).get(KEY) is None
    assert Pack(place, THIS).get(SECOND) == 2


def test_many_writers_at_once_leave_a_whole_pack(place: Path) -> None:
    packed(place, {KEY: "0" * 10_000})
    unsound = []

    def write(number: int) -> None:
        for _ in range(10):
            packed(place, {KEY: str(number) * 10_000})
            found = Pack(place, THIS).get(KEY)
            if found is None or found != found[0] * 10_000:
                unsound.append(found)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    assert unsound == []
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_of_many_packs_those_used_last_stay(place: Path) -> None:
    for number in range(60):
        path = packed(place.with_name(f"{number:02}.pack"), {KEY: number})
        os.utime(path, (number, number))

    packed(place, {KEY: 1})

    left = sorted(path.name for path in place.parent.iterdir())
    assert left == [*(f"{number:02}.pack" for number in range(11, 60)), "shop.pack"]


def test_what_a_dead_process_left_is_cleared_after_an_hour(place: Path) -> None:
    place.parent.mkdir(mode=0o700)
    old, fresh = place.with_name("tmpold"), place.with_name("tmpnew")
    old.touch()
    os.utime(old, (0, 0))
    fresh.touch()

    packed(place, {KEY: 1})

    assert not old.exists()
    assert fresh.exists()


def test_a_project_that_fails_keeps_nothing(tmp_path: Path) -> None:
    def stopped() -> None:
        with cache_of(tmp_path, tmp_path / "packs") as kept:
            kept.put(KEY, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()

    assert not (tmp_path / "packs").exists()


def test_projects_do_not_share_a_pack(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with cache_of(tmp_path / name, tmp_path / "packs") as kept:
            kept.put(KEY, name)

    with cache_of(tmp_path / "one", tmp_path / "packs") as kept:
        assert kept.get(KEY) == "one"


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    with cache_of(tmp_path, None) as kept:
        kept.put(KEY, 1)

        assert kept is NO_CACHE
        assert kept.get(KEY) is None


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"HOME": "/home/ana"}, "linux", "/home/ana/.cache"),
        ({"HOME": "/home/ana", "XDG_CACHE_HOME": "/fast"}, "linux", "/fast"),
        ({"HOME": "/home/ana", "XDG_CACHE_HOME": "here"}, "linux", "/home/ana/.cache"),
        ({"HOME": "/Users/ana"}, "darwin", "/Users/ana/Library/Caches"),
        ({"XDG_CACHE_HOME": "here"}, "linux", None),
        ({}, "linux", None),
    ],
)
def test_packs_lie_where_a_user_keeps_such_things(
    environment: dict[str, str], platform: str, folder: str | None
) -> None:
    expected = None if folder is None else Path(folder) / "campaignspec" / "read"

    assert users_folder(environment, platform) == expected


def test_texts_are_told_apart_where_they_are_cut() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4


def test_the_program_is_its_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "below" / "some.py"
    module.parent.mkdir()
    monkeypatch.setattr(program, "_HERE", tmp_path)
    programs = set()

    for source in ("1", "2", "1"):
        module.write_text(source)
        program_digest.cache_clear()
        programs.add(program_digest())

    program_digest.cache_clear()
    assert len(programs) == 2
