from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaignspec.content.lookups import Lookups, tracked

UTM = {"utm_source": "shop", "utm_campaign": "{campaign}", "utm_content": "{link}"}
LOOKUPS = Lookups(
    links={"home": "https://shop.example/"}, tracking=UTM, facts={"campaign": "win-back"}
)


@pytest.mark.parametrize(
    ("target", "name", "expected"),
    [
        (
            "home",
            None,
            "https://shop.example/?utm_source=shop&utm_campaign=win-back&utm_content=home",
        ),
        (
            "home",
            "button",
            "https://shop.example/?utm_source=shop&utm_campaign=win-back&utm_content=button",
        ),
        (
            "https://shop.example/a?size=5#top",
            "dress",
            (
                "https://shop.example/a?size=5&utm_source=shop&utm_campaign=win-back"
                "&utm_content=dress#top"
            ),
        ),
        (
            "https://shop.example/a?utm_source=partner",
            "x",
            "https://shop.example/a?utm_source=partner&utm_campaign=win-back&utm_content=x",
        ),
        (
            "https://shop.example/платье",
            "x",
            (
                "https://shop.example/%D0%BF%D0%BB%D0%B0%D1%82%D1%8C%D0%B5"
                "?utm_source=shop&utm_campaign=win-back&utm_content=x"
            ),
        ),
    ],
)
def test_a_link_is_tracked_the_same_way_each_time(
    target: str, name: str | None, expected: str
) -> None:
    assert LOOKUPS.link(target, name) == expected
    assert LOOKUPS.link(target, name) == expected


@pytest.mark.parametrize(
    "target", ["hoem", "javascript:alert(1)", "https://", "https://a b", "ftp://x.example", ""]
)
def test_what_is_no_web_address_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="is no web address"):
        LOOKUPS.link(target, "x")


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.text(min_size=1)))
def test_what_is_added_is_read_back_as_it_was(parameters: Mapping[str, str]) -> None:
    clean = {key: value for key, value in parameters.items() if _is_text(value)}

    address = tracked("https://shop.example/a#top", clean)

    assert dict(parse_qsl(urlsplit(address).query, keep_blank_values=True)) == clean
    assert address.isascii()
    assert address.endswith("#top")


def _is_text(value: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in value)
