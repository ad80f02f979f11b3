"""A connector that leaves each message as a file for the pigeons to carry."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from campaignspec.connector import (
    Accepted,
    Capabilities,
    Context,
    FailureKind,
    Idempotency,
    Message,
    Receipt,
    Rejected,
    Retry,
    Setting,
)


class CarrierPigeon:
    """Writes one text file per message into the loft.

    The file's name is the idempotency key, and it appears by a rename: it is there whole or
    not at all, and a repeat finds it and does nothing. That makes idempotency native.
    """

    name: ClassVar[str] = "carrier-pigeon"
    capabilities: ClassVar[Capabilities] = Capabilities(
        parts=("text",), max_batch=20, idempotency=Idempotency.NATIVE, address="loft"
    )
    settings: ClassVar[Mapping[str, Setting]] = {
        "loft": Setting(kind="text", summary="The folder the pigeons leave from.", required=True)
    }

    def __init__(self, context: Context) -> None:
        self._loft = Path(context.base, context.settings["loft"])

    def deliver(self, batch: Sequence[Message]) -> Sequence[Receipt]:
        """Leave each message in the loft."""
        return [self._deliver(message) for message in batch]

    def lookup(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Say of each key whether its file is in the loft."""
        return {key: self._file(key).exists() for key in keys}

    def close(self) -> None:
        """Do nothing: no file stays open between messages."""

    def _deliver(self, message: Message) -> Receipt:
        if not message.address.strip():
            return Rejected(kind=FailureKind.RECIPIENT, reason="the pigeon needs a destination")
        file = self._file(message.key)
        try:
            if not file.exists():
                _write_whole(file, f"To: {message.address}\n\n{message.parts['text']}")
        except OSError as error:
            return Retry(reason=f"the loft cannot be written to: {error}")
        return Accepted(provider_id=file.name)

    def _file(self, key: str) -> Path:
        return self._loft / f"{quote(key, safe='')}.txt"


def _write_whole(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(file)
