"""Sources: each is read in a way that its kind of file can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final, get_args

from campaignspec.diagnostics import Diagnostic
from campaignspec.project.scope import Scope
from campaignspec.spec.reading import Piece
from campaignspec.spec.shape import Loc, keys_of, verb_of
from campaignspec.spec.sources import ReadOptions, Source

_CSV: Final = ("a CSV file", ("delimiter", "encoding"))
_PARQUET: Final = ("a Parquet file", ())
_EXCEL: Final = ("an Excel file", ("sheet",))
_SQLITE: Final = ("a SQLite file", ("table", "query"))
_KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        ".csv": _CSV,
        ".parquet": _PARQUET,
        ".xlsx": _EXCEL,
        ".xls": _EXCEL,
        ".sqlite": _SQLITE,
        ".db": _SQLITE,
    }
)
_VERBS: Final = tuple(verb_of(source) for source in get_args(Source))


def options_of_files(scope: Scope) -> Iterator[Diagnostic]:
    """Find ways of reading that mean nothing for the kind of file they are written for."""
    for key in keys_of(ReadOptions):
        for option in scope.values(ReadOptions, key.name):
            file = _file(scope, option.loc)
            kind, known = _KINDS.get(PurePosixPath(file).suffix.lower(), ("", (key.name,)))
            if key.name not in known:
                yield Diagnostic(
                    code="SPC206",
                    message=f"`{key.name}` has no meaning here: `{file}` is {kind}",
                    span=scope.key_span(option.loc),
                    help=_help(kind, known),
                )


def tables_or_queries(scope: Scope) -> Iterator[Diagnostic]:
    """Find sources that name a table and a query at once."""
    for query in scope.values(ReadOptions, "query"):
        if scope.beside(query.loc, "table") is not None:
            yield Diagnostic(
                code="SPC206",
                message="a source is a table or a query, not both",
                span=scope.key_span(query.loc),
                help="keep either `table:` or `query:`",
            )


def delimiters(scope: Scope) -> Iterator[Diagnostic]:
    """Check that one character parts the columns."""
    for piece in scope.values(ReadOptions, "delimiter"):
        if not _is_delimiter(piece):
            yield Diagnostic(
                code="SPC204",
                message=f"{piece.value!r} cannot part columns",
                span=scope.span_of(piece),
                help='write one character, such as ";", "|" or "\\t"',
            )


def _file(scope: Scope, loc: Loc) -> str:
    """Return the file of the source that an option belongs to; empty when it is not known."""
    pieces = scope.parts[loc.file].pieces
    written = (pieces.at((*loc.path[:-2], verb)) for verb in _VERBS)
    return next((file for file in written if isinstance(file, str)), "")


def _help(kind: str, known: tuple[str, ...]) -> str:
    names = " and ".join(f"`{name}`" for name in known)
    return f"{kind} is read with {names}" if known else "leave `read:` out"


def _is_delimiter(piece: Piece) -> bool:
    return len(piece.value) == 1 and piece.value not in '"\r\n'
