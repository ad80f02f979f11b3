"""Hypothesis strategies for the language: any section, any rule, any scalar kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, get_args, get_origin

from hypothesis import strategies as st

from campaignspec.clock import Duration
from campaignspec.money import Money
from campaignspec.spec.content_kinds import Length, Locale
from campaignspec.spec.kinds import (
    KINDS,
    Encoding,
    Ending,
    LocalTime,
    Moment,
    Name,
    Offset,
    Passage,
    PhaseDay,
    Property,
    Region,
    Schedule,
    Share,
    Target,
    Threshold,
    ZoneName,
)
from campaignspec.spec.rule import (
    Age,
    AllOf,
    Answer,
    Answered,
    AnyOf,
    Compare,
    Fact,
    InSegment,
    Known,
    Literal,
    Not,
    OneOf,
    Operator,
    Replied,
    Rule,
    Term,
)
from campaignspec.spec.rule_reader import write_rule
from campaignspec.spec.rule_tokens import KEYWORDS
from campaignspec.spec.shape import EMPTY, is_section, keys_of, members_of

_LETTERS = "abzÉжщ买"
_TRICKY = ("", "010", "22:00", "NO", "yes", "~", "null", "1e5", "0x1F", "a: b", "a #b", "{{ x }}")


def texts() -> st.SearchStrategy[str]:
    """Text as people write it, and text that YAML likes to misread."""
    everyday = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")), max_size=12)
    return st.sampled_from(_TRICKY) | everyday


def names() -> st.SearchStrategy[str]:
    """Names of campaigns, segments, events and steps."""
    rest = st.text(_LETTERS + "019_-", max_size=6)
    word = st.builds(str.__add__, st.sampled_from(_LETTERS), rest)
    return word | st.builds("{}.{}".format, word, word)


def durations() -> st.SearchStrategy[Duration]:
    """Durations as authors write them."""
    text = st.builds("{}{}".format, st.integers(0, 9999), st.sampled_from("smhdw"))
    return text.map(KINDS[Duration].parse)


def _numbers(digits: int, decimals: int) -> st.SearchStrategy[str]:
    return st.decimals(0, 10**digits - 1, places=decimals).map("{:f}".format)


_KIND_TEXTS: Mapping[Any, st.SearchStrategy[str]] = {
    Name: names(),
    Property: st.builds("{}.{}".format, names(), names()),
    Encoding: st.sampled_from(("utf-8", "cp1251", "gbk")),
    ZoneName: st.sampled_from(("UTC", "Europe/Moscow", "Asia/Shanghai")),
    Region: st.sampled_from(("RU", "CN", "US")),
    Locale: st.sampled_from(("en", "pt-BR", "zh-Hant-TW")),
    Length: st.builds(
        "{} {}".format, st.integers(1, 9999), st.sampled_from(("sms", "bytes", "characters"))
    ),
    Moment: st.datetimes().map("{:%Y-%m-%d %H:%M}".format).filter(re.compile(r"\d{4}-").match),
    Ending: st.sampled_from(("open", "left long-gone", "goal at 2017-03-04 09:00")),
    Passage: st.builds("{}{}".format, names(), st.just("") | st.builds(" > {}".format, names())),
    Schedule: st.sampled_from(("0 10 * * mon", "RRULE:FREQ=MONTHLY;BYDAY=1TU")),
    Offset: st.integers(-9999, 9999).map("{}d".format),
    PhaseDay: st.integers(-999, 999).map(lambda days: str(PhaseDay(days))),
    Share: st.decimals(0, 100, places=4).map("{:f}%".format),
    Money: st.builds(
        "{} {}".format, _numbers(12, 6) | _numbers(4, 0), st.sampled_from(("USD", "RUB"))
    ),
    LocalTime: st.times().map("{:%H:%M}".format),
    date: st.dates().map(date.isoformat),
    Target: st.builds(
        "{} {}".format,
        st.sampled_from((">=", "<=", ">", "<")),
        st.builds(
            "{}{}{}".format,
            st.sampled_from(("", "+", "-")),
            _numbers(3, 2),
            st.sampled_from(("", "%", " pp", " USD")),
        )
        | _numbers(3, 2).map("x{}".format),
    ),
    Threshold: st.builds(
        "{} {}{}".format,
        st.sampled_from((">=", "<=", ">", "<")),
        _numbers(3, 2),
        st.sampled_from(("", "%", " pp", " USD")),
    ),
}


def kind_values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of one scalar kind."""
    return durations() if kind is Duration else _KIND_TEXTS[kind].map(KINDS[kind].parse)


