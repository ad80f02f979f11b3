"""Loading a history: built from its files once, mapped into memory from then on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from campaignspec.errors import HistoryError
from campaignspec.history import cache as kept
from campaignspec.history.build import Sources, build_history
from campaignspec.history.history import History
from campaignspec.history.source import (
    ConsentSource,
    CustomerSource,
    EventSource,
    MessageSource,
    ReadAs,
    Source,
)
from campaignspec.history.sqlite_file import parts_of
from campaignspec.identity import fingerprint


def load_history(
    customers: Sequence[CustomerSource],
    events: Sequence[EventSource],
    messages: Sequence[MessageSource] = (),
    consents: Sequence[ConsentSource] = (),
    *,
    default_zone: str = "UTC",
    cache: Path | None = None,
) -> History:
    """Load everything that is known of the customers.

    Args:
        customers: Files of customers. Somebody seen only elsewhere is a customer as well.
        events: Files of events.
        messages: Files of messages sent before campaignspec came.
        consents: Files of decisions about consent.
        default_zone: The zone of customers without a known one.
        cache: A folder to keep what was built, or None to build it each time.

    Raises:
        HistoryError: A file cannot be read as declared; up to five problems are named.
    """
    sources = Sources(
        customers=customers,
        events=events,
        messages=messages,
        consents=consents,
        default_zone=default_zone,
    )
    identity = _fingerprint(sources)
    if cache is None:
        return build_history(sources, identity)
    known = kept.load(cache, identity)
    if known is not None:
        return known
    history = build_history(sources, identity)
    kept.store(cache, history)
    return history


def _fingerprint(sources: Sources) -> str:
    digests: dict[Path, str] = {}
    listed: tuple[Source, ...] = (
        *sources.customers,
        *sources.events,
        *sources.messages,
        *sources.consents,
    )
    return fingerprint(
        {
            "format": kept.FORMAT,
            "zone": sources.default_zone,
            "sources": [_declaration(source, digests) for source in listed],
        }
    )


def _declaration(source: Source, digests: dict[Path, str]) -> Mapping[str, Any]:
    """Describe a source by its content; where the file lies does not matter, its ending does."""
    values = {field.name: getattr(source, field.name) for field in fields(source)}
    file: Path = values.pop("file")
    read: ReadAs = values.pop("read")
    if file not in digests:
        digests[file] = "".join(_digest(part) for part in parts_of(file))
    mappings = {
        name: list(value.items()) for name, value in values.items() if isinstance(value, Mapping)
    }
    kind = type(source).__name__
    return {
        **values,
        **mappings,
        "kind": kind,
        "file": digests[file],
        "type": file.suffix.lower(),
        "read": asdict(read),
    }


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise HistoryError(f"{file}: the file does not exist") from error
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from error
