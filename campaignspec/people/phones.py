"""Phone numbers to E.164, with the sort of line, or with the reason why not.

The judge is ``phonenumbers``, Python's port of Google's libphonenumber, at about 50 µs a number.
The frequent spellings of a country's numbers are judged a column at a time by the library's own
patterns instead; a property test holds both equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.people.columns import coded, is_flagged, no_texts, overlaid, texts, trimmed
from campaignspec.people.phone_plan import LANDLINE, MOBILE, UNKNOWN, plan_of

_SPREADSHEET: Final = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_WHOLE: Final = re.compile(r"(\d+)[.,]0+")
_SEVERAL: Final = re.compile(r"[,;|\n]| / | или | or ")
_EXACT: Final = 9
"""A number of so many digits was not rounded: spreadsheets show six, and drop zeros at the end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phones:
    """A column of phone numbers in one form.

    Attributes:
        values: E.164, such as ``+79161234567``; null where nothing usable was written.
        kinds: `MOBILE`, `LANDLINE` or `UNKNOWN`; null where ``values`` is.
        reasons: Why a value is not usable; null where it is, or where nothing was written.
    """

    values: pa.Array
    kinds: pa.Array
    reasons: pa.Array


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone number: E.164 and the sort of line, or the reason why there is none."""

    value: str | None
    kind: str | None
    reason: str | None


def normalise_phones(values: pa.Array, region: str) -> Phones:
    """Bring phone numbers into E.164.

    Args:
        values: What was written, as strings; null is missing.
        region: Where numbers without a country code are meant, ISO 3166, such as ``RU``.
    """
    column = coded(values)
    written = _tidied(trimmed(column.words))
    found, kinds = plan_of(region).judge(written)
    reasons = no_texts(len(written))
    left = is_flagged(written.is_valid()) & ~is_flagged(found.is_valid())
    if left.any():
        rest = coded(written.filter(pa.array(left)))
        judged = [judge_phone(text, region) for text in rest.words.to_pylist()]
        places = pa.array(left)
        found, kinds, reasons = (
            pc.replace_with_mask(whole, places, rest.spread(texts(part)))
            for whole, part in (
                (found, [phone.value for phone in judged]),
                (kinds, [phone.kind for phone in judged]),
                (reasons, [phone.reason for phone in judged]),
            )
        )
    return Phones(
        values=column.spread(found), kinds=column.spread(kinds), reasons=column.spread(reasons)
    )


def judge_phone(text: str, region: str) -> Phone:
    """Bring one phone number into E.164 by the library alone.

    Of several numbers in one cell the first that is valid counts.
    """
    judged = [_judge(part, region) for part in _parts(text)]
    valid = (phone for phone in judged if phone.value is not None)
    return next(valid, judged[0] if judged else Phone(None, None, "not a number"))


def _tidied(values: pa.Array) -> pa.Array:
    """Undo what spreadsheets did, and write the prefix ``00`` as the plus that it stands for."""
    floats = is_flagged(pc.ends_with(values, "0")) & is_flagged(
        pc.match_substring_regex(values, r"[.,]0+$")
    )
    tidy = overlaid(
        values, floats, lambda odd: pc.replace_substring_regex(odd, r"^(\d+)[.,]0+$", r"\1")
    )
    abroad = is_flagged(pc.or_(pc.starts_with(tidy, "00"), pc.starts_with(tidy, "(00")))
    return overlaid(
        tidy,
        abroad,
        lambda odd: pc.replace_substring_regex(odd, r"^\(?00[\s\-]*([1-9])", r"+\1"),
    )


def _parts(text: str) -> Iterator[str]:
    whole = _SPREADSHEET.fullmatch(text)
    if whole:
        yield text
        return
    for part in _SEVERAL.split(text):
        if part.strip():
            yield part.strip()


def _judge(text: str, region: str) -> Phone:
    import phonenumbers

    written = _unrounded(text)
    if written is None:
        return Phone(None, None, "rounded by a spreadsheet")
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException as error:
        return Phone(None, None, _PARSING.get(error.error_type, "not a number"))
    if not phonenumbers.is_valid_number(number):
        return Phone(None, None, _invalid(number, region))
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kinds = {
        phonenumbers.PhoneNumberType.MOBILE: MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE: LANDLINE,
    }
    return Phone(value, kinds.get(phonenumbers.number_type(number), UNKNOWN), None)


_PARSING: Final = {0: "no such country code", 2: "too short", 3: "too short", 4: "too long"}
"""The library's ``NumberParseException.error_type`` in words; the rest is not a number."""


def _invalid(number: Any, region: str) -> str:
    import phonenumbers

    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in {
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    }:
        return "too short"
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        return "too long"
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[number.country_code]
    return f"not a valid number of {region if region in regions else regions[0]}"


def _unrounded(text: str) -> str | None:
    """Write ``7.9161234567E10`` in full; None where digits were lost."""
    exponent = _SPREADSHEET.fullmatch(text)
    if exponent is None:
        whole = _WHOLE.fullmatch(text)
        return whole[1] if whole else text
    digits = 1 + len((exponent[2] or "").rstrip("0"))
    power = int(exponent[3])
    if digits < min(_EXACT, power + 1):
        return None
    return f"{Decimal(text.replace(',', '.')).to_integral_value():f}"
