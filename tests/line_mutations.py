"""Mistakes that people make in YAML, one line at a time, and what has to be said of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_ENTRY = re.compile(r"(?P<indent> *)(?P<dash>- )?(?P<key>[\w.-]+):(?P<rest>| (?P<value>[^#]*))")
_WITHIN = re.compile(r"[{,] *(?P<key>[a-z][\w-]*):")
_PRINTED = re.compile(r"\{\{-? *(?P<name>[a-z_]\w*(?:\.\w+)+)")
_PLAIN = re.compile(r"[\w<>=]")


class Law(StrEnum):
    """What must be said of a mistake."""

    HERE = "a finding is in the line"
    HERE_OR_RIGHT = "a finding is in the line, or there is none"
    BY_NAME = "a finding is in the line, or names what stood there, or there is none"
    ANYTHING = "whatever is found points into lines that are there"


@dataclass(frozen=True)
class Mutant:
    """A file with one mistake.

    Attributes:
        text: The whole text.
        line: The first line that is another than it was, from 1.
        was: The line as it was.
        law: What must be said of it.
    """

    text: str
    line: int
    was: str
    law: Law


Change = Callable[[Sequence[str], int], Sequence[str] | None]
"""Makes of lines and one of their numbers, from 0, other lines; None where it cannot be done."""


def _entry(lines: Sequence[str], at: int) -> re.Match[str] | None:
    """Return a line that is `key: value` and ends there."""
    found = _ENTRY.fullmatch(lines[at])
    if found is None or not _PLAIN.match(found["value"] or ""):
        return None
    after = next((line for line in lines[at + 1 :] if line.strip()), "")
    deeper = len(after) - len(after.lstrip()) > len(found["indent"] + (found["dash"] or ""))
    return None if deeper else found


def _valued(value: str) -> Change:
    def change(lines: Sequence[str], at: int) -> Sequence[str] | None:
        found = _entry(lines, at)
        if found is None:
            return None
        text = f"{found['indent']}{found['dash'] or ''}{found['key']}: {value}"
        return [*lines[:at], text, *lines[at + 1 :]]

    return change


def _tab(lines: Sequence[str], at: int) -> Sequence[str] | None:
    found = _entry(lines, at)
    if found is None or not found["indent"]:
        return None
    return [*lines[:at], "\t" + lines[at].lstrip(), *lines[at + 1 :]]


def _twice(lines: Sequence[str], at: int) -> Sequence[str] | None:
    found = _entry(lines, at)
    if found is None or found["dash"]:
        return None
    return [*lines[:at], lines[at], *lines[at:]]


def _misspelt(lines: Sequence[str], at: int) -> Sequence[str] | None:
    found = _ENTRY.fullmatch(lines[at])
    if found is None:
        return None
    rest = lines[at][found.end("key") :]
    text = f"{found['indent']}{found['dash'] or ''}{found['key']}zz{rest}"
    return [*lines[:at], text, *lines[at + 1 :]]


def _misspelt_within(lines: Sequence[str], at: int) -> Sequence[str] | None:
    """Misspell the second key of a line between braces: ``{event: x, wherezz: y}``."""
    keys = list(_WITHIN.finditer(lines[at].partition(" #")[0]))
    if len(keys) < 2 or '"' in lines[at]:
        return None
    end = keys[1].end("key")
    return [*lines[:at], f"{lines[at][:end]}zz{lines[at][end:]}", *lines[at + 1 :]]


def _torn(lines: Sequence[str], at: int) -> Sequence[str] | None:
    """Take away the last closing brace or bracket of a line."""
    end = max(lines[at].rfind("}"), lines[at].rfind("]"))
    return (
        None if end < 0 else [*lines[:at], lines[at][:end] + lines[at][end + 1 :], *lines[at + 1 :]]
    )


def _deleted(lines: Sequence[str], at: int) -> Sequence[str]:
    return [*lines[:at], *lines[at + 1 :]]


def _swapped(lines: Sequence[str], at: int) -> Sequence[str] | None:
    if at + 1 == len(lines):
        return None
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


def _deeper(lines: Sequence[str], at: int) -> Sequence[str]:
    return [*lines[:at], " " + lines[at], *lines[at + 1 :]]


def _shallower(lines: Sequence[str], at: int) -> Sequence[str] | None:
    if not lines[at].startswith(" "):
        return None
    return [*lines[:at], lines[at][1:], *lines[at + 1 :]]


MUTATIONS: Mapping[str, tuple[Law, Change]] = {
    "a value that YAML keeps for itself": (Law.HERE, _valued("@home")),
    "a tab": (Law.HERE, _tab),
    "a line twice": (Law.HERE, _twice),
    "lists of lists for a word": (Law.HERE_OR_RIGHT, _valued("[[[[]]]]")),
    "a misspelt key": (Law.BY_NAME, _misspelt),
    "a misspelt key between braces": (Law.BY_NAME, _misspelt_within),
    "a name that nobody has": (Law.BY_NAME, _valued("nobody-is-called-so")),
    "a number beyond all bounds": (Law.ANYTHING, _valued("99999999999")),
    "a time beyond all bounds": (Law.ANYTHING, _valued("99999d")),
    "a share for a word": (Law.ANYTHING, _valued("0%")),
    "a rule for a word": (Law.ANYTHING, _valued("not not x = 'y' and")),
    "a bracket lost": (Law.ANYTHING, _torn),
    "a quote that never ends": (Law.ANYTHING, _valued('"torn')),
    "nothing for a value": (Law.ANYTHING, _valued("null")),
    "a deleted line": (Law.ANYTHING, _deleted),
    "two lines swapped": (Law.ANYTHING, _swapped),
    "a space too much": (Law.ANYTHING, _deeper),
    "a space too little": (Law.ANYTHING, _shallower),
}
"""By what went wrong: what must be said of it, and how it is done."""


def _put(scrap: str) -> Change:
    """Write something at the end of a line of text."""

    def change(lines: Sequence[str], at: int) -> Sequence[str] | None:
        if "%}" in lines[at]:
            return None
        return [*lines[:at], lines[at] + scrap, *lines[at + 1 :]]

    return change


def _without(scrap: str) -> Change:
    """Take the last sign of a kind out of a line."""

    def change(lines: Sequence[str], at: int) -> Sequence[str] | None:
        before, found, after = lines[at].rpartition(scrap)
        return [*lines[:at], before + after, *lines[at + 1 :]] if found else None

    return change


def _misnamed(lines: Sequence[str], at: int) -> Sequence[str] | None:
    """Misspell a variable that is printed."""
    found = _PRINTED.search(lines[at])
    if found is None:
        return None
    end = found.end("name")
    return [*lines[:at], f"{lines[at][:end]}zz{lines[at][end:]}", *lines[at + 1 :]]


TEMPLATE_MUTATIONS: Mapping[str, tuple[Law, Change]] = {
    "a variable that does not exist": (Law.HERE, _put(" {{ customer.zz }}")),
    "a group that does not exist": (Law.HERE, _put(" {{ nobody }}")),
    "a function that does not exist": (Law.HERE, _put(" {{ nothing() }}")),
    "a filter that does not exist": (Law.HERE, _put(" {{ 'x' | nothing }}")),
    "a way into Python": (Law.HERE, _put(" {{ customer.__class__ }}")),
    "a tag that does not exist": (Law.HERE, _put(" {% nothing %}")),
    "a misspelt variable": (Law.HERE, _misnamed),
    "a brace lost": (Law.ANYTHING, _without("}")),
    "a percent sign lost": (Law.ANYTHING, _without("%")),
    "a quotation mark lost": (Law.ANYTHING, _without("'")),
    "an expression that never ends": (Law.ANYTHING, _put(" {{ ")),
    "a tag that never ends": (Law.ANYTHING, _put(" {% if x ")),
    "a comment that never ends": (Law.ANYTHING, _put(" {# ")),
    "an endless loop of numbers": (Law.ANYTHING, _put("{{ range(999999999) | list }}")),
    "an enormous text": (Law.ANYTHING, _put("{{ 'x' * 999999999 }}")),
    "an enormous power": (Law.ANYTHING, _put("{{ 9 ** 9 ** 9 }}")),
    "a deleted line": (Law.ANYTHING, _deleted),
    "two lines swapped": (Law.ANYTHING, _swapped),
}
"""Mistakes in templates, in the same way."""


def mutant(text: str, kind: str, chance: random.Random) -> Mutant | None:
    """Make one mistake of a kind anywhere in a text; None where there is no place for it."""
    return _mutant(text, MUTATIONS[kind], chance)


def template_mutant(text: str, kind: str, chance: random.Random) -> Mutant | None:
    """Make one mistake of a kind anywhere in a template; None where there is no place for it."""
    return _mutant(text, TEMPLATE_MUTATIONS[kind], chance)


def _mutant(text: str, how: tuple[Law, Change], chance: random.Random) -> Mutant | None:
    law, change = how
    lines = text.splitlines()
    places = [at for at, line in enumerate(lines) if line.strip() and line.strip()[0] != "#"]
    chance.shuffle(places)
    for at in places:
        changed = change(lines, at)
        if changed is not None:
            pairs = zip(lines, changed, strict=False)
            line = next(
                (n for n, (was, now) in enumerate(pairs, 1) if was != now),
                min(len(lines), len(changed)) + 1,
            )
            return Mutant("\n".join(changed) + "\n", line, lines[at], law)
    return None
