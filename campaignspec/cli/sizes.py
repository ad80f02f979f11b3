"""Writing how many customers match segments: for people, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from campaignspec.api.sql import DirectLook
from campaignspec.cli.values import instant_data
from campaignspec.clock import format_instant

_FORMAT_VERSION: Final = "1.0"


def size_lines(look: DirectLook) -> Iterator[str]:
    """Write the sizes of segments, one after the other."""
    at = format_instant(look.at, look.zone)
    yield f"{look.customers:,} customers at {at} ({look.zone})"
    for segment in look.segments:
        share = f" ({100 * segment.size / look.customers:.1f}%)" if look.customers else ""
        yield ""
        yield f"{segment.name}  {segment.title}" if segment.title else segment.name
        yield f"  rule  {' '.join(segment.rule.split())}"
        yield f"  size  {segment.size:,} customers{share} at {at}"
    if not look.segments:
        yield "no segments are defined"


def size_data(look: DirectLook) -> dict[str, Any]:
    """Return the sizes of segments as plain data."""
    return {
        "format_version": _FORMAT_VERSION,
        "at": instant_data(look.at),
        "customers": look.customers,
        "segments": [
            {
                "name": segment.name,
                "title": segment.title,
                "rule": segment.rule,
                "size": segment.size,
                "share": segment.size / look.customers if look.customers else None,
            }
            for segment in look.segments
        ],
    }
