"""How long parts of messages are, held against what channels take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from campaignspec.connector import Limit, Measure
from campaignspec.content.sms import TextMessage, text_message


def length_of(text: str, measure: Measure) -> int:
    """Return how long a text is."""
    match measure:
        case Measure.CHARACTERS:
            return len(text)
        case Measure.BYTES:
            return len(text.encode(errors="replace"))
        case Measure.SMS:
            return len(text_message(text).pieces)
        case _:
            assert_never(measure)


def passed(limits: Iterable[Limit], part: str, text: str) -> Iterator[Limit]:
    """Yield the limits that a part's text passes."""
    for limit in limits:
        if limit.part == part and length_of(text, limit.measure) > limit.most:
            yield limit


def too_long(limit: Limit, text: str) -> str:
    """Say how long a text is, and how long it may be."""
    basis = f" ({limit.basis})" if limit.basis else ""
    may = counted(limit.most, limit.measure)
    if limit.measure is Measure.SMS:
        return f"it takes {sms_words(text_message(text))}, and may take {may}{basis}"
    has = counted(length_of(text, limit.measure), limit.measure)
    return f"it has {has}, and may have {may}{basis}"


def counted(number: int, measure: Measure) -> str:
    """Write a length: ``2 SMS``, ``1 character``."""
    if measure is Measure.SMS:
        return f"{number:,} SMS"
    return f"{number:,} {measure.value if number != 1 else measure.value[:-1]}"


def sms_words(message: TextMessage) -> str:
    """Say how a text goes out by SMS: ``2 SMS (102 units of UCS-2, 67 in each)``."""
    each = f", {message.room} in each" if len(message.pieces) > 1 else f" of {message.room}"
    return (
        f"{len(message.pieces):,} SMS ({message.units:,} units of {message.alphabet.value}{each})"
    )
