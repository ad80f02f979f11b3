"""What keeps values by what they were made from, and the keys for it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final, Protocol

DIGEST: Final = 16
"""The length of a key, in bytes."""


class Cache(Protocol):
    """Keeps values by what they were made from."""

    def get(self, key: bytes) -> Any:
        """Return what was put there; None if nothing was, or nobody can tell any more.

        Args:
            key: The `digest` of everything that the value depends on, beside the program.
        """
        ...

    def put(self, key: bytes, value: Any) -> None:
        """Keep a value: plain data and dataclasses of campaignspec, never None."""
        ...

    def keep(self, keys: Iterable[bytes]) -> None:
        """Keep what was put there, as if somebody had asked for it, without making it again."""
        ...

    def keep_all(self) -> None:
        """Keep everything that was found when the cache was opened."""
        ...


class NoCache:
    """Keeps nothing."""

    def get(self, key: bytes) -> Any:
        """Return None."""
        del key

    def put(self, key: bytes, value: Any) -> None:
        """Let the value go."""
        del key, value

    def keep(self, keys: Iterable[bytes]) -> None:
        """Do nothing: nothing was put there."""
        del keys

    def keep_all(self) -> None:
        """Do nothing: nothing was found."""


class NotedCache:
    """Another cache, and the keys that were asked for and found or put there since `taken`.

    Args:
        cache: What keeps the values.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._keys: dict[bytes, None] = {}

    def get(self, key: bytes) -> Any:
        """Return what was put there; see `Cache`."""
        value = self._cache.get(key)
        if value is not None:
            self._keys[key] = None
        return value

    def put(self, key: bytes, value: Any) -> None:
        """Keep a value; see `Cache`."""
        self._keys[key] = None
        self._cache.put(key, value)

    def keep(self, keys: Iterable[bytes]) -> None:
        """Keep what was put there; see `Cache`."""
        self._cache.keep(keys)

    def keep_all(self) -> None:
        """Keep everything; see `Cache`."""
        self._cache.keep_all()

    def taken(self) -> tuple[bytes, ...]:
        """Return the noted keys, and begin anew."""
        keys = tuple(self._keys)
        self._keys.clear()
        return keys


NO_CACHE: Final = NoCache()


def digest(*parts: str | bytes) -> bytes:
    """Return 16 bytes that stand for some texts in their order, and for no others."""
    hasher = blake2b(digest_size=DIGEST)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hasher.update(len(raw).to_bytes(8, "little"))
        hasher.update(raw)
    return hasher.digest()
