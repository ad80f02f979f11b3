"""The conformance kit for connectors: subclass `ConnectorContract` and pytest does the rest.

    class TestCarrierPigeon(ConnectorContract):
        def make_connector(self, tmp_path):
            return CarrierPigeon(Context(channel="pigeon", settings={"loft": str(tmp_path)}))

        def sent_keys(self, tmp_path):
            return [path.stem for path in tmp_path.glob("*.txt")]

        def sent_parts(self, tmp_path, key):
            return {"text": (tmp_path / f"{key}.txt").read_text()}

A connector that declares less runs fewer checks; what it declares it must prove.
"""
# ruff: noqa: D102, S101 - a conformance kit asserts, in tests named as sentences

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Final

import pytest

from campaignspec.connector import (
    Accepted,
    Capabilities,
    Connector,
    FailureKind,
    Idempotency,
    Message,
    MessageClass,
    Rejected,
    Setting,
)

AWKWARD_TEXTS: Final[Mapping[str, str]] = {
    "russian": "Скучаем — давно ничего не доставлял вам наш магазин, загляните, пожалуйста, к нам",
    "chinese": "您的购物车里还有 3 件商品, 今天下单立减 50 元, 明天就送到您家门口",
    "emoji": "Hello 👩‍👩‍👧‍👦 🇷🇺 ✅",
    "quotes": "\"double\" 'single' `back` <b>&amp;</b> \\n %s {0} {{ x }} =?utf-8?q?x?=",
    "newlines": "first\nsecond\n\n.\nafter a lonely dot\n..two\nFrom the start\n",
    "spaces": "a  b   c\td\u00a0e",
    "long": "много слов подряд " * 40,
}
"""Texts on which careless encoders fail."""

_AT: Final = 1_488_362_400_000_000
_KINDS: Final = frozenset({"text", "integer", "boolean", "secret"})


