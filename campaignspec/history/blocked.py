"""People who are to be left alone, listed in a file: by id, by e-mail or by phone, or by a hash.

An address is compared in its one form (`campaignspec.people`), whichever way it is written in the
file and in the customer's record. An entry of 64 hexadecimal digits is the SHA-256 of that form in
UTF-8; that is how block lists are handed around without the addresses themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.history.history import History, Roll
from campaignspec.history.lists import CUSTOMER, entries_of, read_list
from campaignspec.identity import fingerprint
from campaignspec.people.emails import normalise_emails
from campaignspec.people.phones import normalise_phones

EMAIL: Final = "email"
PHONE: Final = "phone"

_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")
_ANYWHERE: Final = "ZZ"
"""No country of ISO 3166: only phone numbers with their country's code can be understood."""


def with_blocked(
    history: History, lists: Iterable[tuple[str, str]], root: Path, region: str | None
) -> History:
    """Add the people of block lists to a history, by `blocked_name`.

    The history's fingerprint then depends on what the files hold as well.

    Args:
        history: The history.
        lists: The files' paths from ``root``, and what each holds: ``customer``, ``email`` or
            ``phone``.
        root: The project's folder.
        region: Where phone numbers without a country code are meant, ISO 3166, or None.

    Raises:
        HistoryError: A file does not exist, cannot be read, or has several columns of which none
            is called as what it holds.
    """
    wanted = sorted(set(lists))
    if not wanted:
        return history
    from campaignspec.history.content import digest_of

    digests = {blocked_name(file, by): digest_of(root / file) for file, by in wanted}
    found = {blocked_name(file, by): _read(history, root / file, by, region) for file, by in wanted}
    return replace(
        history,
        lists=MappingProxyType({**history.lists, **found}),
        fingerprint=fingerprint({"history": history.fingerprint, "blocked": digests}),
    )


def blocked_name(file: str, by: str) -> str:
    """Return the name of a block list among the lists of a history."""
    return file if by == CUSTOMER else f"{file} by {by}"


def _read(history: History, file: Path, by: str, region: str | None) -> Roll:
    if by == CUSTOMER:
        return read_list(history, file)
    entries = entries_of(file, by)
    hashes = [entry.lower() for entry in entries if _HASH.fullmatch(entry)]
    plain = [entry for entry in entries if not _HASH.fullmatch(entry)]
    listed = pa.concat_arrays([_forms(_texts(plain), by, region), _texts(hashes)])
    addresses = history.addresses.get(by)
    own = _forms(_texts(()) if addresses is None else addresses.texts, by, region)
    digests = _hashed(own) if hashes else own
    rows = np.flatnonzero(_are_in(own, listed) | _are_in(digests, listed))
    met = pa.concat_arrays([own, digests])
    return Roll(rows=rows, unknown=tuple(sorted(listed.filter(~_are_in(listed, met)).to_pylist())))


def _texts(texts: Sequence[str | None]) -> pa.Array:
    return pa.array(texts, pa.large_string())


def _are_in(texts: pa.Array, others: pa.Array) -> npt.NDArray[np.bool_]:
    """Say which texts are among others; a missing one never is."""
    found = pc.and_(pc.is_valid(texts), pc.is_in(texts, value_set=others))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _forms(texts: pa.Array, by: str, region: str | None) -> pa.Array:
    """Bring addresses into one form; one that has none is compared as it is written."""
    if by == EMAIL:
        found = normalise_emails(texts).values
    else:
        found = normalise_phones(texts, region or _ANYWHERE).values
    as_written = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    return pc.coalesce(found.cast(pa.large_string()), as_written)


def _hashed(texts: pa.Array) -> pa.Array:
    """Return the SHA-256 of each text; that of a missing one is missing."""
    return _texts(
        [
            None if text is None else hashlib.sha256(text.encode()).hexdigest()
            for text in texts.to_pylist()
        ]
    )
