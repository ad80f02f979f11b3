"""From the bytes or the text of a YAML file to a document, or to what is wrong with it.

No text makes this raise, and none makes it hang: the text is read as a stream of events by
the parser's public methods. Its composer is never used, since a file of a few thousand
nested brackets makes the C composer crash the whole process.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

import yaml

from campaignspec.diagnostics import Checked, Diagnostic, in_order
from campaignspec.diagnostics.lines import LineTable
from campaignspec.document import lookalikes, remarks
from campaignspec.document.builder import Builder, FatalFinding
from campaignspec.document.document import Document, places_of
from campaignspec.document.remarks import MAX_BYTES, Source
from campaignspec.document.syntax import bad_escape, forbidden_character, syntax_error

_FASTEST: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# libyaml compares every tag directive with every other.
_MAX_DIRECTIVES: Final = 100
_MARK: Final = "\ufeff"


def load_bytes(raw: bytes, file: str, *, loader: type[Any] = _FASTEST) -> Checked[Document]:
    """Read a file's bytes; see `load_text`."""
    try:
        return load_text(raw.decode("utf-8"), file, loader=loader)
    except UnicodeDecodeError as error:
        return Checked(value=None, diagnostics=(_not_utf8(raw, file, error),))


def load_text(text: str, file: str, *, loader: type[Any] = _FASTEST) -> Checked[Document]:
    """Read a YAML text into plain data with positions.

    Args:
        text: The whole text; a byte order mark is cut off, and offsets count without it.
        file: The path to show in findings.
        loader: The class whose event parser is used; C where it is built in.

    Returns:
        The document and all findings. There is no document when the rest of the text could
        not be read, or when its data would not be what the author meant.
    """
    text = text.removeprefix(_MARK)
    source = Source(file, text, LineTable(text))
    refused = _refused(source)
    if refused:
        return Checked(value=None, diagnostics=(refused,))
    builder = Builder(source)
    stopped = _build(builder, source, loader)
    hidden = (remarks.hidden_break(source, at) for at in lookalikes.hidden_breaks(text))
    findings = in_order([*builder.findings, *stopped, *islice(hidden, 1)])
    usable = builder.usable and not stopped
    places = places_of(builder.nodes)
    document = Document(file=file, text=text, data=builder.data, nodes=places, lines=source.lines)
    return Checked(value=document if usable else None, diagnostics=findings)


def _refused(source: Source) -> Diagnostic | None:
    """Find what must not even be shown to the parser."""
    if len(source.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return remarks.too_large(source)
    if source.text.count("%TAG") > _MAX_DIRECTIVES:
        start = source.text.index("%TAG")
        return remarks.tag("%TAG", source.span(start, start + len("%TAG")))
    return forbidden_character(source)


def _build(builder: Builder, source: Source, loader: type[Any]) -> Sequence[Diagnostic]:
    """Feed the events to the builder; return what stopped it, if anything did."""
    try:
        _feed(builder, loader(source.text))
    except FatalFinding as fatal:
        return (fatal.diagnostic,)
    except yaml.MarkedYAMLError as error:
        builder.usable = False
        explained = syntax_error(source, error, builder.findings)
        return (explained,) if explained else ()
    except (ValueError, OverflowError):
        # The Python parser computes chr() of any escape, and int() of any version.
        at = max(source.text.find("\\U"), 0)
        return (bad_escape(source, at),)
    builder.finish()
    return ()


def _feed(builder: Builder, parser: Any) -> None:
    """Go through the parser's events as `yaml.parse` does, without a generator in between."""
    try:
        while parser.check_event():
            builder.feed(parser.get_event())
    finally:
        parser.dispose()


def _not_utf8(raw: bytes, file: str, error: UnicodeDecodeError) -> Diagnostic:
    before = raw[: error.start].decode("utf-8").removeprefix(_MARK)
    lines = LineTable(before)
    guess = "UTF-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "another encoding"
    return Diagnostic(
        code="DOC111",
        message=f"the byte 0x{raw[error.start]:02X} is not UTF-8; the file is in {guess}",
        span=lines.span(file, len(before), len(before)),
        help="save the file as UTF-8",
    )
