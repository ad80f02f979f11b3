from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from campaignspec.connector import Accepted, Context, Deed, Message, MessageClass, Rejected, Retry
from campaignspec.errors import ConnectorError
from campaignspec_connectors.audience_file import AudienceFile, YandexAudienceFile

SETTINGS = {"path": "audiences", "hash": "none", "column": "email"}


def audience_file(folder: Path, **settings: str) -> AudienceFile:
    given = {**SETTINGS, **settings}
    return AudienceFile(Context(channel="ads", settings=given, base=str(folder)))


def change(deed: Deed, address: str, **details: int) -> Message:
    return Message(
        key=f"{deed}-{address}",
        customer=address,
        address=address,
        parts={},
        message_class=MessageClass.PROMOTIONAL,
        at=0,
        campaign="lenses",
        node="add",
        deed=deed,
        details={"audience": "buyers", **details},
    )


def uploaded(folder: Path) -> list[str]:
    return (folder / "audiences" / "buyers.csv").read_text().splitlines()


def test_people_are_put_in_once_and_stand_in_order(tmp_path: Path) -> None:
    connector = audience_file(tmp_path)

    receipts = connector.deliver(
        [change(Deed.ADD, address) for address in ("b@x.example", "A@x.example ", "a@x.example")]
    )

    assert receipts == [Accepted(provider_id="buyers")] * 3
    assert uploaded(tmp_path) == ["email", "a@x.example", "b@x.example"]


def test_people_are_taken_out_and_doing_it_twice_changes_nothing(tmp_path: Path) -> None:
    connector = audience_file(tmp_path)
    connector.deliver([change(Deed.ADD, "a@x.example"), change(Deed.ADD, "b@x.example")])

    for _ in range(2):
        connector.deliver([change(Deed.REMOVE, "a@x.example")])

    assert uploaded(tmp_path) == ["email", "b@x.example"]


def test_a_change_outlives_the_process(tmp_path: Path) -> None:
    audience_file(tmp_path).deliver([change(Deed.ADD, "a@x.example")])

    audience_file(tmp_path).deliver([change(Deed.ADD, "b@x.example")])

    assert uploaded(tmp_path) == ["email", "a@x.example", "b@x.example"]


def test_addresses_are_hashed_if_wanted(tmp_path: Path) -> None:
    audience_file(tmp_path, hash="sha256").deliver([change(Deed.ADD, "Mail@yandex.ru")])

    assert uploaded(tmp_path)[1:] == [hashlib.sha256(b"mail@yandex.ru").hexdigest()]


def test_md5_is_what_yandex_publishes(tmp_path: Path) -> None:
    audience_file(tmp_path, hash="md5").deliver([change(Deed.ADD, "mail@yandex.ru")])

    assert uploaded(tmp_path)[1].startswith("3c56ff8f")
    assert uploaded(tmp_path)[1].endswith("e276")


def test_the_manifest_counts_people_and_sums_the_file(tmp_path: Path) -> None:
    audience_file(tmp_path).deliver([change(Deed.ADD, "a@x.example")])

    manifest = json.loads((tmp_path / "audiences" / "buyers.json").read_text())

    content = (tmp_path / "audiences" / "buyers.csv").read_bytes()
    assert manifest == {
        "audience": "buyers",
        "people": 1,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_fewer_people_than_needed_wait_and_nothing_is_handed_over(tmp_path: Path) -> None:
    connector = audience_file(tmp_path)

    connector.deliver([change(Deed.ADD, "a@x.example", minimum=2)])
    assert not (tmp_path / "audiences" / "buyers.csv").exists()

    connector.deliver([change(Deed.ADD, "b@x.example", minimum=2)])
    assert len(uploaded(tmp_path)) == 3

    connector.deliver([change(Deed.REMOVE, "b@x.example", minimum=2)])
    assert not (tmp_path / "audiences" / "buyers.csv").exists()


def test_yandex_takes_a_hundred_unique_contacts_and_no_fewer(tmp_path: Path) -> None:
    connector = YandexAudienceFile(Context(channel="ads", settings=SETTINGS, base=str(tmp_path)))
    people = [change(Deed.ADD, f"c{n}@x.example", minimum=1) for n in range(99)]

    connector.deliver([*people, change(Deed.ADD, "C0@x.example")])
    assert not (tmp_path / "audiences" / "buyers.csv").exists()

    connector.deliver([change(Deed.ADD, "one.more@x.example")])
    assert len(uploaded(tmp_path)) == 101


def test_who_has_no_address_is_rejected_alone(tmp_path: Path) -> None:
    receipts = audience_file(tmp_path).deliver(
        [change(Deed.ADD, "a@x.example"), change(Deed.ADD, "")]
    )

    assert isinstance(receipts[0], Accepted)
    assert isinstance(receipts[1], Rejected)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "audiences").write_text("a file stands in the way")

    (receipt,) = audience_file(tmp_path).deliver([change(Deed.ADD, "a@x.example")])

    assert isinstance(receipt, Retry)


def test_an_unknown_hash_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="it can be none, sha256, md5"):
        audience_file(tmp_path, hash="rot13")
