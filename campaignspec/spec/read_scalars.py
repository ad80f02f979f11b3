"""Reading one scalar: text, a number, a truth value, an enum, a kind or a rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from campaignspec.diagnostics import nearest
from campaignspec.document import Document
from campaignspec.spec.kinds import KINDS, Kind
from campaignspec.spec.rule import Rule
from campaignspec.spec.rule_reader import RuleSyntaxError, read_rule
from campaignspec.spec.sentences import described, listed, quoted, shown, subject
from campaignspec.spec.shape import Loc

_PLAIN = frozenset({bool, int, float, str})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A value as it stands in a file.

    Its source and its name are looked up when a sentence needs them: most values are right.

    Attributes:
        data: What it was read as.
        loc: Where it is.
        document: The file that it stands in.
        root: What the file holds.
    """

    data: Any
    loc: Loc
    document: Document
    root: type

    @property
    def raw(self) -> str | None:
        """Its source text, when it is a scalar."""
        return self.document.raw(self.loc.path)

    @property
    def subject(self) -> str:
        """What it is called in a sentence."""
        return subject(self.loc.path, self.root)


def read_scalar(wanted: tuple[Any, ...], written: Written) -> Any:
    """Read a scalar as the one type that is wanted, or as the first of several that fits.

    Raises:
        MistakeError: It is none of them.
    """
    if isinstance(written.data, dict | list):
        raise MistakeError("SPC205", _wants(noun_of(wanted), written), _example(wanted))
    if frozenset(wanted) == _PLAIN:
        return written.data
    if len(wanted) == 1:
        return _read_one(wanted[0], written)
    return _read_first(wanted, written)


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
            return _read_one(kind, written)
        except MistakeError as mistake:
            mistakes.append(mistake)
    words = [word for kind in wanted if _is_enum(kind) for word in kind]
    message = f"{shown(written.data, written.raw)} is not {noun_of(wanted)}"
    near = nearest(str(written.data), words)
    if near is not None:
        raise MistakeError("SPC203", message, f"did you mean {quoted(near)}?")
    raise MistakeError("SPC204", message, mistakes[-1].help)


def _read_one(kind: Any, written: Written) -> Any:
    if kind is Rule:
        return _read_rule(written)
    if kind in KINDS:
        return _read_kind(KINDS[kind], written)
    if _is_enum(kind):
        return read_word(kind, written)
    return _read_plain(kind, written)


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
    raw = written.data if isinstance(written.data, str) else written.raw or str(written.data)
    try:
        value = _parsed(kind, raw)
    except ValueError as error:
        raise MistakeError("SPC204", f"{quoted(raw)} is not {kind.noun}", str(error)) from None
    if isinstance(written.data, str):
        return value
    raise MistakeError("SPC205", _wants(kind.noun, written), f'quote it: "{raw}"')


def _parsed(kind: Kind, text: str) -> Any:
    # A pattern's `$` also fits before a last line break, which a block scalar leaves behind.
    if text != text.strip():
        raise ValueError("write it without spaces and line breaks around it")
    return kind.parse(text)


def read_word(words: type[StrEnum], written: Written) -> StrEnum:
    """Read one of few words.

    Raises:
        MistakeError: It is none of them.
    """
    if isinstance(written.data, str) and written.data in list(words):
        return words(written.data)
    message = f"{shown(written.data, written.raw)} is not one of {listed(words)}"
    near = nearest(str(written.data), list(words))
    raise MistakeError("SPC203", message, f"did you mean {quoted(near)}?" if near else None)


def read_key(kind: Any, written: Written) -> Any:
    """Read the key of an entry that authors name themselves.

    Raises:
        MistakeError: It is not what such keys must be.
    """
    return _read_one(kind, written)
