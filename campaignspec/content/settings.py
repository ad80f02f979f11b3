"""Web addresses and tracking, as a project declares them for its templates."""

from __future__ import annotations

from collections.abc import Iterator

from campaignspec.content.lookups import PLACEHOLDERS, is_address, placeholders_in
from campaignspec.diagnostics import Diagnostic, nearest
from campaignspec.project import Project


def check_settings(project: Project) -> Iterator[Diagnostic]:
    """Find links that lead nowhere, and tracking that is filled with what there is not."""
    settings = project.settings
    if settings.loc.file not in project.documents:
        return
    document = project.documents[settings.loc.file]
    for name, address in settings.links.items():
        if not is_address(address):
            yield Diagnostic(
                code="CNT708",
                message=f'the link "{name}" leads to "{address}", which is no web address',
                span=document.span((settings.loc / "links" / name).path),
                help="write it from its beginning: https://shop.example/",
            )
    for name, text in settings.tracking.items():
        for placeholder in placeholders_in(text):
            if placeholder not in PLACEHOLDERS:
                close = nearest(placeholder, PLACEHOLDERS)
                there = f"there are: {', '.join(f'{{{each}}}' for each in PLACEHOLDERS)}"
                yield Diagnostic(
                    code="CNT709",
                    message=f'the parameter "{name}" is filled with "{{{placeholder}}}", which '
                    "nothing is known of",
                    span=document.span((settings.loc / "tracking" / name).path),
                    help=f"did you mean {{{close}}}?" if close else there,
                )
