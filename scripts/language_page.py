"""The reference of the language, made from its types."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import MISSING
from enum import StrEnum
from typing import Any, get_args, get_origin

from campaignspec.spec.kinds import KINDS
from campaignspec.spec.rule import Rule
from campaignspec.spec.schema import SCHEMAS
from campaignspec.spec.shape import is_section, keys_of, members_of, summary_of, verb_of
from campaignspec.spec.write import default_of, write
from scripts.markdown import MADE, table

FILES = {
    "project": "campaignspec.yaml",
    "audiences": "audiences.yaml",
    "channels": "channels.yaml",
    "campaign": "campaign.yaml",
    "test": "*.test.yaml",
    "personas": "personas.yaml",
    "offers": "offers.yaml",
    "kpis": "kpis.yaml",
    "programmes": "programme.yaml",
}
PLAIN = {str: "text", int: "a whole number", float: "a number", bool: "yes or no"}

EXIT_CODES = {
    "FINE": "Everything was done.",
    "FINDINGS": "Something written is wrong, a test failed, or two files of facts differ.",
    "USAGE": "The command was called wrongly: an option, a name or a date does not exist.",
    "WORLD_FAILED": "A file, a ledger, a source or a connector failed.",
    "GUARD_HALTED": "Kept for guards that stop a run; no command leaves with it yet.",
    "REFUSED": "The ledger was begun with other campaigns, settings or dates.",
    "IN_DOUBT": "The run is done, and some messages failed or nobody knows if they were sent.",
    "LOCKED": "Another runner holds the ledger; try again later.",
}

_INTRODUCTION = """\
Every file of a project, every section, every key. The schemas in `schemas/` say the same to
editors. The last column says what a change of the key touches for people who are in the journey.
"""


def language_page() -> str:
    """List every file, section, key and kind of value."""
    parts = [
        f"# The language\n\n{MADE}\n",
        _INTRODUCTION,
    ]
    shown: set[Any] = set()
    for name, file in FILES.items():
        parts.append(f"## `{file}`\n")
        parts += [_section(section) for section in _sections(SCHEMAS[name], shown)]
    return "\n".join([*parts, _kinds(), _rules()])


def _sections(section: Any, shown: set[Any]) -> Iterator[type]:
    """Yield a section and those that its keys hold, each once, in the order of reading."""
    if section in shown:
        return
    shown.add(section)
    yield section
    for key in keys_of(section):
        for held in _held(key.type):
            yield from _sections(held, shown)


def _held(kind: Any) -> Iterator[type]:
    if is_section(kind):
        yield kind
    for inner in get_args(kind):
        yield from _held(inner)


def _section(section: type) -> str:
    rows = [
        (
            f"`{key.name}`" + (" (required)" if key.required else ""),
            _kind(key.type),
            key.summary + _default(section, key.attribute),
            key.change,
        )
        for key in keys_of(section)
    ]
    keys = table(("key", "value", "meaning", "change"), rows)
    return f"### {_title(section)}\n\n{summary_of(section)}\n\n{keys}"


def _default(section: type, attribute: str) -> str:
    default = default_of(section, attribute)
    if default is MISSING or default is None or is_section(type(default)):
        return ""
    written = write(default)
    if isinstance(written, bool):
        written = "yes" if written else "no"
    return "" if written in ([], {}) else f" Default: `{written}`."


def _title(section: type) -> str:
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in section.__name__)
    return words.strip().capitalize()


def _kind(kind: Any) -> str:
    members = members_of(kind)
    if len(members) > 1:
        if all(is_section(member) for member in members):
            return "one of " + ", ".join(f"`{verb_of(m)}:`" for m in members)
        return " or ".join(_kind(member) for member in members)
    if get_origin(kind) is tuple:
        return f"list: {_kind(get_args(kind)[0])}"
    if kind is Rule:
        return "[rule](#rules)"
    if inspect.isclass(kind) and issubclass(kind, StrEnum):
        return ", ".join(f"`{word.value}`" for word in kind)
    if get_args(kind):
        return f"{_kind(get_args(kind)[1])}, by name"
    if kind in PLAIN:
        return PLAIN[kind]
    if is_section(kind):
        return f"[{_title(kind).lower()}](#{_title(kind).lower().replace(' ', '-')})"
    return KINDS[kind].noun


def _kinds() -> str:
    rows = [
        (kind.noun, " ".join(f"`{e}`" for e in kind.examples), f"`{kind.pattern}`")
        for kind in KINDS.values()
    ]
    return "## Kinds of value\n\n" + table(("kind", "example", "pattern"), rows)


def _rules() -> str:
    return (
        inspect.cleandoc("""
        ## Rules

        A rule says what is true of a customer at an instant. It names traits, attributes of the
        customer, and, where an event is at hand, that event's properties.

        | written | means |
        |---|---|
        | `orders_total >= 2` | a comparison: `=`, `!=`, `<`, `<=`, `>`, `>=` |
        | `age in ('25-34', '35-44')` | one of several values |
        | `birthday is known`, `birthday is unknown` | whether there is a value |
        | `last_order older than 60d` | at or before `now` minus 60 days |
        | `last_order within 7d` | after `now` minus 7 days, up to and including `now` |
        | `baskets_by_brand('Acme') >= 2` | a trait with `by`, of one value of that property |
        | `segment('champions')` | whether the customer matches a segment now |
        | `sent('hello')`, `opened('hello')`, `clicked('hello')` | a message of this enrolment |
        | `not`, `and`, `or`, `( )` | from tight to loose |

        Logic has two values. A comparison with a missing value is false, and `not` turns it
        round: `city != 'Moscow'` holds for a customer without a city.
        """)
        + "\n"
    )
