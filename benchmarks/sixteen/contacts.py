"""Contacts laid out by arithmetic, so that how many go which way can be counted by hand.

A contact is a number; its digits, each to a base of its own, say what it is like and what it does.
So among each 10,000 contacts that follow each other every combination stands exactly once, and
what two digits say is independent of each other, exactly: the part of the contacts to whom several
things apply is the product of their parts.

=========  ====  ===================================================
digit      base  what it says
=========  ====  ===================================================
country       5  de, de, at, fr, unknown
age           4  25, 40, 60, unknown
welcome       5  opened after 20 h, 20 h, 5 d, never, never
spent         4  0, 50, 150, 900
offer         5  opened after 30 h, 30 h, 30 h, 3 d, never
later         5  story and reminder: opened after 10 h, 6 d, never, ...
=========  ====  ===================================================

Whoever has the last digit of ``later`` buys 30 days after the subscription, when all journeys are
over. Nobody else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from campaignspec.clock import DAY, HOUR, NEVER, parse_instant
from campaignspec.engine.state import Answers
from campaignspec.engine.world import SentBatch
from campaignspec.history import Addresses, Column, History, Stream, ValueKind
from campaignspec.project import Project, load_project

ROUND: Final = 10_000
"""Among so many contacts each combination stands once; numbers of contacts are multiples of it."""
CAMPAIGN: Final = "from-contact-to-buyer"
START: Final = parse_instant("2025-03-01")
"""The first contacts subscribe after this instant, the last two days later."""
END: Final = START + 60 * DAY

_SHOP: Final = Path(__file__).parent / "shop"
_BASES: Final = {"country": 5, "age": 4, "welcome": 5, "spent": 4, "offer": 5, "later": 5}
_COUNTRIES: Final = ("de", "de", "at", "fr", None)
_AGES: Final = (25.0, 40.0, 60.0, None)
_SPENT: Final = (0.0, 50.0, 150.0, 900.0)
_OPENED: Final[Mapping[str, tuple[str, tuple[int, ...]]]] = {
    "welcome": ("welcome", (20 * HOUR, 20 * HOUR, 5 * DAY, NEVER, NEVER)),
    "offer": ("offer", (30 * HOUR, 30 * HOUR, 30 * HOUR, 3 * DAY, NEVER)),
    "story": ("later", (10 * HOUR, 6 * DAY, NEVER, NEVER, NEVER)),
    "reminder": ("later", (10 * HOUR, 6 * DAY, NEVER, NEVER, NEVER)),
}
"""By message the digit that says how it is answered, and after how long it is opened."""
_BUYS: Final = 4

Digits = npt.NDArray[np.int64]


def digit(name: str, contacts: Digits) -> Digits:
    """Return one digit of contacts."""
    for other, base in _BASES.items():
        if other == name:
            return contacts % base
        contacts = contacts // base
    raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who opens which message, and when: what its digit says."""

    def answer(self, batch: SentBatch) -> Answers | None:
        """Say when each message is opened; nobody clicks, and nobody opts out."""
        if batch.node not in _OPENED:
            return None
        name, delays = _OPENED[batch.node]
        delay = np.array(delays, np.int64)[digit(name, batch.rows)]
        answers = Answers.none(len(batch.rows))
        answers.opened[:] = np.where(delay == NEVER, NEVER, batch.at + delay)
        return answers


def project() -> Project:
    """Return the shop's project."""
    found = load_project(_SHOP, relative_to=_SHOP).project
    assert found is not None, "the benchmark's project is valid"
    return found


def history_of(contacts: int) -> History:
    """Lay out so many contacts, a multiple of `ROUND`."""
    assert contacts % ROUND == 0, f"{contacts} is no multiple of {ROUND}"
    rows = np.arange(contacts, dtype=np.int64)
    subscribed = START + HOUR + rows % 48 * HOUR
    buys = digit("later", rows) == _BUYS
    return History(
        customers=tuple(f"c{row:08}" for row in range(contacts)),
        attributes={
            "country": _texts(_COUNTRIES, digit("country", rows)),
            "age": _numbers(_AGES, digit("age", rows)),
            "spent": _numbers(_SPENT, digit("spent", rows)),
        },
        addresses=dict.fromkeys(("email", "phone"), Addresses.of(["reachable"] * contacts)),
        zones=("UTC",),
        zone_of=np.zeros(contacts, np.int32),
        streams={
            "subscribed": Stream.build(rows, subscribed, contacts, {}),
            "purchase": Stream.build(rows[buys], subscribed[buys] + 30 * DAY, contacts, {}),
        },
        messages={},
        consents={},
        fingerprint=f"sixteen {contacts}",
        first=START + HOUR,
        last=END,
    )


def _numbers(values: tuple[float | None, ...], codes: Digits) -> Column:
    known = np.array([0.0 if value is None else value for value in values])
    absent = np.array([value is None for value in values])
    return Column(kind=ValueKind.NUMBER, values=known[codes], missing=absent[codes])


def _texts(values: tuple[str | None, ...], codes: Digits) -> Column:
    words = sorted({value for value in values if value is not None})
    places = np.array([0 if v is None else words.index(v) for v in values], np.int32)
    absent = np.array([value is None for value in values])
    return Column(
        kind=ValueKind.TEXT,
        values=places[codes],
        missing=absent[codes],
        words=np.array(words, np.object_),
    )
