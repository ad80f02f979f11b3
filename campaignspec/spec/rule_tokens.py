"""The words of a rule, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class RuleSyntaxError(ValueError):
    """A rule cannot be read.

    Attributes:
        message: One sentence about what is wrong.
        help: What to write instead, when known.
        start: Offset of the first character of the wrong part in the rule's text.
        end: Offset after its last character.
    """

    def __init__(self, message: str, help: str | None, start: int, end: int) -> None:  # noqa: A002 - the diagnostic's word
        super().__init__(message)
        self.message = message
        self.help = help
        self.start = start
        self.end = end


class TokenKind(Enum):
    """What a token is."""

    NAME = auto()
    KEYWORD = auto()
    NUMBER = auto()
    DURATION = auto()
    TEXT = auto()
    OPERATOR = auto()
    MARK = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a rule.

    Attributes:
        kind: What it is.
        text: As written, quotes included.
        start: Offset of its first character.
    """

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.text)

    @property
    def at(self) -> tuple[int, int]:
        """Both offsets."""
        return self.start, self.end


KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "known", "unknown", "older", "than", "within"}
)

_PIECE = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<digits>-?[0-9][\w.%]*)
    | (?P<word>[^\W\d](?:[\w.-]*[\w-])?)
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<operator>!=|<=|>=|==|<>|=<|=>|=|<|>)
    | (?P<mark>[(),])
    """,
    re.VERBOSE,
)
# Fifteen digits survive the way through a floating point number and back.
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DURATION = re.compile(r"[0-9]{1,5}[smhdw]")

_OPERATORS = {"==": "=", "<>": "!=", "=<": "<=", "=>": ">="}
# What people type, or what word processors make of it, and what is meant.
_QUOTES = "“”„‟«»‘’‚＂＇"  # noqa: RUF001 - look-alikes are the point
_LOOKALIKES = "＝=≠!=≥>=≤<=＞>＜<（(）)，,、,"  # noqa: RUF001 - look-alikes are the point
_MARKS = {
    **dict.fromkeys(_QUOTES, "straight quotes: 'text'"),
    **dict(re.findall(r"([^!-~])([!-~]+)", _LOOKALIKES)),
    "&": "and",
    "|": "or",
    "!": "not",
}


def tokens_of(text: str) -> tuple[Token, ...]:
    """Cut a rule into its words; the last token marks the end.

    Raises:
        RuleSyntaxError: Some characters belong to no word of the language.
    """
    found: list[Token] = []
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        if piece is None:
            raise _stray(text, position)
        if piece.lastgroup != "space":
            found.append(_token(str(piece.lastgroup), piece[0], position))
        position = piece.end()
    return (*found, Token(TokenKind.END, "", len(text.rstrip())))


def _token(group: str, text: str, start: int) -> Token:
    """Classify one piece of text."""
    match group:
        case "word":
            return Token(TokenKind.KEYWORD if text in KEYWORDS else TokenKind.NAME, text, start)
        case "digits":
            return _digits(text, start)
        case "operator":
            if text in _OPERATORS:
                advice = f"write {_OPERATORS[text]}"
                raise RuleSyntaxError(
                    f"`{text}` is no comparison", advice, start, start + len(text)
                )
            return Token(TokenKind.OPERATOR, text, start)
        case "text":
            return Token(TokenKind.TEXT, text, start)
        case _:
            return Token(TokenKind.MARK, text, start)


def _digits(text: str, start: int) -> Token:
    if _NUMBER.fullmatch(text):
        return Token(TokenKind.NUMBER, text, start)
    if _DURATION.fullmatch(text):
        return Token(TokenKind.DURATION, text, start)
    raise RuleSyntaxError(
        f"`{text}` is neither a number nor a duration",
        "write numbers like 3 or 0.5, durations like 48h or 7d, and quote text",
        start,
        start + len(text),
    )


def _stray(text: str, position: int) -> RuleSyntaxError:
    """Say what is wrong with a character that begins no word."""
    character = text[position]
    if character in "'\"":
        return RuleSyntaxError(
            "the quoted text never ends", f"close it with {character}", position, len(text)
        )
    meant = _MARKS.get(character)
    return RuleSyntaxError(
        f"`{character}` means nothing in a rule",
        f"write {meant}" if meant else None,
        position,
        position + 1,
    )
