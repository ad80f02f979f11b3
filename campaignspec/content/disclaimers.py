"""The text that the law asks for: it stands in every template of a regulated category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from campaignspec.content.source import Source
from campaignspec.diagnostics import Diagnostic
from campaignspec.project import Project


def missing_disclaimer(
    project: Project, campaign: str, source: Source, texts: Iterable[str]
) -> Iterator[Diagnostic]:
    """Find a template without the disclaimer of its campaign's category.

    Args:
        project: Whose policies say what must be there.
        campaign: The campaign that sends the message.
        source: The template's own file, where the finding is shown.
        texts: The texts of all files that the template is made of.
    """
    category = project.campaigns[campaign].category
    law = None if category is None else project.policies.regulated.get(category)
    if law is None or law.disclaimer is None:
        return
    wanted = _words(law.disclaimer)
    if not any(wanted in _words(text) for text in texts):
        yield Diagnostic(
            code="POL517",
            message=f"messages about `{category}` must say `{wanted}`",
            span=source.at(1),
            help="write it into the template, word for word, or include a part that says it",
        )


def _words(text: str) -> str:
    """Return a text with one space between its words: lines may be broken anywhere."""
    return " ".join(text.split())
