"""Names that machines agree on: fingerprints, keyed draws, idempotency keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from campaignspec.digests import Ids


def fingerprint(value: Mapping[str, Any]) -> str:
    """Hash plain data: equal data give equal fingerprints whatever the order of their keys.

    Returns:
        The first 16 hex digits of the SHA-256 of the canonical JSON.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def draws(
    seed: str, customers: Ids | Sequence[str], rows: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.uint32]:
    """Draw one keyed number per customer: the first eight hex digits of md5(seed:customer).

    Every warehouse computes the same number in SQL, and the same customer gets the same
    number on every machine and every replay.

    Args:
        seed: What is drawn.
        customers: Everybody's ids; those of a history are laid out once, `History.ids`.
        rows: For whom, as places among the ids; for everybody, if not given.

    Returns:
        uint32 of the shape of the rows, uniform over the whole range.
    """
    return _ids(customers).draws(f"{seed}:", rows)


def keys(
    seed: str, customers: Ids | Sequence[str], rows: npt.NDArray[np.int64] | None = None
) -> npt.NDArray[np.uint64]:
    """Draw one keyed 64-bit number per customer: the first 16 hex digits of md5(seed:customer).

    Args:
        seed: What is drawn.
        customers: Everybody's ids, as in `draws`.
        rows: For whom, as in `draws`.

    Returns:
        uint64 of the shape of the rows, uniform over the whole range.
    """
    return _ids(customers).keys(f"{seed}:", rows)


def _ids(customers: Ids | Sequence[str]) -> Ids:
    from campaignspec.digests import Ids

    return customers if isinstance(customers, Ids) else Ids(customers)


def threshold(share: float) -> int:
    """Return the number below which ``share`` of all draws fall."""
    return round(share * 2**32)


def idempotency_key(
    *, campaign: str, customer: str, enrolment: int, node: str, visit: int, channel: str
) -> str:
    """Name one message for ever, whatever attempt, worker or version sends it.

    Returns:
        A UUID-shaped key; providers that ask for a UUID accept it.
    """
    parts = ("cs1", campaign, customer, str(enrolment), node, str(visit), channel)
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=5))
