"""E-mail addresses in one form, or with the reason why an address is not usable.

An address here is what mail systems of today deliver to: a local part of RFC 5321's ``atext``
and single dots, and a host name of at least two labels. Quoted local parts and addresses of
numbers in brackets, which RFC 5321 also allows, are not; nobody's customers have them.
"""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.people.columns import Normalised, coded, is_flagged, no_texts, texts, trimmed

_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LAST_LABEL: Final = r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9])"
_ADDRESS: Final = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LAST_LABEL}$"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+{_LAST_LABEL}")
_DISPLAYED: Final = re.compile(r"[^<>]*<([^<>]*)>")
_BORDERS: Final = " \t\"'<>()[];,."
_SEVERAL: Final = re.compile(r"[;,\s|]+")
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
_GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})


def normalise_emails(values: pa.Array, *, providers: bool = False) -> Normalised:
    """Bring e-mail addresses into one form: lower case, host names in punycode.

    Args:
        values: What was written, as strings; null is missing.
        providers: Whether to undo what Gmail ignores: dots, and whatever follows a plus. It
            merges people who share a mailbox's name, so it is for those who ask for it.
    """
    column = coded(values)
    written = pc.utf8_lower(trimmed(column.words))
    plain = is_flagged(pc.match_substring_regex(written, _ADDRESS))
    plain &= is_flagged(pc.less(pc.utf8_length(written), _LONGEST_LOCAL))
    if providers:
        plain &= ~is_flagged(pc.match_substring_regex(written, "@(?:gmail|googlemail)\\.com$"))
    left = is_flagged(written.is_valid()) & ~plain
    found, reasons = written, no_texts(len(written))
    if left.any():
        judged = [
            judge_email(text, providers=providers)
            for text in written.filter(pa.array(left)).to_pylist()
        ]
        found = pc.replace_with_mask(found, pa.array(left), texts([each[0] for each in judged]))
        reasons = pc.replace_with_mask(reasons, pa.array(left), texts([each[1] for each in judged]))
    return Normalised(values=column.spread(found), reasons=column.spread(reasons))


def judge_email(text: str, *, providers: bool = False) -> tuple[str | None, str | None]:
    """Return one address in its form, or None and the reason why not.

    Of several addresses in one cell the first that is valid counts.
    """
    lowered = text.lower()
    displayed = _DISPLAYED.search(lowered)
    inner = displayed[1] if displayed else lowered
    judged = [_judge(part, providers=providers) for part in _parts(inner)]
    valid = (each for each in judged if each[0] is not None)
    return next(valid, judged[0] if judged else (None, "has no @"))


def _parts(text: str) -> list[str]:
    """Part several addresses; without an @ in each part, it is one with spaces in it."""
    parts = [part.strip(_BORDERS).removeprefix("mailto:") for part in _SEVERAL.split(text.strip())]
    filled = [part for part in parts if part]
    return filled if all("@" in part for part in filled) else [text.strip(_BORDERS)]


def _judge(text: str, *, providers: bool) -> tuple[str | None, str | None]:
    address = text.removeprefix("mailto:").strip(_BORDERS)
    local, at, host = address.rpartition("@")
    if not at:
        return None, "has no @"
    if "@" in local:
        return None, "has more than one @"
    if any(letter.isspace() for letter in address):
        return None, "has a space in it"
    host = _punycode(host)
    reason = _fault(local, host)
    if reason:
        return None, reason
    if providers and host in _GMAIL:
        local = local.partition("+")[0].replace(".", "")
        host = "gmail.com"
        if not local:
            return None, "has nothing before the @"
    return f"{local}@{host}", None


def _fault(local: str, host: str) -> str | None:
    if not local:
        return "has nothing before the @"
    if not host:
        return "has nothing after the @"
    if not local.isascii():
        return f"has {_foreign(local)!r} before the @"
    if len(local) > _LONGEST_LOCAL or len(local) + 1 + len(host) > _LONGEST:
        return "too long"
    if not _LOCAL.fullmatch(local):
        return "is malformed before the @"
    if "." not in host:
        return "has no domain after the @"
    return None if _HOST.fullmatch(host) else "is malformed after the @"


def _foreign(text: str) -> str:
    return next(letter for letter in text if not letter.isascii())


def _punycode(host: str) -> str:
    """Write a host name in ASCII (IDNA 2003, as Python has it); as it is where that fails."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
