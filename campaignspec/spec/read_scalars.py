"""Reading one scalar: text, a number, a truth value, an enum, a kind or a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from typing import Any, TypeAlias

from campaignspec.diagnostics import nearest
from campaignspec.document import Document
from campaignspec.spec.kinds import KINDS, Kind
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import RuleSyntaxError, read_rule
from campaignspec.spec.sentences import Path, described, listed, quoted, shown, subject
from campaignspec.spec.shape import Loc

_PLAIN = frozenset({bool, int, float, str})
_GROUPS = (dict, list)
_NOUNS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_SPOKEN = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class MistakeError(Exception):
    """A scalar is not what its key wants.

    Attributes:
        code: The finding's code.
        message: What is wrong.
        help: What to write instead, when known.
        part: The wrong characters of the text, when it is not the whole of it.
    """

    def __init__(
        self,
        code: str,
        message: str,
        help: str | None,  # noqa: A002 - the diagnostic's word
        part: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.part = part


@dataclass(slots=True)
class Written:
    """A value as it stands in a file.

    Its source and its name are looked up when a sentence needs them: most values are right. There
    is one of these for each value of each file, so it is not frozen, which takes twice as long.

    Attributes:
        data: What it was read as.
        path: Where it is.
        document: The file that it stands in.
        root: What the file holds.
    """

    data: Any
    path: Path
    document: Document
    root: type

    @property
    def loc(self) -> Loc:
        """Where in which file it is."""
        return Loc(self.document.file, self.path)

    @property
    def raw(self) -> str | None:
        """Its source text, when it is a scalar."""
        return self.document.raw(self.path)

    @property
    def subject(self) -> str:
        """What it is called in a sentence."""
        return subject(self.path, self.root)


Reader: TypeAlias = Callable[[Written], Any]
"""What reads a scalar, or raises `MistakeError`."""


def reader_of(wanted: tuple[Any, ...]) -> Reader:
    """Return what reads a scalar as the one type that is wanted, or as the first that fits."""
    if len(wanted) == 1:
        read = one_reader(wanted[0])
    else:
        read = _as_it_is if frozenset(wanted) == _PLAIN else partial(_read_first, wanted)

    def reader(written: Written) -> Any:
        if isinstance(written.data, _GROUPS):
            raise MistakeError("SPC205", _wants(noun_of(wanted), written), _example(wanted))
        return read(written)

    return reader


def _as_it_is(written: Written) -> Any:
    return written.data


def taken_as_is(wanted: tuple[Any, ...]) -> frozenset[type]:
    """Return the types of data that a scalar of these types takes without asking further."""
    if frozenset(wanted) == _PLAIN:
        return _PLAIN
    return frozenset(wanted) & _PLAIN if len(wanted) == 1 else frozenset()


def noun_of(wanted: tuple[Any, ...]) -> str:
    """Name the scalar types that are wanted: "a duration", "`never` or `always`"."""
    return ", or ".join(_noun(kind) for kind in wanted)


def _noun(kind: Any) -> str:
    if kind is Rule:
        return "a rule"
    if kind in KINDS:
        return KINDS[kind].noun
    return f"one of {listed(kind)}" if _is_enum(kind) else _NOUNS[kind]


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _wants(noun: str, written: Written) -> str:
    return f"{written.subject} wants {noun}, but {described(written.data, written.raw)}"


def _example(wanted: tuple[Any, ...]) -> str | None:
    examples = [example for kind in wanted if kind in KINDS for example in KINDS[kind].examples]
    return f"write it like {quoted(examples[0])}" if examples else None


def _read_first(wanted: tuple[Any, ...], written: Written) -> Any:
    """Try several types in turn; a near miss of an enum's word is the likeliest mistake."""
    mistakes: list[MistakeError] = []
    for kind in wanted:
        try:
            return one_reader(kind)(written)
        except MistakeError as mistake:
            mistakes.append(mistake)
    words = [word for kind in wanted if _is_enum(kind) for word in kind]
    message = f"{shown(written.data, written.raw)} is not {noun_of(wanted)}"
    near = nearest(str(written.data), words)
    if near is not None:
        raise MistakeError("SPC203", message, f"did you mean {quoted(near)}?")
    raise MistakeError("SPC204", message, mistakes[-1].help)


@cache
def one_reader(kind: Any) -> Reader:
    """Return what reads a scalar of one type, and raises `MistakeError` where it is none."""
    if kind is Rule:
        return _read_rule
    if kind in KINDS:
        return partial(_read_kind, KINDS[kind])
    return partial(read_word if _is_enum(kind) else _read_plain, kind)


def _read_plain(kind: Any, written: Written) -> Any:
    """Read text, a number or a truth value, which YAML has told apart already."""
    data = written.data
    if type(data) is kind:
        return data
    if kind is float and type(data) is int:
        return float(data)
    # JSON Schema counts 3.0 among the whole numbers, and both must judge alike.
    if kind is int and isinstance(data, float) and data.is_integer():
        return int(data)
    raise MistakeError("SPC205", _wants(_NOUNS[kind], written), _plain_help(kind, written))


def _plain_help(kind: Any, written: Written) -> str | None:
    if kind is str:
        return f'quote it: "{written.raw}"'
    if kind is bool:
        meant = _SPOKEN.get(str(written.data).lower())
        return f"write {meant}" if meant else "write true or false"
    return "write it in digits, without quotes and without a unit"


def _read_rule(written: Written) -> Rule:
    if not isinstance(written.data, str):
        raise MistakeError(
            "SPC205", _wants("a rule", written), "write a condition: orders_total >= 2"
        )
    try:
        term = read_rule(written.data)
    except RuleSyntaxError as error:
        part = (error.start, error.end)
        raise MistakeError("SPC208", error.message, error.help, part) from None
    return Rule(text=written.data, term=term, loc=written.loc)


def _read_kind(kind: Kind, written: Written) -> Any:
    data = written.data
    raw = data if isinstance(data, str) else written.raw or str(data)
    try:
        value = _parsed(kind, raw)
    except ValueError as error:
        raise MistakeError("SPC204", f"{quoted(raw)} is not {kind.noun}", str(error)) from None
    if isinstance(data, str):
        return value
    raise MistakeError("SPC205", _wants(kind.noun, written), f'quote it: "{raw}"')


def _parsed(kind: Kind, text: str) -> Any:
    # A pattern's `$` also fits before a last line break, which a block scalar leaves behind.
    if text != text.strip():
        raise ValueError("write it without spaces and line breaks around it")
    return kind.parse(text)


@cache
def _words_of(words: type[StrEnum]) -> Mapping[str, StrEnum]:
    return {word.value: word for word in words}


def read_word(words: type[StrEnum], written: Written) -> StrEnum:
    """Read one of few words.

    Raises:
        MistakeError: It is none of them.
    """
    found = _words_of(words).get(written.data) if isinstance(written.data, str) else None
    if found is not None:
        return found
    message = f"{shown(written.data, written.raw)} is not one of {listed(words)}"
    near = nearest(str(written.data), list(words))
    raise MistakeError("SPC203", message, f"did you mean {quoted(near)}?" if near else None)
