"""E-mail addresses: which may be delivered to, and how a sender is written.

The grammar is narrower than the standard's on purpose. Quoted local parts, comments and
address literals have no use in marketing and a long record of reaching the wrong person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_CONTROL: Final = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_MAILBOX: Final = re.compile(
    rf' *(?:"(?P<quoted>[^"<>{_CONTROL}]*)"|(?P<name>[^"<>{_CONTROL}]*?)) *<(?P<address>[^<>]*)> *'
)
_LONGEST_LOCAL: Final = 64
_LONGEST_DOMAIN: Final = 253


class AddressError(ValueError):
    """A text is not an address that messages can be delivered to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address, with the name that people see in front of it.

    Attributes:
        address: The address in ASCII.
        name: The name, or empty.
    """

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part of the address after the ``@``."""
        return self.address.rpartition("@")[2]


def deliverable(address: str) -> str:
    """Return the address as it goes over the wire: an international domain as A-labels.

    Raises:
        AddressError: It cannot be delivered to.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        raise AddressError("the address has no @")
    if len(local) > _LONGEST_LOCAL or _LOCAL.fullmatch(local) is None:
        raise AddressError("the part before the @ is not plain letters, digits and signs")
    return f"{local}@{_ascii_domain(domain)}"


def parse_mailbox(text: str) -> Mailbox:
    """Read ``shop@shop.example`` or ``Name <shop@shop.example>``.

    Raises:
        AddressError: The text is neither.
    """
    match = _MAILBOX.fullmatch(text)
    if match is None:
        return Mailbox(address=deliverable(text.strip()))
    return Mailbox(
        address=deliverable(match["address"]), name=match["quoted"] or match["name"] or ""
    )


def _ascii_domain(domain: str) -> str:
    if len(domain) > _LONGEST_DOMAIN:  # measured first: the codec's time grows with the square
        raise AddressError("the domain is too long")
    try:
        encoded = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressError(f"the domain is not valid: {error}") from error
    if len(encoded) > _LONGEST_DOMAIN or _DOMAIN.fullmatch(encoded) is None:
        raise AddressError("the domain is not valid")
    return encoded
