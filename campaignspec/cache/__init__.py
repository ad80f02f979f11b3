"""What was worked out from one text alone, kept so that it is not worked out again.

Everything of one project lies in one file, its pack: entries by the digest of all that they were
made from. A pack belongs to the version of the program that wrote it, down to the bytes of its
source. It is written whole and put in place at once, so that two processes never spoil each
other's; it holds what its last writer used and nothing else, so that it grows with the project
alone. Whatever is wrong with a pack, it counts as empty: nothing here ever raises or is shown.

Packs lie in the user's own cache folder and never in a project: unpickling is running, and a
project may come from anywhere (decision 0029).
"""

from __future__ import annotations

from campaignspec.cache.keeping import NO_CACHE, Cache, NoCache, NotedCache, digest
from campaignspec.cache.pack import Pack, cache_of, users_folder
from campaignspec.cache.program import sources_below

__all__ = [
    "NO_CACHE",
    "Cache",
    "NoCache",
    "NotedCache",
    "Pack",
    "cache_of",
    "digest",
    "sources_below",
    "users_folder",
]
