"""Whether a message says the same in each of its languages, as far as a machine can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from campaignspec.content.source import Source
from campaignspec.content.template import Template
from campaignspec.diagnostics import Diagnostic, Severity

_BOTH: Final = "say the same in both, or leave it out of both"


def check_translations(
    templates: Mapping[str, Template], sources: Mapping[str, Source], default: str
) -> Iterator[Diagnostic]:
    """Hold the translations of one message for one channel against its own language.

    Args:
        templates: By language.
        sources: Their texts, by language.
        default: The project's own language.
    """
    own = templates.get(default)
    if own is None:
        return
    for locale, template in templates.items():
        if locale == default:
            continue
        source = sources[locale]
        for part in own.parts:
            if part not in template.parts:
                yield _finding(
                    source,
                    "CNT706",
                    f'"{locale}" has no block "{part}", and {_name(own)} has one',
                    f"translate it; until then readers of {locale} get a message without it",
                )
        yield from _differences(own, template, locale, source)


def missing_channels(
    message: str, written: Mapping[str, Mapping[str, Source]], default: str
) -> Iterator[Diagnostic]:
    """Find languages that a message has for one channel and lacks for another.

    Args:
        message: The message.
        written: By channel, the texts by language.
        default: The project's own language.
    """
    locales = sorted({locale for each in written.values() for locale in each} - {default})
    for channel, sources in written.items():
        lacking = [locale for locale in locales if locale not in sources]
        source = sources.get(default)
        if lacking and source is not None:
            files = ", ".join(f"{channel}.{locale}.j2" for locale in lacking)
            yield _finding(
                source,
                "CNT706",
                f"message `{message}` is not translated for channel `{channel}`: no "
                f"{', '.join(lacking)}, which it has for another channel",
                f"write {files} beside it; until then its readers get {default}",
            )


def _differences(
    own: Template, template: Template, locale: str, source: Source
) -> Iterator[Diagnostic]:
    pairs = (
        ("value", _dotted(own.uses.variables), _dotted(template.uses.variables)),
        ("segment", own.uses.segments, template.uses.segments),
        ("offer", own.uses.offers, template.uses.offers),
        ("link", own.uses.links, template.uses.links),
    )
    for noun, here, there in pairs:
        less, more = sorted(here - there), sorted(there - here)
        if less:
            said = f'"{locale}" does not name the {_listed(noun, less)}, and {_name(own)} does'
            yield _finding(source, "CNT707", said, _BOTH)
        if more:
            said = f'"{locale}" names the {_listed(noun, more)}, and {_name(own)} does not'
            yield _finding(source, "CNT707", said, _BOTH, words=more[0])


def _dotted(variables: frozenset[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(".".join(path) for path in variables)


def _listed(noun: str, names: Sequence[str]) -> str:
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _name(template: Template) -> str:
    return template.file.rpartition("/")[2]


def _finding(
    source: Source, code: str, message: str, advice: str, *, words: str | None = None
) -> Diagnostic:
    return Diagnostic(
        code=code,
        message=message,
        span=source.first(words) if words else source.at(1),
        severity=Severity.WARNING,
        help=advice,
    )
