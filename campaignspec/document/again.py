"""A document written down beside its text, and made again from what was written."""

from __future__ import annotations

import marshal
from typing import Any

from campaignspec.diagnostics.lines import LineTable
from campaignspec.document.document import Document, Path, Places, RawNode


def noted(document: Document) -> tuple[Any, bytes]:
    """Return a document's data and places, in the form in which they are kept.

    The form is Python's own for its compiled files: it changes with Python's version, and may be
    read only where nobody else can have written it.
    """
    return document.data, marshal.dumps(list(document.nodes.raw.items()))


def document_again(text: str, file: str, note: tuple[Any, bytes]) -> Document:
    """Return the document that was `noted`.

    Args:
        text: The same text.
        file: The path to show in findings.
        note: What was noted of it.
    """
    text = text.removeprefix("\ufeff")
    data, folded = note

    def unfolded() -> dict[Path, RawNode]:
        return dict(marshal.loads(folded))  # noqa: S302 - from the user's own cache

    return Document(file=file, text=text, data=data, nodes=Places(unfolded), lines=LineTable(text))
