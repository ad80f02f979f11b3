"""One country's frequent spellings of phone numbers, judged a column at a time.

What is taken here gets the answer that ``phonenumbers`` would give, by the same patterns; what
is not, is left to the library. A number is taken when it is nothing but digits, one plus in
front and the usual punctuation, and reads in one way only: ``+CC N``, ``CC N``, ``P N`` or ``N``,
where N matches the country's general pattern and begins neither with 0 nor with what might be
its national prefix P. The steps of the library that this follows are ``parse``,
``_maybe_extract_country_code`` and ``is_valid_number`` of libphonenumber.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from campaignspec.people.columns import Flags, is_flagged, no_texts

MOBILE: Final = "mobile"
LANDLINE: Final = "landline"
UNKNOWN: Final = "unknown"
"""A line that may be either, as all in the United States may, or neither, as toll-free ones."""
KINDS: Final = (None, MOBILE, LANDLINE, UNKNOWN)
"""The sorts of line; the first stands for a number that is not valid."""

_PUNCTUATION: Final = r"[ \x{00A0}().\-\x{2010}-\x{2015}]+"
_SPELLED: Final = r"^[ ().\-]*\+?[0-9 \x{00A0}().\-\x{2010}-\x{2015}]+$"
_FEW_REGIONS: Final = 2
_SPECIAL: Final = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The numbering plan of a region, as far as it is followed here.

    Attributes:
        code: The country code, such as 7.
        prefix: The national prefix, such as ``8``; None where there is none, or no plain one.
        metadata: The library's patterns of the region and of those that share its code, in the
            library's order; empty where no number is taken.
        own: The library's patterns of the region itself.
    """

    code: int
    prefix: str | None
    metadata: Sequence[Any]
    own: Any

    def judge(self, written: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Return E.164 and the sort of line of each number; null where it is not for here."""
        empty = no_texts(len(written))
        if not self.metadata:
            return empty, empty
        spelled = pc.match_substring_regex(written, _SPELLED)
        digits = pc.replace_substring_regex(written, _PUNCTUATION, "")
        places = np.flatnonzero(is_flagged(spelled))
        national = self._national(digits.take(pa.array(places)))
        known = is_flagged(national.is_valid())
        places, national = places[known], national.filter(pa.array(known))
        kinds = self._kinds(national)
        valid = is_flagged(kinds.is_valid())
        mask = np.zeros(len(written), np.bool_)
        mask[places[valid]] = True
        chosen = pc.binary_join_element_wise(
            pa.scalar(f"+{self.code}", pa.large_string()),
            national.filter(pa.array(valid)),
            pa.scalar("", pa.large_string()),
        )
        return (
            pc.replace_with_mask(empty, pa.array(mask), chosen),
            pc.replace_with_mask(empty, pa.array(mask), kinds.filter(pa.array(valid))),
        )

    def _national(self, digits: pa.Array) -> pa.Array:
        """Take the country code or the national prefix off; null where it is not plain."""
        international = pc.utf8_slice_codeunits(digits, 1 + len(str(self.code)), None)
        plus = pc.starts_with(digits, f"+{self.code}")
        direct = pc.and_not(
            pc.ascii_is_decimal(digits),
            pc.match_substring_regex(digits, f"^(?:{self.own.international_prefix or 'x'})"),
        )
        whole = self._fits(digits)
        forms = [(plus, international), (pc.and_(direct, whole), digits)]
        unfit = pc.and_not(direct, self._matches_general(digits, self.own))
        for start in dict.fromkeys(filter(None, (self.prefix, str(self.code)))):
            rest = pc.utf8_slice_codeunits(digits, len(start), None)
            forms.append((pc.and_(unfit, pc.starts_with(digits, start)), rest))
        found = no_texts(len(digits))
        for applies, rest in forms:
            fits = pc.and_(applies, self._fits(rest))
            found = pc.if_else(pc.and_(fits, found.is_null()), rest, found)
        return found

    def _fits(self, national: pa.Array) -> pa.Array:
        """Say whether digits are a national number that begins with no prefix."""
        prefix = f"(?:{self.own.national_prefix_for_parsing or '0'})|0"
        main = self.metadata[0].national_prefix_for_parsing or "0"
        begins = pc.match_substring_regex(national, f"^(?:{prefix}|(?:{main}))")
        fits = self._matches_general(national, self.own)
        if self.metadata[0] is not self.own:
            fits = pc.and_(fits, self._matches_general(national, self.metadata[0]))
        return pc.and_not(fits, begins)

    def _matches_general(self, national: pa.Array, metadata: Any) -> pa.Array:
        return _matches(national, metadata.general_desc)

    def _kinds(self, national: pa.Array) -> pa.Array:
        """Say what sort of line each number is; null where it is not valid, or not decided here."""
        kinds = np.zeros(len(national), np.int64)
        undecided = np.ones(len(national), np.bool_)
        for metadata in self.metadata[:_FEW_REGIONS]:
            typed = _typed(national, metadata)
            if metadata.leading_digits is not None:
                leading = pc.match_substring_regex(national, f"^(?:{metadata.leading_digits})")
                mine = is_flagged(leading) & undecided
            else:
                mine = undecided & (typed > 0)
            kinds[mine] = typed[mine]
            undecided &= ~mine
        return pa.array(KINDS, pa.large_string()).take(pa.array(kinds))


@cache
def plan_of(region: str) -> Plan:
    """Return the numbering plan of a region."""
    import phonenumbers

    own: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[own.country_code]
    all_of: list[Any] = [phonenumbers.PhoneMetadata.metadata_for_region(each) for each in regions]
    plain = not any(each.national_prefix_transform_rule for each in (own, all_of[0]))
    prefix = own.national_prefix
    parsed = own.national_prefix_for_parsing
    return Plan(
        code=own.country_code,
        prefix=prefix if prefix == parsed else None,
        metadata=tuple(all_of) if plain else (),
        own=own,
    )


def _typed(national: pa.Array, metadata: Any) -> npt.NDArray[np.int64]:
    """Say what sort of line each number would be in a region, as its place in `KINDS`."""
    general = is_flagged(_matches(national, metadata.general_desc))
    fixed = general & is_flagged(_matches(national, metadata.fixed_line))
    same = metadata.same_mobile_and_fixed_line_pattern
    mobile = fixed if same else general & is_flagged(_matches(national, metadata.mobile))
    special: Flags = np.zeros(len(national), np.bool_)
    for name in _SPECIAL:
        description = getattr(metadata, name)
        if description is not None and description.national_number_pattern:
            special |= is_flagged(_matches(national, description))
    kinds = np.zeros(len(national), np.int64)
    kinds[mobile] = KINDS.index(MOBILE)
    kinds[fixed] = KINDS.index(LANDLINE)
    kinds[(fixed & mobile) | (general & special)] = KINDS.index(UNKNOWN)
    return kinds


def _matches(national: pa.Array, description: Any) -> pa.Array:
    """Match digits as the library does: one of the lengths, and the pattern in full."""
    if description is None or not description.national_number_pattern:
        return pa.array(np.zeros(len(national), np.bool_))
    pattern = "".join(description.national_number_pattern.split())
    matches = pc.match_substring_regex(national, f"^(?:{pattern})$")
    lengths = [length for length in description.possible_length if length > 0]
    if not lengths:
        return matches
    known = pc.is_in(pc.utf8_length(national), value_set=pa.array(lengths, pa.int32()))
    return pc.and_(matches, known)
