"""A document written down beside its text, and made again from what was written.

Places are asked for where something may be wrong, and there are more of them than of anything else
in a document; so they are unfolded when somebody asks for the first of them.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from campaignspec.diagnostics.lines import LineTable
from campaignspec.document.document import Document, Node, Path


def noted(document: Document) -> tuple[Any, bytes]:
    """Return a document's data and places, in the form in which they are kept.

    The form is Python's own for its compiled files: it changes with Python's version, and may be
    read only where nobody else can have written it.
    """
    return document.data, marshal.dumps([(p, tuple(n)) for p, n in document.nodes.items()])


def document_again(text: str, file: str, note: tuple[Any, bytes]) -> Document:
    """Return the document that was `noted`.

    Args:
        text: The same text.
        file: The path to show in findings.
        note: What was noted of it.
    """
    text = text.removeprefix("\ufeff")
    data, places = note
    return Document(file=file, text=text, data=data, nodes=_Places(places), lines=LineTable(text))


class _Places(Mapping[Path, Node]):
    """The place of every value of a document, unfolded when the first is asked for."""

    def __init__(self, folded: bytes) -> None:
        self._folded = folded

    def __getitem__(self, path: Path) -> Node:
        return Node(*self._places[path])

    def __iter__(self) -> Iterator[Path]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    @cached_property
    def _places(self) -> dict[Path, tuple[Any, ...]]:
        return dict(marshal.loads(self._folded))  # noqa: S302 - from the user's own cache