class ConnectorContract(ABC):
    """What campaignspec relies on, as tests that a connector's own tests inherit.

    Tests that do not apply to a connector, by what its tests say of it, are not collected.

    Attributes:
        idempotency: What the connector declares of repeated keys.
        address: An address to which the connector can deliver.
        bad_address: One that it must reject for good, if there is such a thing.
        secret: The secret that `make_connector` configures, if the connector has any.
    """

    idempotency: ClassVar[Idempotency]
    address: ClassVar[str] = "customer@shop.example"
    bad_address: ClassVar[str | None] = None
    secret: ClassVar[str | None] = None

    def __init_subclass__(cls) -> None:
        """Take away the tests that do not apply."""
        applies = {
            "test_receipts_stand_in_the_order_of_the_messages": cls.bad_address is not None,
            "test_secrets_are_not_shown": cls.secret is not None,
            "test_a_repeated_key_is_sent_once": cls.idempotency is Idempotency.NATIVE,
            "test_lookup_tells_the_truth_even_after_a_restart": (
                cls.idempotency is Idempotency.LOOKUP
            ),
            "test_lookup_judges_nothing": cls.idempotency is not Idempotency.LOOKUP,
        }
        for name, does in applies.items():
            if not does:
                setattr(cls, name, None)

    @abstractmethod
    def make_connector(self, tmp_path: Path) -> Connector:
        """Build a connector; built again with the same folder, it delivers to the same place."""

    @abstractmethod
    def sent_keys(self, tmp_path: Path) -> Sequence[str]:
        """List the keys of all messages that arrived; one that arrived twice is listed twice."""

    @abstractmethod
    def sent_parts(self, tmp_path: Path, key: str) -> Mapping[str, str]:
        r"""Return the parts of an arrived message, line breaks as ``\n``."""

    def make_message(self, connector: Connector, key: str, text: str = "Hello") -> Message:
        """Build a message with the parts the connector declares, each holding ``text``."""
        declared = connector.capabilities
        names = (*declared.parts, *declared.optional_parts) or ("text",)
        return Message(
            key=key,
            customer="c-1",
            address=self.address,
            parts={name: _fit(name, text) for name in names},
            message_class=MessageClass.PROMOTIONAL,
            at=_AT,
            campaign="second-purchase",
            node="survey",
        )

    def test_the_class_declares_what_the_port_asks_for(self, tmp_path: Path) -> None:
        with self._connector(tmp_path) as connector:
            declared = connector.capabilities
            assert isinstance(connector, Connector), "a method of the port is missing"
            assert connector.name, "the connector has no name"
            assert declared.idempotency is self.idempotency, f"it declares {declared.idempotency}"
            assert isinstance(declared, Capabilities), f"capabilities: {declared!r}"
            assert declared.max_batch >= 1, f"max_batch is {declared.max_batch}"
            parts = {*declared.parts, *declared.optional_parts}
            strays = set(declared.escaped_parts) - parts
            assert not (parts and strays), f"escaped, but not declared as parts: {strays}"
            for key, setting in connector.settings.items():
                _check_setting(key, setting)

    def test_construction_alone_sends_and_opens_nothing(self, tmp_path: Path) -> None:
        before = sorted(tmp_path.rglob("*"))

        with self._connector(tmp_path):
            after = sorted(tmp_path.rglob("*"))

            assert after == before, f"construction created {set(after) - set(before)}"
            assert not self.sent_keys(tmp_path), "construction sent something"

    def test_each_message_of_a_batch_gets_one_receipt(self, tmp_path: Path) -> None:
        with self._connector(tmp_path) as connector:
            size = min(3, connector.capabilities.max_batch)
            keys = [f"key-{number}" for number in range(size)]

            receipts = connector.deliver([self.make_message(connector, key) for key in keys])

            assert len(receipts) == size, f"{size} messages, but {len(receipts)} receipts"
            assert all(isinstance(receipt, Accepted) for receipt in receipts), f"{receipts}"
        assert sorted(self.sent_keys(tmp_path)) == keys

    def test_the_largest_batch_arrives_whole(self, tmp_path: Path) -> None:
        with self._connector(tmp_path) as connector:
            size = min(connector.capabilities.max_batch, 200)
            keys = [f"key-{number:03}" for number in range(size)]

            receipts = connector.deliver([self.make_message(connector, key) for key in keys])

            assert len(receipts) == size, f"{size} messages, but {len(receipts)} receipts"
        assert sorted(self.sent_keys(tmp_path)) == keys

    def test_receipts_stand_in_the_order_of_the_messages(self, tmp_path: Path) -> None:
        assert self.bad_address is not None, "this test is for connectors that reject addresses"
        with self._connector(tmp_path) as connector:
            good, bad = ("key-1", "key-3"), "key-2"
            messages = [self.make_message(connector, key) for key in ("key-1", bad, "key-3")]
            messages[1] = _readdressed(messages[1], self.bad_address)

            first, second, third = connector.deliver(messages)

            assert isinstance(first, Accepted), f"{first}"
            assert isinstance(second, Rejected), f"{second}"
            assert second.kind is FailureKind.RECIPIENT, f"{second}"
            assert isinstance(third, Accepted), f"{third}"
        assert sorted(self.sent_keys(tmp_path)) == list(good)

    def test_an_empty_batch_gets_no_receipts(self, tmp_path: Path) -> None:
        with self._connector(tmp_path) as connector:
            assert list(connector.deliver([])) == []
        assert not self.sent_keys(tmp_path)

    @pytest.mark.parametrize("text", AWKWARD_TEXTS.values(), ids=AWKWARD_TEXTS.keys())
    def test_awkward_text_arrives_as_it_was_written(self, tmp_path: Path, text: str) -> None:
        with self._connector(tmp_path) as connector:
            message = self.make_message(connector, "awkward", text)

            (receipt,) = connector.deliver([message])

            assert isinstance(receipt, Accepted), f"{receipt}"
        arrived = dict(self.sent_parts(tmp_path, "awkward"))
        assert arrived == dict(message.parts), f"sent {message.parts}, arrived {arrived}"

    def test_a_repeated_key_is_sent_once(self, tmp_path: Path) -> None:
        for _ in range(2):
            with self._connector(tmp_path) as connector:
                message = self.make_message(connector, "again")

                receipts = [*connector.deliver([message]), *connector.deliver([message])]

                assert all(isinstance(receipt, Accepted) for receipt in receipts), f"{receipts}"
        assert list(self.sent_keys(tmp_path)) == ["again"]

    def test_lookup_tells_the_truth_even_after_a_restart(self, tmp_path: Path) -> None:
        keys = ("key-1", "key-2", "never-sent")
        with self._connector(tmp_path) as connector:
            assert not any(connector.lookup(keys).values()), "nothing was sent yet"
            connector.deliver([self.make_message(connector, "key-1")])
            assert connector.lookup(keys).get("key-1"), "key-1 was sent"
            connector.deliver([self.make_message(connector, "key-2")])
        with self._connector(tmp_path) as connector:
            found = connector.lookup(keys)
        assert {key for key, sent in found.items() if sent} == {"key-1", "key-2"}

    def test_lookup_judges_nothing(self, tmp_path: Path) -> None:
        with self._connector(tmp_path) as connector:
            judged = connector.lookup(["key-1"])

            assert not judged.get("key-1", False), f"never sent, yet lookup says {judged}"

    def test_closing_twice_does_no_harm(self, tmp_path: Path) -> None:
        unused = self.make_connector(tmp_path)
        unused.close()
        unused.close()
        used = self.make_connector(tmp_path)
        used.deliver([self.make_message(used, "key-1")])
        used.close()
        used.close()
        assert list(self.sent_keys(tmp_path)) == ["key-1"]

    def test_secrets_are_not_shown(self, tmp_path: Path) -> None:
        assert self.secret is not None, "this test is for connectors that have a secret"
        with self._connector(tmp_path) as connector:
            receipts = connector.deliver([self.make_message(connector, "key-1")])

            assert self.secret not in repr(connector), "repr shows the secret"
            assert self.secret not in repr(receipts), "a receipt shows the secret"

    @contextmanager
    def _connector(self, tmp_path: Path) -> Iterator[Connector]:
        with closing(self.make_connector(tmp_path)) as connector:
            yield connector


def _check_setting(key: str, setting: Setting) -> None:
    assert setting.kind in _KINDS, f"setting {key!r} has the kind {setting.kind!r}"
    assert setting.summary, f"setting {key!r} has no summary"
    assert not (setting.required and setting.default is not None), f"{key!r} has a default"
    assert not (setting.kind == "secret" and setting.default is not None), f"{key!r} has a default"


def _fit(part: str, text: str) -> str:
    """Make text fit a part as rendering would: a subject is one line."""
    if part != "subject":
        return text
    return " ".join(line.strip() for line in text.splitlines() if line.strip()).replace("\t", " ")


def _readdressed(message: Message, address: str) -> Message:
    return replace(message, address=address)
