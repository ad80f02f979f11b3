"""Streaming through XML: one record at a time, with the line that each begins in.

Only the record that is being read is in memory. A document type is refused, and with it every
entity that could be declared: a file of data needs none, and a hostile one grows by them without
end or reads other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from campaignspec.errors import HistoryError

_CHUNK: Final = 1 << 20


@dataclass(slots=True, eq=False)
class Node:
    """An element: its name, the line it begins in, its text and what is inside it."""

    name: str
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def child(self, name: str) -> Node | None:
        """Return the first element of a name directly inside."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, *path: str) -> Iterator[Node]:
        """Yield the elements at the end of a path of names."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def value(self, *path: str) -> str | None:
        """Return the text at the end of a path of names; None where there is none."""
        found = next(self.all(*path), None)
        return found.text if found is not None and found.text else None


def records(file: Path, root: str, names: frozenset[str]) -> Iterator[Node]:
    """Yield the outermost elements of some names, in the order of the file.

    Args:
        file: The file, in UTF-8 or in the encoding that its declaration names.
        root: The name that the whole must have.
        names: The names of records.

    Raises:
        HistoryError: The file cannot be opened, is not well-formed, has another root or declares
            a document type; the line is named.
    """
    builder = _Builder(file, root, names)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, _: builder.begin(name, parser.CurrentLineNumber)
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = lambda *_: builder.refuse(parser.CurrentLineNumber)
    try:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                parser.Parse(chunk, False)
                yield from builder.take()
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise HistoryError(
            f"{file}: line {parser.CurrentLineNumber}: is not well-formed XML: {_reason(error)}"
        ) from error
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from error
    yield from builder.take()


class _Builder:
    """Puts the elements of one record together, and forgets all others."""

    def __init__(self, file: Path, root: str, names: frozenset[str]) -> None:
        self._file = file
        self._root = root
        self._names = names
        self._depth = 0
        self._open: list[Node] = []
        self._done: list[Node] = []

    def begin(self, name: str, line: int) -> None:
        self._depth += 1
        if self._depth == 1 and name != self._root:
            raise HistoryError(
                f"{self._file}: line {line}: the file holds <{name}>, not <{self._root}>"
            )
        if self._open:
            node = Node(name, line)
            self._open[-1].children.append(node)
            self._open.append(node)
        elif name in self._names:
            self._open.append(Node(name, line))

    def characters(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def end(self, _: str) -> None:
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            node.text = node.text.strip()
            if not self._open:
                self._done.append(node)

    def refuse(self, line: int) -> None:
        raise HistoryError(
            f"{self._file}: line {line}: declares a document type, which is not read; "
            "export the file without `<!DOCTYPE …>`"
        )

    def take(self) -> list[Node]:
        done, self._done = self._done, []
        return done


def _reason(error: Exception) -> str:
    """Leave out the position that the parser appends; it is named in front."""
    return str(error).partition(": line ")[0]
