"""Audiences for advertising systems, as the files that one uploads there."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import ClassVar, Final

from campaignspec.connector import (
    Accepted,
    Capabilities,
    Context,
    Deed,
    FailureKind,
    Idempotency,
    Message,
    Receipt,
    Rejected,
    Retry,
    Setting,
    Value,
)
from campaignspec.errors import ConnectorError

_HASHES: Final[Mapping[str, Callable[[str], str]]] = {
    "none": lambda address: address,
    "sha256": lambda address: hashlib.sha256(address.encode()).hexdigest(),
    "md5": lambda address: hashlib.md5(address.encode(), usedforsecurity=False).hexdigest(),
}


class AudienceFile:
    """Keeps one CSV file an audience: one column, a header, each address once, in order.

    People are put in and taken out one by one, and doing it twice changes nothing. While fewer
    people are in an audience than it needs, its members wait in a file beside it, and the file
    to upload is not there: a system that refuses small audiences is never handed one.
    """

    name: ClassVar[str] = "audience-file"
    capabilities: ClassVar[Capabilities] = Capabilities(
        parts=(),
        max_batch=10_000,
        idempotency=Idempotency.NATIVE,
        deeds=frozenset({Deed.ADD, Deed.REMOVE}),
    )
    settings: ClassVar[Mapping[str, Setting]] = {
        "path": Setting(
            kind="text", summary="The folder of the files, relative to the project.", required=True
        ),
        "hash": Setting(
            kind="text",
            summary="How addresses are written: `none`, `sha256` or `md5`, of the address in "
            "small letters.",
            default="sha256",
        ),
        "column": Setting(kind="text", summary="The header.", default="email"),
    }

    def __init__(self, context: Context) -> None:
        """Read the settings.

        Raises:
            ConnectorError: There is no such way to write addresses.
        """
        given = context.settings
        if given["hash"] not in _HASHES:
            raise ConnectorError(
                f"channel {context.channel!r}: `hash` is {given['hash']!r}; "
                f"it can be {', '.join(_HASHES)}"
            )
        self._hash = _HASHES[given["hash"]]
        self._column: str = given["column"]
        self._folder = Path(context.base, given["path"])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Change the audiences, each in one piece."""
        receipts: dict[int, Receipt] = {}
        audiences: dict[str, list[int]] = {}
        for place, message in enumerate(batch):
            if message.address:
                audiences.setdefault(str(message.details["audience"]), []).append(place)
            else:
                receipts[place] = Rejected(kind=FailureKind.RECIPIENT, reason="no address")
        for audience, places in audiences.items():
            receipt = self._change(audience, [batch[place] for place in places])
            receipts |= dict.fromkeys(places, receipt)
        return [receipts[place] for place in range(len(batch))]

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Judge nothing: a change that is made again changes nothing."""
        del keys
        return {}

    def close(self) -> None:
        """Nothing is kept open."""

    def _change(self, audience: str, messages: Sequence[Message]) -> Receipt:
        members_file = self._folder / f"{audience}.members"
        try:
            members = set(_lines(members_file))
            for message in messages:
                written = self._hash(message.address.strip().lower())
                (members.add if message.deed is Deed.ADD else members.discard)(written)
            _replace(members_file, "".join(f"{member}\n" for member in sorted(members)))
            self._publish(audience, members, messages)
        except OSError as error:
            return Retry(reason=f"{self!r}: {error}")
        return Accepted(provider_id=audience)

    def _publish(self, audience: str, members: set[str], messages: Sequence[Message]) -> None:
        """Write the file to upload and what is in it, or take both away."""
        least = _least(messages, self.capabilities.least_audience)
        upload, manifest = self._folder / f"{audience}.csv", self._folder / f"{audience}.json"
        if len(members) < max(least, 1):
            upload.unlink(missing_ok=True)
            manifest.unlink(missing_ok=True)
            return
        text = StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow([self._column])
        rows.writerows([member] for member in sorted(members))
        content = text.getvalue()
        told: dict[str, Value] = {
            "audience": audience,
            "people": len(members),
            "sha256": hashlib.sha256(content.encode()).hexdigest(),
        }
        latest = messages[-1].details
        told |= {name: latest[name] for name in ("lookalike", "region") if name in latest}
        _replace(upload, content)
        _replace(manifest, json.dumps(told, indent=2) + "\n")


class YandexAudienceFile(AudienceFile):
    """The same for Yandex Audience, which takes no fewer than 100 people.

    Its data requirements: a header, plain addresses in small letters, UTF-8.
    """

    name: ClassVar[str] = "yandex-audience-file"
    capabilities: ClassVar[Capabilities] = Capabilities(
        parts=(),
        max_batch=10_000,
        idempotency=Idempotency.NATIVE,
        deeds=frozenset({Deed.ADD, Deed.REMOVE}),
        least_audience=100,
    )
    settings: ClassVar[Mapping[str, Setting]] = {
        **AudienceFile.settings,
        "hash": Setting(
            kind="text",
            summary="How addresses are written: `none` or `md5`, of the address in small letters.",
            default="none",
        ),
    }


def _least(messages: Iterable[Message], least: int) -> int:
    """Return the fewest people that the audience needs: what the last message says, or more."""
    asked = [message.details.get("minimum") for message in messages]
    return max([least, *(value for value in asked if isinstance(value, int))])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []


def _replace(path: Path, content: str) -> None:
    """Write a file so that whoever reads it sees the old or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8", newline="") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