def terms() -> st.SearchStrategy[Term]:
    """Rules as trees."""
    quotable = texts().filter(lambda text: not ("'" in text and '"' in text))
    words = names().filter(lambda name: name not in KEYWORDS | {"segment", *Answer})
    facts = st.builds(Fact, name=words, key=st.none() | quotable)
    numbers = st.decimals(-(10**9), 10**9, places=4).map(float)
    literals = (quotable | numbers).map(lambda value: Literal(value=value))
    leaves = st.one_of(
        st.builds(Compare, fact=facts, operator=st.sampled_from(Operator), literal=literals),
        st.builds(
            OneOf, fact=facts, literals=st.lists(literals, min_size=1, max_size=3).map(tuple)
        ),
        st.builds(Known, fact=facts, known=st.booleans()),
        st.builds(Age, fact=facts, older=st.booleans(), duration=durations()),
        st.builds(InSegment, segment=quotable, lasting=st.none() | durations()),
        st.builds(Answered, answer=st.sampled_from(Answer), step=quotable),
        st.builds(Replied, step=quotable, asked=_asked(quotable, literals)),
    )
    return st.recursive(leaves, _joined, max_leaves=8)


def _asked(
    names_: st.SearchStrategy[str], literals: st.SearchStrategy[Literal]
) -> st.SearchStrategy[Compare | OneOf | Known]:
    """What may be asked of an answer's property, whatever it is called."""
    facts = st.builds(Fact, name=names_)
    several = st.lists(literals, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Compare, fact=facts, operator=st.sampled_from(Operator), literal=literals),
        st.builds(OneOf, fact=facts, literals=several),
        st.builds(Known, fact=facts, known=st.booleans()),
    )


def _joined(parts: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Not, term=parts),
        st.builds(AllOf, terms=several),
        st.builds(AnyOf, terms=several),
    )


def rules() -> st.SearchStrategy[Rule]:
    """Rules as they stand in a section."""
    return terms().map(lambda term: Rule(text=write_rule(term), term=term))


@cache
def sections(section: type, depth: int = 3) -> st.SearchStrategy[Any]:
    """Values of a section; lists at most a few entries long, steps nested `depth` deep."""
    keys = keys_of(section)
    required = {key.attribute: _values(key.type, depth) for key in keys if key.required}
    optional = {
        key.attribute: _values(key.type, depth) for key in keys if depth > 0 and not key.required
    }
    return st.fixed_dictionaries(required, optional=optional).map(lambda parts: section(**parts))


@cache
def _values(kind: Any, depth: int) -> st.SearchStrategy[Any]:
    members = members_of(kind)
    if len(members) > 1:
        return st.one_of([_values(member, depth) for member in members])
    if is_section(kind):
        return st.deferred(lambda: sections(kind, depth - 1))
    if get_origin(kind) is tuple:
        longest = 2 if depth > 0 else 0
        return st.lists(_values(get_args(kind)[0], depth), max_size=longest).map(tuple)
    if get_origin(kind) is Mapping:
        keys, values = (_values(part, depth) for part in get_args(kind))
        entries = st.dictionaries(keys, values, max_size=2 if depth > 0 else 0)
        return entries.map(lambda found: MappingProxyType(found) if found else EMPTY)
    return _scalars(kind)


def _scalars(kind: Any) -> st.SearchStrategy[Any]:
    plain: Mapping[Any, st.SearchStrategy[Any]] = {
        str: texts(),
        bool: st.booleans(),
        int: st.integers(-(10**17), 10**17),
        float: st.decimals(-(10**9), 10**9, places=4).map(float),
        Rule: rules(),
    }
    if kind in plain:
        return plain[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    return kind_values(kind)
