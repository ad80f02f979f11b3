"""Previews side by side on one HTML page that asks nobody for anything."""

from __future__ import annotations

from collections.abc import Sequence

import jinja2
from markupsafe import Markup

from campaignspec.content.limits import sms_words
from campaignspec.content.preview import Preview, PreviewPart
from campaignspec.report.html import page_environment, page_file

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
"""What the page may load: nothing. Messages set their styles inline; their images stay away."""


def contact_sheet(previews: Sequence[Preview], *, title: str) -> str:
    """Write previews as one page; the HTML of messages stands in frames that may do nothing."""
    environment: jinja2.Environment = page_environment()
    return environment.get_template("previews.html.jinja").render(
        title=title,
        previews=previews,
        measured=_measured,
        style=Markup(page_file("previews.css")),  # noqa: S704 (our own file)
        policy=_POLICY,
    )


def _measured(part: PreviewPart) -> str:
    if part.sms is not None:
        return sms_words(part.sms)
    return f"{len(part.text):,} characters, {part.size:,} bytes"
