"""Templates that nobody gets, and names that say too much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from campaignspec.content.library import SHARED, TEMPLATES
from campaignspec.content.shelf import templates_in
from campaignspec.diagnostics import Diagnostic, Span, nearest
from campaignspec.diagnostics.lines import LineTable
from campaignspec.document import Document
from campaignspec.document import Path as Place
from campaignspec.lint.scope import Scope, advice
from campaignspec.lint.told import Told
from campaignspec.project.places import Sort
from campaignspec.spec.campaign import Campaign

_PERSONAL: Final = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    # International numbers; Russian ones with 8 or 7; Chinese mobile ones.
    r"|\+\d[\d ().-]{7,}\d"
    r"|\b[87][ (-]*9\d{2}[) -]*\d{3}[ -]*\d{2}[ -]*\d{2}\b"
    r"|\b1[3-9]\d{9}\b"
)
_SHORTEST_NUMBER: Final = 10


_LINK: Final = re.compile(r"""https?://(?:\{\{.*?\}\}|[^\s"'<>{])+""")
_OWN: Final = re.compile(r"""\bcustomer(?:\.|\[["'])(?P<name>\w+)""")
_TELLING: Final = re.compile(
    r"mail|phone|mobile|name|birth|street|passport|insurance|tax_?id|(?:^|_)inn(?:$|_)|card",
    re.IGNORECASE,
)
"""What attributes are called that tell who somebody is."""


def included(scope: Scope) -> frozenset[str]:
    """Return the files that templates are made of."""
    return frozenset(f for each in scope.library.templates.values() for f in each.files)


def messages(scope: Scope, campaign: Campaign) -> frozenset[str]:
    """Return the messages that a campaign shows."""
    return frozenset(scope.names_used(campaign, Sort.MESSAGE))


def unused_templates(scope: Scope) -> Iterator[Diagnostic]:
    """Find a campaign's own templates that it does not send, and texts that it never includes."""
    for campaign in scope.campaigns:
        folder = scope.project.folders[campaign.campaign]
        shown = PurePosixPath(campaign.loc.file).parent
        yield from _unused(folder, shown, messages(scope, campaign), included(scope))


def unused_shared_templates(scope: Scope, told: Sequence[Told]) -> Iterator[Diagnostic]:
    """Find the project's templates that no campaign sends, and texts that none includes."""
    sent = frozenset(name for each in told for name in each.messages)
    files = frozenset(file for each in told for file in each.included)
    root = PurePosixPath(scope.project.settings.loc.file).parent
    yield from _unused(scope.project.root, root, sent, files)


def personal_links(scope: Scope) -> Iterator[Diagnostic]:
    """Find web addresses that carry what is somebody's own: servers on the way log them."""
    columns = {column for source in scope.project.settings.sources for column in _addresses(source)}
    for file, text in sorted(scope.library.texts.items()):
        for link in _LINK.finditer(text):
            for value in _OWN.finditer(link[0]):
                name = value["name"]
                if name in columns or _TELLING.search(name):
                    at = link.start() + value.start()
                    yield advice(
                        "CNT733",
                        f"this link carries `{value[0]}`, and every server that it passes logs it",
                        LineTable(text).span(file, at, at + len(value[0])),
                        "leave it out; an id that means nothing elsewhere tells customers apart "
                        "as well",
                    )


def personal_names(scope: Scope) -> Iterator[Diagnostic]:
    """Find e-mail addresses and phone numbers where names stand: logs and reports repeat them.

    Looked at are campaigns, keys as well as values.
    """
    yield from _personal_in(scope, {campaign.loc.file for campaign in scope.campaigns})


def shared_personal_names(scope: Scope) -> Iterator[Diagnostic]:
    """Find the same in audiences, offers, KPIs and programmes."""
    project = scope.project
    named = (project.segments, project.traits, project.offers, project.programmes)
    files = {section.loc.file for group in named for section in group.values()}
    yield from _personal_in(scope, files | {project.kpis.loc.file})


def _personal_in(scope: Scope, files: set[str]) -> Iterator[Diagnostic]:
    for file in sorted(files & scope.project.documents.keys()):
        document = scope.project.documents[file]
        for span, words in _personal(document, document.data, ()):
            yield advice(
                "CNT732",
                f"`{words}` is somebody's own, and names are repeated in logs and reports",
                span,
                "name a team, or a customer by an id that means nothing elsewhere",
            )


def _addresses(source: object) -> Iterator[str]:
    """Yield the columns of a source that hold addresses."""
    yield from getattr(source, "addresses", {}).values()


def _unused(
    folder: Path, shown: PurePosixPath, sent: frozenset[str], included: frozenset[str]
) -> Iterator[Diagnostic]:
    for path in templates_in(folder / TEMPLATES):
        message = path.parent.name
        if message != SHARED and message in sent:
            continue
        file = (shown / path.relative_to(folder).as_posix()).as_posix()
        if message == SHARED:
            if file not in included:
                yield advice(
                    "CNT730",
                    f"no template includes `{path.name.partition('.')[0]}`",
                    Span(file=file),
                    "include it, or remove the file",
                )
        else:
            meant = nearest(message, sorted(sent))
            yield advice(
                "CNT730",
                f"no step sends `{message}`",
                Span(file=file),
                f"send it, or remove the file; `{meant}` is sent"
                if meant
                else "send it, or remove the file",
            )


def _personal(document: Document, data: Any, path: Place) -> Iterator[tuple[Span, str]]:
    match data:
        case str():
            found = _somebody(data)
            if found:
                yield document.part(path, *found.span()), found[0]
        case dict():
            for key, value in data.items():
                found = _somebody(str(key))
                if found:
                    yield document.key_span((*path, key)), found[0]
                yield from _personal(document, value, (*path, key))
        case list():
            for at, value in enumerate(data):
                yield from _personal(document, value, (*path, at))
        case _:
            return


def _somebody(text: str) -> re.Match[str] | None:
    """Find what is somebody's own in a text; most texts are too short for a number."""
    return _PERSONAL.search(text) if "@" in text or len(text) >= _SHORTEST_NUMBER else None
