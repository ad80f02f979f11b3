"""What the functions of templates answer: ``segment('…')``, ``offer('…')`` and ``link('…')``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from campaignspec.spec.shape import EMPTY

OFFER_FIELDS: Final = ("code", "valid_until", "title")
"""What templates may write of an offer: the person's own code, its last day, its title."""

PLACEHOLDERS: Final = ("campaign", "message", "step", "channel", "class", "locale", "link")
"""What parameters of tracking may be made of."""

_ADDRESS: Final = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_KEPT: Final = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is in an address; anything else outside ASCII is written by its bytes."""
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """What is true for one person and one message, asked by a template.

    Attributes:
        segments: By name, whether the person matches.
        offers: By name, what the person was granted: `OFFER_FIELDS`.
        links: The project's web addresses by name.
        tracking: By parameter, what is added to addresses; may hold `PLACEHOLDERS`.
        facts: By placeholder, what is filled in; ``link`` is filled in for each link.
    """

    segments: Mapping[str, bool] = field(default_factory=lambda: EMPTY)
    offers: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: EMPTY)
    links: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    tracking: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def link(self, target: str, name: str | None) -> str:
        """Return the address of a link with its tracking; the same each time.

        Args:
            target: A web address, or the name of one of the project's links.
            name: What the link is called in the tracking; its own name, if not given.

        Raises:
            ValueError: It is no web address that can be opened.
        """
        address = self.links.get(target, target)
        filled = {**self.facts, "link": name or (target if target in self.links else "")}
        return tracked(address, {key: fill(text, filled) for key, text in self.tracking.items()})


NO_LOOKUPS: Final = Lookups()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the functions of templates may name.

    Attributes:
        segments: The project's segments.
        offers: The project's offers.
        links: The project's web addresses by name.
    """

    segments: Collection[str] = ()
    offers: Collection[str] = ()
    links: Mapping[str, str] = field(default_factory=lambda: EMPTY)


NOTHING: Final = Known()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is assumed of values.

    Attributes:
        values: By the names that lead to a variable, its values in the project's personas.
        lookups: The links and their tracking, as they will be.
    """

    values: Mapping[tuple[str, ...], Sequence[str]] = field(default_factory=lambda: EMPTY)
    lookups: Lookups = NO_LOOKUPS


def tracked(address: str, parameters: Mapping[str, str]) -> str:
    """Add parameters to a web address; those that it already has stay as they are.

    Empty parameters are left out. The fragment stays at the end, and what a web address cannot
    hold is written by its UTF-8 bytes (RFC 3986 §2.1).

    Raises:
        ValueError: It is no web address.
    """
    if len(address) > _LONGEST or _ADDRESS.fullmatch(address) is None:
        raise ValueError(f"{address[:80]!r} is no web address: it begins with https://")
    parts = urlsplit(address)
    present = {piece.partition("=")[0] for piece in parts.query.split("&")}
    added = [
        f"{quote(key, safe='')}={quote(value, safe='')}"
        for key, value in parameters.items()
        if value and key not in present
    ]
    query = "&".join(piece for piece in (parts.query, *added) if piece)
    return quote(urlunsplit(parts._replace(query=query)), safe=_KEPT)


def is_address(text: str) -> bool:
    """Say whether a text is a web address."""
    return _ADDRESS.fullmatch(text) is not None


def placeholders_in(text: str) -> tuple[str, ...]:
    """Return the names in braces that a parameter of tracking holds."""
    return tuple(_PLACEHOLDER.findall(text))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Write facts in place of their names in braces; nothing for those that are not known."""
    return _PLACEHOLDER.sub(lambda found: facts.get(found[1], ""), text)
