"""Templates that nobody gets, and names that say too much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from campaignspec.content.library import SHARED, SUFFIX, TEMPLATES
from campaignspec.diagnostics import Diagnostic, Span, nearest
from campaignspec.document import Document
from campaignspec.lint.scope import Scope, advice
from campaignspec.project.places import Sort
from campaignspec.spec.shape import Loc

_PERSONAL: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    # International numbers; Russian ones with 8 or 7; Chinese mobile ones.
    r"|\+\d[\d ().-]{7,}\d"
    r"|\b[87][ (-]*9\d{2}[) -]*\d{3}[ -]*\d{2}[ -]*\d{2}\b"
    r"|\b1[3-9]\d{9}\b"
)


def unused_templates(scope: Scope) -> Iterator[Diagnostic]:
    """Find templates of messages that no step sends, and shared texts that none includes."""
    included = frozenset(f for each in scope.library.templates.values() for f in each.files)
    sent = {str(c.campaign): frozenset(scope.names_used(c, Sort.MESSAGE)) for c in scope.campaigns}
    everywhere = frozenset().union(*sent.values())
    root = PurePosixPath(scope.project.settings.loc.file).parent
    yield from _unused(scope.project.root, root, everywhere, included)
    for name, campaign in scope.project.campaigns.items():
        shown = PurePosixPath(campaign.loc.file).parent
        yield from _unused(scope.project.folders[name], shown, sent[name], included)


def personal_names(scope: Scope) -> Iterator[Diagnostic]:
    """Find e-mail addresses and phone numbers where names stand: logs and reports repeat them.

    Looked at are campaigns and audiences, keys as well as values.
    """
    sections = (*scope.campaigns, *scope.project.segments.values(), *scope.project.traits.values())
    for file in sorted({section.loc.file for section in sections}):
        document = scope.project.documents[file]
        for span, words in _personal(document, document.data, Loc(file)):
            yield advice(
                "CNT732",
                f"`{words}` is somebody's own, and names are repeated in logs and reports",
                span,
                "name a team, or a customer by an id that means nothing elsewhere",
            )


def _unused(
    folder: Path, shown: PurePosixPath, sent: frozenset[str], included: frozenset[str]
) -> Iterator[Diagnostic]:
    for path in sorted(folder.glob(f"{TEMPLATES}/*/*{SUFFIX}")):
        message = path.parent.name
        file = (shown / path.relative_to(folder).as_posix()).as_posix()
        if message == SHARED:
            if file not in included:
                yield advice(
                    "CNT730",
                    f"no template includes `{path.name.partition('.')[0]}`",
                    Span(file=file),
                    "include it, or remove the file",
                )
        elif message not in sent:
            meant = nearest(message, sorted(sent))
            yield advice(
                "CNT730",
                f"no step sends `{message}`",
                Span(file=file),
                f"send it, or remove the file; `{meant}` is sent"
                if meant
                else "send it, or remove the file",
            )


def _personal(document: Document, data: Any, loc: Loc) -> Iterator[tuple[Span, str]]:
    match data:
        case Mapping():
            for key, value in data.items():
                found = _PERSONAL.search(str(key))
                if found:
                    yield document.key_span((*loc.path, key)), found[0]
                yield from _personal(document, value, loc / key)
        case list():
            for at, value in enumerate(data):
                yield from _personal(document, value, loc / at)
        case str():
            found = _PERSONAL.search(data)
            if found:
                yield document.part(loc.path, *found.span()), found[0]
        case _:
            return
